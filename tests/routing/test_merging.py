"""Plans of several searches merged: contracting loses nothing, and all rounds are spent."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.context import keyed_rng
from core.routing.engine_lean import LeanSearch, Plain
from core.routing.public.budget import Rounds
from core.routing.public.contracted import Rows, contract
from core.routing.public.instance import Instance
from core.routing.public.judge import judge
from core.routing.public.merging import (
    SEARCHED,
    SEARCHES,
    STEPS,
    Made,
    Merged,
    merged,
    search_and_merge,
)
from core.routing.public.solve import posed, solve
from tests.routing.test_lean import a_town, walked

CUSTOMERS = 40


def a_plan(town: Instance, seed: int, rounds: int = 300) -> Rows:
    search = LeanSearch(posed(town), seed=seed)
    search.run(rounds, 0.0, 1.0)
    return search.routes()


def as_a_town(town: Instance, small: Plain) -> Instance:
    """Return a contracted problem as a public one, so that the same walk costs its routes."""
    return replace(
        town,
        cost=small.cost,
        time=small.seconds,
        opens=small.opens,
        closes=small.closes,
        service=small.service,
        load=small.load,
    )


def within(town: Instance, string: tuple[int, ...]) -> int:
    return sum(int(town.cost[a, b]) for a, b in pairwise(string))


def search_then_merge(rounds: int, *, seed: int = 1, vehicles: int | None = None) -> Merged:
    problem = posed(a_town(CUSTOMERS, 9, vehicles=vehicles))
    search = LeanSearch(problem, seed=seed)
    return search_and_merge(search, problem, Rounds(rounds), seed=seed)


def test_contracting_joins_what_all_plans_visit_in_a_row_and_nothing_else():
    town = a_town(6, 3)
    contracted = contract(posed(town), [((1, 2, 3), (4, 5, 6)), ((5, 6, 1, 2), (4,), (3,))])
    assert contracted.strings == ((1, 2), (3,), (4,), (5, 6))
    assert contracted.inward(((5, 6, 1, 2), (4,), (3,))) == ((4, 1), (3,), (2,))
    assert contracted.outward(((4, 1), (3,), (2,))) == ((5, 6, 1, 2), (4,), (3,))


@settings(deadline=None, max_examples=40)
@given(first=st.integers(1, 10**6), second=st.integers(1, 10**6))
def test_a_contracted_plan_keeps_its_windows_and_costs_what_it_cost_less_the_ways_within(
    first: int, second: int
):
    town = a_town(CUSTOMERS, 9)
    plans = [a_plan(town, seed) for seed in (first, second)]
    contracted = contract(posed(town), plans)
    small = as_a_town(town, contracted.problem)
    assert sorted(c for string in contracted.strings for c in string) == [*range(1, CUSTOMERS + 1)]
    for plan in plans:
        rows = contracted.inward(plan)
        assert contracted.outward(rows) == plan
        for row, whole in zip(rows, plan, strict=True):
            inside = sum(within(town, contracted.strings[place - 1]) for place in row)
            cost, before = walked(small, list(row)), walked(town, list(whole))
            assert cost is not None
            assert before == cost + inside


@settings(deadline=None, max_examples=200)
@given(draws=st.integers(0, 10**6))
def test_any_route_of_strings_is_in_time_just_when_the_route_of_their_customers_is(draws: int):
    town = replace(a_town(CUSTOMERS, 9), capacity=10**6)
    plans = [a_plan(town, seed, rounds=60) for seed in (1, 2)]
    contracted = contract(posed(town), plans)
    rng = keyed_rng(draws, "routes")
    row = tuple(rng.sample(range(1, len(contracted.strings) + 1), rng.randint(1, 4)))
    (whole,) = contracted.outward((row,))
    cost = walked(as_a_town(town, contracted.problem), list(row))
    before = walked(town, list(whole))
    assert (cost is None) == (before is None)
    if cost is not None:
        assert before == cost + sum(within(town, contracted.strings[place - 1]) for place in row)


def test_one_table_serves_as_cost_and_time_of_the_smaller_problem_where_it_did_before():
    town = a_town(CUSTOMERS, 9)
    plans = [a_plan(town, 1)]
    both, one = posed(town), posed(replace(town, cost=town.time))
    assert contract(both, plans).problem.seconds is not contract(both, plans).problem.cost
    same = contract(replace(one, seconds=one.cost), plans).problem
    assert same.seconds is same.cost


def test_merging_never_ends_with_a_dearer_plan_than_the_first_of_its_searches():
    rounds, town = 12_000, a_town(CUSTOMERS, 9)
    merged = search_then_merge(rounds)
    alone = LeanSearch(posed(town), seed=1)
    Rounds(rounds).part(0.0, SEARCHED / SEARCHES).spend(alone.run)
    assert merged.best.cost <= alone.cost
    verdict = judge(town, merged.best.rows)
    assert (verdict.problem, verdict.cost) == (None, merged.best.cost)


def test_a_step_keeps_what_all_plans_have_in_common_and_serves_everybody():
    tight = a_town(120, 9)
    town = replace(tight, closes=tight.closes + 300)
    rows = [a_plan(town, seed, rounds=20_000) for seed in (1, 2, 3)]
    plans = [Made(0, int(judge(town, plan).cost), plan) for plan in rows]
    strings = contract(posed(town), rows).strings
    assert 20 < len(strings) < 120
    search = LeanSearch(posed(town), seed=1)
    search.run(50, 0.0, 1.0)
    before = search.rounds
    found, rounds = merged(search, posed(town), plans, Rounds(3_000), seed=5)
    assert (rounds, search.rounds) == (3_001, before)
    assert judge(town, found).problem is None
    ways = {way for row in found for way in pairwise(row)}
    assert all(set(pairwise(string)) <= ways for string in strings)


def test_where_waiting_outlasts_the_latest_arrival_the_string_ends_at_one_time_whatever():
    town = a_town(2, 9)
    time = np.full((3, 3), 5)
    opens, closes = np.array([0, 0, 100]), np.array([1_000, 10, 200])
    town = replace(town, time=time, cost=time, opens=opens, closes=closes, service=opens * 0 + 1)
    small = contract(posed(town), [((1, 2),)]).problem
    assert (small.opens[1], small.closes[1], small.opens[1] + small.service[1]) == (10, 10, 101)


def test_the_same_rounds_and_seed_give_the_same_plan():
    assert search_then_merge(6_000) == search_then_merge(6_000)


def test_searches_and_merging_steps_together_take_the_rounds_they_were_given():
    rounds = 9_000
    taken = search_then_merge(rounds).rounds
    begun = SEARCHES + 2 * STEPS
    assert taken == rounds + begun


def test_with_too_few_vehicles_another_search_has_the_rest_and_the_fewest_left_out_counts():
    found = search_then_merge(9_000, vehicles=3)
    assert found.best.absent > 0
    assert found.rounds == 9_000 + 2
    assert len(found.best.rows) <= 3


def test_with_hardly_anybody_to_serve_there_is_nothing_to_merge_and_the_plan_holds():
    for customers in (1, 2, 5):
        town = a_town(customers, 9)
        problem = posed(town)
        found = search_and_merge(LeanSearch(problem, seed=1), problem, Rounds(300), seed=1)
        assert judge(town, found.best.rows).problem is None


def test_a_budget_good_for_many_rounds_a_customer_is_spent_on_merging_ordinary_routes():
    town = a_town(12, 8)
    found, again = (solve(town, Rounds(12 * 12_000), seed=3) for _ in range(2))
    assert found == again
    assert found.verdict.problem is None
    hasty = solve(town, Rounds(12 * 12_000 - 1), seed=3)
    assert hasty.engines[0].iterations == 12 * 12_000
    assert found.engines[0].iterations > 12 * 12_000 + 1


def test_contracting_leaves_the_depot_as_it_is():
    town = a_town(CUSTOMERS, 9)
    small = contract(posed(town), [a_plan(town, 1)]).problem
    depot = (small.opens[0], small.closes[0], small.service[0], small.load[0])
    assert np.array_equal(depot, (town.opens[0], town.closes[0], town.service[0], 0))
