"""A first look at many orders of one route: exact times, but no loads and a rest that stays."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.routing.cost import lateness_mc
from core.routing.problem import Ints, Problem
from core.routing.walk import IMPOSSIBLE

LONGEST = 3
"""Stops that move together at most."""

REACH = 12
"""Places that a piece moves at most in one step."""

LONGEST_TURN = 8
"""Stops that are turned around at most in one step."""

KINDS = (1, 2, 3, 0)
"""Neighbourhoods in the order in which they are tried: pieces of so many stops; 0 for turns."""


@lru_cache(maxsize=1024)
def neighbours(size: int, kind: int) -> tuple[Ints, Ints]:
    """Return orders of `size` things, the present one first, and how many each of them moves."""
    rows = [list(range(size))]
    moved = [0]
    if kind == 0:
        for first in range(size - 2):
            for last in range(first + 3, min(size, first + LONGEST_TURN) + 1):
                rows.append(
                    [*range(first), *range(last - 1, first - 1, -1), *range(last, size)],
                )
                moved.append(last - first - 1)
    else:
        for first in range(size - kind + 1):
            piece = [*range(first, first + kind)]
            rest = [*range(first), *range(first + kind, size)]
            for place in range(max(0, first - REACH), min(len(rest), first + REACH) + 1):
                far = abs(place - first)
                if far < kind or (kind == 1 and place == first - 1):
                    continue  # the same order as a shorter piece, or the neighbour, moved
                rows.append([*rest[:place], *piece, *rest[place:]])
                moved.append(min(kind, far))
    return np.array(rows, dtype=np.int64), np.array(moved, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Look:
    """Row by row what a quick look finds; columns are tasks, the end of the route the last."""

    start: Ints
    """When each task begins."""
    spent: Ints
    """Seconds of driving and service up to each task, without any waiting."""
    metres: Ints
    cost_mc: Ints
    free_s: int
    """When the frozen part is over."""
    broken: NDArray[np.bool_]
    """Whether a shift or a range does not allow it."""


def quick_mc(problem: Problem, slot: int, rows: Ints) -> Ints:
    """Return the cost of each row of tasks after the frozen part; IMPOSSIBLE and more is a shift or
    a range that does not allow it."""
    seen = look(problem, slot, rows)
    return np.where(seen.broken, seen.cost_mc + IMPOSSIBLE, seen.cost_mc)


def look(problem: Problem, slot: int, rows: Ints) -> Look:
    """Look at rows of tasks after the frozen part.

    Starts follow from sums and running maxima over whole rows, so that no loop over stops is due.
    """
    who, size = problem.slots[slot], len(problem.points)
    clock, at, behind_m = who.ready_s, who.start_node, 0
    for task in who.frozen:
        to = int(problem.node[task])
        to = at if to < 0 else to
        clock = max(clock + int(problem.seconds[at, to]), int(problem.opens[task]))
        behind_m += int(problem.metres[at, to])
        clock, at = clock + int(problem.service[task]), to
    ends = np.full((len(rows), 1), who.end_task, dtype=np.int64)
    seqs: Ints = np.concatenate([rows, ends], axis=1)
    node: Ints = problem.node[seqs]
    for column in np.nonzero((node < 0).any(axis=0))[0].tolist():
        before = node[:, column - 1] if column else np.full(len(rows), at, dtype=np.int64)
        node[:, column] = np.where(node[:, column] < 0, before, node[:, column])
    legs = node.copy()
    legs[:, 0] += at * size
    legs[:, 1:] += node[:, :-1] * size
    spent: Ints = problem.seconds.ravel()[legs]
    spent[:, 1:] += problem.service[seqs[:, :-1]]
    spent = spent.cumsum(axis=1)
    waited: Ints = np.maximum.accumulate(problem.opens[seqs] - spent, axis=1)
    start: Ints = spent + np.maximum(waited, clock)
    back: Ints = start[:, -1]
    metres: Ints = problem.metres.ravel()[legs].sum(axis=1)
    second = problem.second_price_mc(slot)
    late: Ints = lateness_mc(start - problem.closes[seqs], problem.late_mc[seqs]).sum(axis=1)
    cost: Ints = (back - who.ready_s) * second + metres * who.metre_mc + late
    if problem.toll_mc is not None:
        cost = cost + problem.toll_mc[slot, seqs].sum(axis=1)
    # Who charges on the way goes further; the exact walk knows how far.
    reach = who.range_m + problem.charge_m[rows].sum(axis=1)
    broken = (back > who.latest_return_s) | (metres + behind_m > reach)
    return Look(start, spent, metres, cost, clock, broken)
