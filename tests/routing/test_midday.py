"""The mid-day search: what an insertion adds is what the route then costs, no limit is broken."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.ids import OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import StopKind
from core.routing.cost import lateness_mc
from core.routing.engine_midday import MiddaySearch, numbered
from core.routing.midday.insertion import look, look_quickly, put
from core.routing.midday.model import FAR_MC, PLACE, Routes
from core.routing.midday.search import begin
from core.routing.midday.timing import DRAG_S, RAMP_S, late_cost, refresh
from core.routing.moved import kept_in_order
from core.routing.pool import SolverPool
from core.routing.problem import ELSEWHERE, NEVER, NONE, Problem, Sequences, Slot, Task
from core.routing.search import Search
from core.routing.walk import IMPOSSIBLE, of_slot, tasks_of_row
from tests.builders import minute

MOVED_MC = 20_000


def a_problem(seed: int, *, soft: bool = True, rests: bool = True) -> Problem:
    """Four vehicles under way on roads with one-way streets: goods on board and at the depot, a
    rest each for two, one with a frozen stop, ranges, skills and three orders without a place."""
    rng = random.Random(seed)
    count, stops, vehicles = 34, 24, 4
    at = np.array([(rng.randrange(4000), rng.randrange(4000)) for _ in range(count)])
    metres = np.abs(at[:, None, :] - at[None, :, :]).sum(axis=2).astype(np.int64)
    noise = np.array([[rng.randrange(60) for _ in range(count)] for _ in range(count)])
    seconds = metres // 8 + noise
    np.fill_diagonal(seconds, 0)
    tasks = [
        Task(
            StopKind.DELIVER,
            1 + i,
            rng.randrange(30, 200),
            opens_s=rng.choice((-NEVER, 0, 1200)),
            closes_s=rng.choice((NEVER, 1800, 3600)),
            hard=not soft and rng.random() < 0.2,
            late_mc=rng.choice((0, 300_000)) if soft else 0,
            load=(1, rng.randrange(1, 50), 0),
            needs=frozenset({"lift"} if i // 6 % 2 and rng.random() < 0.2 else ()),
            order_id=OrderId(f"o{i}"),
        )
        for i in range(stops + 3)
    ]
    pickup = np.full((vehicles, 80), NONE, dtype=np.int64)
    slots: list[Slot] = []
    for v in range(vehicles):
        own = list(range(v * 6, v * 6 + 6))
        tasks.append(Task(None, 0, 0))
        end = len(tasks) - 1
        tasks.append(Task(StopKind.RELOAD, 0, 240))
        reload = len(tasks) - 1
        rest = NONE
        if rests and v < 2:
            tasks.append(Task(StopKind.REST, -1, 600, 600, 2400))
            rest = len(tasks) - 1
        pickup[:, own[:4]] = ELSEWHERE
        pickup[v, own[:4]] = NONE
        sequence = (*own[1:4], reload, *own[4:]) if v == 3 else (*own[:4], reload, *own[4:])
        on = np.array([tasks[t].load for t in own[:4]]).sum(axis=0)
        slots.append(
            Slot(
                vehicle_id=VehicleId(f"V{v}"),
                start_node=28 + v,
                end_task=end,
                ready_s=rng.randrange(300),
                latest_return_s=9000,
                capacity=(6, 250, 0),
                features=frozenset({"lift"} if v % 2 else ()),
                metre_mc=30,
                on_board=(int(on[0]), int(on[1]), int(on[2])),
                departed=True,
                range_m=rng.choice((NEVER, 40_000)),
                rest=rest,
                rest_over_s=1800,
                frozen=(own[0],) if v == 3 else (),
                sequence=sequence,
            )
        )
        for t in (*own[4:], 24, 25, 26):
            pickup[v, t] = reload
    for t in (v * 6 + i for v in range(vehicles) for i in (4, 5)):
        pickup[:, t] = pickup[:, 24]
    points = tuple(Point(0, 1000 * i) for i in range(count))
    return Problem(
        minute(0), points, seconds, metres, tuple(tasks), tuple(slots), pickup[:, : len(tasks)], 375
    )


ORPHANS = (24, 25, 26)


def a_start(problem: Problem, moved_mc: int = 0) -> tuple[MiddaySearch, Routes]:
    search = MiddaySearch(problem, ORPHANS, moved_mc, seed=1)
    known = search.known
    rows = tuple(
        tasks_of_row(problem, of_slot(problem, s, [x.sequence]), 0)[len(x.frozen) :]
        for s, x in enumerate(problem.slots)
    )
    routes = known.routes(rows)
    begin(known.model, routes, search.blank())
    return search, routes


def present(search: MiddaySearch, routes: Routes, slot: int) -> tuple[int, ...]:
    size = int(routes.route["size"][slot])
    places: list[int] = routes.stop["place"][slot, 1 : size + 1].tolist()
    return tuple(search.known.tasks[p] for p in places)


def moved(problem: Problem, slot: int, row: Sequence[int]) -> int:
    home = {t: (s, i) for s, x in enumerate(problem.slots) for i, t in enumerate(x.sequence)}
    had = [t for t in row if problem.tasks[t].order_id is not None and t not in ORPHANS]
    ranks = [home[t][1] for t in had if home[t][0] == slot]
    return len(had) - kept_in_order(ranks)


def reference(problem: Problem, slot: int, row: Sequence[int], moved_mc: int) -> int:
    """Walk a whole row, its rest where it stands, in plain Python; FAR_MC: breaks a limit."""
    who = problem.slots[slot]
    clock, at, metres, late = who.ready_s, who.start_node, 0, 0
    on, peak = list(who.on_board), list(who.on_board)
    seen: set[int] = set()
    for number in (*who.frozen, *row, who.end_task):
        task = problem.tasks[number]
        to = at if task.node < 0 else task.node
        metres += int(problem.metres[at, to])
        clock = max(clock + int(problem.seconds[at, to]), task.opens_s)
        at = to
        over = clock - task.closes_s
        if (task.hard and over > 0) or (number == who.rest and over > who.rest_over_s):
            return FAR_MC
        late += int(lateness_mc(np.array([over]), np.array([task.late_mc]))[0])
        clock += task.service_s
        seen.add(number)
        if task.order_id is not None:
            source = int(problem.pickup[slot, number])
            if source == ELSEWHERE or (source >= 0 and source not in seen):
                return FAR_MC
            on = [o - x for o, x in zip(on, task.load, strict=True)]
        for user in row:
            if int(problem.pickup[slot, user]) == number:
                on = [o + x for o, x in zip(on, problem.tasks[user].load, strict=True)]
        peak = [max(p, o) for p, o in zip(peak, on, strict=True)]
    full = any(p > most for p, most in zip(peak, who.capacity, strict=True))
    if full or clock > who.latest_return_s or metres > who.range_m:
        return FAR_MC
    cost = (clock - who.ready_s) * problem.driver_mc_per_s + metres * who.metre_mc + late
    return cost + moved_mc * moved(problem, slot, row)


def cheapest(problem: Problem, slot: int, row: tuple[int, ...], task: int, moved_mc: int) -> int:
    """Try every place, and every place to fetch the goods, by walking each row in plain Python."""
    if not problem.fits_features(slot, task):
        return FAR_MC
    source = int(problem.pickup[slot, task])
    bases = [row]
    if source >= 0 and source not in row:
        bases = [(*row[:i], source, *row[i:]) for i in range(len(row) + 1)]
    trials = [(*b[:i], task, *b[i:]) for b in bases for i in range(len(b) + 1)]
    costs = [reference(problem, slot, t, moved_mc) for t in trials]
    least = min(costs)
    return least if least >= FAR_MC else least - reference(problem, slot, row, moved_mc)


def test_lateness_costs_what_it_costs_everywhere():
    assert (RAMP_S, DRAG_S) == (600, 7200)
    place = np.zeros(1, PLACE)
    place["promise"], place["late_mc"] = 1000, 123_457
    for start in (0, 399, 400, 401, 999, 1000, 1600, 1601, 5000, 100_000):
        exact = lateness_mc(np.array([start - 1000]), np.array([123_457]))
        assert late_cost(place[0], start) == int(exact[0])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("moved_mc", [0, MOVED_MC])
def test_a_route_costs_what_the_exact_walk_says(seed: int, moved_mc: int):
    problem = a_problem(seed)
    search, routes = a_start(problem, moved_mc)
    for slot in range(len(problem.slots)):
        row = present(search, routes, slot)
        here = int(routes.route["cost_mc"][slot])
        frozen = reference(problem, slot, row, moved_mc) - here
        walked = of_slot(problem, slot, [problem.slots[slot].sequence])
        assert int(walked.cost_mc[0]) == here + frozen
        assert (frozen == 0) == (not problem.slots[slot].frozen)
        assert int(routes.route["bad"][slot]) == int(not walked.feasible[0])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("moved_mc", [0, MOVED_MC])
def test_an_insertion_adds_what_it_says_and_is_the_cheapest_of_all_places(seed: int, moved_mc: int):
    problem = a_problem(seed, soft=seed % 2 == 0)
    search, routes = a_start(problem, moved_mc)
    model, rng, tried = search.known.model, random.Random(seed), 0
    for task in (*ORPHANS, *rng.sample(range(24), 8)):
        if task in {t for s in problem.slots for t in s.frozen}:
            continue
        customer = search.known.tasks.index(task)
        _take_out(search, routes, customer)
        for slot in range(len(problem.slots)):
            row = present(search, routes, slot)
            if reference(problem, slot, row, 0) >= FAR_MC:
                continue
            look(model, routes, customer, slot)
            found = routes.found[customer, slot].copy()
            expected = cheapest(problem, slot, row, task, moved_mc)
            assert int(found["cost_mc"]) == min(FAR_MC, expected)
            if look_quickly(model, routes, customer, slot):
                assert int(routes.found[customer, slot]["cost_mc"]) == int(found["cost_mc"])
            if expected < FAR_MC:
                before = int(routes.route["cost_mc"][slot])
                put(model, routes, customer, slot, int(found["column"]), int(found["fetch"]))
                assert int(routes.route["cost_mc"][slot]) - before == expected
                assert int(routes.route["bad"][slot]) == 0
                _take_out(search, routes, customer)
                tried += 1
    assert tried > 5


def _take_out(search: MiddaySearch, routes: Routes, customer: int) -> None:
    """Take a customer out of its route, and a stop that then fetches for nobody."""
    model, slot = search.known.model, int(routes.route_of[customer])
    if slot < 0:
        return
    source = int(model.source[customer, slot])
    unused = source >= 0 and int(routes.uses[source, 0]) == 1
    size = int(routes.route["size"][slot])
    row = [int(p) for p in routes.stop["place"][slot, 1 : size + 1]]
    left = [p for p in row if p != customer and not (unused and p == source)]
    for place in set(row) - set(left):
        routes.route_of[place] = -1
    routes.stop["place"][slot, 1 : len(left) + 1] = left
    routes.route["size"][slot] = len(left)
    refresh(model, routes, slot)


@pytest.mark.parametrize("moved_mc", [0, MOVED_MC])
@pytest.mark.parametrize("seed", range(6))
def test_the_best_rows_hold_cost_what_is_told_and_lose_nobody(seed: int, moved_mc: int):
    problem = a_problem(seed, soft=seed % 2 == 0)
    search = MiddaySearch(problem, ORPHANS, moved_mc, seed=seed)
    first = (search.lost, search.cost_mc)
    for k in range(4):
        search.run(500, k / 4, (k + 1) / 4)
    rows = search.rows()
    served = [t for row in rows for t in row if problem.tasks[t].order_id is not None]
    frozen = {t for s in problem.slots for t in s.frozen}
    assert len(served) == len(set(served))
    assert set(served) | set(search.left()) | frozen == set(range(27))
    assert (search.lost, search.cost_mc) <= first
    if not search.held:
        for slot, row in zip(problem.slots, rows, strict=True):
            assert tuple(t for t in row if t not in ORPHANS) == slot.sequence
        return
    assert search.left() == () or set(search.left()) <= set(ORPHANS)
    costs = [reference(problem, s, row, moved_mc) for s, row in enumerate(search.stops())]
    assert sum(costs) == search.cost_mc < FAR_MC
    assert Search(problem, ORPHANS, moved_mc).total(rows) < IMPOSSIBLE


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_without_rests_the_cost_is_exact_on_any_day(seed: int):
    problem = a_problem(seed, rests=False)
    search = MiddaySearch(problem, ORPHANS, MOVED_MC, seed=seed)
    search.run(300, 0.0, 1.0)
    if search.held:
        assert Search(problem, ORPHANS, MOVED_MC).total(search.rows()) == search.cost_mc


def test_goods_on_board_stay_and_fetched_ones_come_after_their_stop():
    problem = a_problem(3)
    search = MiddaySearch(problem, ORPHANS, seed=3)
    search.run(2000, 0.0, 1.0)
    for slot, row in enumerate(search.rows()):
        for place, task in enumerate(row):
            source = int(problem.pickup[slot, task])
            assert source != ELSEWHERE
            assert source < 0 or source in row[:place]


def test_a_price_for_moved_stops_moves_fewer():
    problem = a_problem(5)
    counts: list[int] = []
    for price in (0, 10 * MOVED_MC):
        search = MiddaySearch(problem, ORPHANS, price, seed=1)
        search.run(3000, 0.0, 1.0)
        counts.append(sum(moved(problem, s, r) for s, r in enumerate(search.rows())))
    assert counts[1] < counts[0]


@pytest.mark.slow
def test_two_fresh_processes_find_the_same_rows():
    problem = a_problem(6)
    found: list[Sequences] = []
    for _ in range(2):
        with SolverPool() as pool:
            found.append(pool.run(searched_here, problem))
    assert found[0] == found[1] == searched_here(problem)


def searched_here(problem: Problem) -> Sequences:
    search = MiddaySearch(problem, ORPHANS, MOVED_MC, seed=7)
    search.run(800, 0.0, 1.0)
    return search.rows()


def test_an_order_that_nobody_may_serve_is_left_and_all_others_keep_their_places():
    problem = a_problem(2)
    tasks = list(problem.tasks)
    tasks[24] = replace(tasks[24], needs=frozenset({"crane"}))
    search = MiddaySearch(replace(problem, tasks=tuple(tasks)), ORPHANS, seed=1)
    search.run(300, 0.0, 1.0)
    assert 24 in search.left()


def test_a_day_with_nothing_to_do_is_left_alone():
    problem = a_problem(1)
    idle = replace(
        problem,
        tasks=tuple(replace(t, order_id=None) for t in problem.tasks),
        slots=tuple(replace(s, sequence=(), frozen=(), rest=NONE) for s in problem.slots),
    )
    search = MiddaySearch(idle, (), seed=1)
    search.run(10, 0.0, 1.0)
    assert search.rows() == ((), (), (), ())
    assert numbered(idle, ()).model.customers == 0
