"""Plans whose legs are driven at the pace of their own hour."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import PlanId
from core.domain.plan import Plan
from core.domain.rules import Rules, Thresholds
from core.ledger.canonical import plain
from core.ledger.codec import structure
from core.routing.build import morning
from core.routing.check import Code, check_plan, plan_points
from core.routing.pace import pace_of
from core.routing.plan_times import plan_lookup
from core.routing.planner import plan_day
from core.routing.walk import of_slots
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_vehicle, an_order, east, minute

BY_THE_HOUR = Rules(thresholds=Thresholds(by_the_hour=True))


class Rush(EstimateTravel):
    """Half as fast until half past eight, then ever faster, as fast as ever from half past nine."""

    def __init__(self) -> None:
        super().__init__("UTC")

    def pace(self, at: datetime) -> float:
        minutes = (at - minute(0)) / timedelta(minutes=1)
        return 0.5 + 0.5 * min(1.0, max(0.0, (minutes - 30) / 60))


def planned(day: Day, seed: int = 1, iterations: int = 0) -> Plan:
    return plan_day(day, Rush(), seed=seed, iterations=iterations, plan_id=PlanId("p"))


def test_a_leg_takes_as_long_as_the_pace_of_the_second_at_which_it_begins():
    pace, usual = pace_of([1.0, 0.5], 1.0), np.full(5, 100)
    lasts = pace.lasts(usual, np.array([-5, 0, 30, 60, 900]))
    assert lasts.tolist() == [100, 100, 150, 200, 200]


@settings(max_examples=60, deadline=None)
@given(
    speeds=st.lists(st.floats(0.8, 1.25), min_size=2, max_size=6),
    usual_s=st.integers(0, 3600),
    arrive_s=st.integers(0, 40_000),
)
def test_who_leaves_by_then_is_in_time_and_who_leaves_much_later_is_not(
    speeds: list[float], usual_s: int, arrive_s: int
):
    hourly = np.interp(np.arange(60 * len(speeds)), 60.0 * np.arange(len(speeds)), speeds)
    pace, usual = pace_of(hourly.tolist(), 1.0), np.array([usual_s])
    leaves = pace.leave_by(usual, np.array([arrive_s]))
    assert int(leaves[0] + pace.lasts(usual, leaves)[0]) <= arrive_s
    later = leaves + 30
    assert int(later[0] + pace.lasts(usual, later)[0]) > arrive_s


def test_a_promise_of_the_rush_hour_is_kept_at_its_own_pace_or_not_at_all():
    """Five kilometres take 12 min 15 s at the middle of the day, and twice that at 08:00."""
    far = an_order("far", east(5000), closes_min=20)
    day = a_day([far], [a_vehicle("V1")], [a_driver("V1")])
    (route,) = planned(day).routes
    assert route.stops[0].arrive_at < minute(13)
    strict = replace(day, rules=BY_THE_HOUR)
    (left,) = planned(strict).left_out
    assert left.refusals[0].code == "window"
    lookup = plan_lookup(strict, Rush(), plan_points([route]))
    found = {v.code: v.amount for v in check_plan(strict, [route], [], lookup)}
    way_s = lookup(route.start, route.stops[0].point)[0]
    assert way_s == 735
    assert found[Code.WINDOW] == 2 * way_s - 20 * 60
    assert found[Code.TIMING] > 0


def test_who_waits_for_a_door_leaves_as_late_as_the_pace_of_then_allows():
    late = an_order("late", east(5000), opens_min=60)
    day = a_day([late], [a_vehicle("V1")], [a_driver("V1")], rules=BY_THE_HOUR)
    (route,) = planned(day).routes
    assert route.stops[0].arrive_at == minute(60)
    # At the pace of about 08:40, two thirds of the usual, the way takes 19 minutes.
    assert minute(38) < route.depart_at < minute(42)


def a_town(seed: int) -> Day:
    rng = random.Random(seed)
    orders = [
        an_order(
            f"o{n}",
            east(rng.randint(-6000, 6000), rng.randint(-6000, 6000)),
            opens_min=rng.choice((0, 0, 45)),
            closes_min=rng.choice((60, 150, 330)),
        )
        for n in range(24)
    ]
    vans = [a_vehicle(f"V{n}") for n in (1, 2, 3)]
    limits = rng.choice(({}, {"most_driving_s": 6000}, {"most_duty_s": 15_000}))
    drivers = [replace(a_driver(v.vehicle_id, rest_min=(120, 220, 30)), **limits) for v in vans]
    return a_day(orders, vans, drivers, rules=BY_THE_HOUR)


@pytest.mark.parametrize("iterations", [0, 20])
@pytest.mark.parametrize("seed", range(5))
def test_a_plan_by_the_hour_is_clean_by_the_hour(seed: int, iterations: int):
    day = a_town(seed)
    plan = planned(day, seed, iterations)
    left = [o.order_id for o in plan.left_out]
    lookup = plan_lookup(day, Rush(), plan_points(plan.routes))
    assert check_plan(day, plan.routes, left, lookup) == ()
    assert sum(len(r.order_ids()) for r in plan.routes) + len(left) == 24
    usual = replace(day, rules=Rules())
    assert planned(usual, seed, iterations).routes != plan.routes


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_rows_that_no_rest_can_mend_are_the_only_ones_whose_rest_may_be_anywhere(seed: int):
    problem, rng = morning(a_town(seed % 7), Rush()), random.Random(seed)
    orders = [i for i, t in enumerate(problem.tasks) if t.order_id is not None]
    rows = [(n % 3, rng.sample(orders, rng.randint(1, 9))) for n in range(40)]
    every, quick = (of_slots(problem, rows, hopeless=x) for x in (True, False))
    assert (every.feasible == quick.feasible).all()
    assert (every.cost_mc == quick.cost_mc)[every.feasible].all()


def test_rules_that_do_not_ask_for_it_are_written_as_ever():
    assert "by_the_hour" not in str(plain(Rules()))
    assert structure(plain(BY_THE_HOUR), Rules) == BY_THE_HOUR
