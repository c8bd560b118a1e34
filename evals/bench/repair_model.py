"""A day in progress as other solvers want it: orders served directly, and orders fetched first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.routing.problem import ELSEWHERE, NEVER, Ints, Problem, Task
from evals.bench.repair_judge import Plan

LATEST = 1 << 29
"""Stands for no limit in time."""


@dataclass(frozen=True)
class Offer:
    """What all others are given: the problem, the plan to begin from, and what has no place."""

    problem: Problem
    orphans: tuple[int, ...]
    start: Plan
    """The present plan with the orphans inserted where they fit: as our search begins."""

    @cached_property
    def orders(self) -> tuple[int, ...]:
        """Return the tasks that are orders, in the order in which they are numbered for others."""
        return tuple(i for i, t in enumerate(self.problem.tasks) if t.order_id is not None)

    @cached_property
    def sources(self) -> tuple[Task, ...]:
        """Return where goods can be fetched, each place once for all vehicles."""
        found = {self._key(t): t for t in map(self._fetched_at, self.orders) if t is not None}
        return tuple(found.values())

    def source(self, task: int) -> int:
        """Return the number of the source of an order's goods; -1: nothing to fetch."""
        pickup = self._fetched_at(task)
        return (
            -1 if pickup is None else [self._key(s) for s in self.sources].index(self._key(pickup))
        )

    def able(self, task: int) -> list[int]:
        """Return the vehicles that may serve an order."""
        return [
            s
            for s in range(len(self.problem.slots))
            if int(self.problem.pickup[s, task]) != ELSEWHERE
            and self.problem.fits_features(s, task)
        ]

    def window(self, task: int) -> tuple[int, int]:
        one = self.problem.tasks[task]
        closes = one.closes_s if one.closes_s < NEVER else LATEST
        return max(0, one.opens_s), closes

    def ready(self, source: int) -> int:
        """Return from when on goods can be fetched there."""
        return max(0, self.sources[source].opens_s)

    def room(self, slot: int) -> int:
        """Return the capacity that is left beside what is on board for nobody in the plan."""
        who, problem = self.problem.slots[slot], self.problem
        own = [t for t in who.sequence if problem.tasks[t].order_id is not None]
        mine = sum(problem.tasks[t].load[0] for t in own if self.source(t) < 0)
        return who.capacity[0] - max(0, who.on_board[0] - mine)

    @cached_property
    def ways(self) -> Ints:
        """Return the driving seconds between all nodes, and a place of its own for each source."""
        nodes = [*range(len(self.problem.points)), *(s.node for s in self.sources)]
        return np.ascontiguousarray(self.problem.seconds[np.ix_(nodes, nodes)])

    @cached_property
    def times(self) -> Ints:
        """Return the same with the time of loading in the way to a source: once for a visit."""
        times, first = self.ways.copy(), len(self.problem.points)
        for g, source in enumerate(self.sources):
            times[:, first + g] += source.service_s
            times[first + g, first + g] = 0
        return times

    def place(self, source: int) -> int:
        return len(self.problem.points) + source

    def steps(self, slot: int) -> list[tuple[str, int]]:
        """Return the route to begin from as fetching and serving one order after the other."""
        row = self.start[slot]
        found: list[tuple[str, int]] = []
        for task in row:
            if self.problem.tasks[task].order_id is not None:
                found.append(("serve", task))
            else:
                users = [t for t in row if int(self.problem.pickup[slot, t]) == task]
                found += [("fetch", t) for t in users]
        return found

    def rows(self, steps: Sequence[Sequence[tuple[str, int]]]) -> Plan:
        """Return rows of tasks from such steps: fetching at one place in one go is one stop."""
        rows: list[list[int]] = []
        for slot, taken in enumerate(steps):
            row: list[int] = []
            for what, task in taken:
                number = int(self.problem.pickup[slot, task]) if what == "fetch" else task
                if not (what == "fetch" and row and row[-1] == number):
                    row.append(number)
            rows.append(row)
        return rows

    def _fetched_at(self, task: int) -> Task | None:
        found = [int(p) for p in self.problem.pickup[:, task] if p >= 0]
        return self.problem.tasks[found[0]] if found else None

    @staticmethod
    def _key(task: Task) -> tuple[int, int, int]:
        return (task.node, task.service_s, task.opens_s)
