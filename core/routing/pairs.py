"""Two doors of one order: the goods are collected at one and brought to the other.

Rows hold both tasks, the collection first. Engines that know no such pair get it as one door: from
the sender straight on to the receiver, with room for the goods all the way.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.domain.plan import StopKind
from core.routing.cost import lateness_mc
from core.routing.problem import HERE, NONE, Ints, Problem, Sequences, Task
from core.routing.walk import of_slot

Row = tuple[int, ...]

MOST = 60
"""Pairs of places that are tried on a long route: those that look cheapest."""


def sender_of(problem: Problem, slot: int, task: int) -> int:
    """Return the task that collects the goods of a delivery from a sender; NONE without one."""
    pickup = int(problem.pickup[slot, task])
    return pickup if pickup >= 0 and from_sender(problem, pickup) else NONE


def from_sender(problem: Problem, task: int) -> bool:
    """Return whether a task only collects what another one brings."""
    one = problem.tasks[task]
    return one.kind is StopKind.COLLECT and one.order_id is None


def less(problem: Problem, slot: int, row: Row, place: int) -> Row:
    """Return a row without the task at that place, nor the other half of its pair."""
    task = row[place]
    gone = {sender_of(problem, slot, task)}
    if from_sender(problem, task):
        gone |= {t for t in row if int(problem.pickup[slot, t]) == task}
    return tuple(t for i, t in enumerate(row) if i != place and t not in gone)


def pair_rows(problem: Problem, slot: int, route: Row, task: int) -> list[Row]:
    """Return the route with a collection and its delivery at the places that look cheapest.

    A place that is reached too late even without what is added before it is left out where the
    window is hard.
    """
    first = sender_of(problem, slot, task)
    if first in route:
        begin = route.index(first) + 1
        return [(*route[:j], task, *route[j:]) for j in range(begin, len(route) + 1)]
    to_first, to_last = (_asked(problem, slot, route, t) for t in (first, task))
    between = int(problem.seconds[problem.node[first], problem.node[task]])
    price = problem.second_price_mc(slot)
    found: list[tuple[int, int, int]] = []
    for i, one in enumerate(to_first):
        for j in range(i, len(to_last)):
            other = to_last[j]
            if one is None or other is None:
                continue
            detour = one[0] + other[0]
            if i == j:
                into, _ = one[1], other[1]
                detour = into + between + other[2] - one[3]
            found.append((detour * price + one[4] + other[4], i, j))
    found.sort()
    if not found:
        # Nobody comes in time; these say by how much.
        return [(*route[:i], first, task, *route[i:]) for i in range(len(route) + 1)]
    return [(*route[:i], first, *route[i:j], task, *route[j:]) for _, i, j in found[:MOST]]


_Place = tuple[int, int, int, int, int]
"""Detour, way there, way on, the leg that is there now, price of being late."""


def _asked(problem: Problem, slot: int, route: Row, task: int) -> list[_Place | None]:
    """Return what each place of the route would mean for a task; None where it is too late."""
    who, seconds = problem.slots[slot], problem.seconds
    walked = of_slot(problem, slot, [route])
    row = [t for t in walked.seqs[0].tolist() if t != who.end_task]
    leave: list[int] = [who.ready_s, *walked.leave[0].tolist()]
    nodes = [who.start_node]
    for t in row:
        nodes.append(nodes[-1] if int(problem.node[t]) == HERE else int(problem.node[t]))
    end, at = int(problem.node[who.end_task]), int(problem.node[task])
    # A rest may come later than it does now.
    spare_s = 0 if who.rest == NONE else int(problem.service[who.rest])
    found: list[_Place | None] = []
    for place in range(len(route) + 1):
        # Behind the task that comes before this place, the rest not counted.
        column = row.index(route[place - 1]) + 1 if place else len(who.frozen)
        onward = int(problem.node[route[place]]) if place < len(route) else end
        into, on = int(seconds[nodes[column], at]), int(seconds[at, onward])
        over = leave[column] + into - int(problem.closes[task])
        if over > spare_s and bool(problem.hard[task]):
            found.append(None)
            continue
        late = lateness_mc(np.array([over]), np.array([int(problem.late_mc[task])]))
        now = int(seconds[nodes[column], onward])
        found.append((into + on - now, into, on, now, int(late[0])))
    return found


def one_way(problem: Problem) -> Problem:
    """Return the problem for an engine that only knows goods which are brought: room is kept for
    returns from the depot on."""
    if not problem.gathers:
        return problem
    tasks = tuple(
        replace(t, load=_sum(t.load, t.gain), gain=(0, 0, 0)) if any(t.gain) else t
        for t in problem.tasks
    )
    return replace(problem, tasks=tasks)


def one_door(problem: Problem) -> Problem:
    """Return the problem for engines that know no pairs: whatever keeps to it keeps to the real
    one. Itself where there are none."""
    if not has_pairs(problem):
        return problem
    tasks = list(problem.tasks)
    points, seconds, metres = list(problem.points), problem.seconds, problem.metres
    for number in pairs(problem):
        first, last = tasks[int(problem.pickup[0, number])], tasks[number]
        between = int(seconds[first.node, last.node])
        joined = _joined(first, last, between)
        if joined is None:
            # Engines leave it out; whoever inserts it afterwards finds where to wait.
            tasks[number] = replace(last, order_id=None)
            continue
        tasks[number] = replace(joined, node=len(points))
        points.append(points[last.node])
        seconds = _bordered(seconds, first.node, last.node, 0)
        metres = _bordered(metres, first.node, last.node, int(metres[first.node, last.node]))
    pickup = np.full_like(problem.pickup, NONE)
    return replace(
        problem,
        tasks=tuple(tasks),
        points=tuple(points),
        seconds=seconds,
        metres=metres,
        pickup=pickup,
    )


def two_doors(problem: Problem, rows: Sequences) -> Sequences:
    """Return the rows of `one_door` with both halves of every pair in them."""
    return tuple(
        tuple(t for task in row for t in (sender_of(problem, slot, task), task) if t != NONE)
        for slot, row in enumerate(rows)
    )


def has_pairs(problem: Problem) -> bool:
    return bool((problem.pickup >= 0).any())


def pairs(problem: Problem) -> list[int]:
    """Return the deliveries whose goods are collected first, in a morning's problem."""
    return [t for t in range(len(problem.tasks)) if sender_of(problem, 0, t) != NONE]


def _joined(first: Task, last: Task, between_s: int) -> Task | None:
    """Return both doors as one, so long that the second is never reached before it opens; None
    where no beginning keeps both windows without waiting in between."""
    ahead = first.service_s + between_s
    opens = max(first.opens_s, last.opens_s - ahead)
    closes = min(first.closes_s, last.closes_s - ahead)
    if opens > closes:
        return None
    return replace(last, opens_s=opens, closes_s=closes, service_s=ahead + last.service_s)


def _bordered(square: Ints, into: int, out: int, extra: int) -> Ints:
    """Return a matrix with one more place, which is reached like one and left like another."""
    size = len(square)
    wide: Ints = np.zeros((size + 1, size + 1), dtype=np.int64)
    wide[:size, :size] = square
    wide[:size, size] = square[:, into] + extra
    wide[size, :size] = square[out, :]
    return wide


def _sum(one: Sequence[int], other: Sequence[int]) -> tuple[int, int, int]:
    a, b, c = (x + y for x, y in zip(one, other, strict=True))
    return a, b, c
