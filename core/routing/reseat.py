"""Gives orders another place that engines put in by a narrower rule than ours."""

import numpy as np

from core.routing.insertion import placements
from core.routing.paid import worth_serving_mc
from core.routing.pairs import has_pairs, less, pairs
from core.routing.problem import Problem, Sequences
from core.routing.start import insert_all, nearest
from core.routing.walk import IMPOSSIBLE, of_slot, of_slots

Row = tuple[int, ...]

ROUTES, PLACES = 6, 5
"""Routes and places of each that are tried for a way of an order: every sixth of a thousand orders
may have two others, and all are tried in every turn of a search."""


def reseated(problem: Problem, rows: Sequences) -> Sequences:
    """Return the rows with each order that has several ways, and each pair of doors, where it costs
    least, the others being where they are; the same rows where nothing is cheaper."""
    rows = in_any_way(problem, rows)
    if not has_pairs(problem):
        return rows
    now = rows
    home = {task: slot for slot, row in enumerate(rows) for task in row}
    for task in pairs(problem):
        if task not in home or problem.first(task) in problem.ways:
            continue
        slot = home[task]
        row = now[slot]
        without = (*now[:slot], less(problem, slot, row, row.index(task)), *now[slot + 1 :])
        found, left = insert_all(problem, without, (task,))
        if left:
            continue
        taker = next(s for s, r in enumerate(found) if task in r)
        both = {slot, taker}
        if _cost(problem, found, both) < _cost(problem, now, both):
            now, home[task] = found, taker
    return now


def in_any_way(problem: Problem, rows: Sequences) -> Sequences:
    """Return the rows, which hold every limit, with each order that has several ways in whichever
    of them, and wherever, it was found to cost least."""
    if not problem.has_ways:
        return rows
    now, several = list(rows), {t for ways in problem.ways.values() for t in ways}
    home = {task: slot for slot, row in enumerate(rows) for task in row}
    cost = [_cost_mc(problem, s, row) for s, row in enumerate(now)]
    for task in sorted(several & set(home)):
        slot = home[task]
        row = less(problem, slot, now[slot], now[slot].index(task))
        less_mc = _cost_mc(problem, slot, row)
        without = [*now[:slot], row, *now[slot + 1 :]]
        known = [*cost[:slot], less_mc, *cost[slot + 1 :]]
        added, taker, found = _likely(problem, without, known, problem.first(task))
        if added < min(cost[slot] - less_mc, worth_serving_mc(problem, task)):
            now, cost = without, known
            now[taker], cost[taker] = found, known[taker] + added
    return tuple(now)


def _likely(problem: Problem, now: list[Row], cost: list[int], first: int) -> tuple[int, int, Row]:
    """Return what the cheapest of the likely places for an order adds, its slot and its row: on the
    routes that pass nearest to each of its ways, where the detour is least."""
    rows = [
        (slot, row)
        for way in problem.ways_of(first)
        for slot in nearest(problem, now, way, ROUTES)
        for row in placements(problem, slot, now[slot], way, PLACES)
    ]
    if not rows:
        return IMPOSSIBLE, -1, ()
    keys = of_slots(problem, rows, hopeless=False).key
    delta = keys - np.array([cost[s] for s, _ in rows], dtype=np.int64)
    best = int(np.argmin(delta))
    return int(delta[best]), *rows[best]


def _cost_mc(problem: Problem, slot: int, row: Row) -> int:
    return int(of_slot(problem, slot, [row]).cost_mc[0])


def _cost(problem: Problem, rows: Sequences, slots: set[int]) -> int:
    return sum(int(of_slot(problem, s, [rows[s]]).key[0]) for s in slots if rows[s])
