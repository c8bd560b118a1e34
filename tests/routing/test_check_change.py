"""A change of a running day: what a commit must not break, and what is only reported."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.day import Day
from core.domain.ids import MeetingId, OrderId, StopId, TenderId, VehicleId
from core.domain.option import Meeting, NewRoute
from core.domain.order import Load
from core.domain.place import Point
from core.domain.plan import Progress, Stop, StopKind
from core.routing.check import Code, Violation, change_points, check_change, hard_ones
from tests.builders import a_day, a_driver, a_route, a_stop, a_vehicle, an_order, east, minute

V1, V2 = VehicleId("v1"), VehicleId("v2")
A, B, C = (an_order(o, east(1200 * n)) for n, o in enumerate("abc", 1))
D, E = an_order("d", east(0, 1200)), an_order("e", east(0, 2400))
URGENT = an_order("u", east(1800), needs=["chilled"])
SPOT = east(1200, 1200)


def by_crow(a: Point, b: Point) -> tuple[int, int]:
    """One second for every ten metres, and one road metre for every metre."""
    metres = round(a.crow_m(b) / 100) * 100
    return metres // 10, metres


def the_day(*, range_m: int | None = None) -> Day:
    """At 08:12 V1 has done a and drives to b; V2 stands at d."""
    return a_day(
        [A, B, C, D, E, URGENT],
        [
            a_vehicle("v1", equipment=frozenset({"chilled"}), range_m=range_m),
            a_vehicle("v2"),
        ],
        [a_driver("v1"), a_driver("v2")],
        [
            a_route("v1", [A, B, C], done=1, progress=Progress.DRIVING, since_min=11),
            a_route("v2", [D, E], progress=Progress.AT_STOP, since_min=10),
        ],
        now_min=12,
    )


def retimed(vehicle_id: str, stops: Sequence[Stop], day: Day) -> NewRoute:
    """State generous times for the stops: one every twenty minutes."""
    timed: list[Stop] = []
    at = minute(20)
    for stop in stops:
        leaves = at + timedelta(seconds=stop.service_s + 900 * (stop.kind is StopKind.MEET))
        timed.append(replace(stop, arrive_at=at, leave_at=leaves))
        at = leaves + timedelta(minutes=20)
    route = day.routes[VehicleId(vehicle_id)]
    return NewRoute(route.vehicle_id, route.revision, tuple(timed), at)


def stops(*orders: str) -> list[Stop]:
    known = {o.order_id: o for o in (A, B, C, D, E, URGENT)}
    return [a_stop(known[OrderId(o)], 0) for o in orders]


def reload(*orders: str) -> Stop:
    where = a_day().depot.point
    ids = tuple(OrderId(o) for o in orders)
    kind = StopKind.RELOAD
    return Stop(StopId("reload:v2:1"), kind, where, 300, minute(0), minute(5), loads=ids)


def meet(vehicle_id: str, other: str, gives: str = "", takes: str = "") -> Stop:
    return Stop(
        StopId(f"meet:m1:{vehicle_id}"),
        StopKind.MEET,
        SPOT,
        720,
        minute(0),
        minute(12),
        meeting_id=MeetingId("m1"),
        meets=VehicleId(other),
        gives=tuple(OrderId(o) for o in gives),
        takes=tuple(OrderId(o) for o in takes),
    )


MEETING = Meeting(MeetingId("m1"), SPOT, minute(40), V1, V2, (OrderId("c"),), 720)


def a_hand_over(day: Day) -> list[NewRoute]:
    """V1 gives c to V2 after b and d."""
    one = retimed("v1", [*stops("b"), meet("v1", "v2", gives="c")], day)
    two = retimed("v2", [*stops("d"), meet("v2", "v1", takes="c"), *stops("c", "e")], day)
    return [one, two]


def change(
    day: Day, *routes: NewRoute, meetings: Sequence[Meeting] = (), let_go: Sequence[str] = ()
) -> tuple[Violation, ...]:
    gone = [OrderId(o) for o in let_go]
    return check_change(day, routes, meetings, by_crow, day.now, let_go=gone)


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
