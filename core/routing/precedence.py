"""When not all fit into a morning: who matters more takes the place of who matters less."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.domain.day import Day
from core.domain.order import Priority
from core.routing.pairs import less, sender_of
from core.routing.problem import NONE, Ints, Problem, Sequences
from core.routing.start import insert_all, nearest, places
from core.routing.walk import IMPOSSIBLE, of_slot, of_slots
from core.routing.ways import firsts

Row = tuple[int, ...]

MOST_ASKED = 20
"""Orders left out that are given a place by force; those that matter most come first."""
SHORT, NEAR = 12, 4
"""Up to so many stops every place of a route is tried, else the places of least detour, and where
the other one was."""

_RANKS = {Priority.STANDARD: 1, Priority.EXPRESS: 2, Priority.VIP: 3}


def ranks_of(day: Day, problem: Problem) -> Mapping[int, int]:
    """Return how much each delivery matters: its priority; what may wait for another day, least."""
    return {
        number: 0 if problem.optional(number) else _RANKS[day.orders[task.order_id].order.priority]
        for number, task in enumerate(problem.tasks)
        if task.order_id is not None
    }


def by_rank(
    problem: Problem,
    ranks: Mapping[int, int],
    rows: Sequences,
    left: Sequence[int],
    *,
    passes: int | None = None,
) -> tuple[Sequences, tuple[int, ...]]:
    """Return rows in which nobody asked stays out while a single order that matters less could give
    up its place (on long routes: was found to); whoever gave it up is put in elsewhere where that
    goes.

    The same rows where nobody is left out. Each exchange raises what is served, so it ends; at the
    latest after so many `passes` where they are bounded.
    """
    now, out, moved, done = list(rows), list(left), True, 0
    while moved and done != passes:
        moved, done = False, done + 1
        for task in sorted(out, key=lambda t: (-ranks[t], t))[:MOST_ASKED]:
            found = _place(problem, ranks, now, task)
            if found is None:
                continue
            slot, row, gone = found
            now[slot] = row
            again, still = insert_all(problem, now, firsts(problem, gone))
            now, moved = list(again), True
            out = [*(t for t in out if t != task), *still]
    return tuple(now), tuple(sorted(out))


def _place(
    problem: Problem, ranks: Mapping[int, int], now: Sequence[Row], task: int
) -> tuple[int, Row, tuple[int, ...]] | None:
    """Return slot, new row and who leaves it: who matters least, then what costs least."""
    best: tuple[int, int, int, Row, tuple[int, ...]] | None = None
    near = {s: None for way in problem.ways_of(task) for s in nearest(problem, now, way)}
    for slot in near:
        before = int(of_slot(problem, slot, [now[slot]]).cost_mc[0])
        tried: list[tuple[int, Row, tuple[int, ...]]] = []
        for place, other in enumerate(now[slot]):
            if ranks.get(other, ranks[task]) >= ranks[task]:
                continue
            rest = less(problem, slot, now[slot], place)
            gone = tuple(t for t in now[slot] if t in ranks and t not in rest)
            for way in (w for w in problem.ways_of(task) if problem.fits_features(slot, w)):
                rows = _rows(problem, slot, rest, way, place)
                tried += [(ranks[other], row, gone) for row in rows]
        if not tried:
            continue
        keys = of_slots(problem, [(slot, row) for _, row, _ in tried], hopeless=False).key - before
        order = np.lexsort(
            (keys, np.array([rank for rank, _, _ in tried]), keys >= IMPOSSIBLE // 2)
        )
        first = int(order[0])
        if keys[first] >= IMPOSSIBLE // 2:
            continue
        rank, row, gone = tried[first]
        one = (rank, int(keys[first]), slot, row, gone)
        best = one if best is None else min(best, one)
    return None if best is None else best[2:]


def _rows(problem: Problem, slot: int, rest: Row, task: int, place: int) -> list[Row]:
    """Return the row with the task at the likeliest places; another one left at `place`."""
    rows = places(problem, slot, rest, task)
    if len(rest) <= SHORT or sender_of(problem, slot, task) != NONE:
        return rows
    who, seconds = problem.slots[slot], problem.seconds
    nodes = [who.start_node, *(int(problem.node[t]) for t in rest)]
    nodes.append(int(problem.node[who.end_task]))
    here, there, door = nodes[:-1], nodes[1:], int(problem.node[task])
    detour: Ints = seconds[here, door] + seconds[door, there] - seconds[here, there]
    likely = {*np.argsort(detour, kind="stable")[:NEAR].tolist(), place - 1, place, place + 1}
    likely |= set(range(len(rest) + 1, len(rows)))
    return [rows[i] for i in sorted(likely) if 0 <= i < len(rows)]
