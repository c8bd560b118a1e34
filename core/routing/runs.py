"""Tours from the depot and back, without reloads: what a morning's search fills."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.routing.problem import NEVER, NONE, Problem, Sequences


@dataclass(frozen=True, slots=True)
class Run:
    """One tour of one vehicle. A vehicle that reloads has several, one after the other."""

    slot: int
    ready_s: int
    latest_return_s: int
    range_m: int
    first: bool = True
    """Of its vehicle."""
    last: bool = True


def runs_of(problem: Problem) -> tuple[Run, ...]:
    """Return the runs of every slot, in order.

    A vehicle that may reload gets as many runs as its fair share of the orders fills loads, each
    with an equal part of shift and range. What comes out is joined again by `joined`, and limits
    that were split too evenly are made good where orders are inserted on the whole route.
    """
    found: list[Run] = []
    for number, slot in enumerate(problem.slots):
        count = _loads_needed(problem, number)
        pause = problem.tasks[slot.trip].service_s if count > 1 else 0
        span = (slot.latest_return_s - slot.ready_s - pause * (count - 1)) // count
        share = slot.range_m // count if slot.range_m < NEVER else slot.range_m
        for i in range(count):
            ready = slot.ready_s + i * (span + pause)
            found.append(Run(number, ready, ready + max(0, span), share, i == 0, i == count - 1))
    return tuple(found)


def joined(problem: Problem, runs: Sequence[Run], rows: Sequence[Sequence[int]]) -> Sequences:
    """Return one sequence for each slot, with a reload between two runs that serve somebody."""
    whole: list[tuple[int, ...]] = [() for _ in problem.slots]
    for run, row in zip(runs, rows, strict=True):
        before = whole[run.slot]
        if before and row:
            before = (*before, problem.slots[run.slot].trip)
        whole[run.slot] = (*before, *row)
    return tuple(whole)


def _loads_needed(problem: Problem, number: int) -> int:
    slot = problem.slots[number]
    orders = [t for t in problem.tasks if t.order_id is not None and t.needs <= slot.features]
    if slot.trip == NONE or not orders:
        return 1
    stop_s = sum(t.service_s for t in orders) / len(orders) + _short_leg_s(problem)
    in_shift = (slot.latest_return_s - slot.ready_s) / max(1.0, stop_s)
    fair = 1.25 * len(orders) / len(problem.slots)
    share = min(in_shift, fair) / len(orders)
    fill = max(share * sum(t.load[i] for t in orders) / max(1, slot.capacity[i]) for i in range(3))
    return max(1, round(fill))


def _short_leg_s(problem: Problem) -> float:
    """Return a leg between neighbours: the median of everybody's tenth nearest point."""
    size = len(problem.points)
    near = np.sort(problem.seconds, axis=1)[:, min(10, size - 1)]
    return float(np.median(near))
