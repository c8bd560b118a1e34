"""The lean search with prizes, reloads and pickups: beside a plain walk of every place."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.context import keyed_rng
from core.routing.engine_lean import LeanSearch
from core.routing.lean import pairs, trips
from core.routing.lean.model import FAR, Model, Routes, empty_routes
from core.routing.public.budget import Rounds
from core.routing.public.instance import Instance
from core.routing.public.judge import judge
from core.routing.public.solve import posed, solve


def a_town(customers: int, seed: int, *, slack: int = 900) -> Instance:
    """Return a problem whose ways are the shortest, with windows that bind."""
    rng = keyed_rng(seed, "town")
    points = [(rng.randrange(100), rng.randrange(100)) for _ in range(customers + 1)]
    ways = np.array([[abs(a - c) + abs(b - d) for c, d in points] for a, b in points])
    opens = np.array([0, *(rng.randrange(400) for _ in range(customers))])
    width = np.array([2000, *(rng.randrange(20, slack) for _ in range(customers))])
    return Instance(
        name=f"town {seed}",
        convention="made up",
        scale=1,
        cost=ways * 3,
        time=ways,
        opens=opens,
        closes=opens + width,
        service=np.array([0, *(rng.randrange(20) for _ in range(customers))]),
        load=np.array([0, *(rng.randrange(1, 9) for _ in range(customers))]),
        capacity=20,
    )


def with_pairs(town: Instance) -> Instance:
    """Return the town with every odd customer's goods brought to the next one."""
    partner, load, closes = np.zeros(town.size, np.int64), town.load.copy(), town.closes.copy()
    for c in range(1, town.size - 1, 2):
        partner[c], partner[c + 1] = c + 1, -c
        load[c + 1] = -load[c]
        closes[c + 1] = max(closes[c + 1], closes[c] + 300)
    return replace(town, partner=partner, load=load, closes=closes)


def with_trips(town: Instance, vehicles: int | None = None) -> Instance:
    """Return the town with goods that come in the course of the day, and vehicles that reload."""
    release = np.array([0, *(keyed_rng(c, "release").randrange(150) for c in range(1, town.size))])
    closes = np.maximum(town.closes, release + 250)
    return replace(town, release=release, closes=closes, reloads=True, vehicles=vehicles)


def with_prizes(town: Instance, most: int) -> Instance:
    prize = [0, *(1 + keyed_rng(c, "prize").randrange(most) for c in range(1, town.size))]
    return replace(town, prize=np.array(prize))


def laid(town: Instance, row: list[int]) -> tuple[Model, Routes]:
    search = LeanSearch(posed(town), seed=1)
    routes = empty_routes(search.model, 2, 80, posed(town).kind, [])
    routes.stop["place"][0, 1 : len(row) + 1] = row
    routes.route["size"][0] = len(row)
    (pairs if town.partner is not None else trips).refresh(search.model, routes, 0)
    return search.model, routes


def cost(town: Instance, row: list[int]) -> int | None:
    """Return what a route costs by the judge's walk; None where it breaks a rule."""
    verdict = judge(replace(town, prize=np.zeros(town.size, np.int64)), [row])
    return int(verdict.cost) if verdict.problem is None else None


def pair_places(row: list[int], first: int, then: int) -> Iterator[list[int]]:
    for i in range(len(row) + 1):
        for j in range(i, len(row) + 1):
            yield [*row[:i], first, *row[i:j], then, *row[j:]]


def trip_places(row: list[int], customer: int) -> Iterator[list[int]]:
    """Yield every way in, with and without another visit to the depot."""
    whole = [0, *row, 0]
    for i, (here, on) in enumerate(pairwise(whole)):
        yield [*row[:i], customer, *row[i:]]
        if here:
            yield [*row[:i], 0, customer, *row[i:]]
        if on:
            yield [*row[:i], customer, 0, *row[i:]]


def least(town: Instance, before: int, rows: Iterator[list[int]]) -> list[int]:
    """Return what those that break no rule add, the least first."""
    return sorted(c - before for row in rows if (c := cost(town, row)) is not None)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 6))
def test_the_cheapest_place_of_a_pair_is_the_one_that_a_walk_of_every_place_finds(
    seed: int, steps: int
):
    town = with_pairs(a_town(16, seed))
    model, routes = laid(town, [])
    row: list[int] = []
    for _ in range(steps):
        before = cost(town, row) or 0
        others = [c for c in range(1, 16, 2) if c not in row]
        for customer in others:
            pairs.look(model, routes, customer, 0)
            adds = [*least(town, before, pair_places(row, customer, customer + 1)), FAR]
            assert routes.found[customer, 0]["cost"] == adds[0]
        new = others[seed % len(others)]
        found = routes.found[new, 0]
        if found["cost"] == FAR:
            return
        pairs.put(model, routes, new, 0, int(found["column"]))
        row = routes.stop["place"][0, 1 : routes.route[0]["size"] + 1].tolist()
        assert cost(town, row) == before + found["cost"] == routes.route[0]["cost"]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 9))
def test_a_place_in_the_trips_of_a_vehicle_adds_what_a_walk_of_them_says(seed: int, steps: int):
    town = with_trips(a_town(14, seed))
    model, routes = laid(town, [])
    row: list[int] = []
    for _ in range(steps):
        before = cost(town, row) or 0
        others = [c for c in range(1, 15) if c not in row]
        for customer in others:
            trips.look(model, routes, customer, 0)
            adds = [*least(town, before, trip_places(row, customer)), FAR]
            assert routes.found[customer, 0]["cost"] == adds[0]
        new = others[seed % len(others)]
        found = routes.found[new, 0]
        if found["cost"] == FAR:
            return
        trips.put(model, routes, new, 0, int(found["column"]))
        row = routes.stop["place"][0, 1 : routes.route[0]["size"] + 1].tolist()
        assert cost(town, row) == before + found["cost"] == routes.route[0]["cost"]


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), half=st.integers(1, 15))
def test_plans_of_pickups_hold_and_cost_what_the_search_says(seed: int, half: int):
    town = replace(with_pairs(a_town(2 * half, seed)), vehicles_first=True)
    found = solve(town, Rounds(300), seed=seed)
    assert found.verdict.cost == found.engines[0].cost
    served = {c for route in found.routes for c in route}
    assert all((c in served) == (c + 1 in served) for c in range(1, town.size, 2))
    if len(served) == town.size - 1:
        assert found.verdict.problem is None


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), customers=st.integers(1, 30), priced=st.booleans())
def test_plans_with_reloads_hold_and_cost_what_the_search_says(
    seed: int, customers: int, priced: bool
):
    town = with_trips(a_town(customers, seed), vehicles=5)
    found = solve(with_prizes(town, 400) if priced else town, Rounds(300), seed=seed)
    assert found.verdict.cost == found.engines[0].cost
    assert found.verdict.problem is None or "not served" in found.verdict.problem
    assert not priced or found.verdict.problem is None


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), customers=st.integers(1, 30))
def test_plans_with_prizes_hold_and_cost_no_more_than_leaving_all_out(seed: int, customers: int):
    town = with_prizes(a_town(customers, seed), 300)
    found = solve(town, Rounds(2000), seed=seed)
    assert found.verdict.problem is None
    assert found.verdict.cost == found.engines[0].cost
    assert town.prize is not None
    assert found.verdict.cost <= town.prize.sum()


@pytest.mark.slow
def test_who_is_worth_more_than_the_detour_is_served_and_nobody_else():
    town = replace(a_town(1, 1), closes=np.array([2000, 2000]))
    way = int(town.cost[0][1] + town.cost[1][0])
    for prize, routes in ((way + 1, ((1,),)), (way - 1, ())):
        assert solve(replace(town, prize=np.array([0, prize])), Rounds(50), seed=1).routes == routes


@pytest.mark.slow
def test_two_who_pay_only_together_are_both_served():
    ways = np.array([[0, 100, 100], [100, 0, 1], [100, 1, 0]])
    none = np.zeros(3, np.int64)
    town = Instance("two", "made up", 1, ways, ways, none, none + 999, none, none, 9)
    found = solve(replace(town, prize=np.array([0, 150, 150])), Rounds(300), seed=1)
    assert (found.verdict.cost, len(found.routes)) == (201, 1)


@pytest.mark.slow
def test_where_vehicles_count_first_a_longer_way_is_taken_for_one_less():
    x = np.array([0, 100, 100, -100, -100])
    ways, none = np.abs(x[:, None] - x[None, :]), np.zeros(5, np.int64)
    opens = np.array([0, 100, 500, 300, 700])
    closes = np.array([999, 120, 520, 320, 720])
    town = Instance(
        "to and fro", "made up", 1, ways, ways, opens, closes, none, none, 9,
        partner=np.array([0, 2, -1, 4, -3]),
    )  # fmt: skip
    for first, vehicles, cost in ((False, 2, 400), (True, 1, 800)):
        verdict = solve(replace(town, vehicles_first=first), Rounds(500), seed=1).verdict
        assert (verdict.vehicles, verdict.cost, verdict.problem) == (vehicles, cost, None)


def priced(town: Instance) -> Instance:
    return with_prizes(town, 300)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [with_pairs, with_trips, priced])
def test_the_same_seed_and_rounds_give_the_same_plan_and_another_seed_another_one(
    kind: Callable[[Instance], Instance],
):
    town = kind(a_town(50, 3))
    first, again, other = (solve(town, Rounds(1500), seed=s) for s in (4, 4, 5))
    assert first == again
    assert first.routes != other.routes
