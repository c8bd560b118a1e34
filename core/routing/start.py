"""A first plan by regret insertion, exact in every limit: the engine's start, and the fallback."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.routing.paid import worth_serving_mc
from core.routing.pairs import pair_rows, sender_of
from core.routing.problem import NONE, Problem, Sequences
from core.routing.room import Rooms
from core.routing.walk import IMPOSSIBLE, of_slot, of_slots

NARROW_S = 7200
"""Windows up to two hours go in before the wide ones."""
NEAREST = 16
"""On a larger fleet the routes that pass nearest are tried first, the others only where an order
fits in none of these."""


def insert_all(
    problem: Problem, routes: Sequence[tuple[int, ...]], tasks: Sequence[int]
) -> tuple[Sequences, tuple[int, ...]]:
    """Insert tasks into the routes one after another, the tightest windows and needs first.

    A task that stands for several ways of an order goes in by whichever of them costs least.
    """
    now, rooms = list(routes), Rooms(problem)
    cost = [_cost(problem, i, r) for i, r in enumerate(now)]
    left: list[int] = []
    for task in sorted(tasks, key=lambda t: _ease(problem, t)):
        best = _seat(rooms, now, cost, task)
        if best[1] < 0 or best[0] > worth_serving_mc(problem, task):
            left.append(task)
            continue
        now[best[1]] = best[2]
        cost[best[1]] += best[0]
    return tuple(now), tuple(left)


def _seat(
    rooms: Rooms, now: Sequence[tuple[int, ...]], cost: Sequence[int], task: int
) -> tuple[int, int, tuple[int, ...]]:
    """Return what the cheapest place for an order adds, in any of its ways, its slot and its row;
    IMPOSSIBLE where there is none."""
    problem = rooms.problem
    ways = problem.ways_of(task)
    near = {way: nearest(problem, now, way) for way in ways}
    best = _cheapest(rooms, now, cost, near)
    if best[0] < IMPOSSIBLE // 2:
        return best
    slots = range(len(problem.slots))
    far = {
        way: [s for s in slots if s not in near[way] and problem.fits_features(s, way)]
        for way in ways
    }
    return _cheapest(rooms, now, cost, far)


def _cheapest(
    rooms: Rooms,
    now: Sequence[tuple[int, ...]],
    cost: Sequence[int],
    slots: Mapping[int, Sequence[int]],
) -> tuple[int, int, tuple[int, ...]]:
    """Return what the cheapest place of one of these tasks adds, each in its own slots, with its
    slot and its row; IMPOSSIBLE where there is none."""
    rows = [
        (s, row)
        for task, able in slots.items()
        for s in able
        for row in likely(rooms, s, now[s], task)
    ]
    if not rows:
        return IMPOSSIBLE, -1, ()
    delta = of_slots(rooms.problem, rows, hopeless=False).key - np.array([cost[s] for s, _ in rows])
    row = int(np.argmin(delta))
    return int(delta[row]), *rows[row]


def nearest(
    problem: Problem, now: Sequence[tuple[int, ...]], task: int, most: int = NEAREST
) -> tuple[int, ...]:
    """Return the slots that could take a task: at most so many, those that pass nearest, sorted."""
    able = [s for s in range(len(problem.slots)) if problem.fits_features(s, task)]
    if len(able) > most:
        able = sorted(sorted(able, key=lambda s: _far_s(problem, s, now[s], task))[:most])
    return tuple(able)


def _far_s(problem: Problem, slot: int, route: tuple[int, ...], task: int) -> tuple[int, int]:
    """Return how far a task is from the nearest place of a route, then the slot."""
    nodes = [problem.slots[slot].start_node, *(int(problem.node[t]) for t in route)]
    return min(int(problem.seconds[n, problem.node[task]]) for n in nodes if n >= 0), slot


def places(problem: Problem, slot: int, route: tuple[int, ...], task: int) -> list[tuple[int, ...]]:
    """Return the route with the task at every place, and behind a second load at the end."""
    first = sender_of(problem, slot, task)
    if first == NONE:
        rows = [(*route[:i], task, *route[i:]) for i in range(len(route) + 1)]
    else:
        rows = pair_rows(problem, slot, route, task)
    goods = (task,) if first == NONE else (first, task)
    return [*rows, *_behind_a_load(problem, slot, route, goods)]


def _behind_a_load(
    problem: Problem, slot: int, route: tuple[int, ...], goods: tuple[int, ...]
) -> list[tuple[int, ...]]:
    """Return the route with another load and these tasks at its end, where there may be one."""
    trip = problem.slots[slot].trip
    if trip == NONE or not route or problem.tasks[route[-1]].trip:
        return []
    return [(*route, trip, *goods)]


def likely(rooms: Rooms, slot: int, route: tuple[int, ...], task: int) -> list[tuple[int, ...]]:
    """Return those of the `places` that do not break a limit at a glance."""
    problem = rooms.problem
    if sender_of(problem, slot, task) != NONE:
        return places(problem, slot, route, task)
    rows = [(*route[:i], task, *route[i:]) for i in np.nonzero(rooms.may(slot, route, task))[0]]
    behind = _behind_a_load(problem, slot, route, (task,))
    return rows + (behind if behind and rooms.may_behind_a_load(slot, route, task) else [])


def closest(rooms: Rooms, slot: int, route: tuple[int, ...], task: int) -> list[tuple[int, ...]]:
    """Return the `likely` places; where there is none, the one that is least too late."""
    problem = rooms.problem
    if sender_of(problem, slot, task) != NONE:
        return places(problem, slot, route, task)[:1]
    rows = likely(rooms, slot, route, task)
    room = rooms.room(slot, route)
    if not rows and room is not None:
        i = rooms.nearest(room, task)
        rows = [(*route[:i], task, *route[i:])]
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
