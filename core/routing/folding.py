"""A clock without the common rest, for engines that know no breaks."""

from dataclasses import dataclass, replace

import numpy as np

from core.routing.problem import NEVER, NONE, Problem, Slot


@dataclass(frozen=True, slots=True)
class Fold:
    """A clock on which the common rest does not exist.

    Seconds in [at, at + length] are one moment. A route on this clock becomes one on the real
    clock by resting at the first moment from `at` on at which the driver is free.
    """

    at: int
    length: int

    def __call__(self, seconds: int) -> int:
        if seconds <= self.at:
            return seconds
        return max(self.at, seconds - self.length)


def fold_of(problem: Problem) -> Fold:
    """Return the clock without the rest that most drivers have; no fold when few rest."""
    rests = [problem.tasks[s.rest] for s in problem.slots if s.rest != NONE]
    kinds = sorted({(t.opens_s, t.closes_s, t.service_s) for t in rests})
    if not kinds:
        return Fold(NEVER, 0)
    common = max(kinds, key=lambda k: sum((t.opens_s, t.closes_s, t.service_s) == k for t in rests))
    opens, closes, length = common
    if 2 * sum((t.opens_s, t.closes_s, t.service_s) == common for t in rests) < len(problem.slots):
        return Fold(NEVER, 0)
    return Fold((opens + closes) // 2, length)


def folded(problem: Problem, spare_s: int = 0) -> Problem:
    """Return the problem on the folded clock, with no rest in it.

    Drivers whose rest is another than the common one get a shift that is shorter by it. `spare_s`
    shortens every shift, for when the rest did not fit into what came out.
    """
    fold = fold_of(problem)
    tasks = tuple(
        replace(t, opens_s=fold(t.opens_s), closes_s=fold(t.closes_s)) for t in problem.tasks
    )
    slots: list[Slot] = []
    for slot in problem.slots:
        latest = fold(slot.latest_return_s) - spare_s
        if slot.rest != NONE:
            own = problem.tasks[slot.rest]
            at = (own.opens_s + own.closes_s) // 2
            if (at, own.service_s) != (fold.at, fold.length):
                latest -= own.service_s
        slots.append(replace(slot, latest_return_s=max(slot.ready_s, latest), rest=NONE))
    pickup = np.full((len(slots), len(tasks)), NONE, dtype=np.int64)
    return replace(problem, tasks=tasks, slots=tuple(slots), pickup=pickup)
