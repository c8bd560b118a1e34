"""A morning plan: the clean one passes, and every planted violation is caught."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.day import Day
from core.domain.ids import DriverId, MeetingId, OrderId, StopId, VehicleId
from core.domain.order import Load
from core.domain.place import Point
from core.domain.plan import Route, Stop, StopKind
from core.routing.check import Code, check_plan
from tests.builders import DEPOT, a_day, a_driver, a_stop, a_vehicle, an_order, east, minute

MINUTES = 60


def by_crow(a: Point, b: Point) -> tuple[int, int]:
    """One second for every ten metres, and one road metre for every metre."""
    metres = round(a.crow_m(b) / 100) * 100
    return metres // 10, metres


A = an_order("a", east(600), load=Load(2, 4_000, 10_000))
B = an_order("b", east(1200), load=Load(3, 6_000, 20_000), needs=["chilled"])
C = an_order("c", east(600, 600), load=Load(5, 9_000, 30_000), needs=["two-person"])
OWN = OrderId("a"), OrderId("b")

REST = Stop(StopId("rest:d-v1"), StopKind.REST, east(1200), 30 * MINUTES, minute(7), minute(60))
"""At the door of b: nothing to drive. The rest begins when its window opens, at 08:30."""


def a_plan() -> list[Route]:
    """V1 delivers a (08:01 to 08:05) and b (08:06 to 08:10), rests, comes home; V2 delivers c."""
    first = replace(a_stop(A, 1), leave_at=minute(5))
    second = replace(a_stop(B, 6), leave_at=minute(10))
    rest = replace(REST, arrive_at=minute(10))
    v1 = Route(
        VehicleId("v1"),
        DriverId("d-v1"),
        minute(0),
        DEPOT,
        (first, second, rest),
        DEPOT,
        minute(62),
        loads=OWN,
    )
    c_at = minute(0) + timedelta(seconds=by_crow(DEPOT, east(600, 600))[0])
    third = replace(a_stop(C, 0), arrive_at=c_at, leave_at=c_at + timedelta(minutes=4))
    home = third.leave_at + timedelta(seconds=by_crow(DEPOT, east(600, 600))[0])
    v2 = Route(
        VehicleId("v2"), DriverId("d-v2"), minute(0), DEPOT, (third,), DEPOT, home, (C.order_id,)
    )
    return [v1, v2]


def the_day() -> Day:
    return a_day(
        [A, B, C],
        [
            a_vehicle("v1", equipment=frozenset({"chilled"}), range_m=2_500),
            a_vehicle("v2", parcels=5, can_reload=True),
        ],
        [
            a_driver("v1", shift_min=(0, 65), rest_min=(30, 60, 30)),
            a_driver("v2", skills=["two-person"]),
        ],
    )


def change_stop(routes: list[Route], route: int, stop: int, **values: object) -> list[Route]:
    stops = list(routes[route].stops)
    stops[stop] = replace(stops[stop], **values)  # pyright: ignore[reportArgumentType]
    routes[route] = replace(routes[route], stops=tuple(stops))
    return routes


def change_route(routes: list[Route], route: int, **values: object) -> list[Route]:
    routes[route] = replace(routes[route], **values)  # pyright: ignore[reportArgumentType]
    return routes


def change_vehicle(day: Day, vehicle_id: str, **values: object) -> Day:
    state = day.vehicles[VehicleId(vehicle_id)]
    vehicle = replace(state.vehicle, **values)  # pyright: ignore[reportArgumentType]
    return replace(
        day, vehicles={**day.vehicles, VehicleId(vehicle_id): replace(state, vehicle=vehicle)}
    )


def change_driver(day: Day, driver_id: str, **values: object) -> Day:
    driver = replace(day.drivers[DriverId(driver_id)], **values)  # pyright: ignore[reportArgumentType]
    return replace(day, drivers={**day.drivers, DriverId(driver_id): driver})


def change_promise(day: Day, order_id: str, closes_min: float) -> Day:
    state = day.orders[OrderId(order_id)]
    promise = replace(state.promise, closes=minute(closes_min))
    return replace(day, orders={**day.orders, OrderId(order_id): replace(state, promise=promise)})


def a_reload(*loads: str, **values: object) -> Stop:
    stop = Stop(
        StopId("reload:v2:1"),
        StopKind.RELOAD,
        DEPOT,
        300,
        minute(10),
        minute(15),
        loads=tuple(OrderId(o) for o in loads),
    )
    return replace(stop, **values)  # pyright: ignore[reportArgumentType]


def with_second_load(reload: Stop, day: Day) -> tuple[Day, list[Route], list[str]]:
    """V2 comes home, reloads a, and delivers it; V1 is left with b."""
    v1, v2 = a_plan()
    again = replace(a_stop(A, 16.5), leave_at=minute(20.5))
    v2 = replace(v2, stops=(*v2.stops, reload, again), return_at=minute(22))
    v1 = replace(v1, stops=v1.stops[1:], loads=(OrderId("b"),))
    return day, [v1, v2], []


def down(day: Day) -> Day:
    state = replace(day.vehicles[VehicleId("v2")], down_since=minute(-10))
    return replace(day, vehicles={**day.vehicles, VehicleId("v2"): state})


def lonely_meeting(routes: list[Route]) -> list[Route]:
    meet = Stop(
        StopId("meet:m1:v2"),
        StopKind.MEET,
        C.point or DEPOT,
        720,
        routes[1].stops[0].leave_at,
        routes[1].stops[0].leave_at + timedelta(seconds=720),
        meeting_id=MeetingId("m1"),
        meets=VehicleId("v1"),
    )
    stops = (*routes[1].stops, meet)
    return change_route(routes, 1, stops=stops, return_at=minute(30))


def test_the_clean_plan_passes():
    assert check_plan(the_day(), a_plan(), [], by_crow) == ()


def test_a_second_load_by_the_rules_passes():
    day, routes, _ = with_second_load(a_reload("a"), the_day())
    assert check_plan(day, routes, [], by_crow) == ()


Planted = Callable[[], tuple[Day, list[Route], list[str]]]

PLANTED: list[tuple[str, Code, int, Planted]] = [
    (
        "six parcels where five fit",
        Code.CAPACITY,
        1,
        lambda: (change_vehicle(the_day(), "v2", capacity=Load(4, 10**6, 10**6)), a_plan(), []),
    ),
    (
        "weight",
        Code.CAPACITY,
        1_000,
        lambda: (change_vehicle(the_day(), "v2", capacity=Load(5, 8_000, 10**6)), a_plan(), []),
    ),
    (
        "volume",
        Code.CAPACITY,
        5_000,
        lambda: (change_vehicle(the_day(), "v2", capacity=Load(5, 10**6, 25_000)), a_plan(), []),
    ),
    (
        "b promised by 08:04, reached 08:06",
        Code.WINDOW,
        120,
        lambda: (change_promise(the_day(), "b", 4), a_plan(), []),
    ),
    (
        "home at 09:02, shift over at 09:00",
        Code.SHIFT,
        120,
        lambda: (
            change_driver(
                the_day(), "d-v1", shift=replace(a_driver("v1").shift, closes=minute(60))
            ),
            a_plan(),
            [],
        ),
    ),
    (
        "departs before the shift",
        Code.SHIFT,
        600,
        lambda: (
            change_driver(the_day(), "d-v2", shift=replace(a_driver("v2").shift, opens=minute(10))),
            a_plan(),
            [],
        ),
    ),
    (
        "no rest",
        Code.REST,
        1800,
        lambda: (
            change_driver(the_day(), "d-v2", rest=a_driver("v2", rest_min=(0, 30, 30)).rest),
            a_plan(),
            [],
        ),
    ),
    (
        "rest ends after its window",
        Code.REST,
        600,
        lambda: (
            change_driver(the_day(), "d-v1", rest=a_driver("v1", rest_min=(20, 50, 30)).rest),
            change_stop(a_plan(), 0, 2, arrive_at=minute(30)),
            [],
        ),
    ),
    (
        "rest too short",
        Code.REST,
        300,
        lambda: (the_day(), change_stop(a_plan(), 0, 2, service_s=1500), []),
    ),
    (
        "nobody to help carry c",
        Code.SKILL,
        1,
        lambda: (change_driver(the_day(), "d-v2", skills=frozenset[str]()), a_plan(), []),
    ),
    (
        "chilled goods in the other van",
        Code.EQUIPMENT,
        1,
        lambda: (
            change_vehicle(
                change_vehicle(the_day(), "v1", equipment=frozenset[str]()),
                "v2",
                equipment=frozenset({"chilled"}),
            ),
            a_plan(),
            [],
        ),
    ),
    (
        "2.4 km where 2.3 go",
        Code.RANGE,
        100,
        lambda: (change_vehicle(the_day(), "v1", range_m=2_300), a_plan(), []),
    ),
    (
        "c is on both routes",
        Code.ORDER_TWICE,
        2,
        lambda: (
            the_day(),
            change_route(a_plan(), 0, stops=(*a_plan()[0].stops, a_plan()[1].stops[0])),
            [],
        ),
    ),
    ("c is left out as well", Code.ORDER_TWICE, 2, lambda: (the_day(), a_plan(), ["c"])),
    (
        "c is nowhere",
        Code.ORDER_LOST,
        1,
        lambda: (the_day(), a_plan()[:1], []),
    ),
    (
        "c is not loaded",
        Code.RELOAD,
        1,
        lambda: (the_day(), change_route(a_plan(), 1, loads=()), []),
    ),
    (
        "a van that may not come back",
        Code.RELOAD,
        1,
        lambda: with_second_load(a_reload("a"), change_vehicle(the_day(), "v2", can_reload=False)),
    ),
    (
        "three minutes to load",
        Code.RELOAD,
        120,
        lambda: with_second_load(a_reload("a", service_s=180, leave_at=minute(15)), the_day()),
    ),
    (
        "a reload away from the depot",
        Code.RELOAD,
        600,
        lambda: with_second_load(a_reload("a", point=east(600)), the_day()),
    ),
    (
        "goods taken on at a rest",
        Code.RELOAD,
        1,
        lambda: (the_day(), change_stop(a_plan(), 0, 2, loads=(OrderId("c"),)), []),
    ),
    ("v2 is down", Code.VEHICLE_DOWN, 1, lambda: (down(the_day()), a_plan(), [])),
    (
        "b said to be reached in half the time",
        Code.TIMING,
        30,
        lambda: (the_day(), change_stop(a_plan(), 0, 1, arrive_at=minute(5.5)), []),
    ),
    (
        "a said to be left before it is served",
        Code.TIMING,
        60,
        lambda: (the_day(), change_stop(a_plan(), 0, 0, leave_at=minute(4)), []),
    ),
    (
        "a return before it is possible",
        Code.TIMING,
        60,
        lambda: (the_day(), change_route(a_plan(), 0, return_at=minute(61)), []),
    ),
    (
        "two minutes of service planned where four are due",
        Code.TIMING,
        120,
        lambda: (the_day(), change_stop(a_plan(), 0, 0, service_s=120), []),
    ),
    (
        "a stop for an unknown order",
        Code.UNKNOWN_ORDER,
        1,
        lambda: (the_day(), change_stop(a_plan(), 1, 0, order_id=OrderId("x")), []),
    ),
    (
        "the stop for c at another door",
        Code.PLACE,
        600,
        lambda: (the_day(), change_stop(a_plan(), 1, 0, point=east(600)), []),
    ),
    (
        "an unknown driver",
        Code.UNKNOWN_VEHICLE,
        1,
        lambda: (the_day(), change_route(a_plan(), 1, driver_id=DriverId("nobody")), []),
    ),
    (
        "waiting for somebody who never comes",
        Code.MEETING,
        1,
        lambda: (the_day(), lonely_meeting(a_plan()), []),
    ),
]


@pytest.mark.parametrize(
    ("code", "amount", "planted"), [p[1:] for p in PLANTED], ids=[p[0] for p in PLANTED]
)
def test_a_planted_violation_is_caught_with_its_figure(code: Code, amount: int, planted: Planted):
    day, routes, left_out = planted()
    found = check_plan(day, routes, [OrderId(o) for o in left_out], by_crow)
    hits = [v for v in found if v.code is code]
    assert hits, f"{code} not among {found}"
    assert all(v.hard for v in hits)
    # Points are whole micro-degrees, so metres between them are off by a few.
    assert min(abs(v.amount - amount) for v in hits) <= 5


def test_a_sentence_names_figures_people_can_check():
    late = check_plan(change_promise(the_day(), "b", 4), a_plan(), [], by_crow)
    assert [v.sentence for v in late] == [
        "v1 reaches b at 08:06, 2 min after its window closes at 08:04"
    ]


def test_a_plan_that_means_to_wait_is_late_by_what_it_states():
    routes = change_stop(a_plan(), 1, 0, arrive_at=minute(12), leave_at=minute(16))
    routes = change_route(routes, 1, return_at=minute(20))
    late = check_plan(change_promise(the_day(), "c", 10), routes, [], by_crow)
    assert [(v.code, v.amount) for v in late] == [(Code.WINDOW, 120)]


def test_a_driver_back_before_the_rest_window_ends_rests_at_home():
    rest = a_driver("v2", rest_min=(0, 60, 30)).rest
    assert check_plan(change_driver(the_day(), "d-v2", rest=rest), a_plan(), [], by_crow) == ()
