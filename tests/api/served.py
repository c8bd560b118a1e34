"""Builds the day that the API tests speak to: two vans on the road, one case, one proposal."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi.testclient import TestClient

from api.live import Live
from core.context import CountedIds, SetClock
from core.desk.commands import AdoptPlan, Propose, RecordFindings, ReportFact
from core.desk.owner import DayOwner
from core.domain.case import Case, CaseStatus, DeliveryException, Evidence, ExceptionType
from core.domain.day import Day
from core.domain.fact import (
    RouteDeparted,
)
from core.domain.ids import (
    CaseId,
    DayId,
    EventId,
    ExceptionId,
    OptionId,
    OrderId,
    ProposalId,
    VehicleId,
)
from core.domain.option import (
    ChangeKind,
    ChangeRoutes,
    Option,
    OrderRisk,
    Price,
    PriceLine,
    Wait,
)
from core.domain.order import Order
from core.domain.plan import Plan
from core.domain.proposal import Basis, Proposal, Verdict, VerdictKind
from core.store.store import Store
from core.travel.estimate import EstimateTravel
from tests.builders import (
    DEPOT,
    a_route,
    an_order,
    east,
    hand_plan,
    minute,
    morning_facts,
    turned,
)

KEY = "test-key"
ZONE = "Europe/Helsinki"
CASE, PROPOSAL = CaseId("C-1"), ProposalId("P-C-1-1")
VANS = (VehicleId("R1"), VehicleId("R2"))


@dataclass
class Served:
    """The client of a served day, with what is behind it."""

    client: TestClient
    live: Live

    @property
    def seq(self) -> int:
        return self.live.day.seq

    def get(self, path: str, **query: object):
        return self.client.get(path, params=dict[str, str]({k: str(v) for k, v in query.items()}))

    def post(self, path: str, body: object, key: str | None = None):
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.client.post(path, json=body, headers=headers)


def a_served_day() -> Live:
    """Return a day at 08:20 UTC with four orders on each of two vans, both on the road."""
    travel = EstimateTravel(ZONE)
    clock, ids = SetClock(minute(-60)), CountedIds()
    store = Store("sqlite://")
    day_id = DayId("test:2026-11-10")
    owner = DayOwner(store, day_id, clock=clock, ids=ids, travel=travel)
    for number, fact in enumerate(morning_facts(VANS, _orders())):
        owner.submit(ReportFact(EventId(f"f-{number}"), minute(-60), "feed:import", fact))
    owner.submit(AdoptPlan(a_plan(owner.day), "person:ana"))
    clock.instant = minute(0)
    for van in VANS:
        departed = RouteDeparted(van, DEPOT)
        owner.submit(ReportFact(EventId(f"out-{van}"), minute(0), f"driver:{van}", departed))
    clock.instant = minute(3)
    live = Live(owner=owner, travel=travel, clock=clock, ids=ids, api_key=KEY)
    put_case(live)
    return live


def _orders() -> Iterator[Order]:
    for n in range(8):
        yield an_order(f"o{n + 1}", east(400 * (n % 4 + 1), north=600 if n >= 4 else 0))


def a_plan(day: Day) -> Plan:
    orders = [s.order for _, s in sorted(day.orders.items())]
    halves = zip(VANS, (orders[:4], orders[4:]), strict=True)
    return hand_plan([a_route(van, mine, every_min=15) for van, mine in halves])


def put_case(live: Live) -> None:
    """Open a case about the first van with a proposal to turn its last two stops around."""
    now = live.now()
    found = DeliveryException(
        exception_id=ExceptionId("late_route:R1"),
        type=ExceptionType.LATE_ROUTE,
        subject="vehicle:R1",
        cause="vehicle:R1",
        vehicle_ids=(VANS[0],),
        order_ids=(OrderId("o4"),),
        detected_at=now,
        evidence=(Evidence("R1 makes no way", now, 420, "s"),),
    )
    case = Case(
        case_id=CASE,
        cause="vehicle:R1",
        title="R1 is slow",
        exceptions=(found,),
        opened_at=now,
        status=CaseStatus.OPEN,
        revision=1,
        waiting_cents=1250,
        deadline_at=now + timedelta(minutes=26),
    )
    live.submit(RecordFindings(opened=(case,)))
    put_proposal(live, PROPOSAL, CASE, VANS[0])


def put_proposal(live: Live, proposal_id: ProposalId, case_id: CaseId, van: VehicleId) -> None:
    day, now = live.day, live.now()
    swap = turned(day, van, live.travel, now)
    lines = (PriceLine("late", 1500, "promises", 500_000, 750, "assumption"),)
    last = day.routes[van].stops[-1].order_id
    assert last is not None
    risk = OrderRisk(last, 10, minute(50), minute(330))
    best = Option(
        OptionId("turn"),
        "Turn the last two stops around",
        (ChangeRoutes(ChangeKind.RESEQUENCE, (swap,)),),
        Price(750, lines, 40, 256, (risk,), 2, 1, 1500),
        caller_sentence="He is on his way.",
    )
    wait = Option(
        OptionId("wait"),
        "Wait until 10:25",
        (Wait(now + timedelta(minutes=15)),),
        Price(1250, lines, 0, 256, (replace(risk, p_late_pct=60),)),
    )
    never = Option(OptionId("never"), "Split over R2", (), None, "R2 is full")
    route = day.routes[van]
    orders = [s.order_id for s in route.remaining if s.order_id is not None]
    live.submit(
        Propose(
            Proposal(
                proposal_id=proposal_id,
                case_id=case_id,
                case_revision=day.cases[case_id].revision,
                option=best,
                alternatives=(wait, never),
                basis=Basis(
                    routes=((van, route.revision),),
                    orders=tuple((o, day.orders[o].revision) for o in orders),
                ),
                verdict=Verdict(VerdictKind.NEEDS, "supervised", "a person decides", "dispatcher"),
                made_at=now,
                expires_at=now + timedelta(minutes=15),
                rules_digest=day.rules_digest,
                provider="estimate",
                seed=0,
            )
        )
    )
