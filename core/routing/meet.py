"""Where and when two riders who both drive could meet: the few places that cost both least."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.domain.plan import StopKind
from core.routing.problem import NONE, Ints, Problem, Task
from core.routing.walk import of_slot

# Doors of each route, from the first that may be changed on, where the two could meet.
DOORS = 8
# Places that are looked at: the shortest detours for both together.
PLACES = 6
# A meeting comes before one of so many next stops: later ones help too few of the deliveries.
SOON = 7
# Meetings that are worked out, each at a place of its own.
MOST_MEETINGS = 4
LONGEST_WAIT_S = 480
"""Whoever is first waits no longer than this, as far as anybody can tell beforehand."""


@dataclass(frozen=True, slots=True)
class Rendezvous:
    """One place and time to meet, with where in each route it comes."""

    node: int
    at_s: int
    giver_place: int
    taker_place: int
    """Stops of the movable part that come before the meeting."""
    wait_s: int


def rendezvous(
    problem: Problem, giver: int, taker: int, duration_s: int, longest_wait_s: int = LONGEST_WAIT_S
) -> tuple[Rendezvous, ...]:
    """Return the cheapest ways to meet, each at another place, the cheapest first.

    None has either rider wait longer than `longest_wait_s` as far as expected times go.
    """
    nodes = _places(problem, giver, taker)
    if not nodes:
        return ()
    first = len(problem.tasks)
    tried = with_tasks(problem, [Task(StopKind.MEET, n, duration_s) for n in nodes])
    found: list[tuple[int, Rendezvous]] = []
    for number, node in enumerate(nodes):
        there_g, cost_g = _reached(tried, giver, first + number)
        there_t, cost_t = _reached(tried, taker, first + number)
        wait = np.abs(there_g[:, None] - there_t[None, :])
        total = cost_g[:, None] + cost_t[None, :] + wait * problem.driver_mc_per_s
        total = np.where(wait <= longest_wait_s, total, np.iinfo(np.int64).max)
        i, j = np.unravel_index(int(np.argmin(total)), total.shape)
        if wait[i, j] > longest_wait_s:
            continue
        at_s = int(max(there_g[i], there_t[j]))
        meeting = Rendezvous(node, at_s, int(i), int(j), int(wait[i, j]))
        found.append((int(total[i, j]), meeting))
    found.sort(key=lambda f: (f[0], f[1].node))
    return tuple(meeting for _, meeting in found[:MOST_MEETINGS])


def with_tasks(problem: Problem, tasks: Sequence[Task]) -> Problem:
    """Return the problem with more tasks that need no goods."""
    room = np.full((len(problem.slots), len(tasks)), NONE, dtype=np.int64)
    return replace(
        problem,
        tasks=(*problem.tasks, *tasks),
        pickup=np.concatenate([problem.pickup, room], axis=1),
        openings=problem.openings and problem.openings.wider(len(tasks)),
    )


def _places(problem: Problem, giver: int, taker: int) -> list[int]:
    """Return the doors of both routes that are the shortest detours for the other one."""
    detours: dict[int, int] = {}
    for slot, other in ((giver, taker), (taker, giver)):
        for task in problem.slots[slot].sequence[:DOORS]:
            if problem.tasks[task].kind is not StopKind.DELIVER:
                continue
            node = problem.tasks[task].node
            off = _detour_s(problem, slot, node) + _detour_s(problem, other, node)
            detours[node] = min(off, detours.get(node, off))
    return sorted(detours, key=lambda n: (detours[n], n))[:PLACES]


def _detour_s(problem: Problem, slot: int, node: int) -> int:
    """Return the fewest extra seconds with which a route comes by a node soon."""
    vehicle = problem.slots[slot]
    before = vehicle.frozen[-1] if vehicle.frozen else None
    here = vehicle.start_node if before is None else problem.tasks[before].node
    best: int | None = None
    for task in (*vehicle.sequence[:SOON], vehicle.end_task):
        then = problem.tasks[task].node
        if then < 0:
            continue
        off = problem.seconds[here, node] + problem.seconds[node, then]
        off -= problem.seconds[here, then]
        best = int(off) if best is None else min(best, int(off))
        here = then
    return best or 0


def _reached(problem: Problem, slot: int, meeting: int) -> tuple[Ints, Ints]:
    """Return when a vehicle gets to a meeting before each of its next stops, and what its route
    costs then."""
    row = problem.slots[slot].sequence
    count = min(len(row), SOON) + 1
    walked = of_slot(problem, slot, [(*row[:i], meeting, *row[i:]) for i in range(count)])
    column = (walked.seqs == meeting).argmax(axis=1)
    return walked.arrive[np.arange(count), column], walked.key
