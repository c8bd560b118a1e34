"""What happens to a day in progress: a breakdown, urgent orders, cancellations and the like."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.domain.ids import OrderId
from core.domain.plan import StopKind
from core.routing.problem import NEVER, NONE, Ints, Problem, Task
from core.routing.walk import of_slot

Change = Literal[
    "breakdown and urgent orders", "urgent orders", "cancellations", "closed area", "late release"
]

MEETING_S, LOADING_S = 300, 600
_URGENT, _WITH_BREAKDOWN = 6, 3
_CANCELLED_PCT = 5
_CLOSED, _CLOSED_S = 12, (7200, 12_600)
_LATE, _LATE_S = 12, 7200
_WINDOW_S = 7200
_SOON_S = {True: 12_600, False: 7200}
"""By when an urgent order wants to be served, where goods are fetched at the depot first or not."""


@dataclass(frozen=True)
class Drawn:
    """A day in progress before anything happens."""

    problem: Problem
    aboard: frozenset[int]
    """Tasks whose goods are on board of the vehicle that has them in its sequence."""
    spare: tuple[int, ...]
    """Nodes where an order may still come from."""
    parcels: bool

    @property
    def reloads(self) -> list[int]:
        """Return each vehicle's stop at the depot, which need not be in its sequence."""
        found = [i for i, t in enumerate(self.problem.tasks) if t.kind is StopKind.RELOAD]
        return found or [NONE] * len(self.problem.slots)


Changed = tuple[Problem, tuple[int, ...]]
"""The problem afterwards, and the tasks that have no place any more."""


def changed(drawn: Drawn, change: Change, rng: random.Random) -> Changed:
    """Let that happen; same day and same draws give the same problem."""
    return _HOW[change](drawn, rng)


def breakdown(drawn: Drawn, rng: random.Random) -> Changed:
    """One vehicle stands still; its goods on board are handed over where it stands. Three orders
    come in besides."""
    problem = drawn.problem
    longest = sorted(range(len(problem.slots)), key=lambda s: -len(problem.slots[s].sequence))
    down = rng.choice(longest[: max(1, len(longest) // 2)])
    stands = problem.slots[down].start_node
    orphans = [t for t in problem.slots[down].sequence if problem.tasks[t].order_id is not None]
    rest = [s for s in range(len(problem.slots)) if s != down]
    tasks, pickup = list(problem.tasks), problem.pickup[rest]
    slots = tuple(problem.slots[s] for s in rest)
    from_it = [t for t in orphans if t in drawn.aboard]
    if from_it:
        meets = [len(tasks) + s for s in range(len(slots))]
        tasks += [Task(StopKind.MEET, stands, MEETING_S) for _ in slots]
        pickup = _wider(pickup, len(tasks))
        for s, meet in enumerate(meets):
            pickup[s, from_it] = meet
    gone = set(problem.slots[down].sequence) - set(orphans)
    after = replace(problem, tasks=tuple(tasks), slots=slots, pickup=pickup)
    reloads = [r for s, r in enumerate(drawn.reloads) if s != down]
    assert not gone or gone == {drawn.reloads[down]}
    return _with_orders(after, drawn, reloads, rng, _WITH_BREAKDOWN, orphans)


def urgent(drawn: Drawn, rng: random.Random) -> Changed:
    """Orders come in that want to be served soon; of parcels the goods are at the depot."""
    return _with_orders(drawn.problem, drawn, drawn.reloads, rng, _URGENT, [])


def cancellations(drawn: Drawn, rng: random.Random) -> Changed:
    """One in twenty stops is called off; what is on board for it stays there."""
    every = _served(drawn.problem)
    gone = frozenset(rng.sample(every, max(1, len(every) * _CANCELLED_PCT // 100)))
    tasks = tuple(
        replace(t, order_id=None) if i in gone else t for i, t in enumerate(drawn.problem.tasks)
    )
    return _without(replace(drawn.problem, tasks=tasks), gone), ()


def closed_area(drawn: Drawn, rng: random.Random) -> Changed:
    """Stops that lie together can't be reached for some hours; who was planned before that has no
    place any more, and a promise that can't be kept is made anew."""
    problem = drawn.problem
    every, opens_s = _served(problem), rng.randrange(*_CLOSED_S)
    middle = problem.tasks[rng.choice(_before(problem, opens_s) or every)].node
    ways = problem.seconds[middle] + problem.seconds[:, middle]
    inside = sorted(every, key=lambda t: (int(ways[problem.tasks[t].node]), t))[:_CLOSED]
    return _not_before(problem, inside, opens_s)


def late_release(drawn: Drawn, rng: random.Random) -> Changed:
    """Goods come to the depot late, or customers of a service visit are ready late."""
    problem = drawn.problem
    soon = _before(problem, _LATE_S)
    chosen = sorted(rng.sample(soon, min(_LATE, len(soon))))
    if not drawn.parcels:
        return _not_before(problem, chosen, _LATE_S)
    # Whatever of them was thought to be on board is on the late truck as well.
    lost = drawn.aboard & set(chosen)
    slots = tuple(
        replace(s, on_board=(s.on_board[0] - _load(problem, s.sequence, lost), 0, 0))
        for s in problem.slots
    )
    tasks, first = list(problem.tasks), len(problem.tasks)
    tasks += [Task(StopKind.RELOAD, 0, LOADING_S, opens_s=_LATE_S) for _ in slots]
    for t in chosen:
        if tasks[t].closes_s < NEVER:
            closes = max(tasks[t].closes_s, _LATE_S + _WINDOW_S + LOADING_S)
            tasks[t] = replace(tasks[t], closes_s=closes)
    pickup = _wider(problem.pickup, len(tasks))
    for s in range(len(slots)):
        pickup[s, chosen] = first + s
    after = replace(problem, tasks=tuple(tasks), slots=slots, pickup=pickup)
    return _without(after, frozenset(chosen)), tuple(chosen)


def _load(problem: Problem, row: Sequence[int], which: Collection[int]) -> int:
    return sum(problem.tasks[t].load[0] for t in row if t in which)


def _not_before(problem: Problem, chosen: Sequence[int], opens_s: int) -> Changed:
    """Serve these no sooner; return as orphans those that were planned sooner."""
    soon = set(_before(problem, opens_s))
    orphans = [t for t in chosen if t in soon]
    tasks = list(problem.tasks)
    for t in orphans:
        closes = tasks[t].closes_s
        if closes < NEVER:
            closes = max(closes, opens_s + _WINDOW_S)
        tasks[t] = replace(tasks[t], opens_s=max(tasks[t].opens_s, opens_s), closes_s=closes)
    for t in set(chosen) - set(orphans):
        tasks[t] = replace(tasks[t], opens_s=max(tasks[t].opens_s, opens_s))
    return _without(replace(problem, tasks=tuple(tasks)), frozenset(orphans)), tuple(orphans)


def _before(problem: Problem, limit_s: int) -> list[int]:
    """Return the stops that are planned to begin before that time."""
    found: list[int] = []
    for s, slot in enumerate(problem.slots):
        walked = of_slot(problem, s, [slot.sequence])
        starts = zip(slot.sequence, walked.start[0].tolist(), strict=False)
        found += [t for t, at in starts if at < limit_s and problem.tasks[t].order_id is not None]
    return sorted(found)


def _served(problem: Problem) -> list[int]:
    return [t for s in problem.slots for t in s.sequence if problem.tasks[t].order_id is not None]


def _without(problem: Problem, gone: frozenset[int]) -> Problem:
    """Take stops out of the sequences, and fetching stops that serve nobody any more."""
    slots = tuple(
        replace(slot, sequence=_kept(problem, s, [t for t in slot.sequence if t not in gone]))
        for s, slot in enumerate(problem.slots)
    )
    return replace(problem, slots=slots)


def _kept(problem: Problem, slot: int, row: Sequence[int]) -> tuple[int, ...]:
    needed = {int(problem.pickup[slot, t]) for t in row}
    return tuple(t for t in row if problem.tasks[t].order_id is not None or t in needed)


def _with_orders(
    problem: Problem,
    drawn: Drawn,
    reloads: Sequence[int],
    rng: random.Random,
    count: int,
    orphans: Sequence[int],
) -> Changed:
    """Return the problem with orders that came in, after those that lost their place."""
    first = len(problem.tasks)
    new = tuple(
        Task(
            StopKind.DELIVER,
            node,
            rng.randrange(120, 600),
            opens_s=0,
            closes_s=_SOON_S[drawn.parcels] + rng.randrange(1800),
            hard=True,
            load=(rng.randrange(1, 10), 0, 0) if drawn.parcels else (0, 0, 0),
            order_id=OrderId(f"urgent{i}"),
        )
        for i, node in enumerate(drawn.spare[:count])
    )
    pickup = _wider(problem.pickup, first + count)
    for s, reload in enumerate(reloads):
        pickup[s, first:] = reload
    after = replace(problem, tasks=(*problem.tasks, *new), pickup=pickup)
    return after, (*orphans, *range(first, first + count))


def _wider(pickup: Ints, tasks: int) -> Ints:
    more = np.full((len(pickup), tasks - pickup.shape[1]), NONE, dtype=np.int64)
    return np.concatenate([pickup, more], axis=1)


_HOW: dict[Change, Callable[[Drawn, random.Random], Changed]] = {
    "breakdown and urgent orders": breakdown,
    "urgent orders": urgent,
    "cancellations": cancellations,
    "closed area": closed_area,
    "late release": late_release,
}
CHANGES: tuple[Change, ...] = tuple(_HOW)

__all__ = ["CHANGES", "Change", "Drawn", "changed"]
