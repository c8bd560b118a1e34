"""Squeezing somebody left out into a route by another order of its stops."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.ids import OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import StopKind
from core.routing.engine_midday import MiddaySearch
from core.routing.midday.insertion import look, look_quickly
from core.routing.midday.model import FAILED, FAR_MC, ROUND, Routes
from core.routing.midday.search import begin
from core.routing.midday.squeeze import is_time, one_more, squeezed
from core.routing.midday.timing import put_back
from core.routing.problem import NONE, Problem, Slot, Task
from core.routing.search import Search
from core.routing.walk import IMPOSSIBLE, of_slot
from tests.builders import minute
from tests.routing.test_midday import MOVED_MC, a_problem, a_start, present, reference
from tests.routing.test_midday_room import a_full_day

MOVES = 400


def drawn(seed: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array([seed], np.uint64)


def absent(routes: Routes) -> list[int]:
    found: list[int] = routes.absent[: int(routes.absent[-1])].tolist()
    return found


def state(routes: Routes) -> list[list[int]]:
    """Return whatever undoing a round has to bring back."""
    sizes: list[int] = routes.route["size"].tolist()
    rows: list[list[int]] = [
        routes.stop["place"][r, 1 : n + 1].tolist() for r, n in enumerate(sizes)
    ]
    costs: list[int] = routes.route["cost_mc"].tolist()
    where: list[int] = routes.route_of.tolist()
    uses: list[int] = routes.uses.ravel().tolist()
    return [*rows, costs, where, uses]


@given(st.integers(0, 10_000), st.booleans(), st.sampled_from((0, MOVED_MC)))
@settings(max_examples=40, deadline=None)
def test_a_squeezed_route_holds_with_everybody_in_it_and_else_nothing_has_changed(
    seed: int, full: bool, moved_mc: int
):
    problem = a_full_day(seed, 120) if full else a_problem(seed, soft=seed % 2 == 0)
    search, routes = a_start(problem, moved_mc)
    model, rng = search.known.model, drawn(seed)
    for customer in absent(routes):
        for slot in range(len(problem.slots)):
            routes.tally[ROUND] += 1
            before, row = state(routes), present(search, routes, slot)
            task = search.known.tasks[customer]
            if squeezed(model, routes, rng, customer, slot, MOVES) == 0:
                after = present(search, routes, slot)
                source = int(problem.pickup[slot, task])
                assert sorted(after) == sorted({*row, task, source} - {NONE})
                cost = reference(problem, slot, after, moved_mc)
                assert cost < FAR_MC
                frozen = reference(problem, slot, (), 0) - _empty_mc(problem, search, slot)
                assert int(routes.route["cost_mc"][slot]) == cost - frozen
            put_back(model, routes)
            assert state(routes) == before


def _empty_mc(problem: Problem, search: MiddaySearch, slot: int) -> int:
    """Return what a route without stops costs in the search, which leaves the frozen part out."""
    known = search.known
    routes = known.routes(tuple(() for _ in problem.slots), 8)
    begin(known.model, routes, np.zeros((len(problem.slots), 8), np.int32))
    return int(routes.route["cost_mc"][slot])


@pytest.mark.parametrize("seed", range(12))
def test_an_order_of_stops_that_breaks_nothing_is_known_as_such(seed: int):
    """Without moves the answer is about the row with the new stop at its end."""
    problem = a_problem(seed, soft=False) if seed % 3 else a_full_day(seed, 900)
    search, routes = a_start(problem)
    model, rng, random_rows = search.known.model, drawn(seed), random.Random(seed)
    number = {t: i for i, t in enumerate(search.known.tasks)}
    for slot in range(len(problem.slots)):
        for _ in range(25):
            routes.tally[ROUND] += 1
            row = list(present(search, routes, slot))
            i, j = random_rows.randrange(len(row)), random_rows.randrange(len(row))
            row[i], row[j] = row[j], row[i]
            routes.stop["place"][slot, 1 : len(row) + 1] = [number[t] for t in row]
            customer = int(routes.absent[random_rows.randrange(int(routes.absent[-1]))])
            task = search.known.tasks[customer]
            holds = problem.fits_features(slot, task)
            holds &= reference(problem, slot, (*row, task), 0) < FAR_MC
            assert (squeezed(model, routes, rng, customer, slot, 0) == 0) == holds
            put_back(model, routes)
            row[i], row[j] = row[j], row[i]
            routes.stop["place"][slot, 1 : len(row) + 1] = [number[t] for t in row]


def a_street(doors: int, late: int) -> Problem:
    """One vehicle at the end of a street, planned from there on door by door; whoever lives at its
    other end wants to be the first, so that all have to be served the other way round, and nobody
    has time for a second way back."""
    at = np.array([0, *(100 * (i + 1) for i in range(doors + 1)), 0], dtype=np.int64)
    ways = np.abs(at[:, None] - at[None, :])
    far = 100 * (doors + 1)
    tasks = [
        Task(StopKind.DELIVER, 1 + i, 10, load=(1, 0, 0), order_id=OrderId(f"o{i}"), hard=True)
        for i in range(doors)
    ]
    tasks.append(
        Task(StopKind.DELIVER, 1 + doors, 10, 0, far, True, load=(1, 0, 0), order_id=OrderId("new"))
    )
    tasks.append(Task(None, doors + 2, 0))
    slot = Slot(
        vehicle_id=VehicleId("V1"),
        start_node=0,
        end_task=doors + 1,
        ready_s=0,
        latest_return_s=2 * far + 10 * (doors + 1) + late,
        capacity=(100, 0, 0),
        features=frozenset(),
        metre_mc=1,
        on_board=(doors + 1, 0, 0),
        departed=True,
        sequence=tuple(range(doors)),
    )
    points = tuple(Point(0, 1000 * i) for i in range(len(at)))
    pickup = np.full((1, len(tasks)), NONE, dtype=np.int64)
    return Problem(minute(0), points, ways, ways, tuple(tasks), (slot,), pickup, 375)


def test_a_whole_route_is_turned_around_for_one_more():
    problem = a_street(14, 0)
    search = MiddaySearch(problem, (14,), seed=1)
    assert search.lost == 1
    model, routes = search.known.model, search.known.routes((tuple(range(14)),), 40)
    begin(model, routes, np.zeros((1, 40), np.int32))
    rng = drawn(1)
    tried = 0
    while int(routes.absent[-1]) == 1 and tried < 50:
        routes.tally[ROUND] += 1
        tried += 1
        one_more(model, routes, rng)
    assert int(routes.absent[-1]) == 0
    assert int(routes.tally[0]) == int(routes.route["cost_mc"].sum())
    row = present(search, routes, 0)
    assert row[0] == 14
    assert Search(problem, (14,), 0).total((row,)) < IMPOSSIBLE


def test_squeezing_in_vain_becomes_rarer_and_a_success_brings_it_back():
    problem = a_street(14, 0)
    search = MiddaySearch(problem, (14,), seed=1)
    model, routes = search.known.model, search.known.routes((tuple(range(14)),), 40)
    begin(model, routes, np.zeros((1, 40), np.int32))
    rng, often = drawn(7), list[int]()
    for failed in (0, 300):
        routes.tally[FAILED] = failed
        often.append(sum(is_time(routes, rng) for _ in range(20_000)))
    assert often[0] > 5 * often[1] > 0
    while int(routes.absent[-1]) == 1:
        routes.tally[ROUND] += 1
        before = int(routes.tally[FAILED])
        came_out = one_more(model, routes, rng)
        assert int(routes.tally[FAILED]) == (0 if came_out else before + 1)


def test_who_fits_in_no_order_stays_out():
    problem = a_street(14, -1)
    search = MiddaySearch(problem, (14,), seed=1)
    search.run(3000, 0.0, 1.0)
    assert search.left() == (14,)
    assert sorted(search.rows()[0]) == list(range(14))


def before_the_depot(problem: Problem, spare_s: int) -> Problem:
    """Cut every row off before its goods are fetched; vehicles have to be back soon after that."""
    slots: list[Slot] = []
    for i, slot in enumerate(problem.slots):
        row = slot.sequence[: 4 - len(slot.frozen)]
        back = int(of_slot(problem, i, [row]).end_s[0])
        slots.append(replace(slot, sequence=row, latest_return_s=back + spare_s))
    return replace(problem, slots=tuple(slots))


def test_where_goods_can_be_fetched_nowhere_in_time_a_quick_look_says_so_and_is_right():
    quick, asked = 0, 0
    for seed in range(40):
        problem = before_the_depot(a_problem(seed, soft=False, rests=False), 60 * seed)
        search, routes = a_start(problem)
        model = search.known.model
        for customer in absent(routes):
            for slot in range(len(problem.slots)):
                if int(model.source[customer, slot]) < 0:
                    continue
                asked += 1
                if look_quickly(model, routes, customer, slot):
                    assert int(routes.found["cost_mc"][customer, slot]) == FAR_MC
                    look(model, routes, customer, slot)
                    assert int(routes.found["cost_mc"][customer, slot]) == FAR_MC
                    quick += 1
    assert asked > quick > 50
