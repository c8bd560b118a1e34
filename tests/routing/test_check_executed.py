"""The day as it was executed, judged from its ledger."""

from dataclasses import replace

import pytest

from core.domain.decision import OrderTendered, PlanAdopted, RouteChanged
from core.domain.fact import (
    HandedOver,
    OrderCancelled,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    StopFinished,
    StopReached,
    TenderAnswered,
    VehicleListed,
)
from core.domain.ids import (
    CarrierId,
    DayId,
    DriverId,
    EventId,
    MeetingId,
    OrderId,
    PlanId,
    ProposalId,
    StopId,
    TenderId,
    VehicleId,
)
from core.domain.option import NewRoute
from core.domain.order import Load
from core.domain.plan import Plan, ProviderStamp, Route, Stop, StopKind
from core.ledger.events import Body, Event
from core.routing.check import Code, check_executed
from tests.builders import DEPOT, a_stop, a_vehicle, an_order, east, minute

V1, V2 = VehicleId("v1"), VehicleId("v2")
A, B, C = an_order("a", east(500)), an_order("b", east(900)), an_order("c", east(0, 700))
LATER = an_order("later", east(300))
SIX = Load(6, 1_000, 1_000)


def a_reload(order_id: str) -> Stop:
    loads = (OrderId(order_id),)
    return Stop(
        StopId("reload:v2:1"), StopKind.RELOAD, DEPOT, 300, minute(60), minute(65), loads=loads
    )


def a_meeting(
    vehicle: str, other: str, gives: tuple[str, ...] = (), takes: tuple[str, ...] = ()
) -> Stop:
    return Stop(
        StopId(f"meet:m1:{vehicle}"),
        StopKind.MEET,
        east(900),
        720,
        minute(30),
        minute(42),
        meeting_id=MeetingId("m1"),
        meets=VehicleId(other),
        gives=tuple(OrderId(o) for o in gives),
        takes=tuple(OrderId(o) for o in takes),
    )


def ledger(*then: Body) -> list[Event]:
    """V1 leaves with a and b, V2 with c; then what the test says."""

    def route(vehicle: VehicleId, *orders: str) -> Route:
        own = [o for o in (A, B, C) if o.order_id in orders]
        stops = tuple(a_stop(o, 10 * (n + 1)) for n, o in enumerate(own))
        ids = tuple(o.order_id for o in own)
        driver = DriverId(f"d-{vehicle}")
        return Route(vehicle, driver, minute(0), DEPOT, stops, DEPOT, minute(60), ids)

    stamp = ProviderStamp("estimate")
    routes = (route(V1, "a", "b"), route(V2, "c"))
    plan = Plan(PlanId("p1"), 1, routes, (), stamp, "test", 0, 0, 0)
    bodies: list[Body] = [
        *(
            OrderReceived(o)
            for o in (A, B, C, LATER, replace(LATER, order_id=OrderId("big"), load=SIX))
        ),
        VehicleListed(a_vehicle("v1")),
        VehicleListed(a_vehicle("v2", parcels=5)),
        PlanAdopted(plan),
        RouteDeparted(V1, DEPOT),
        RouteDeparted(V2, DEPOT),
        *then,
    ]
    return [
        Event(DayId("d"), n, EventId(f"e{n}"), minute(n), minute(n), "test", body)
        for n, body in enumerate(bodies)
    ]


def delivered(order_id: str, vehicle: str | None) -> OrderDelivered:
    by = VehicleId(vehicle) if vehicle is not None else None
    return OrderDelivered(by, OrderId(order_id), east(500))


def changed(vehicle: VehicleId, *stops: Stop) -> RouteChanged:
    return RouteChanged(NewRoute(vehicle, 1, stops, minute(90)), None)


def handed(*order_ids: str) -> HandedOver:
    ids = tuple(OrderId(o) for o in order_ids)
    return HandedOver(MeetingId("m1"), V1, V2, ids, east(900))


TENDER = OrderTendered(
    TenderId("t1"), ProposalId("P-1"), OrderId("later"), "RAPIDO", 900, minute(90), minute(20)
)
ACCEPTED = TenderAnswered(TenderId("t1"), CarrierId("RAPIDO"), accepted=True)
RELOADED = StopFinished(V2, StopId("reload:v2:1"), DEPOT)
TO_B = StopReached(V1, StopId("deliver:b"), east(900))

CLEAN: dict[str, list[Body]] = {
    "as planned": [delivered("a", "v1"), delivered("b", "v1"), delivered("c", "v2")],
    "in another order than planned": [TO_B, delivered("b", "v1"), delivered("a", "v1")],
    "after a meeting": [
        changed(V1, a_stop(A, 10), a_meeting("v1", "v2", gives=("b",))),
        changed(V2, a_stop(C, 10), a_meeting("v2", "v1", takes=("b",)), a_stop(B, 60)),
        delivered("a", "v1"),
        StopReached(V1, StopId("meet:m1:v1"), east(900)),
        delivered("c", "v2"),
        StopReached(V2, StopId("meet:m1:v2"), east(950)),
        handed("b"),
        delivered("b", "v2"),
    ],
    "after a reload": [
        delivered("c", "v2"),
        changed(V2, a_reload("later"), a_stop(LATER, 70)),
        RELOADED,
        delivered("later", "v2"),
    ],
    "by a carrier that took it": [TENDER, ACCEPTED, delivered("later", None)],
    "the tail resequenced": [changed(V1, a_stop(A, 10), a_stop(B, 30))],
}


@pytest.mark.parametrize("then", CLEAN.values(), ids=CLEAN)
def test_a_day_by_the_rules_is_clean(then: list[Body]):
    assert check_executed(ledger(*then)) == ()


PLANTED: dict[str, tuple[Code, list[Body]]] = {
    "delivered twice": (Code.ORDER_TWICE, [delivered("a", "v1"), delivered("a", "v1")]),
    "delivered by who does not carry it": (Code.GOODS_ON_BOARD, [delivered("a", "v2")]),
    "delivered from the depot": (Code.GOODS_ON_BOARD, [delivered("later", "v1")]),
    "given by who does not have it": (Code.GOODS_ON_BOARD, [handed("c")]),
    "delivered after it was cancelled": (
        Code.CANCELLED,
        [OrderCancelled(OrderId("b")), delivered("a", "v1"), delivered("b", "v1")],
    ),
    "an unknown order": (Code.UNKNOWN_ORDER, [delivered("x", "v1")]),
    "reloaded beyond capacity": (
        Code.CAPACITY,
        [changed(V2, a_stop(C, 10), a_reload("big")), delivered("c", "v2"), RELOADED],
    ),
    "a carrier that never accepted": (Code.GOODS_ON_BOARD, [TENDER, delivered("later", None)]),
    "a tender of goods on the road": (
        Code.GOODS_ON_BOARD,
        [replace(TENDER, order_id=OrderId("a"))],
    ),
    "the committed stop moved": (
        Code.FROZEN,
        [changed(V1, a_stop(B, 10), a_stop(A, 30))],
    ),
    "a stop whose goods are elsewhere": (
        Code.GOODS_ON_BOARD,
        [changed(V2, a_stop(C, 10), a_stop(B, 30))],
    ),
}


@pytest.mark.parametrize(("code", "then"), PLANTED.values(), ids=PLANTED)
def test_a_planted_offence_is_found(code: Code, then: list[Body]):
    assert code in {v.code for v in check_executed(ledger(*then)) if v.hard}


def test_a_cancellation_on_the_last_leg_is_reported_softly():
    found = check_executed(ledger(OrderCancelled(OrderId("a")), delivered("a", "v1")))
    assert [(v.code, v.hard) for v in found] == [(Code.CANCELLED, False)]


def test_a_hand_over_that_nobody_agreed_is_reported_softly():
    found = check_executed(ledger(delivered("a", "v1"), handed("b"), delivered("b", "v2")))
    assert {(v.code, v.hard) for v in found} == {(Code.MEETING, False)}
