"""How long somebody may drive, drive on end, and be on duty."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.fleet import Driver
from core.domain.ids import DriverId, OrderId, PlanId, StopId, VehicleId
from core.domain.plan import Plan, Progress, Refusal, Route, Stop, StopKind
from core.routing.build import middle_of_day
from core.routing.check import Code, Violation, check_change, check_plan, hard_ones, plan_points
from core.routing.insertion import Candidate, insertions
from core.routing.planner import plan_day
from core.travel.estimate import EstimateTravel
from core.travel.lookup import Lookup, matrix_lookup
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
    minute,
)
from tests.routing.crow import by_crow

ROADS = EstimateTravel("UTC")
A, B = an_order("a", east(6000)), an_order("b", east(12000))
"""Ten minutes out, ten more, twenty back: forty at the wheel, in steps of 10, 20 and 40."""
REST = Stop(StopId("rest:d-V1"), StopKind.REST, east(12000), 1800, minute(28), minute(58))


def a_plan(*, rest: bool, depart_min: float = 0, **limits: int) -> list[Violation]:
    driver = replace(a_driver("V1", rest_min=(20, 90, 30) if rest else None), **limits)
    day = a_day([A, B], [a_vehicle("V1")], [driver])
    stops = (a_stop(A, depart_min + 10), a_stop(B, depart_min + 24))
    stops = (*stops, REST) if rest else stops
    home = minute(depart_min + 48 + (30 if rest else 0))
    loads = (A.order_id, B.order_id)
    route = Route(
        VehicleId("V1"), DriverId("d-V1"), minute(depart_min), DEPOT, stops, DEPOT, home, loads
    )
    return list(check_plan(day, [route], [], by_crow))


@pytest.mark.parametrize(
    ("limits", "rest", "found"),
    [
        ({"most_driving_s": 2400}, False, []),
        ({"most_driving_s": 2399}, False, [(Code.DRIVING, 1)]),
        ({"most_driving_s": 1500}, True, [(Code.DRIVING, 900)]),
        ({"most_driving_on_end_s": 2400}, False, []),
        ({"most_driving_on_end_s": 1800}, False, [(Code.DRIVING, 600)]),
        # With the rest behind b nobody drives more than twenty minutes on end.
        ({"most_driving_on_end_s": 1200}, True, []),
        ({"most_driving_on_end_s": 1199}, True, [(Code.DRIVING, 1)]),
        ({"most_duty_s": 2880}, False, []),
        ({"most_duty_s": 2820}, False, [(Code.DUTY, 60)]),
        ({"most_duty_s": 2880}, True, [(Code.DUTY, 1800)]),
    ],
)
def test_forty_minutes_at_the_wheel_and_forty_eight_on_duty(
    limits: dict[str, int], rest: bool, found: list[tuple[Code, int]]
):
    told = a_plan(rest=rest, **limits)
    assert [(v.code, v.amount) for v in told] == found
    assert all(v.hard and v.vehicle_id == "V1" for v in told)


def test_the_figures_stand_in_the_sentence():
    (found,) = a_plan(rest=False, most_driving_s=1800)
    assert found.sentence == ("d-V1 on V1 would be 40 min at the wheel; allowed are 30 min")


def test_a_limit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="forbids all work"):
        replace(a_driver("V1"), most_duty_s=0)


def a_day_of(seed: int, **limits: int) -> Day:
    rng = random.Random(seed)
    orders = [
        an_order(
            f"o{n:02}",
            east(rng.randrange(-6000, 6000), rng.randrange(-6000, 6000)),
            opens_min=rng.choice((0, 0, 90)),
        )
        for n in range(36)
    ]
    vans = [a_vehicle(f"V{n}") for n in (1, 2, 3)]
    drivers = [replace(a_driver(v.vehicle_id, rest_min=(120, 220, 30)), **limits) for v in vans]
    return a_day(orders, vans, drivers)


def worked(plan: Plan, lookup: Lookup) -> list[tuple[int, int, int]]:
    """Driving, longest on end and duty of each route, added up leg by leg."""
    found: list[tuple[int, int, int]] = []
    for route in plan.routes:
        here, total, since, longest = route.start, 0, 0, 0
        for stop in (*route.stops, None):
            there = route.end if stop is None else stop.point
            leg = lookup(here, there)[0]
            total, since, here = total + leg, since + leg, there
            longest = max(longest, since)
            if stop is not None and stop.kind is StopKind.REST:
                since = 0
        duty = round((route.return_at - route.depart_at).total_seconds())
        found.append((total, longest, duty))
    return found


@pytest.mark.parametrize("iterations", [0, 20])
@pytest.mark.parametrize("seed", range(4))
def test_a_morning_plan_keeps_drivers_within_their_limits(seed: int, iterations: int):
    limits = {"most_driving_s": 6000, "most_driving_on_end_s": 4200, "most_duty_s": 15_000}
    day = a_day_of(seed, **limits)
    plan = plan_day(day, ROADS, seed=seed, iterations=iterations, plan_id=PlanId("p"))
    lookup = matrix_lookup(ROADS, plan_points(plan.routes), middle_of_day(day))
    for driving, on_end, duty in worked(plan, lookup):
        assert driving <= 6000
        assert on_end <= 4200
        assert duty <= 15_000
    free = plan_day(a_day_of(seed), ROADS, seed=seed, iterations=iterations, plan_id=PlanId("p"))
    assert max(w[0] for w in worked(free, lookup)) > 6000
    assert sum(len(r.order_ids()) for r in plan.routes) + len(plan.left_out) == 36


def test_insertion_says_by_how_much_somebody_would_drive_too_long():
    driver = replace(a_driver("V1"), most_driving_s=1500)
    day = a_day([an_order("new", east(9000))], [a_vehicle("V1")], [driver], [a_route("V1", [])])
    (answer,) = insertions(day, OrderId("new"), ROADS, minute(0))
    assert isinstance(answer, Refusal)
    assert answer.code == "driving"
    assert "would drive 14 min too long; fits with 14 min less" in answer.sentence


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), done=st.integers(0, 3))
def test_no_insertion_makes_anybody_drive_or_work_beyond_what_is_allowed(seed: int, done: int):
    day, rng = a_day_of(seed), random.Random(seed)
    names = sorted(day.orders)
    rng.shuffle(names)
    limited: dict[DriverId, Driver] = {}
    for driver_id, driver in day.drivers.items():
        values: dict[str, Any] = {
            "most_driving_s": rng.choice((None, 3000, 6000)),
            "most_driving_on_end_s": rng.choice((None, 2400, 4000)),
            "most_duty_s": rng.choice((None, 7200, 12_000)),
        }
        limited[driver_id] = replace(driver, rest=None, **values)
    routes = [
        a_route(
            f"V{n}", [day.orders[o].order for o in names[n::6]], done=done, progress=p, since_min=5
        )
        for n, p in ((1, Progress.DRIVING), (2, Progress.DRIVING), (3, Progress.AT_DEPOT))
        if done == 0 or p is Progress.DRIVING
    ]
    owed = [s.order for s in day.orders.values()]
    vans = [s.vehicle for s in day.vehicles.values()]
    day = a_day(owed, vans, list(limited.values()), routes, now_min=6)
    on = {o for r in routes for o in r.on_board}
    points = (DEPOT, *(s.order.point for s in day.orders.values() if s.order.point))
    lookup = matrix_lookup(ROADS, points, day.now)
    new = names[0] if names[0] not in on else names[6]
    for answer in insertions(day, OrderId(new), ROADS, day.now, late_ok=True):
        if isinstance(answer, Candidate):
            found = hard_ones(check_change(day, [answer.new_route], [], lookup, day.now))
            assert not [v for v in found if v.code in (Code.DRIVING, Code.DUTY)]


def test_a_duty_begins_when_the_first_order_makes_it_worth_leaving():
    """The door opens at 10:00, so V1 leaves at 09:54 and is back after some ten minutes."""
    late = an_order("a", east(3000), opens_min=120)
    driver = replace(a_driver("V1"), most_duty_s=2400)
    day = a_day([late], [a_vehicle("V1")], [driver])
    plan = plan_day(day, ROADS, seed=1, iterations=0, plan_id=PlanId("p"))
    (route,) = plan.routes
    assert route.depart_at > minute(100)
    assert route.return_at - route.depart_at < timedelta(minutes=40)
    assert a_window(0, 330).holds(route.return_at)
