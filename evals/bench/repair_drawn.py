"""A day in progress before anything happens, and what several changes do to one."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.domain.ids import OrderId
from core.domain.plan import StopKind
from core.routing.problem import NONE, Ints, Problem, Task
from core.routing.walk import of_slot

MEETING_S, LOADING_S = 300, 600
WINDOW_S = 7200
"""Of a promise that is made anew."""
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


def planned(problem: Problem) -> dict[int, int]:
    """Return when each order is planned to begin."""
    found: dict[int, int] = {}
    for s, slot in enumerate(problem.slots):
        walked = of_slot(problem, s, [slot.sequence])
        starts = zip(slot.sequence, walked.start[0].tolist(), strict=False)
        found |= {t: at for t, at in starts if problem.tasks[t].order_id is not None}
    return found


def planned_before(problem: Problem, limit_s: int) -> list[int]:
    """Return the stops that are planned to begin before that time."""
    return sorted(t for t, at in planned(problem).items() if at < limit_s)


def served(problem: Problem) -> list[int]:
    return [t for s in problem.slots for t in s.sequence if problem.tasks[t].order_id is not None]


def without(problem: Problem, gone: frozenset[int]) -> Problem:
    """Take stops out of the sequences, and fetching stops that serve nobody any more."""
    slots = tuple(
        replace(slot, sequence=_kept(problem, s, [t for t in slot.sequence if t not in gone]))
        for s, slot in enumerate(problem.slots)
    )
    return replace(problem, slots=slots)


def _kept(problem: Problem, slot: int, row: Sequence[int]) -> tuple[int, ...]:
    needed = {int(problem.pickup[slot, t]) for t in row}
    return tuple(t for t in row if problem.tasks[t].order_id is not None or t in needed)


def with_orders(
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
    pickup = wider(problem.pickup, first + count)
    for s, reload in enumerate(reloads):
        pickup[s, first:] = reload
    after = replace(problem, tasks=(*problem.tasks, *new), pickup=pickup)
    return after, (*orphans, *range(first, first + count))


def wider(pickup: Ints, tasks: int) -> Ints:
    more = np.full((len(pickup), tasks - pickup.shape[1]), NONE, dtype=np.int64)
    return np.concatenate([pickup, more], axis=1)


__all__ = [
    "LOADING_S",
    "MEETING_S",
    "WINDOW_S",
    "Changed",
    "Drawn",
    "planned",
    "planned_before",
    "served",
    "wider",
    "with_orders",
    "without",
]
