"""Ways to serve an order: what is in force follows the plan, and nothing agreed is forgotten."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.alternative import Alternative
from core.domain.day import Day
from core.domain.decision import PlanAdopted, RouteChanged
from core.domain.door import Access
from core.domain.fact import (
    CustomerConsented,
    OrderDelivered,
    OrderLocated,
    OrderReceived,
    RouteDeparted,
)
from core.domain.ids import DayId, EventId, OrderId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import Order
from core.domain.plan import Stop
from core.domain.ways import served_by, state_by
from core.ledger import canonical, fold
from core.ledger.codec import structure
from core.ledger.events import Body, Event
from tests.builders import (
    DEPOT,
    a_day,
    a_driver,
    a_route,
    a_stop,
    a_vehicle,
    a_window,
    an_order,
    east,
    hand_plan,
    minute,
)
from tests.routing.otherways import by, or_else

V1, A = VehicleId("V1"), OrderId("a")
ORDER = or_else(
    replace(an_order("a", east(1000), service_s=300), floor=4, lift=True, access=Access.CODE),
    by("locker", east(2000), opens_min=60, closes_min=120, cents=50),
    by("shop", east(500), hours=((0, 90),), max_height_cm=210),
)
LOCKER = replace(a_stop(ORDER, 70), point=east(2000), service_s=60, way="locker")


def the_day() -> Day:
    return a_day([ORDER], [a_vehicle("V1")], [a_driver("V1")])


def told(day: Day, *bodies: Body) -> Day:
    for body in bodies:
        seq = day.seq + 1
        at = minute(seq)
        day = fold.apply(day, Event(DayId("d"), seq, EventId(f"e{seq}"), at, at, "x", body))
    return day


def adopted(*stops: Stop) -> PlanAdopted:
    route = replace(a_route("V1", [ORDER]), stops=stops)
    return PlanAdopted(hand_plan([route]))


def changed(day: Day, *stops: Stop) -> RouteChanged:
    return RouteChanged(NewRoute(V1, day.routes[V1].revision, stops, minute(100)), None)


def test_a_plan_that_uses_the_locker_puts_it_in_force():
    state = told(the_day(), adopted(LOCKER)).orders[A]
    order = state.order
    assert (order.point, order.service_s, order.way_cents) == (east(2000), 60, 50)
    assert (state.promise, order.promise) == (a_window(60, 120), a_window(60, 120))
    assert (order.way, [a.way for a in order.alternatives]) == ("locker", ["", "shop"])
    assert (order.floor, order.lift, order.access) == (None, False, None)


def test_a_plan_by_the_first_way_changes_nothing():
    before = the_day()
    assert told(before, adopted(a_stop(ORDER, 10))).orders == before.orders


def test_going_back_to_unplanned_opens_every_way_again():
    day = told(the_day(), adopted(LOCKER))
    day = told(day, changed(day))
    assert day.orders[A].order == ORDER
    assert day.orders[A].promise == ORDER.promise
    assert day.orders[A].revision == 3


def test_what_was_agreed_for_each_way_is_kept_with_it():
    at_home, there = a_window(100, 160), a_window(70, 90)
    day = told(the_day(), CustomerConsented(A, at_home), adopted(LOCKER))
    assert day.orders[A].promise == a_window(60, 120)
    day = told(day, CustomerConsented(A, there))
    assert day.orders[A].promise == there
    day = told(day, changed(day, a_stop(ORDER, 110)))
    assert day.orders[A].promise == at_home
    assert told(day, changed(day, LOCKER)).orders[A].promise == there


def test_another_decision_gives_the_way_back():
    day = told(the_day(), adopted(a_stop(ORDER, 10)))
    day = told(day, changed(day, LOCKER))
    assert day.orders[A].order.way == "locker"
    assert told(day, changed(day, a_stop(ORDER, 10))).orders[A].order == ORDER


def test_who_was_served_stays_as_served():
    day = told(the_day(), adopted(LOCKER), RouteDeparted(V1, DEPOT))
    day = told(day, OrderDelivered(V1, A, east(2000)))
    assert told(day, changed(day)).orders[A].order.way == "locker"


def test_a_door_that_is_located_later_is_the_first_way_whatever_is_in_force():
    day = told(the_day(), adopted(LOCKER), OrderLocated(A, east(1234)))
    assert day.orders[A].order.point == east(2000)
    assert served_by(day.orders[A].order, "").point == east(1234)


def test_an_order_that_is_described_anew_goes_on_by_its_way():
    nobody = a_day([], [a_vehicle("V1")], [a_driver("V1")])
    day = told(nobody, OrderReceived(ORDER), adopted(LOCKER))
    day = told(day, OrderReceived(replace(ORDER, service_s=400)))
    assert day.orders[A].order.way == "locker"
    assert served_by(day.orders[A].order, "").service_s == 400
    day = told(day, OrderReceived(replace(ORDER, alternatives=())))
    assert (day.orders[A].order.way, day.orders[A].order.point) == ("", east(1000))


def test_an_order_with_one_way_writes_no_word_of_it():
    assert b"way" not in canonical.to_bytes(an_order("a"))
    assert b"alternatives" not in canonical.to_bytes(an_order("a"))
    assert b"way" not in canonical.to_bytes(a_stop(an_order("a"), 10))


def test_ways_are_written_and_read():
    assert structure(canonical.plain(ORDER), Order) == ORDER
    assert structure(canonical.plain(LOCKER), Stop) == LOCKER
    there = served_by(ORDER, "locker")
    assert structure(canonical.plain(there), Order) == there


@given(st.lists(st.sampled_from(["", "locker", "shop"])))
def test_however_often_the_way_changes_each_keeps_its_own_fields(ways: list[str]):
    state = the_day().orders[A]
    for way in ways:
        state = state_by(state, way)
        assert state.order.way == way
        assert state.promise == state.order.promise
    assert state_by(state, "") == the_day().orders[A]


@pytest.mark.parametrize(
    ("ways", "words"),
    [
        ((by("locker", east(1)), by("locker", east(2))), "different names"),
        ((by("", east(1)),), "different names"),
    ],
)
def test_ways_without_a_name_of_their_own_are_refused(ways: tuple[Alternative, ...], words: str):
    with pytest.raises(ValueError, match=words):
        or_else(an_order("a"), *ways)
