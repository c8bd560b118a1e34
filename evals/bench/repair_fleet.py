"""What happens to a vehicle of a day in progress: down, gone, behind, short of charge, or new."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from core.domain.ids import VehicleId
from core.domain.plan import StopKind
from core.routing.problem import ELSEWHERE, NONE, Ints, Problem, Task
from core.routing.walk import of_slot
from evals.bench.repair_drawn import (
    LOADING_S,
    MEETING_S,
    WINDOW_S,
    Changed,
    Drawn,
    wider,
    with_orders,
    without,
)

_WITH_BREAKDOWN, _WITH_ADDED = 3, 6
_BEHIND_S = (1800, 4200)
_RANGE_PCT = (55, 80)


def breakdown(drawn: Drawn, rng: random.Random) -> Changed:
    """One vehicle stands still; its goods on board are handed over where it stands. Three orders
    come in besides."""
    problem = drawn.problem
    down = _busy(problem, rng)
    stands = problem.slots[down].start_node
    orphans = [t for t in problem.slots[down].sequence if problem.tasks[t].order_id is not None]
    rest = [s for s in range(len(problem.slots)) if s != down]
    tasks, pickup = list(problem.tasks), problem.pickup[rest]
    slots = tuple(problem.slots[s] for s in rest)
    from_it = [t for t in orphans if t in drawn.aboard]
    if from_it:
        meets = [len(tasks) + s for s in range(len(slots))]
        tasks += [Task(StopKind.MEET, stands, MEETING_S) for _ in slots]
        pickup = wider(pickup, len(tasks))
        for s, meet in enumerate(meets):
            pickup[s, from_it] = meet
    gone = set(problem.slots[down].sequence) - set(orphans)
    after = replace(problem, tasks=tuple(tasks), slots=slots, pickup=pickup)
    reloads = [r for s, r in enumerate(drawn.reloads) if s != down]
    assert not gone or gone == {drawn.reloads[down]}
    return with_orders(after, drawn, reloads, rng, _WITH_BREAKDOWN, orphans)


def gone(drawn: Drawn, rng: random.Random) -> Changed:
    """A driver goes home. What is on board can be fetched at the depot once the vehicle is there,
    its other stops can go to anybody; a promise that can't be kept is made anew."""
    problem = drawn.problem
    left = _busy(problem, rng)
    who = problem.slots[left]
    there_s = who.ready_s + int(problem.seconds[who.start_node, 0])
    orphans = [t for t in who.sequence if problem.tasks[t].order_id is not None]
    rest = [s for s in range(len(problem.slots)) if s != left]
    tasks, pickup, first = list(problem.tasks), problem.pickup[rest], len(problem.tasks)
    brought = [t for t in orphans if t in drawn.aboard]
    if brought:
        tasks += [Task(StopKind.RELOAD, 0, LOADING_S, opens_s=there_s) for _ in rest]
        pickup = wider(pickup, len(tasks))
        for s in range(len(rest)):
            pickup[s, brought] = first + s
    for t in brought:
        again_s = there_s + LOADING_S + WINDOW_S
        if tasks[t].closes_s < again_s:
            tasks[t] = replace(tasks[t], closes_s=again_s)
    slots = tuple(problem.slots[s] for s in rest)
    return replace(problem, tasks=tuple(tasks), slots=slots, pickup=pickup), tuple(orphans)


def slower(drawn: Drawn, rng: random.Random) -> Changed:
    """A driver falls behind and goes on half an hour to seventy minutes later than planned; who can
    no longer be served by him in time has no place any more."""
    problem = drawn.problem
    number = _busy(problem, rng)
    slots = list(problem.slots)
    behind_s = rng.randrange(*_BEHIND_S)
    slots[number] = replace(slots[number], ready_s=slots[number].ready_s + behind_s)
    return _what_holds(replace(problem, slots=tuple(slots)), number)


def battery_low(drawn: Drawn, rng: random.Random) -> Changed:
    """A vehicle can drive only so much of what its route needs."""
    problem = drawn.problem
    number = _busy(problem, rng)
    slots = list(problem.slots)
    needs = _driving(problem, number, slots[number].sequence)
    at_least = _driving(problem, number, ())
    range_s = max(at_least, needs * rng.randrange(*_RANGE_PCT) // 100)
    slots[number] = replace(slots[number], range_m=range_s)
    return _what_holds(replace(problem, slots=tuple(slots)), number)


def added(drawn: Drawn, rng: random.Random) -> Changed:
    """A vehicle comes to help from the depot, and more orders come in."""
    problem, reloads = drawn.problem, drawn.reloads
    tasks, pickup = list(problem.tasks), wider(problem.pickup, len(problem.tasks) + 2)
    tasks += [Task(None, 0, 0), Task(StopKind.RELOAD, 0, LOADING_S)]
    end, load = len(tasks) - 2, len(tasks) - 1
    model = problem.slots[0]
    slot = replace(
        model,
        vehicle_id=VehicleId(f"V{len(problem.slots):02}"),
        start_node=0,
        end_task=end,
        ready_s=0,
        latest_return_s=max(s.latest_return_s for s in problem.slots),
        on_board=(0, 0, 0),
        sequence=(),
        features=frozenset(),
    )
    row = np.full((1, len(tasks)), NONE, dtype=np.int64)
    if drawn.parcels:
        row[0, : len(problem.tasks)] = load
        row[0, sorted(drawn.aboard)] = ELSEWHERE
    after = replace(
        problem,
        tasks=tuple(tasks),
        slots=(*problem.slots, slot),
        pickup=np.concatenate([pickup, row]),
    )
    own = load if drawn.parcels else NONE
    return with_orders(after, drawn, [*reloads, own], rng, _WITH_ADDED, [])


def _busy(problem: Problem, rng: random.Random) -> int:
    """Draw a vehicle among the half that have most stops left."""
    longest = sorted(range(len(problem.slots)), key=lambda s: -len(problem.slots[s].sequence))
    return rng.choice(longest[: max(1, len(longest) // 2)])


def _what_holds(problem: Problem, number: int) -> Changed:
    """Take stops out of a route until it holds: who would be late, then whose way is longest for
    the vehicle's range, then the last."""
    orphans: list[int] = []
    row = list(problem.slots[number].sequence)
    while (worst := _worst(problem, number, row)) is not None:
        orphans.append(worst)
        row.remove(worst)
    return without(problem, frozenset(orphans)), tuple(sorted(orphans))


def _worst(problem: Problem, number: int, row: Sequence[int]) -> int | None:
    """Return the stop that a route has to do without; None: it holds."""
    who = problem.slots[number]
    walked = of_slot(problem, number, [tuple(row)])
    orders = [t for t in row if problem.tasks[t].order_id is not None]
    if not orders:
        return None
    starts: Ints = walked.start[0]
    for column, t in enumerate(row):
        if problem.tasks[t].hard and int(starts[column]) > problem.tasks[t].closes_s:
            return t
    if _driving(problem, number, row) > who.range_m:
        return min(orders, key=lambda t: (_driving(problem, number, [x for x in row if x != t]), t))
    return orders[-1] if int(walked.end_s[0]) > who.latest_return_s else None


def _driving(problem: Problem, number: int, row: Sequence[int]) -> int:
    who = problem.slots[number]
    nodes = [who.start_node, *(problem.tasks[t].node for t in (*row, who.end_task))]
    return sum(int(problem.seconds[a, b]) for a, b in pairwise(nodes))


__all__ = ["added", "battery_low", "breakdown", "gone", "slower"]
