"""A morning of two vans as driven, to be bent by the tests of what was driven."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.domain.decision import PlanAdopted, RouteChanged
from core.domain.fact import (
    DayOpened,
    DriverListed,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    RouteReturned,
    StopFinished,
    StopReached,
    VehicleListed,
)
from core.domain.fleet import Depot, Driver, Vehicle
from core.domain.ids import (
    DayId,
    DepotId,
    DriverId,
    EventId,
    OrderId,
    PlanId,
    ProposalId,
    StopId,
    VehicleId,
)
from core.domain.option import NewRoute
from core.domain.order import Order
from core.domain.plan import Plan, ProviderStamp, Route, Stop, StopKind
from core.ledger.events import Body, Event
from core.routing.check import Code, Violation, check_executed
from tests.builders import DEPOT, a_driver, a_stop, a_vehicle, a_window, an_order, east, minute
from tests.routing.crow import by_crow

V1, V2 = VehicleId("v1"), VehicleId("v2")
A, B, C = an_order("a", east(600)), an_order("b", east(1200)), an_order("c", east(0, 600))
SPOT = east(1200)
PROPOSED = ProposalId("P-1")
REST = Stop(StopId("rest:d-v1"), StopKind.REST, east(600), 1800, minute(60), minute(90))


@dataclass
class Morning:
    """V1 leaves at 08:00 with a and b, V2 with c; both are home by 09:40 if all goes well."""

    orders: dict[str, Order] = field(default_factory=lambda: {o.order_id: o for o in (A, B, C)})
    vans: dict[str, Vehicle] = field(
        default_factory=lambda: {"v1": a_vehicle("v1"), "v2": a_vehicle("v2")}
    )
    drivers: dict[str, Driver] = field(
        default_factory=lambda: {"v1": a_driver("v1"), "v2": a_driver("v2")}
    )
    rest: bool = False
    depart_min: float = 0
    return_min: float = 100

    def ledger(self, *then: tuple[float, Body]) -> list[Event]:
        own = [a_stop(A, 10), a_stop(B, 30), *([REST] if self.rest else [])]
        routes = (self.route(V1, own, "ab"), self.route(V2, [a_stop(C, 10)], "c"))
        plan = Plan(PlanId("p1"), 1, routes, (), ProviderStamp("estimate"), "test", 0, 0, 0)
        depot = Depot(DepotId("depot"), DEPOT, a_window(-120, 720))
        bodies: list[tuple[float, Body]] = [
            (-90, DayOpened(DayId("d"), "test", "2026-11-10", "UTC", (depot,))),
            *((-80, OrderReceived(o)) for o in self.orders.values()),
            *((-80, VehicleListed(v)) for v in self.vans.values()),
            *((-80, DriverListed(d)) for d in self.drivers.values()),
            (-60, PlanAdopted(plan)),
            *then,
        ]
        return [
            Event(DayId("d"), n, EventId(f"e{n}"), minute(m), minute(m), "test", body)
            for n, (m, body) in enumerate(bodies)
        ]

    def route(self, vehicle: VehicleId, stops: Sequence[Stop], orders: str) -> Route:
        ids = tuple(OrderId(o) for o in orders)
        leaves, returns = minute(self.depart_min), minute(self.return_min)
        driver = DriverId(f"d-{vehicle}")
        return Route(vehicle, driver, leaves, DEPOT, tuple(stops), DEPOT, returns, ids)

    def driven(self, *then: tuple[float, Body], by: bool = True) -> tuple[Violation, ...]:
        return check_executed(self.ledger(*then), by_crow if by else None)


def morning(**v1: Any) -> Morning:
    """Change the driver or the van of V1."""
    day = Morning(rest="rest" in v1)
    for name, value in v1.items():
        if name in ("rest", "shift", "skills"):
            day.drivers["v1"] = replace(day.drivers["v1"], **{name: value})
        else:
            day.vans["v1"] = replace(day.vans["v1"], **{name: value})
    return day


def left(at: float = 0, vehicle: VehicleId = V1) -> tuple[float, Body]:
    return at, RouteDeparted(vehicle, DEPOT)


def back(at: float, vehicle: VehicleId = V1) -> tuple[float, Body]:
    return at, RouteReturned(vehicle, DEPOT)


def gave(at: float, order: str, vehicle: VehicleId = V1) -> tuple[float, Body]:
    point = {"a": A, "b": B, "c": C}[order].point
    assert point is not None
    return at, OrderDelivered(vehicle, OrderId(order), point)


def decided(
    at: float, *stops: Stop, home: float, vehicle: VehicleId = V1
) -> tuple[float, RouteChanged]:
    return at, RouteChanged(NewRoute(vehicle, 1, stops, minute(home)), PROPOSED)


def rested(begin: float, end: float) -> list[tuple[float, Body]]:
    return [
        (begin, StopReached(V1, REST.stop_id, REST.point)),
        (end, StopFinished(V1, REST.stop_id, REST.point)),
    ]


def only(found: Sequence[Violation]) -> list[tuple[Code, bool]]:
    return [(v.code, v.hard) for v in found]


BOTH = [left(), gave(10, "a"), gave(30, "b")]
FAR = an_order("far", east(30_000))
FAR_STOP = a_stop(FAR, 60)
A_RULE = a_driver("v1", rest_min=(30, 90, 30)).rest
