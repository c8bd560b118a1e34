"""The morning's search: the same everywhere, and inside every limit that it must hold."""

import pytest

from core.domain.ids import PlanId
from core.routing.build import morning
from core.routing.engine_kernel import solve
from core.routing.planner import plan_day
from core.routing.pool import SolverPool
from core.routing.problem import Sequences
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_vehicle, an_order, east

ROADS = EstimateTravel("UTC")


def _orders(count: int = 12):
    return [an_order(f"o{i:02}", east(300 * i, 200 * (i % 4))) for i in range(1, count + 1)]


@pytest.mark.slow
def test_two_fresh_processes_find_the_same_routes_from_the_same_seed():
    day = a_day(_orders(), [a_vehicle("V1"), a_vehicle("V2")], [a_driver("V1"), a_driver("V2")])
    problem = morning(day, ROADS)
    found: list[Sequences] = []
    for _ in range(2):
        with SolverPool() as pool:
            found.append(pool.run(solve, problem, seed=7, rounds=2000))
    assert found[0] == found[1]
    assert sorted(t for row in found[0] for t in row) == list(range(12))


def test_an_order_goes_only_to_a_vehicle_that_has_what_it_needs():
    cold = [an_order(f"c{i}", east(500 * i, 100), needs=["chilled"]) for i in range(1, 5)]
    vans = [a_vehicle("V1"), a_vehicle("V2", equipment=frozenset({"chilled"}))]
    day = a_day([*_orders(), *cold], vans, [a_driver("V1"), a_driver("V2")])
    plan = plan_day(day, ROADS, seed=1, iterations=40, plan_id=PlanId("p"))
    carrier = {o: r.vehicle_id for r in plan.routes for o in r.order_ids()}
    assert not plan.left_out
    assert {carrier[o.order_id] for o in cold} == {"V2"}


def test_no_vehicle_is_sent_farther_than_its_range():
    day = a_day(_orders(), [a_vehicle("V1", range_m=4000)], [a_driver("V1")])
    plan = plan_day(day, ROADS, seed=1, iterations=40, plan_id=PlanId("p"))
    assert plan.left_out
    assert all("range" in [r.code for r in left.refusals] for left in plan.left_out)
