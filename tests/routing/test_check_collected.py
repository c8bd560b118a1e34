"""Goods that are collected, judged from the ledger of the day as it was driven."""

from dataclasses import replace

from core.domain.decision import PlanAdopted
from core.domain.fact import (
    AttemptFailed,
    OrderCancelled,
    OrderCollected,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    StopFinished,
    VehicleListed,
)
from core.domain.ids import DayId, DriverId, EventId, OrderId, PlanId, StopId, VehicleId
from core.domain.order import FailReason
from core.domain.plan import Plan, ProviderStamp, Route, Stop, StopKind
from core.ledger.events import Body, Event
from core.routing.check import Code, check_executed
from tests.builders import DEPOT, a_stop, a_vehicle, an_order, east, minute
from tests.routing.collecting import a_return, sent

V1, V2 = VehicleId("v1"), VehicleId("v2")
A, R, P = an_order("a", east(500)), a_return("r", east(900), count=2), OrderId("p")
PAIR = sent(an_order("p", east(2000)), east(1500))


def ledger(*then: Body, room: int = 200) -> list[Event]:
    """V1 leaves with a, to collect r and p on its way; V2 has nothing to do."""
    r = replace(a_stop(R, 20), stop_id=StopId("collect:r"), kind=StopKind.COLLECT)
    c = Stop(
        StopId("collect:p"), StopKind.COLLECT, east(1500), 120, minute(30), minute(32), loads=(P,)
    )
    stops = (a_stop(A, 10), r, c, a_stop(PAIR, 40))
    route = Route(V1, DriverId("d-v1"), minute(0), DEPOT, stops, DEPOT, minute(60), (A.order_id,))
    other = Route(V2, DriverId("d-v2"), minute(0), DEPOT, (), DEPOT, minute(60))
    plan = Plan(PlanId("p1"), 1, (route, other), (), ProviderStamp("estimate"), "test", 0, 0, 0)
    bodies: list[Body] = [
        *(OrderReceived(o) for o in (A, R, PAIR)),
        VehicleListed(a_vehicle("v1", parcels=room)),
        VehicleListed(a_vehicle("v2")),
        PlanAdopted(plan),
        RouteDeparted(V1, DEPOT),
        RouteDeparted(V2, DEPOT),
        *then,
    ]
    return [
        Event(DayId("d"), n, EventId(f"e{n}"), minute(n), minute(n), "test", body)
        for n, body in enumerate(bodies)
    ]


def codes(*then: Body, room: int = 200) -> list[Code]:
    return [v.code for v in check_executed(ledger(*then, room=room))]


A_DONE = OrderDelivered(V1, OrderId("a"), east(500))
R_DONE = OrderCollected(V1, OrderId("r"), east(900))
P_THERE = OrderCollected(V1, P, east(1500))
P_DONE = OrderDelivered(V1, P, east(2000))


def test_a_day_that_goes_as_planned_is_clean():
    assert codes(A_DONE, R_DONE, P_THERE, P_DONE) == []


def test_the_end_of_the_stop_says_the_same_as_the_scan():
    ended = StopFinished(V1, StopId("collect:p"), east(1500))
    assert codes(A_DONE, ended, P_DONE) == []
    assert codes(A_DONE, P_THERE, ended, P_DONE) == []


def test_nobody_delivers_what_was_never_collected():
    assert codes(A_DONE, P_DONE) == [Code.GOODS_ON_BOARD]


def test_nobody_else_brings_what_v1_has_on_board():
    assert Code.GOODS_ON_BOARD in codes(P_THERE, OrderDelivered(V2, P, east(2000)))


def test_goods_are_collected_once():
    assert codes(P_THERE, OrderCollected(V2, P, east(1500))) == [Code.ORDER_TWICE]


def test_what_stands_at_the_depot_is_not_collected():
    assert codes(OrderCollected(V1, OrderId("a"), east(500))) == [Code.COLLECT]


def test_a_van_that_collects_too_much_was_too_full():
    """a, then two parcels of r beside it: three in a van for two."""
    found = check_executed(ledger(R_DONE, room=2))
    assert [(v.code, v.amount) for v in found] == [(Code.CAPACITY, 1)]
    assert found[0].sentence.endswith("after collecting r: 3 parcels, room for 2")


def test_a_vain_way_to_a_sender_is_no_delivery_without_goods():
    assert codes(AttemptFailed(V1, P, east(1500), FailReason.RECEIVER_ABSENT)) == []
    assert codes(AttemptFailed(V1, OrderId("r"), east(900), FailReason.RECEIVER_ABSENT)) == []


def test_a_return_that_was_called_off_is_not_collected():
    found = check_executed(ledger(OrderCancelled(OrderId("r")), A_DONE, R_DONE))
    assert [(v.code, v.hard) for v in found] == [(Code.CANCELLED, True)]
