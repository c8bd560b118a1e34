"""A small day with an owner: two vehicles, six orders, a case, and straight roads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from core.context import CountedIds, SetClock
from core.desk.commands import AdoptPlan, RecordFindings, ReportFact
from core.desk.owner import DayOwner
from core.domain.carrier import Carrier, CarrierKind, RateCard
from core.domain.case import Case, CaseStatus, DeliveryException, Evidence, ExceptionType
from core.domain.day import Day
from core.domain.fact import (
    CarrierListed,
    DriverListed,
    Fact,
    OrderReceived,
    RouteDeparted,
    VehicleListed,
)
from core.domain.ids import (
    CarrierId,
    CaseId,
    DayId,
    EventId,
    ExceptionId,
    OptionId,
    OrderId,
    PlanId,
    ProposalId,
    VehicleId,
)
from core.domain.option import (
    Action,
    ChangeKind,
    ChangeRoutes,
    NewRoute,
    Option,
    Price,
    Wait,
)
from core.domain.order import Order
from core.domain.place import Point
from core.domain.plan import Plan, ProviderStamp, Route, Stop
from core.domain.proposal import Basis, Proposal, Verdict, VerdictKind
from core.store.store import Store
from core.travel.protocol import Matrix, SlowArea
from tests.builders import DEPOT, a_day, a_driver, a_stop, a_vehicle, an_order, east, minute

DAY = DayId("test:2026-11-10")


class CrowTravel:
    """Ten metres a second, as the crow flies, whatever the hour."""

    stamp = ProviderStamp("crow")

    def matrix(self, points: Sequence[Point], at: datetime) -> Matrix:
        metres = np.array([[a.crow_m(b) for b in points] for a in points], dtype=np.int64)
        return Matrix(metres // 10, metres)

    def geometry(self, start: Point, end: Point) -> tuple[Point, ...]:
        return (start, end)

    def slowed(self, areas: Sequence[SlowArea]) -> "CrowTravel":
        return self


def the_orders() -> tuple[Order, ...]:
    """o1, o2, o3 lie east on the way of V1; o4, o5, o6 north on the way of V2."""
    ahead = [an_order(f"o{n}", east(500 * n)) for n in (1, 2, 3)]
    return (*ahead, *(an_order(f"o{n}", east(0, 500 * (n - 3))) for n in (4, 5, 6)))


def a_plan_route(vehicle_id: str, orders: Sequence[Order]) -> Route:
    stops = tuple(a_stop(o, 10 * (i + 1)) for i, o in enumerate(orders))
    return Route(
        vehicle_id=VehicleId(vehicle_id),
        driver_id=a_driver(vehicle_id).driver_id,
        depart_at=minute(0),
        start=DEPOT,
        stops=stops,
        end=DEPOT,
        return_at=minute(10 * (len(orders) + 1)),
        loads=tuple(o.order_id for o in orders),
    )


def a_plan(orders: Sequence[Order] | None = None) -> Plan:
    o = orders or the_orders()
    return Plan(
        plan_id=PlanId("plan-1"),
        version=1,
        routes=(a_plan_route("V1", o[:3]), a_plan_route("V2", o[3:])),
        left_out=(),
        provider=ProviderStamp("crow"),
        engine="test",
        seed=1,
        iterations=1,
        cost_cents=1000,
    )


def a_carrier() -> Carrier:
    return Carrier(
        carrier_id=CarrierId("bolt"),
        kind=CarrierKind.GIG,
        rates=RateCard(per_order_cents=900),
        cut_off=minute(300),
        delivers=a_driver("V1").shift,
        lead_s=2400,
    )


def a_case(number: int = 1, vehicle_id: str = "V1") -> Case:
    found = DeliveryException(
        exception_id=ExceptionId(f"late_route:{vehicle_id}"),
        type=ExceptionType.LATE_ROUTE,
        subject=f"vehicle:{vehicle_id}",
        cause=f"vehicle:{vehicle_id}",
        vehicle_ids=(VehicleId(vehicle_id),),
        order_ids=(),
        detected_at=minute(5),
        evidence=(Evidence("makes no way", minute(5)),),
    )
    return Case(
        case_id=CaseId(f"C-{number}"),
        cause=found.cause,
        title=f"{vehicle_id} runs late",
        exceptions=(found,),
        opened_at=minute(5),
        status=CaseStatus.OPEN,
        revision=1,
        waiting_cents=1000,
    )


class Scene:
    """An owner with its clock, and the words to tell it things."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or Store()
        self.clock = SetClock(minute(-30))
        self.owner = DayOwner(
            self.store, DAY, clock=self.clock, ids=CountedIds(), travel=CrowTravel()
        )
        self._count = 0

    @property
    def day(self) -> Day:
        return self.owner.day

    def fact(self, body: Fact, at_min: float | None = None, event_id: str = "") -> ReportFact:
        self._count += 1
        at = self.clock.now() if at_min is None else minute(at_min)
        return ReportFact(EventId(event_id or f"f{self._count}"), at, "feed:test", body)

    def tell(self, *bodies: Fact) -> None:
        for body in bodies:
            self.owner.submit(self.fact(body))

    def at(self, at_min: float) -> "Scene":
        self.clock.instant = minute(at_min)
        return self

    def planned(self, orders: Sequence[Order] | None = None) -> "Scene":
        """Open the day, list everything, adopt the plan: the first three orders are V1's."""
        known = orders or the_orders()
        self.tell(a_day().opened)
        self.tell(*(OrderReceived(o) for o in known))
        self.tell(*(VehicleListed(a_vehicle(v)) for v in ("V1", "V2")))
        self.tell(*(DriverListed(a_driver(v)) for v in ("V1", "V2")))
        self.tell(CarrierListed(a_carrier()))
        self.owner.submit(AdoptPlan(a_plan(known), "ada"))
        return self

    def under_way(self) -> "Scene":
        """Both vehicles left at 08:00; it is 08:05 and one case for each is open."""
        self.planned().at(0)
        self.tell(RouteDeparted(VehicleId("V1"), DEPOT), RouteDeparted(VehicleId("V2"), DEPOT))
        self.at(5)
        self.owner.submit(RecordFindings(opened=(a_case(1, "V1"), a_case(2, "V2"))))
        return self

    def resequenced(self, vehicle_id: str, order_ids: Sequence[str]) -> ChangeRoutes:
        """Serve what is left of a route in this order, from the first stop on as planned."""
        route = self.day.routes[VehicleId(vehicle_id)]
        stops: dict[str, Stop] = {s.order_id: s for s in route.remaining if s.order_id}
        # The checker walks the route itself; the stated times only have to be possible.
        first = self.clock.now() + timedelta(minutes=20)
        chosen = [stops[OrderId(o)] for o in order_ids]
        frozen = route.frozen
        timed = tuple(
            s
            if n < frozen
            else replace(
                s,
                arrive_at=first + timedelta(minutes=10 * n),
                leave_at=first + timedelta(minutes=10 * n, seconds=s.service_s),
            )
            for n, s in enumerate(chosen)
        )
        new = NewRoute(
            route.vehicle_id, route.revision, timed, first + timedelta(minutes=10 * len(chosen))
        )
        return ChangeRoutes(ChangeKind.RESEQUENCE, (new,))

    def proposal(
        self,
        *actions: Action,
        case: int = 1,
        verdict: VerdictKind = VerdictKind.NEEDS,
        alternatives: Sequence[Option] = (),
    ) -> Proposal:
        known = self.day.cases[CaseId(f"C-{case}")]
        routes = tuple(
            (r.vehicle_id, r.base_revision)
            for a in actions
            if isinstance(a, ChangeRoutes)
            for r in a.routes
        )
        waiting = an_option("wait", Wait(self.clock.now() + timedelta(minutes=15)), cents=2000)
        return Proposal(
            proposal_id=ProposalId(f"P-{known.case_id}-{known.revision}"),
            case_id=known.case_id,
            case_revision=known.revision,
            option=an_option("best", *actions),
            alternatives=(*alternatives, waiting),
            basis=Basis(routes=routes),
            verdict=Verdict(verdict, "test", "a person decides", "dispatcher"),
            made_at=self.clock.now(),
            expires_at=self.clock.now() + timedelta(minutes=15),
            rules_digest=self.day.rules_digest,
            provider="crow",
            seed=1,
        )


def an_option(name: str, *actions: Action, cents: int = 500) -> Option:
    return Option(
        option_id=OptionId(name),
        label=name,
        actions=actions,
        price=Price(total_cents=cents, lines=(), standard_error_cents=10, paths=256),
    )
