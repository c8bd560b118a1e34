"""When doors and zones let a task begin, per vehicle, on the clock of a problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.routing.units import NEVER, Ints

Seconds = tuple[int, int]
"""From when until when a task may begin; both belong to it."""


@dataclass(frozen=True, eq=False)
class Openings:
    """Hard hours beyond a task's one window. Where a task has none it may begin at any time."""

    gaps: Ints
    """(slots, tasks, most, 2): who comes after the first and before the second of a pair waits
    until the second."""
    last: Ints
    """(slots, tasks): nothing begins later."""

    def gaps_of(self, who: Ints, seqs: Ints) -> list[Ints | None]:
        """Return for each column of rows the hours of its tasks, for `waited`; None: no gap."""
        found = self.gaps[who[:, None], seqs]
        some = set(np.nonzero(found[:, :, :, 0] < NEVER)[1].tolist())
        return [found[:, i] if i in some else None for i in range(seqs.shape[1])]

    def over_s(self, who: Ints, tasks: Ints, start: Ints) -> Ints:
        """Return by how many seconds each beginning comes after the last moment for it."""
        return np.maximum(0, start - self.last[who, tasks])

    def spans(self, slot: int, task: int) -> tuple[Seconds, ...]:
        """Return when that vehicle may begin at that task, in order."""
        found: list[Seconds] = []
        opens = -NEVER
        for after, until in self.gaps[slot, task].tolist():
            if after >= NEVER:
                break
            if after > -NEVER:
                found.append((opens, after))
            opens = until
        return (*found, (opens, int(self.last[slot, task])))

    def wider(self, tasks: int) -> "Openings":
        """Return the same for a problem with so many tasks more, which have no hours."""
        slots, _, most, _ = self.gaps.shape
        free = np.full((slots, tasks, most, 2), NEVER, dtype=np.int64)
        always = np.full((slots, tasks), NEVER, dtype=np.int64)
        return Openings(
            np.concatenate([self.gaps, free], axis=1), np.concatenate([self.last, always], axis=1)
        )

    def and_also(self, other: "Openings") -> "Openings":
        """Return the hours of both, which have none for the same task."""
        most = max(self.gaps.shape[2], other.gaps.shape[2])
        gaps = np.full((*self.last.shape, most, 2), NEVER, dtype=np.int64)
        gaps[:, :, : self.gaps.shape[2]] = self.gaps
        theirs = (other.last < NEVER)[:, :, None, None]
        wide = np.full_like(gaps, NEVER)
        wide[:, :, : other.gaps.shape[2]] = other.gaps
        return Openings(np.where(theirs, wide, gaps), np.minimum(self.last, other.last))

    def no_later_than(self, slot: int, tasks: Ints, starts: Ints) -> "Openings":
        """Return the same with a later last moment where that vehicle begins later already."""
        last = self.last.copy()
        last[slot, tasks] = np.maximum(last[slot, tasks], starts)
        return replace(self, last=last)


def waited(gaps: Ints, at: Ints) -> Ints:
    """Return when tasks with these gaps, (rows, most, 2), begin that are reached `at`."""
    for number in range(gaps.shape[1]):
        after, until = gaps[:, number, 0], gaps[:, number, 1]
        at = np.where((at > after) & (at < until), until, at)
    return at


def openings(
    slots: int, tasks: int, hours: Mapping[tuple[int, int], Sequence[Seconds]]
) -> Openings | None:
    """Return the openings for (slot, task) pairs that have hours; None when none has.

    The spans of a pair are in order, apart from each other, and at least one.
    """
    if not hours:
        return None
    most = max(len(spans) for spans in hours.values())
    gaps = np.full((slots, tasks, most, 2), NEVER, dtype=np.int64)
    last = np.full((slots, tasks), NEVER, dtype=np.int64)
    for (slot, task), spans in hours.items():
        before = -NEVER
        for number, (opens, closes) in enumerate(spans):
            gaps[slot, task, number] = (before, opens)
            before = closes
        last[slot, task] = before
    return Openings(gaps, last)
