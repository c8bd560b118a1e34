"""The lean search: what it says is so, its plans hold, the same seed gives the same plan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.context import keyed_rng
from core.routing.engine_lean import LeanSearch, Plain
from core.routing.lean.insertion import look, look_again, put
from core.routing.lean.model import FAR, LEAST_ABSENT, USED, Model, Routes, empty_routes
from core.routing.lean.search import search
from core.routing.lean.timing import keep, put_back, refresh
from core.routing.public.budget import Rounds, Seconds
from core.routing.public.instance import Instance
from core.routing.public.solve import posed, solve


def a_town(customers: int, seed: int, *, slack: int = 300, vehicles: int | None = None) -> Instance:
    """Return a problem whose ways are no triangles, with windows that bind."""
    rng = keyed_rng(seed, "town")
    points = [(rng.randrange(100), rng.randrange(100)) for _ in range(customers + 1)]
    ways = np.array(
        [[abs(a - c) + abs(b - d) + rng.randrange(9) for c, d in points] for a, b in points]
    )
    np.fill_diagonal(ways, 0)
    opens = np.array([0, *(rng.randrange(400) for _ in range(customers))])
    width = np.array([1200, *(rng.randrange(20, slack) for _ in range(customers))])
    return Instance(
        name=f"town {seed}",
        convention="made up",
        scale=1,
        cost=ways * 3 + 1,
        time=ways,
        opens=opens,
        closes=opens + width,
        service=np.array([0, *(rng.randrange(20) for _ in range(customers))]),
        load=np.array([0, *(rng.randrange(1, 9) for _ in range(customers))]),
        capacity=40,
        vehicles=vehicles,
    )


def one_route(town: Instance, row: list[int]) -> tuple[Model, Routes]:
    model = LeanSearch(posed(town), seed=1).model
    routes = empty_routes(model, 2, 60)
    lay(model, routes, row)
    return model, routes


def lay(model: Model, routes: Routes, row: list[int]) -> None:
    routes.stop["place"][0, 1 : len(row) + 1] = row
    routes.route["size"][0] = len(row)
    refresh(model, routes, 0)


def walked(town: Instance, row: list[int]) -> int | None:
    """Return what a route costs; None where it breaks a rule. A walk of its own."""
    at, clock, cost = 0, int(town.opens[0]), 0
    for stop in [*row, 0]:
        cost += int(town.cost[at][stop])
        clock = max(clock + int(town.time[at][stop]), int(town.opens[stop]))
        if clock > town.closes[stop]:
            return None
        clock += int(town.service[stop])
        at = stop
    return cost if sum(int(town.load[s]) for s in row) <= town.capacity else None


def cheapest(town: Instance, row: list[int], customer: int) -> list[int]:
    """Return what every place that breaks no rule adds, the cheapest first."""
    before = walked(town, row) if row else 0
    assert before is not None
    after = [walked(town, [*row[:i], customer, *row[i:]]) for i in range(len(row) + 1)]
    return sorted(cost - before for cost in after if cost is not None)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 8))
def test_the_cheapest_place_is_the_one_that_a_walk_of_every_place_finds(seed: int, steps: int):
    town = a_town(14, seed)
    model, routes = one_route(town, [])
    row: list[int] = []
    for step in range(steps):
        others = [c for c in range(1, 15) if c not in row]
        for customer in others:
            found = routes.found[customer, 0]
            adds = [FAR, *cheapest(town, row, customer)]
            if step > 0 and found["name"] == routes.route[0]["parent"]:
                look_again(model, routes, customer, 0)
                assert found["cost"] == min(adds)
            look(model, routes, customer, 0)
            assert found["cost"] == min(adds)
            assert found["next_cost"] == (sorted(adds)[1] if len(adds) > 2 else FAR)
        new = others[seed % len(others)]
        found = routes.found[new, 0]
        if found["cost"] == FAR:
            return
        before = int(routes.route[0]["cost"])
        column, added = int(found["column"]), int(found["cost"])
        put(model, routes, new, 0, column)
        row.insert(column, new)
        assert routes.stop["place"][0, 1 : len(row) + 1].tolist() == row
        assert walked(town, row) == before + added == int(routes.route[0]["cost"])


def test_a_round_that_is_undone_leaves_no_trace():
    town = a_town(20, 5, slack=900)
    model, routes = one_route(town, [3, 7, 9])
    route, stops = routes.route.copy(), routes.stop[0, :5].copy()
    keep(routes, 0)
    put(model, routes, 12, 0, 1)
    put_back(routes)
    assert (routes.route == route).all()
    assert (routes.stop[0, :5] == stops).all()
    assert [int(routes.route_of[c]) for c in (3, 7, 9, 12)] == [0, 0, 0, -1]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), customers=st.integers(1, 40))
def test_every_plan_holds_and_costs_what_the_search_says(seed: int, customers: int):
    town = a_town(customers, seed, slack=700)
    found = solve(town, Rounds(300), seed=seed)
    assert found.verdict.problem in (
        None,
        f"{len(found.verdict.unserved)} customers not served, "
        f"{(*found.verdict.unserved, 0)[0]} the first",
    )
    assert found.verdict.cost == found.engines[0].cost
    for customer in found.verdict.unserved:
        assert walked(town, [customer]) is None


def test_the_same_seed_and_rounds_give_the_same_plan_and_another_seed_another_one():
    town = a_town(60, 1)
    first, again, other = (solve(town, Rounds(2000), seed=s) for s in (4, 4, 5))
    assert first == again
    assert first.routes != other.routes


def test_a_search_in_two_parts_is_the_search_in_one():
    town = a_town(40, 2)
    whole, parts = LeanSearch(posed(town), seed=1), LeanSearch(posed(town), seed=1)
    whole.run(200, 0.5, 0.5)
    parts.run(150, 0.5, 0.5)
    parts.run(50, 0.5, 0.5)
    assert whole.routes() == parts.routes()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), customers=st.integers(1, 40))
def test_rows_in_use_hold_stops_and_all_others_none(seed: int, customers: int):
    model = LeanSearch(posed(a_town(customers, seed, slack=900)), seed=1).model
    routes, rng = empty_routes(model, customers, 60), np.array([seed], np.uint64)
    for row in range(customers):
        refresh(model, routes, row)
    best = np.zeros((customers, 60), np.int32)
    for _ in range(20):
        search(model, routes, rng, 15, 99.0, 99.0, 15.0, 20.0, best, None)
        used, sizes = routes.tally[USED], routes.route["size"]
        assert (sizes[:used] > 0).all()
        assert not sizes[used:].any()
        there = [c for row in best for c in row[1 : 1 + row[0]]]
        assert len(there) == len(set(there)) == customers - routes.tally[LEAST_ABSENT]


def test_with_few_vehicles_as_many_as_possible_are_served():
    town = a_town(30, 3, slack=900, vehicles=2)
    found = solve(town, Rounds(3000), seed=1)
    assert found.verdict.vehicles == 2
    assert found.verdict.problem == (
        f"{len(found.verdict.unserved)} customers not served, {found.verdict.unserved[0]} the first"
    )
    load = sum(int(town.load[c]) for route in found.routes for c in route)
    assert load > 0.9 * 2 * town.capacity


def test_seconds_are_spent_once_on_the_clock_that_is_handed_in():
    clock = iter(range(0, 10**6, 1))
    seen: list[tuple[float, float]] = []
    Seconds(100, lambda: next(clock), 0).spend(lambda _, since, until: seen.append((since, until)))
    assert 40 <= len(seen) <= 60
    assert seen[0][0] == 0.0
    assert seen[-1][1] <= 1.0
    assert all(a < b for a, b in seen)


@pytest.mark.parametrize("rounds", [1, 7, 200, 1003])
def test_rounds_are_spent_exactly(rounds: int):
    spent: list[int] = []
    Rounds(rounds).spend(lambda count, _since, _until: spent.append(count))
    assert sum(spent) == rounds
    over = Rounds(rounds).after(0.0, 1)
    assert sum(not over() for _ in range(rounds + 5)) == rounds


def test_a_plain_problem_may_count_cost_apart_from_time():
    ways = np.array([[0, 9, 9], [9, 0, 1], [9, 1, 0]])
    time = np.array([[0, 1, 1], [1, 0, 90], [1, 90, 0]])
    none = np.zeros(3, np.int64)
    problem = Plain(ways, time, none, none + 50, none, none, 1, None)
    found = LeanSearch(problem, seed=1)
    found.run(50, 0.0, 1.0)
    assert (found.cost, len(found.routes())) == (36, 2)


def test_customers_that_no_two_can_share_a_vehicle_for_each_get_one():
    count = 120
    ways = np.full((count + 1, count + 1), 50)
    np.fill_diagonal(ways, 0)
    none = np.zeros(count + 1, np.int64)
    closes = none + 50
    closes[0] = 1000
    found = LeanSearch(Plain(ways, ways, none, closes, none, none + 1, 500, None), seed=1)
    found.run(20, 0.0, 1.0)
    assert (len(found.routes()), found.cost) == (count, 100 * count)


def a_long_town(customers: int) -> Instance:
    """Return one whose vehicles hold everybody, with windows that leave time for it."""
    town = a_town(customers, 9)
    return replace(town, closes=town.closes + 3000, capacity=10**6)


def test_on_long_routes_two_engines_share_a_budget_and_the_better_plan_is_returned():
    found, again = (solve(a_long_town(70), Rounds(240_000), seed=3) for _ in range(2))
    assert found == again
    assert [u.engine.split("-")[0] for u in found.engines] == ["ruin", "pyvrp"]
    assert found.verdict.problem is None
    assert found.verdict.cost == min(u.cost for u in found.engines)
    assert found.engines[0].iterations == 240_000 * 0.4 + 1
    assert found.engines[1].iterations == 240_000 * 0.6 // 1500


def test_on_short_routes_or_in_a_hurry_our_search_goes_to_the_end():
    for town, rounds in ((a_town(70, 9), 240_000), (a_long_town(70), 2000)):
        found = solve(town, Rounds(rounds), seed=3)
        assert [u.iterations for u in found.engines] == [rounds + 1]


def test_a_step_that_would_take_too_long_like_the_last_one_is_not_begun():
    now = iter(range(0, 10**6, 7))
    over = Seconds(100, lambda: next(now), 0).after(0.0, 1)
    assert [over() for _ in range(15)] == 14 * [False] + [True]
    assert next(now) == 15 * 7


def test_the_parts_of_a_budget_of_seconds_end_with_the_whole():
    now = iter(range(10**6))
    whole = Seconds(100, lambda: next(now), 0)
    whole.part(0.0, 0.4).spend(lambda _rounds, _since, _until: None)
    over = whole.after(0.4, 1)
    assert not over()
    at = next(now)
    assert 40 <= at <= 50
    assert sum(not over() for _ in range(200)) == 100 - at - 1
