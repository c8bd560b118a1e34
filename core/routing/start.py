"""A first plan by regret insertion, exact in every limit: the engine's start, and the fallback."""

import math
from collections.abc import Sequence

import numpy as np

from core.routing.paid import worth_serving_mc
from core.routing.pairs import pair_rows, sender_of
from core.routing.problem import NONE, Problem, Sequences
from core.routing.walk import IMPOSSIBLE, of_slot, of_slots

NARROW_S = 7200
"""Windows up to two hours go in before the wide ones."""


def construct(problem: Problem, tasks: Sequence[int]) -> tuple[Sequences, tuple[int, ...]]:
    """Place tasks where they cost least, hardest first; return also those that fit nowhere."""
    routes: list[tuple[int, ...]] = [() for _ in problem.slots]
    return insert_all(problem, routes, tasks)


def insert_all(
    problem: Problem, routes: Sequence[tuple[int, ...]], tasks: Sequence[int]
) -> tuple[Sequences, tuple[int, ...]]:
    """Insert tasks into the routes one after another, the tightest windows and needs first."""
    now = list(routes)
    cost = [_cost(problem, i, r) for i, r in enumerate(now)]
    left: list[int] = []
    for task in sorted(tasks, key=lambda t: _ease(problem, t)):
        best: tuple[int, int, tuple[int, ...]] = (IMPOSSIBLE, -1, ())
        able = [s for s in range(len(problem.slots)) if problem.fits_features(s, task)]
        rows = [(s, row) for s in able for row in places(problem, s, now[s], task)]
        if rows:
            delta = of_slots(problem, rows).key - np.array([cost[s] for s, _ in rows])
            row = int(np.argmin(delta))
            best = (int(delta[row]), *rows[row])
        if best[1] < 0 or best[0] > worth_serving_mc(problem, task):
            left.append(task)
            continue
        now[best[1]] = best[2]
        cost[best[1]] += best[0]
    return tuple(now), tuple(left)


def places(problem: Problem, slot: int, route: tuple[int, ...], task: int) -> list[tuple[int, ...]]:
    """Return the route with the task at every place, and behind a second load at the end."""
    first = sender_of(problem, slot, task)
    if first == NONE:
        rows = [(*route[:i], task, *route[i:]) for i in range(len(route) + 1)]
    else:
        rows = pair_rows(problem, slot, route, task)
    trip = problem.slots[slot].trip
    if trip != NONE and route and not problem.tasks[route[-1]].trip:
        rows.append((*route, trip, *(() if first == NONE else (first,)), task))
    return rows


def _ease(problem: Problem, task: int) -> tuple[bool, int, bool, int, int]:
    """Return what to sort by: owed first, then few able vehicles, narrow windows, direction."""
    t = problem.tasks[task]
    able = sum(problem.fits_features(s, task) for s in range(len(problem.slots)))
    depot, door = problem.points[problem.slots[0].start_node], problem.points[t.node]
    angle = math.atan2(door.lat_e6 - depot.lat_e6, door.lon_e6 - depot.lon_e6)
    return (
        problem.optional(task),
        able,
        t.closes_s - t.opens_s > NARROW_S,
        round(angle * 1e6),
        task,
    )


def _cost(problem: Problem, slot: int, route: tuple[int, ...]) -> int:
    return int(of_slot(problem, slot, [route]).cost_mc[0])
