"""Generated days are tight, equal for equal seeds, and slack ones are refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from core.domain.day import Day
from core.domain.ids import PlanId
from core.domain.place import Point
from core.domain.plan import Plan
from core.routing.planner import plan_day
from core.travel.estimate import EstimateTravel
from core.travel.protocol import UNREACHABLE, Matrix
from evals.world.city import City, SlackDay, busy_s, refuse_slack, tight_city
from evals.world.draws import Draws
from evals.world.parameters import default
from evals.world.scenario import befall, load
from tests.builders import east

TRAVEL = EstimateTravel("Europe/Helsinki")
STREETS = [east(90 * x, 90 * y) for x in range(20) for y in range(15)]


def a_planned_city(seed: int) -> tuple[City, Plan]:
    def planner(day: Day, iterations: int) -> Plan:
        return plan_day(day, TRAVEL, seed=seed, iterations=iterations, plan_id=PlanId("p"))

    return tight_city(seed, TRAVEL, STREETS, default(), planner, vehicles=2, quick=5, thorough=20)


@pytest.fixture(scope="module")
def city_and_plan() -> tuple[City, Plan]:
    return a_planned_city(11)


def test_driving_and_service_fill_the_shifts(city_and_plan: tuple[City, Plan]):
    city, plan = city_and_plan
    share = busy_s(plan) / sum(d.shift.length_s() for d in city.drivers)
    assert 0.85 <= share <= 0.95
    assert {o.order_id for o in city.orders} == {o for r in plan.routes for o in r.order_ids()}


def test_half_the_stops_are_open_at_ten(city_and_plan: tuple[City, Plan]):
    city, plan = city_and_plan
    ten = city.at(10 * 3600)
    arrivals = [s.arrive_at for r in plan.routes for s in r.stops]
    assert sum(at >= ten for at in arrivals) * 2 >= len(arrivals)


def test_equal_seeds_make_equal_cities(city_and_plan: tuple[City, Plan]):
    assert a_planned_city(11) == city_and_plan


def test_a_slacker_day_is_refused(city_and_plan: tuple[City, Plan]):
    city, plan = city_and_plan
    first, second = plan.routes
    cut = replace(first, stops=first.stops[:10], return_at=first.stops[9].leave_at)
    shorter = replace(plan, routes=(cut, second))
    with pytest.raises(SlackDay, match="of the shifts"):
        refuse_slack(city, shorter, default())


def test_a_map_without_streets_makes_no_city():
    with pytest.raises(SlackDay, match="too few streets"):
        tight_city(
            1, _Nowhere(), STREETS, default(), lambda _day, _n: pytest.fail("planned"), vehicles=2
        )


def test_the_trouble_hangs_on_seed_and_plan_only(city_and_plan: tuple[City, Plan]):
    city, plan = city_and_plan
    draws = Draws(city.seed, default())
    trouble = befall(load("tuesday"), city, plan, draws, TRAVEL)
    assert trouble == befall(load("tuesday"), city, plan, Draws(city.seed, default()), TRAVEL)
    assert 35400 <= trouble.snarl.begins <= 35520
    assert trouble.snarl.begins < trouble.snarl.reported < trouble.snarl.clears
    vip = trouble.urgent[0][1]
    assert 75 * 60 <= vip.promise.length_s() <= 90 * 60


class _Nowhere(EstimateTravel):
    """A map on which nothing is connected."""

    def __init__(self) -> None:
        super().__init__("UTC")

    def matrix(self, points: Sequence[Point], at: datetime) -> Matrix:
        known = super().matrix(points, at)
        return Matrix(known.seconds * 0 + UNREACHABLE, known.metres)
