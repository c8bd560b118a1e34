"""A change of a running day: what a commit must not break, and what is only reported."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.day import Day
from core.domain.ids import MeetingId, OrderId, StopId, TenderId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import Load
from core.domain.place import Point
from core.routing.check import Code, Violation, change_points, check_change, hard_ones
from tests.builders import a_day, a_driver, a_route, east, minute
from tests.routing.changes import (
    MEETING,
    URGENT,
    V1,
    V2,
    A,
    C,
    a_hand_over,
    change,
    meet,
    reload,
    retimed,
    stops,
    the_day,
)
from tests.routing.crow import by_crow


def test_keeping_a_route_breaks_nothing():
    day = the_day()
    assert change(day, retimed("v1", stops("b", "c"), day)) == ()


def test_a_meeting_that_both_sides_agree_on_breaks_nothing():
    day = the_day()
    assert change(day, *a_hand_over(day), meetings=[MEETING]) == ()


def test_a_reload_that_fetches_a_new_order_breaks_nothing():
    order = replace(URGENT, needs=frozenset())
    day = the_day()
    state = replace(day.orders[OrderId("u")], order=order)
    day = replace(day, orders={**day.orders, OrderId("u"): state})
    assert change(day, retimed("v2", [*stops("d"), reload("u"), *stops("u", "e")], day)) == ()


def test_a_vehicle_at_the_depot_loads_what_its_new_route_delivers():
    day = the_day()
    waiting = a_route("v1", [A])
    fresh = a_day(
        [A, URGENT], [v.vehicle for v in day.vehicles.values()], [a_driver("v1")], [waiting]
    )
    assert change(fresh, retimed("v1", stops("a", "u"), fresh)) == ()


def swap(routes: list[NewRoute], place: int, stop: int, **values: object) -> list[NewRoute]:
    held = list(routes[place].stops)
    held[stop] = replace(held[stop], **values)  # pyright: ignore[reportArgumentType]
    routes[place] = replace(routes[place], stops=tuple(held))
    return routes


def with_order(day: Day, order_id: str, **values: object) -> Day:
    state = replace(day.orders[OrderId(order_id)], **values)  # pyright: ignore[reportArgumentType]
    return replace(day, orders={**day.orders, OrderId(order_id): state})


def with_down(day: Day) -> Day:
    state = replace(day.vehicles[V2], down_since=minute(11))
    return replace(day, vehicles={**day.vehicles, V2: state})


PLANTED: list[tuple[str, Code, Callable[[], tuple[Violation, ...]]]] = [
    (
        "the stop being driven to is put last",
        Code.FROZEN,
        lambda: change(the_day(), retimed("v1", stops("c", "b"), the_day())),
    ),
    (
        "a stop that is done comes back",
        Code.FROZEN,
        lambda: change(the_day(), retimed("v1", stops("b", "c", "a"), the_day())),
    ),
    (
        "goods on v1 are delivered by v2 without a meeting",
        Code.GOODS_ON_BOARD,
        lambda: change(
            the_day(),
            retimed("v1", stops("b"), the_day()),
            retimed("v2", stops("d", "e", "c"), the_day()),
        ),
    ),
    (
        "goods at the depot are delivered without a reload",
        Code.RELOAD,
        lambda: change(the_day(), retimed("v1", stops("b", "u", "c"), the_day())),
    ),
    (
        "a chilled order in a van that cannot chill",
        Code.EQUIPMENT,
        lambda: change(
            the_day(), retimed("v2", [*stops("d"), reload("u"), *stops("u", "e")], the_day())
        ),
    ),
    (
        "c loses its stop",
        Code.ORDER_LOST,
        lambda: change(the_day(), retimed("v1", stops("b"), the_day())),
    ),
    (
        "e is delivered by both",
        Code.ORDER_TWICE,
        lambda: change(the_day(), retimed("v1", stops("b", "c", "e"), the_day())),
    ),
    (
        "c is delivered and refused",
        Code.ORDER_TWICE,
        lambda: change(the_day(), retimed("v1", stops("b", "c"), the_day()), let_go=["c"]),
    ),
    (
        "c is delivered although a carrier has it",
        Code.ORDER_TWICE,
        lambda: change(
            with_order(the_day(), "c", tender_id=TenderId("t1")),
            retimed("v1", stops("b", "c"), the_day()),
        ),
    ),
    (
        "a new stop for a cancelled order",
        Code.CANCELLED,
        lambda: change(
            with_order(the_day(), "u", cancelled=True),
            retimed("v1", [*stops("b", "c"), *stops("u")], the_day()),
        ),
    ),
    (
        "the van that is down gets another stop",
        Code.VEHICLE_DOWN,
        lambda: change(with_down(the_day()), retimed("v2", stops("d", "e", "u"), the_day())),
    ),
    (
        "60 parcels more than fit come on board",
        Code.CAPACITY,
        lambda: change(
            with_order(the_day(), "c", order=replace(C, load=Load(260, 1, 1))),
            *a_hand_over(the_day()),
        ),
    ),
    (
        "a detour beyond the range",
        Code.RANGE,
        lambda: change(
            the_day(range_m=8_000),
            retimed("v1", [*stops("b"), reload("u"), *stops("u", "c")], the_day()),
        ),
    ),
    (
        "the taker knows nothing of the meeting",
        Code.MEETING,
        lambda: change(the_day(), a_hand_over(the_day())[0], meetings=[MEETING]),
    ),
    (
        "the taker expects other goods",
        Code.MEETING,
        lambda: change(
            the_day(),
            *swap(a_hand_over(the_day()), 1, 1, takes=(OrderId("b"),)),
            meetings=[MEETING],
        ),
    ),
    (
        "the two wait at different corners",
        Code.MEETING,
        lambda: change(
            the_day(), *swap(a_hand_over(the_day()), 1, 1, point=east(600)), meetings=[MEETING]
        ),
    ),
    (
        "the giver leaves before the taker comes",
        Code.MEETING,
        lambda: change(
            the_day(), *swap(a_hand_over(the_day()), 0, 1, leave_at=minute(30)), meetings=[MEETING]
        ),
    ),
    (
        "a meeting shorter than agreed",
        Code.MEETING,
        lambda: change(
            the_day(), *swap(a_hand_over(the_day()), 0, 1, service_s=300), meetings=[MEETING]
        ),
    ),
    (
        "c is delivered before the meeting that brings it",
        Code.RELOAD,
        lambda: change(
            the_day(),
            retimed("v2", [*stops("d"), *stops("u"), reload("u"), *stops("e")], the_day()),
        ),
    ),
    (
        "a vehicle without a route",
        Code.UNKNOWN_VEHICLE,
        lambda: change(the_day(), NewRoute(VehicleId("v9"), 0, (), minute(60))),
    ),
]


@pytest.mark.parametrize(("code", "found"), [p[1:] for p in PLANTED], ids=[p[0] for p in PLANTED])
def test_a_planted_violation_is_hard(code: Code, found: Callable[[], tuple[Violation, ...]]):
    hits = [v for v in found() if v.code is code and v.hard]
    assert hits, found()


def test_lateness_is_reported_and_forbids_nothing():
    day = with_order(the_day(), "c", promise=replace(C.promise, closes=minute(15)))
    found = change(day, retimed("v1", stops("b", "c"), day))
    assert [(v.code, v.hard) for v in found] == [(Code.WINDOW, False)]
    # Free at 08:13 at b (08:11 + 2 min drive), 4 min of service, 2 min drive: 08:19.
    assert found[0].amount == 240


def test_stated_times_that_have_passed_are_reported_and_forbid_nothing():
    day = the_day()
    new = retimed("v1", stops("b", "c"), day)
    found = check_change(day, [new], [], by_crow, minute(21))
    assert {(v.code, v.hard) for v in found} == {(Code.TIMING, False)}


def overtime(closes_min: float) -> tuple[bool, ...]:
    """V1 keeping its route is home at 08:29 (c left at 08:23, 6 min); with u it is not."""
    day = the_day()
    short = a_driver("v1", shift_min=(0, closes_min))
    day = replace(day, drivers={**day.drivers, short.driver_id: short})
    found = change(day, retimed("v1", [*stops("b"), reload("u"), *stops("u", "c")], day))
    return tuple(v.hard for v in found if v.code is Code.SHIFT)


def test_overtime_is_soft_for_half_an_hour_and_hard_beyond():
    assert overtime(5) == (True,)
    assert overtime(30) == (False,)
    assert overtime(120) == ()


def test_any_van_may_come_back_for_goods_that_wait_at_the_depot():
    day = the_day()
    assert not day.vehicles[V1].vehicle.can_reload
    found = change(day, retimed("v1", [*stops("b"), reload("u"), *stops("u", "c")], day))
    assert [v for v in found if v.code is Code.RELOAD] == []


def test_overtime_that_the_route_has_anyway_is_soft():
    day = the_day()
    short = a_driver("v1", shift_min=(0, 20))
    day = replace(day, drivers={**day.drivers, short.driver_id: short})
    found = change(day, retimed("v1", stops("b", "c"), day))
    assert [(v.code, v.hard) for v in found] == [(Code.SHIFT, False)]


def test_a_rescue_of_a_van_that_is_down_leaves_nothing_hard():
    day = the_day()
    spot = day.routes[V1].last_point
    assert spot is not None
    state = replace(day.vehicles[V1], down_since=minute(11))
    day = replace(day, vehicles={**day.vehicles, V1: state})
    give = replace(meet("v1", "v2", gives="bc"), point=spot)
    take = replace(meet("v2", "v1", takes="bc"), point=spot)
    one = retimed("v1", [give], day)
    two = retimed("v2", [*stops("d"), take, *stops("b", "c", "e")], day)
    one = replace(
        one,
        stops=(replace(give, arrive_at=two.stops[1].arrive_at, leave_at=two.stops[1].leave_at),),
    )
    late = replace(one, return_at=one.stops[0].leave_at + timedelta(minutes=30))
    rescue = replace(MEETING, point=spot, order_ids=(OrderId("b"), OrderId("c")))
    assert hard_ones(change(day, late, two, meetings=[rescue])) == ()


def test_two_who_wait_for_each_other_at_different_meetings_are_noticed():
    day = the_day()
    n1, n2 = MeetingId("m1"), MeetingId("m2")
    first = {v: meet(v, o) for v, o in (("v1", "v2"), ("v2", "v1"))}
    second = {
        v: replace(s, meeting_id=n2, stop_id=StopId(f"meet:m2:{v}")) for v, s in first.items()
    }
    one = retimed("v1", [*stops("b"), first["v1"], second["v1"], *stops("c")], day)
    two = retimed("v2", [*stops("d"), second["v2"], first["v2"], *stops("e")], day)
    waits = [v for v in change(day, one, two) if "for ever" in v.sentence]
    assert [(v.vehicle_id, n) for v, n in zip(waits, (n1, n2), strict=True)] == [(V1, n1), (V2, n2)]


def test_the_points_to_look_up_are_all_that_is_looked_up():
    day = the_day(range_m=50_000)
    routes = a_hand_over(day)
    allowed = set(change_points(day, routes))

    def strict(a: Point, b: Point) -> tuple[int, int]:
        assert {a, b} <= allowed
        return by_crow(a, b)

    assert check_change(day, routes, [MEETING], strict, day.now) == ()
