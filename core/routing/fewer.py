"""Does without a vehicle where what it costs to use it is more than what it saves."""

from collections.abc import Callable
from dataclasses import replace

from core.routing.problem import Problem, Sequences
from core.routing.walk import of_slot

IN_USE = "fleet:in-use"
"""What tasks need of a vehicle, so that one which is to be done without can serve none."""

MOST_KEPT = 8
"""So many vehicles may turn out to be worth their day before the search for others ends."""

Solve = Callable[[Problem], tuple[Sequences, tuple[int, ...]]]
"""Returns rows with the tasks that fit in none of them."""


def fewer(
    problem: Problem, rows: Sequences, left: tuple[int, ...], solve: Solve
) -> tuple[Sequences, tuple[int, ...]]:
    """Return the rows, or ones on fewer vehicles that leave nobody else out and cost less.

    Vehicles are tried one after another, first the one that costs most for each order it brings.
    """
    allowed, tried, kept = set(range(len(rows))), set[int](), 0
    while True:
        worth = [s for s in sorted(allowed - tried) if problem.slots[s].fixed_mc and rows[s]]
        if not worth or kept == MOST_KEPT:
            return rows, left
        slot = max(worth, key=lambda s: (_an_order_mc(problem, s, rows[s]), -s))
        tried.add(slot)
        found, out = solve(only(problem, allowed - {slot}))
        if len(out) <= len(left) and _total_mc(problem, found) < _total_mc(problem, rows):
            rows, left = found, out
            allowed.discard(slot)
        else:
            kept += 1


def only(problem: Problem, kept: set[int]) -> Problem:
    """Return the problem in which no other vehicle than those `kept` serves anybody."""
    slots = tuple(
        replace(s, features=s.features | {IN_USE}) if number in kept else s
        for number, s in enumerate(problem.slots)
    )
    tasks = tuple(
        t if t.order_id is None else replace(t, needs=t.needs | {IN_USE}) for t in problem.tasks
    )
    return replace(problem, slots=slots, tasks=tasks)


def _an_order_mc(problem: Problem, slot: int, row: tuple[int, ...]) -> int:
    orders = sum(problem.tasks[t].order_id is not None for t in row)
    return int(of_slot(problem, slot, [row]).cost_mc[0]) // max(1, orders)


def _total_mc(problem: Problem, rows: Sequences) -> int:
    walked = [int(of_slot(problem, s, [row]).cost_mc[0]) for s, row in enumerate(rows) if row]
    return sum(walked)
