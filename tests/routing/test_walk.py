"""Rows walked together, column by column, against the same rows told stop by stop."""

import random

import numpy as np
import pytest

from core.routing.build import morning
from core.routing.limits import limits_over_s
from core.routing.loading import loads
from core.routing.problem import NONE, Ints, Problem
from core.routing.walk import of_slot, of_slots, padded, walk
from core.travel.estimate import EstimateTravel
from evals.bench.rich import a_rich_day

Row = tuple[int, ...]


def a_rich_problem(seed: int) -> Problem:
    """Reloads, returns, goods of senders, hours, limits and rests."""
    return morning(a_rich_day(200, 10, seed), EstimateTravel("UTC"))


def some_rows(problem: Problem, seed: int) -> list[tuple[int, Row]]:
    """Return rows of random orders, with reloads between them and the rest somewhere."""
    rng = random.Random(seed)
    found: list[tuple[int, Row]] = []
    for slot, who in enumerate(problem.slots):
        for _ in range(4):
            row = rng.sample(list(problem.owed), rng.randrange(1, 25))
            for helper in (who.trip, who.rest):
                if helper != NONE:
                    row.insert(rng.randrange(len(row) + 1), helper)
            found.append((slot, tuple(row)))
    return found


def told_load_over(problem: Problem, slot: int, row: Row) -> list[int]:
    """Return by how much the vehicle is too full at its fullest, told stop by stop."""
    who, fullest = problem.slots[slot], list[Ints]()
    now, back = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
    for place, task in enumerate((who.trip, *row)):
        if place == 0 or problem.is_trip[task]:
            now = now - back
            back = back * 0
            for later in row[place:]:
                if problem.is_trip[later]:
                    break
                if int(problem.pickup[slot, later]) == NONE:
                    now = now + problem.load[later]
        elif int(problem.pickup[slot, task]) == NONE:
            now = now - problem.load[task] + problem.gain[task]
            back = back + problem.gain[task]
        fullest.append(now)
    return (np.max(fullest, axis=0) - np.array(who.capacity)).tolist()


@pytest.mark.parametrize("seed", range(3))
def test_the_fullest_moment_is_the_one_told_stop_by_stop(seed: int):
    problem = a_rich_problem(seed)
    for slot, row in some_rows(problem, seed):
        if (problem.pickup[slot, list(row)] >= 0).any():
            continue
        seqs = padded(problem, slot, [row], len(row) + 3)
        over, _ = loads(problem, np.array([slot]), seqs)
        assert over[0].tolist() == told_load_over(problem, slot, row)


@pytest.mark.parametrize("seed", range(3))
def test_the_longest_drive_without_a_rest_is_the_one_told_stop_by_stop(seed: int):
    problem = a_rich_problem(seed)
    for slot, row in some_rows(problem, seed):
        who, limits = np.array([slot]), problem.slots[slot].limits
        assert limits is not None
        # With the rest in front the first drive begins when the driver is ready.
        seqs = padded(problem, slot, [(problem.slots[slot].rest, *row)])
        walked = walk(problem, who, seqs)
        over, _ = limits_over_s(problem, who, seqs, walked.arrive, walked.start)
        leaves = [problem.slots[slot].ready_s, *walked.leave[0].tolist()]
        drives = [int(a) - d for a, d in zip(walked.arrive[0], leaves, strict=False)]
        longest = since = limits.since_rest_s
        for task, drive in zip(seqs[0], drives, strict=True):
            since += drive
            longest = max(longest, since)
            since = 0 if problem.is_rest[task] else since
        expected = max(sum(drives) - limits.driving_s, longest - limits.on_end_s)
        assert int(over[0]) == expected


def test_a_row_walks_alone_as_it_walks_in_company():
    problem = a_rich_problem(1)
    rows = [
        (s, tuple(t for t in row if not problem.is_rest[t])) for s, row in some_rows(problem, 1)
    ]
    together = of_slots(problem, rows)
    for i, (slot, row) in enumerate(rows):
        for _ in range(2):
            alone = of_slot(problem, slot, [row])
            assert int(alone.key[0]) == int(together.key[i])
            assert alone.load_over[0].tolist() == together.load_over[i].tolist()
            assert int(alone.hours_over_s[0]) == int(together.hours_over_s[i])
            assert int(alone.release_over_s[0]) == int(together.release_over_s[i])
