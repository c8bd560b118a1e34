"""A mixed fleet: what a kilometre, an hour and a day of each vehicle cost."""

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.domain.day import Day
from core.domain.ids import OrderId, PlanId, VehicleId
from core.domain.plan import Plan
from core.routing import engine_kernel, engine_pyvrp
from core.routing.build import morning, rest_of_day
from core.routing.engine_kernel import numbered
from core.routing.kernel.insertion import look, put
from core.routing.kernel.model import FAR
from core.routing.kernel.timing import refresh
from core.routing.planner import plan_day
from core.routing.quick import quick_mc
from core.routing.runs import runs_of
from core.routing.walk import of_slot
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east, minute

ROADS = EstimateTravel("UTC")


def vans(**prices: dict[str, Any]) -> Day:
    """Twelve orders east of the depot, and vans that differ only in what they cost."""
    orders = [an_order(f"o{n:02}", east(300 * n + 200, 150 * (n % 3))) for n in range(12)]
    return a_day(
        orders,
        [a_vehicle(name, **own) for name, own in prices.items()],
        [a_driver(name) for name in prices],
    )


def test_a_route_costs_its_kilometres_its_hours_and_its_day():
    """32 cents a kilometre, 36 euros an hour are one cent a second, 50 euros for the day."""
    day = vans(V1={"cost_per_hour_cents": 3600, "cost_per_day_cents": 5000})
    problem, plain = morning(day, ROADS), morning(vans(V1={}), ROADS)
    row = [problem.task_of(OrderId("o00")), problem.task_of(OrderId("o05"))]
    dear, cheap = (of_slot(p, 0, [row, []]) for p in (problem, plain))
    seconds = int(dear.end_s[0]) - problem.slots[0].ready_s
    assert int(dear.cost_mc[0] - cheap.cost_mc[0]) == seconds * 1000 + 5_000_000
    assert int(dear.cost_mc[1]) == int(cheap.cost_mc[1]) == 0


def test_a_van_that_is_out_already_costs_its_day_no_more():
    day = vans(V1={"cost_per_day_cents": 5000}, V2={"cost_per_day_cents": 5000})
    first = [day.orders[OrderId("o00")].order]
    day = replace(day, routes={r.vehicle_id: r for r in (a_route("V1", first), a_route("V2", []))})
    problem = rest_of_day(day, ROADS, minute(1), orphan_ids=(OrderId("o05"),))
    assert [s.fixed_mc for s in problem.slots] == [0, 5_000_000]


def used(plan: Plan) -> list[VehicleId]:
    return [r.vehicle_id for r in plan.routes]


@pytest.mark.parametrize("what", ["cost_per_day_cents", "cost_per_hour_cents", "cost_per_km_cents"])
def test_the_van_that_costs_more_stays_at_the_depot(what: str):
    day = vans(V1={what: 9000}, V2={}, V3={what: 9000})
    plan = plan_day(day, ROADS, seed=1, iterations=30, plan_id=PlanId("p"))
    assert used(plan) == ["V2"]
    assert plan.left_out == ()


def test_nobody_is_left_out_to_save_the_price_of_a_van():
    prices = {f"V{n}": {"cost_per_day_cents": 20_000, "parcels": 4} for n in range(5)}
    plan = plan_day(vans(**prices), ROADS, seed=1, iterations=30, plan_id=PlanId("p"))
    assert (len(plan.routes), plan.left_out) == (3, ())
    assert plan.cost_cents > 3 * 20_000


def test_the_compiled_search_and_pyvrp_see_the_same_prices():
    day = vans(V1={"cost_per_hour_cents": 3600}, V2={"cost_per_hour_cents": 60})
    problem = morning(day, ROADS)
    rows = engine_kernel.solve(problem, seed=1, rounds=500)
    assert [len(r) for r in rows] == [0, 12]
    found = engine_pyvrp.solve(problem, runs_of(problem), seed=1, iterations=50)
    assert [len(r) for r in found] == [0, 12]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_an_insertion_says_it_adds_is_what_the_route_then_costs(seed: int):
    day = vans(V1={"cost_per_hour_cents": 3600, "cost_per_km_cents": 90}, V2={})
    known = numbered(morning(day, ROADS))
    routes = known.routes(((), ()))
    assert all(refresh(known.model, routes, r) for r in (0, 1))
    todo = list(range(12))
    random.Random(seed).shuffle(todo)
    for customer in todo:
        found, before = routes.found[customer, 0], int(routes.route["cost_mc"][0])
        look(known.model, routes, customer, 0)
        added = int(found["cost_mc"])
        assert added < FAR
        put(known.model, routes, customer, 0, int(found["column"]), int(found["how"]))
        assert int(routes.route["cost_mc"][0]) == before + added


def test_a_quick_look_at_other_orders_of_a_route_counts_the_hours_too():
    day = vans(V1={"cost_per_hour_cents": 3600})
    problem = morning(day, ROADS)
    tasks = [problem.task_of(o) for o in sorted(day.orders)]
    rows = np.array([tasks, tasks[::-1]], dtype=np.int64)
    exact = of_slot(problem, 0, rows.tolist()).cost_mc
    assert quick_mc(problem, 0, rows).tolist() == exact.tolist()
