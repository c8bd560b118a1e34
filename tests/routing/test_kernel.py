"""The compiled search: nobody lost or served twice, every limit held, costs that add up."""

import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from core.routing.build import morning
from core.routing.engine_kernel import Numbered, numbered, solve
from core.routing.kernel.insertion import look, look_again, put
from core.routing.kernel.model import FAR, Routes
from core.routing.kernel.nearby import nearby
from core.routing.kernel.search import search
from core.routing.kernel.timing import refresh
from core.routing.pool import SolverPool
from core.routing.problem import Problem, Sequences
from core.routing.walk import of_slot
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_vehicle, an_order, east

ROADS = EstimateTravel("UTC")


def a_problem(seed: int) -> Problem:
    """Two bikes that reload and have a range, two vans, a rest each, and too many orders."""
    rng = random.Random(seed)
    orders = [
        an_order(
            f"o{i:03}",
            east(rng.randrange(-2500, 2500), rng.randrange(-2500, 2500)),
            opens_min=rng.choice((0, 0, 0, 60, 120)),
            closes_min=rng.choice((330, 330, 330, 240)),
            needs=rng.choice(((), (), (), ("chilled",))),
        )
        for i in range(90)
    ]
    bikes = [a_vehicle(f"B{i}", parcels=9, can_reload=True, range_m=30_000) for i in (1, 2)]
    vans = [a_vehicle("V1"), a_vehicle("V2", equipment=frozenset({"chilled"}))]
    drivers = [a_driver(v.vehicle_id, rest_min=(150, 220, 30)) for v in (*bikes, *vans)]
    return morning(a_day(orders, [*bikes, *vans], drivers), ROADS)


def brute(problem: Problem, slot: int, row: Sequence[int], task: int) -> int | None:
    """Return the least detour in seconds and metres' price by walking every row; None: none."""
    if not problem.fits_features(slot, task):
        return None
    trials = [(*row[:i], task, *row[i:]) for i in range(len(row) + 1)]
    walked = of_slot(problem, slot, trials)
    costs = [_price(problem, slot, t) for t, ok in zip(trials, walked.feasible, strict=True) if ok]
    return min(costs) - _price(problem, slot, row) if costs else None


def _price(problem: Problem, slot: int, row: Sequence[int]) -> int:
    """Return the price of driving, service and loading of a row, waiting left out."""
    who = problem.slots[slot]
    nodes = [who.start_node, *(problem.tasks[t].node for t in row), who.start_node]
    legs = list(pairwise(nodes))
    seconds = sum(int(problem.seconds[a, b]) for a, b in legs)
    seconds += sum(problem.tasks[t].service_s for t in row)
    metres = sum(int(problem.metres[a, b]) for a, b in legs)
    return seconds * problem.driver_mc_per_s + metres * who.metre_mc


def a_start(known: Numbered, rows: Sequences) -> Routes:
    routes = known.routes(rows)
    assert all(refresh(known.model, routes, r) for r in range(len(rows)))
    return routes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_route_holds_every_limit_and_nobody_is_served_twice(seed: int):
    problem = a_problem(seed)
    rows = solve(problem, seed=seed, rounds=3000)
    served = [t for row in rows for t in row if problem.tasks[t].order_id is not None]
    assert len(served) == len(set(served)) > 60
    for slot, row in enumerate(rows):
        assert not row or bool(of_slot(problem, slot, [row]).feasible[0])
        assert all(problem.fits_features(slot, t) for t in row)


def test_a_bike_comes_back_for_as_many_loads_as_it_needs():
    orders = [an_order(f"o{i}", east(150 * i, 90 * (i % 3))) for i in range(1, 20)]
    bike = a_vehicle("B1", parcels=8, can_reload=True)
    problem = morning(a_day(orders, [bike], [a_driver("B1", rest_min=(100, 200, 30))]), ROADS)
    (row,) = solve(problem, seed=1, rounds=500)
    assert sum(t == problem.slots[0].trip for t in row) == 2
    assert len(row) == 21
    assert bool(of_slot(problem, 0, [row]).feasible[0])


@pytest.mark.parametrize("seed", [1, 2])
def test_what_an_insertion_adds_is_what_the_route_then_costs(seed: int):
    problem = a_problem(seed)
    known = numbered(problem)
    routes = a_start(known, tuple(() for _ in problem.slots))
    rng = random.Random(seed)
    todo = list(range(known.model.customers))
    rng.shuffle(todo)
    placed = 0
    for customer in todo:
        slot = rng.randrange(len(problem.slots))
        found = routes.found[customer, slot]
        look(known.model, routes, customer, slot)
        if found["cost_mc"] >= FAR:
            continue
        before = int(routes.route["cost_mc"][slot])
        added = int(found["cost_mc"])
        put(known.model, routes, customer, slot, int(found["column"]), int(found["how"]))
        assert int(routes.route["cost_mc"][slot]) == before + added
        assert refresh(known.model, routes, slot)
        placed += 1
    assert placed > 50


def test_the_cheapest_place_is_the_one_found_by_trying_all_on_the_exact_walk():
    problem = a_problem(4)
    known = numbered(problem)
    rows = [list(r) for r in solve(problem, seed=4, rounds=300)]
    rows[2], rows[3] = rows[2][::2], rows[3][::2]
    routes = a_start(known, tuple(tuple(r) for r in rows))
    served = {t for row in rows for t in row}
    for customer, task in enumerate(known.tasks):
        if task in served:
            continue
        for slot in (2, 3):
            if not problem.fits_features(slot, task):
                continue
            look(known.model, routes, customer, slot)
            cost = int(routes.found["cost_mc"][customer, slot])
            assert (None if cost >= FAR else cost) == brute(problem, slot, rows[slot], task)


def test_beside_everybody_else_the_cheapest_place_of_all_is_found_but_for_a_blink():
    problem = a_problem(7)
    known = numbered(problem)
    size = known.model.customers
    others = np.array([[o for o in range(size) if o != c] for c in range(size)], dtype=np.int32)
    model = known.model._replace(close=others)
    rows = tuple(r[::2] for r in solve(problem, seed=4, rounds=300))
    routes = a_start(known, rows)
    served = {t for row in rows for t in row}
    rng = np.array([3], dtype=np.uint64)
    same, tried = 0, 0
    for customer, task in enumerate(known.tasks):
        if task in served:
            continue
        slots = [r for r in range(len(rows)) if model.able[customer, r]]
        for slot in slots:
            look(model, routes, customer, slot)
        least = min(int(routes.found["cost_mc"][customer, slot]) for slot in slots)
        cost = nearby(model, routes, rng, customer)[3]
        assert cost >= least
        tried, same = tried + 1, same + (cost == least)
    assert tried > 20
    assert same >= 9 * tried // 10


def test_what_a_place_beside_somebody_close_adds_is_what_the_route_then_costs():
    problem = a_problem(8)
    known = numbered(problem)
    routes = a_start(known, tuple(() for _ in problem.slots))
    rng = np.array([3], dtype=np.uint64)
    placed = 0
    for customer in range(known.model.customers):
        slot, column, how, added = nearby(known.model, routes, rng, customer)
        if slot < 0:
            continue
        before = int(routes.route["cost_mc"][slot])
        put(known.model, routes, customer, slot, column, how)
        assert int(routes.route["cost_mc"][slot]) == before + added
        assert refresh(known.model, routes, slot)
        placed += 1
    assert placed > 50


def test_looking_again_after_an_insertion_finds_the_same_cheapest_place():
    problem = a_problem(5)
    known = numbered(problem)
    routes = a_start(known, tuple(() for _ in problem.slots))
    slot, customers = 3, range(known.model.customers)
    for newcomer in range(25):
        for customer in customers:
            if int(routes.found["name"][customer, slot]) != int(routes.route["name"][slot]):
                look(known.model, routes, customer, slot)
        if int(routes.found["cost_mc"][newcomer, slot]) >= FAR:
            continue
        place = routes.found[newcomer, slot]
        put(known.model, routes, newcomer, slot, int(place["column"]), int(place["how"]))
        for customer in range(25, known.model.customers):
            look_again(known.model, routes, customer, slot)
            quick = int(routes.found["cost_mc"][customer, slot])
            look(known.model, routes, customer, slot)
            assert quick == int(routes.found["cost_mc"][customer, slot])


@pytest.mark.parametrize("rounds", [1, 50, 2000])
def test_the_cost_that_the_search_tells_is_that_of_its_routes(rounds: int):
    problem = a_problem(3)
    known = numbered(problem)
    routes = a_start(known, tuple(() for _ in problem.slots))
    best = np.zeros_like(routes.old)
    rng = np.array([5], dtype=np.uint64)
    lost, cost = search(known.model, routes, rng, rounds, 5e3, 4e2, 1e4, 10.0, 10, 0.7, best)
    rows = known.rows(best)
    written = a_start(known, rows)
    assert cost == int(written.route["cost_mc"].sum())
    served = {t for row in rows for t in row} & set(known.tasks)
    assert lost == known.model.customers - len(served)


def test_more_rounds_do_not_cost_more_on_a_day_with_room_for_all():
    problem = a_problem(2)
    short, long = (solve(problem, seed=1, rounds=r) for r in (500, 20_000))
    prices = [sum(_price(problem, s, r) for s, r in enumerate(rows)) for rows in (short, long)]
    assert prices[1] <= prices[0]


@pytest.mark.slow
def test_two_fresh_processes_find_the_same_rows():
    problem = a_problem(6)
    found: list[Sequences] = []
    for _ in range(2):
        with SolverPool() as pool:
            found.append(pool.run(solve, problem, seed=7, rounds=1500))
    assert found[0] == found[1] == solve(problem, seed=7, rounds=1500)


def test_orders_that_no_vehicle_can_take_are_in_no_row():
    day = a_day([an_order("odd", needs=["crane"])], [a_vehicle("V1")], [a_driver("V1")])
    assert solve(morning(day, ROADS), seed=1, rounds=10) == ((),)


def test_the_kernel_names_routes_by_their_order():
    problem = a_problem(1)
    known = numbered(problem)
    one, other = known.tasks[:2]
    rows = ((), (), (one, other), ())
    turned = ((), (), (other, one), ())
    names = [int(known.routes(r).route["name"][2]) for r in (rows, turned)]
    assert names == [0, 0]
    told = [int(a_start(known, r).route["name"][2]) for r in (rows, turned)]
    assert told[0] != told[1]
    assert np.array_equal(a_start(known, rows).stop["place"][2, 1:3], [0, 1])
