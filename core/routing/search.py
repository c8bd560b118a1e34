"""Local search on the rest of a day: exact rows, soft lateness, a price for each moved stop."""

from collections.abc import Sequence

import numpy as np

from core.context import keyed_rng
from core.domain.plan import StopKind
from core.routing.insertion import placements
from core.routing.moved import kept_in_order
from core.routing.problem import ELSEWHERE, Problem, Sequences
from core.routing.walk import IMPOSSIBLE, of_slots

Row = tuple[int, ...]

LONGEST = 3
"""Stops that move together at most."""


class Search:
    """One search; same problem, start, price, seed and iterations give the same result."""

    def __init__(
        self, problem: Problem, orphans: Sequence[int], moved_mc: int, *, cross: bool = True
    ) -> None:
        self.problem, self.moved_mc = problem, moved_mc
        self.orphans = frozenset(orphans)
        self.home = {
            t: (s, i) for s, x in enumerate(problem.slots) for i, t in enumerate(x.sequence)
        }
        self.cross = cross
        self._known: dict[tuple[int, Row], int] = {}

    def costs(self, trials: Sequence[tuple[int, Row]]) -> list[int]:
        """Return cost with disturbance for each candidate; IMPOSSIBLE and more breaks a limit."""
        fresh = list(dict.fromkeys(t for t in trials if t not in self._known))
        if fresh:
            for trial, key in zip(fresh, of_slots(self.problem, fresh).key.tolist(), strict=True):
                self._known[trial] = int(key) + self.moved_mc * self.moved(*trial)
        return [self._known[t] for t in trials]

    def moved(self, slot: int, row: Row) -> int:
        ranks: list[int] = []
        foreign = 0
        for task in row:
            if self.problem.tasks[task].kind is not StopKind.DELIVER or task in self.orphans:
                continue
            home, rank = self.home[task]
            if home == slot:
                ranks.append(rank)
            else:
                foreign += 1
        return foreign + len(ranks) - kept_in_order(ranks)

    def total(self, rows: Sequences) -> int:
        return sum(self.costs(list(enumerate(rows))))

    def run(self, start: Sequences, *, seed: int, iterations: int) -> Sequences:
        """Return the best rows found from `start`, never worse than it."""
        best = self.descend(start)
        worth = self.total(best)
        for round_number in range(iterations):
            rng = keyed_rng(seed, "repair", round_number)
            rows = [list(r) for r in best]
            slots = [i for i, r in enumerate(rows) if len(r) > 2]
            if not slots:
                break
            for _ in range(2):
                row = rows[rng.choice(slots)]
                first = rng.randrange(len(row))
                length = rng.randint(1, min(LONGEST, len(row) - 1))
                piece = row[first : first + length]
                del row[first : first + length]
                place = rng.randint(0, len(row))
                row[place:place] = piece
            trial = self.descend(tuple(tuple(r) for r in rows))
            found = self.total(trial)
            if found < worth:
                best, worth = trial, found
        return best if worth < self.total(start) else start

    def descend(self, rows: Sequences) -> Sequences:
        """Apply the best move of each route, then the best between routes, until none helps."""
        now = list(rows)
        while True:
            changed = False
            for slot in range(len(now)):
                changed |= self._within(now, slot)
            if not self._between(now) and not changed:
                return tuple(now)

    def _within(self, now: list[Row], slot: int) -> bool:
        changed = False
        while True:
            trials = [(slot, r) for r in reordered(now[slot])]
            if not trials:
                return changed
            costs = self.costs([(slot, now[slot]), *trials])
            best = int(np.argmin(costs[1:]))
            if costs[best + 1] >= costs[0]:
                return changed
            now[slot], changed = trials[best][1], True

    def _between(self, now: list[Row]) -> bool:
        if not self.cross:
            return False
        gains: list[tuple[int, int, int, int, Row, Row]] = []
        for giver, row in enumerate(now):
            for task in row:
                takers = self._takers(giver, task)
                if not takers:
                    continue
                less = without(self.problem, giver, row, task)
                gave = self.costs([(giver, row), (giver, less)])
                for taker in takers:
                    trials = [(taker, r) for r in placements(self.problem, taker, now[taker], task)]
                    costs = self.costs([(taker, now[taker]), *trials])
                    best = int(np.argmin(costs[1:]))
                    gain = gave[0] - gave[1] + costs[0] - costs[best + 1]
                    if gain > 0:
                        gains.append((-gain, giver, taker, task, less, trials[best][1]))
        if not gains:
            return False
        _, giver, taker, _, less, more = min(gains, key=lambda g: g[:4])
        now[giver], now[taker] = less, more
        return True

    def _takers(self, giver: int, task: int) -> list[int]:
        if self.problem.tasks[task].kind is not StopKind.DELIVER:
            return []
        return [
            s
            for s in range(len(self.problem.slots))
            if s != giver
            and int(self.problem.pickup[s, task]) != ELSEWHERE
            and self.problem.fits_features(s, task)
        ]


def reordered(row: Row) -> list[Row]:
    """Return the row with every short piece elsewhere, and with every stretch turned around."""
    out: dict[Row, None] = {}
    size = len(row)
    for length in range(1, min(LONGEST, size - 1) + 1):
        for first in range(size - length + 1):
            piece, rest = row[first : first + length], row[:first] + row[first + length :]
            for place in range(len(rest) + 1):
                out[(*rest[:place], *piece, *rest[place:])] = None
    for first in range(size - 1):
        for last in range(first + 2, size + 1):
            out[(*row[:first], *reversed(row[first:last]), *row[last:])] = None
    out.pop(row, None)
    return list(out)


def without(problem: Problem, slot: int, row: Row, task: int) -> Row:
    """Return the row without a delivery, nor the pickup that served nothing else."""
    pickup = int(problem.pickup[slot, task])
    left = tuple(t for t in row if t != task)
    used = any(int(problem.pickup[slot, t]) == pickup for t in left)
    if pickup >= 0 and not used:
        left = tuple(t for t in left if t != pickup)
    return left


def insert_soft(
    search: Search, rows: Sequences, tasks: Sequence[int]
) -> tuple[Sequences, tuple[int, ...]]:
    """Insert orphans one by one, the dearest first, each where it costs least, late or not."""
    problem, now, left = search.problem, list(rows), list[int]()
    for task in sorted(tasks, key=lambda t: (-problem.tasks[t].late_mc, t)):
        trials: list[tuple[int, Row]] = []
        for slot in range(len(problem.slots)):
            if int(problem.pickup[slot, task]) == ELSEWHERE or not problem.fits_features(
                slot, task
            ):
                continue
            trials += [(slot, r) for r in placements(problem, slot, now[slot], task)]
        base = search.costs(list(enumerate(now)))
        deltas = [c - base[s] for c, (s, _) in zip(search.costs(trials), trials, strict=True)]
        if not deltas or min(deltas) >= IMPOSSIBLE // 2:
            left.append(task)
            continue
        slot, row = trials[int(np.argmin(deltas))]
        now[slot] = row
    return tuple(now), tuple(left)
