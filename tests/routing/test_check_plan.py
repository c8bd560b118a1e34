"""A morning plan: the clean one passes, and every planted violation is caught."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.domain.day import Day
from core.domain.ids import DriverId, OrderId
from core.domain.order import Load
from core.domain.plan import Route
from core.routing.check import Code, check_plan
from tests.builders import a_driver, east, minute
from tests.routing.crow import by_crow
from tests.routing.plans import (
    a_plan,
    a_reload,
    change_driver,
    change_promise,
    change_route,
    change_stop,
    change_vehicle,
    down,
    lonely_meeting,
    the_day,
    with_second_load,
)


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
