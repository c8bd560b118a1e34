"""What it costs that some work longer than others, and a plan that is more even for it."""

from dataclasses import dataclass

import numpy as np

from core.domain.plan import PricePart
from core.routing.insertion import placements
from core.routing.pairs import less
from core.routing.problem import Ints, Problem, Sequences
from core.routing.walk import IMPOSSIBLE, of_slot, of_slots
from core.routing.ways import part_of
from core.routing.working import over_s, uneven_mc, worked_s

Row = tuple[int, ...]

MOST_MOVES = 200
"""Stops that change hands for the sake of evenness."""

TAKERS = 6
"""Vehicles that are asked to take a stop: those with least work."""

NEAR = 4
"""Places of each that are tried for it."""


@dataclass(frozen=True, slots=True)
class Uneven:
    """How long routes work, the mean of them, and what those above it cost."""

    worked_s: tuple[int, ...]
    """Of each slot; 0: it is not used."""
    mean_s: int
    over_s: int
    cost_mc: int


def uneven(problem: Problem, rows: Sequences) -> Uneven:
    """Return how even the rows are, by their own mean."""
    work = np.array([_worked(problem, s, row) for s, row in enumerate(rows)], dtype=np.int64)
    mean_s = _means(work[None, :])
    over = np.zeros(1, dtype=np.int64)
    cost = over
    if problem.even is not None:
        over = over_s(problem.even, work[None, :], mean_s).sum(axis=1)
        cost = uneven_mc(problem.even, work[None, :], mean_s).sum(axis=1)
    return Uneven(tuple(work.tolist()), int(mean_s[0, 0]), int(over[0]), int(cost[0]))


def parts_of(problem: Problem, rows: Sequences) -> tuple[PricePart, ...]:
    """Return what a plan's cost holds of both prices for people, and of ways that have one; nothing
    where none is asked."""
    found: list[PricePart] = []
    if problem.toll_mc is not None:
        tolls = [int(problem.toll_mc[s, t]) for s, row in enumerate(rows) for t in row]
        outside = sum(t > 0 for t in tolls)
        found.append(PricePart("territory", outside, round(sum(tolls) / 1000)))
    if problem.even is not None:
        even = uneven(problem, rows)
        cents = round(even.cost_mc / 1000)
        found.append(PricePart("evenness", even.over_s // 60, cents))
    return (*found, *part_of(problem, rows))


def _worked(problem: Problem, slot: int, row: Row) -> int:
    if not row:
        return 0
    walked = of_slot(problem, slot, [row])
    return int(worked_s(problem, walked.who, walked.seqs, walked.arrive, walked.start)[0])


def _means(work: Ints) -> Ints:
    """Return for each row of working times the mean of those who work at all."""
    used = np.maximum(1, (work > 0).sum(axis=1))
    return (work.sum(axis=1) // used)[:, None]


def evened(problem: Problem, rows: Sequences) -> Sequences:
    """Return the rows with stops handed from long routes to short ones where that pays.

    What counts is the exact cost of a morning with the price of uneven work; no limit is broken.
    """
    even = problem.even
    if even is None:
        return rows
    now = list(rows)
    for _ in range(MOST_MOVES):
        work = np.array(uneven(problem, tuple(now)).worked_s, dtype=np.int64)
        above = over_s(even, work[None, :], _means(work[None, :]))[0]
        long = [s for s in np.argsort(-above, kind="stable").tolist() if above[s] > 0]
        better = next((b for s in long if (b := _relief(problem, now, work, s))), None)
        if better is None:
            break
        for slot, row in better:
            now[slot] = row
    return tuple(now)


def _relief(
    problem: Problem, now: list[Row], work: Ints, giver: int
) -> tuple[tuple[int, Row], tuple[int, Row]] | None:
    """Return the two rows after the best hand-over from one route; None where none pays."""
    even = problem.even
    assert even is not None
    tasks = [t for t in now[giver] if problem.tasks[t].order_id is not None]
    takers: list[int] = [s for s in np.argsort(work, kind="stable").tolist() if s != giver][:TAKERS]
    trials: list[tuple[int, int, Row]] = [
        (task, taker, row)
        for task in tasks
        for taker in takers
        if problem.fits_features(taker, task)
        for row in placements(problem, taker, now[taker], task, NEAR)
    ]
    if not trials:
        return None
    spared = of_slots(problem, [(giver, _without(problem, giver, now[giver], t)) for t in tasks])
    gone = {t: i for i, t in enumerate(tasks)}
    less: Ints = np.array([gone[t] for t, _, _ in trials], dtype=np.int64)
    taken = of_slots(problem, [(s, row) for _, s, row in trials])
    who: Ints = np.array([s for _, s, _ in trials], dtype=np.int64)
    present = of_slots(problem, list(enumerate(now)))
    changed: Ints = np.tile(work, (len(trials), 1))
    giver_s = worked_s(problem, spared.who, spared.seqs, spared.arrive, spared.start)
    emptied = np.array([not _without(problem, giver, now[giver], t) for t in tasks])
    changed[:, giver] = np.where(emptied, 0, giver_s)[less]
    changed[np.arange(len(trials)), who] = worked_s(
        problem, taken.who, taken.seqs, taken.arrive, taken.start
    )
    before = uneven_mc(even, work[None, :], _means(work[None, :])).sum()
    delta = uneven_mc(even, changed, _means(changed)).sum(axis=1) - before
    delta += np.where(emptied, 0, spared.key)[less] - present.key[giver]
    delta += taken.key - np.where(work[who] > 0, present.key[who], 0)
    best = int(np.argmin(delta))
    if int(delta[best]) >= 0 or int(taken.key[best]) >= IMPOSSIBLE // 2:
        return None
    task, taker, row = trials[best]
    return (giver, _without(problem, giver, now[giver], task)), (taker, row)


def _without(problem: Problem, slot: int, row: Row, task: int) -> Row:
    return less(problem, slot, row, row.index(task))
