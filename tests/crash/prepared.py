"""A small day on disk with many decisions to make, so that nobody has to search for any.

Three vans with four orders each leave in three hours. People asked for something in many cases,
and every case has its proposal: a few change routes, some hand an order that came late to a
carrier, the others tell a customer a new window.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.context import CountedIds, SetClock
from core.desk.commands import AdoptPlan, Propose, RecordFindings, ReportFact, SetAutonomy
from core.desk.owner import DayOwner
from core.domain.case import Case, CaseStatus, DeliveryException, Evidence, ExceptionType
from core.domain.day import Day
from core.domain.fact import (
    CarrierListed,
    OrderReceived,
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
    Action,
    ChangeKind,
    ChangeRoutes,
    NotifyCustomer,
    Option,
    Price,
    TenderOrder,
    Wait,
)
from core.domain.order import Order
from core.domain.plan import Plan
from core.domain.proposal import Basis, Proposal, Verdict, VerdictKind
from core.settings import Settings
from core.store.store import Store
from core.travel.estimate import EstimateTravel
from tests.builders import (
    DEPOT,
    a_route,
    a_window,
    an_order,
    east,
    hand_plan,
    minute,
    morning_facts,
    turned,
)
from tests.desk.scene import a_carrier

DAY = DayId("test:2026-11-10")
ZONE = "Europe/Helsinki"
VANS = tuple(VehicleId(f"R{n}") for n in (1, 2, 3))
ORDERS = tuple(OrderId(f"o{n}") for n in range(1, 13))
TRAVEL = EstimateTravel(ZONE)
LEAVES_MIN = 180
# It never has to be called off for want of an answer.
CARRIER = replace(a_carrier(), answers_within_s=36_000)


def prepare(home: Path, proposals: int, tenders: int = 0) -> tuple[ProposalId, ...]:
    """Write the day into the database of `home`; it is 08:00 UTC and nothing was decided yet.

    The first proposals change one route each, the last `tenders` tender one order each; all the
    others send one message each.
    """
    store = Store(Settings(home=home).url)
    clock = SetClock(minute(-60))
    owner = DayOwner(store, DAY, clock=clock, ids=CountedIds(), travel=TRAVEL)
    facts = [
        ReportFact(EventId(f"f-{n}"), minute(-60), "feed:import", fact)
        for n, fact in enumerate(morning_facts(VANS, _orders()))
    ]
    done = [*owner.submit_all(facts), *owner.submit_all([AdoptPlan(_plan(owner.day), "ana")])]
    clock.instant = minute(0)
    late = [CarrierListed(CARRIER), *(OrderReceived(_late(n), urgent=True) for n in range(tenders))]
    done += owner.submit_all(
        [
            ReportFact(EventId(f"late-{n}"), minute(0), "feed:shop", fact)
            for n, fact in enumerate(late)
        ]
    )
    # People decide about late orders here: no change of the machine's own comes between.
    done += owner.submit_all([SetAutonomy(ExceptionType.URGENT_ORDER.value, "shadow", "ana")])
    done += owner.submit_all([RecordFindings(opened=tuple(_case(n) for n in range(proposals)))])
    made = [_proposal(owner.day, n, proposals - tenders) for n in range(proposals)]
    done += owner.submit_all([Propose(p) for p in made])
    refused = [d for d in done if isinstance(d, Exception)]
    assert not refused, refused
    store.close()
    return tuple(p.proposal_id for p in made)


def _late(n: int) -> Order:
    return an_order(f"late-{n}", east(300 + 10 * n, north=-400))


def _orders() -> Iterator[Order]:
    for n, order_id in enumerate(ORDERS):
        yield an_order(order_id, east(400 * (n % 4 + 1), north=500 * (n // 4)))


def _plan(day: Day) -> Plan:
    shares = [[day.orders[o].order for o in ORDERS[4 * n : 4 * n + 4]] for n in range(len(VANS))]
    return hand_plan(
        [
            a_route(van, mine, depart_min=LEAVES_MIN, every_min=15)
            for van, mine in zip(VANS, shares, strict=True)
        ]
    )


def _case(n: int) -> Case:
    found = DeliveryException(
        exception_id=ExceptionId(f"request:{n}"),
        type=ExceptionType.REQUEST,
        subject=f"order:{ORDERS[n % 12]}",
        cause=f"request:{n}",
        vehicle_ids=(),
        order_ids=(ORDERS[n % 12],),
        detected_at=minute(0),
        evidence=(Evidence("a person asks", minute(0)),),
    )
    return Case(
        case_id=CaseId(f"C-{n + 1}"),
        cause=found.cause,
        title=f"request {n}",
        exceptions=(found,),
        opened_at=minute(0),
        status=CaseStatus.OPEN,
        revision=1,
    )


def _proposal(day: Day, n: int, first_tender: int) -> Proposal:
    action: Action
    basis = Basis()
    if n < len(VANS):
        new = turned(day, VANS[n], TRAVEL, minute(0))
        action, basis = ChangeRoutes(ChangeKind.RESEQUENCE, (new,)), Basis(((VANS[n], 1),))
    elif n >= first_tender:
        order_id = _late(n - first_tender).order_id
        action = TenderOrder(order_id, CARRIER.carrier_id, 900, DEPOT, minute(240), minute(300))
        basis = Basis(orders=((order_id, day.orders[order_id].revision),))
    else:
        # No two windows are the same, so the words of a message tell whose it is.
        action = NotifyCustomer(ORDERS[n % 12], "new_window", a_window(60 + n, 330))
    price = Price(500, (), 10, 256)
    wait = Option(OptionId("wait"), "wait", (Wait(minute(300)),), replace(price, total_cents=900))
    case_id = CaseId(f"C-{n + 1}")
    return Proposal(
        proposal_id=ProposalId(f"P-{case_id}-1"),
        case_id=case_id,
        case_revision=day.cases[case_id].revision,
        option=Option(OptionId("best"), "as asked", (action,), price),
        alternatives=(wait,),
        basis=basis,
        verdict=Verdict(VerdictKind.NEEDS, "supervised", "a person decides", "dispatcher"),
        made_at=minute(0),
        expires_at=minute(600),
        rules_digest=day.rules_digest,
        provider="estimate",
        seed=0,
    )
