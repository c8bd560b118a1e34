"""Local search on the rest of a day: exact rows, soft lateness, a price for each moved stop."""

from collections.abc import Sequence

import numpy as np

from core.context import keyed_rng
from core.domain.plan import StopKind
from core.routing.insertion import placements
from core.routing.moved import kept_in_order
from core.routing.paid import worth_serving_mc
from core.routing.problem import ELSEWHERE, Ints, Problem, Sequences, Task
from core.routing.quick import KINDS, LONGEST, neighbours, quick_mc
from core.routing.walk import of_slot, of_slots, tasks_of_row

Row = tuple[int, ...]

EXACT = 5
"""Neighbours that are looked at exactly, after a quick look at all."""

MOST_STEPS = 40
"""Improvements of one route in one descent; far more than a route needs after a disturbance."""

MOST_PASSES = 12
"""Stops that change routes in one descent."""

MOST_GIVEN = 6
"""Stops of one route that are tried elsewhere in one pass."""

NEAR = 8
"""Places of another route that are tried for one stop."""


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
        self._rests: dict[tuple[int, Row], int] = {}
        self._dull: set[tuple[int, Row, int]] = set()
        """Rows with no better neighbour of that kind."""

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
            if not is_visit(self.problem.tasks[task]) or self.problem.first(task) in self.orphans:
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
        for _ in range(MOST_PASSES):
            for slot in range(len(now)):
                self._within(now, slot)
            if not self._between(now):
                break
        return tuple(now)

    def _within(self, now: list[Row], slot: int) -> None:
        """Improve one route as far as its neighbourhoods and the limit on steps allow."""
        dull, kind, steps = 0, 0, 0
        while dull < len(KINDS) and steps < MOST_STEPS:
            better = self._step(slot, now[slot], KINDS[kind])
            if better is None:
                dull, kind = dull + 1, (kind + 1) % len(KINDS)
                continue
            now[slot], dull, steps = better, 0, steps + 1

    def _step(self, slot: int, row: Row, kind: int) -> Row | None:
        """Return the best neighbour of one kind that is cheaper; None where there is none.

        A quick look at all of them says which few are worth an exact one.
        """
        if len(row) <= max(kind, 1) or (slot, row, kind) in self._dull:
            return None
        places, weight = neighbours(len(row), kind)
        rows: Ints = np.array(row, dtype=np.int64)[places]
        rest = self._rest_place(slot, row)
        seen = rows if rest < 0 else np.insert(rows, rest, self.problem.slots[slot].rest, axis=1)
        costs = quick_mc(self.problem, slot, seen)
        if self.moved_mc:
            moved = self.moved(slot, row)
            least: Ints = weight.copy() if moved == 0 else np.maximum(0, moved - weight)
            least[0] = moved
            costs = costs + self.moved_mc * least
        order = np.argsort(costs, kind="stable")[:EXACT]
        trials = [(slot, tuple(rows[i].tolist())) for i in order if costs[i] < costs[0]]
        if trials:
            exact = self.costs([(slot, row), *trials])
            best = int(np.argmin(exact[1:]))
            if exact[best + 1] < exact[0]:
                return trials[best][1]
        self._dull.add((slot, row, kind))
        return None

    def _rest_place(self, slot: int, row: Row) -> int:
        """Return before which task of the row its rest is best taken; -1 where none is owed."""
        rest = self.problem.slots[slot].rest
        if rest < 0:
            return -1
        if (slot, row) not in self._rests:
            tasks = tasks_of_row(self.problem, of_slot(self.problem, slot, [row]), 0)
            self._rests[(slot, row)] = tasks.index(rest) - len(self.problem.slots[slot].frozen)
        return self._rests[(slot, row)]

    def _between(self, now: list[Row]) -> bool:
        """Make the best move of one stop to another route, if any helps.

        Only the few stops are tried whose absence helps their route most, each at the places that
        are the shortest detours.
        """
        if not self.cross:
            return False
        present = self.costs(list(enumerate(now)))
        asked: list[tuple[int, int, int, Row, int]] = []
        trials: list[tuple[int, Row]] = []
        for giver, row in enumerate(now):
            takers = {t: found for t in row if (found := self._takers(giver, t))}
            left = {t: without(self.problem, giver, row, t) for t in takers}
            costs = self.costs([(giver, r) for r in left.values()])
            spared = {t: present[giver] - c for t, c in zip(left, costs, strict=True)}
            for task in sorted(takers, key=lambda t: (-spared[t], t))[:MOST_GIVEN]:
                for taker in takers[task]:
                    rows = placements(self.problem, taker, now[taker], task, NEAR)
                    asked += [(giver, taker, task, left[task], spared[task])] * len(rows)
                    trials += [(taker, r) for r in rows]
        gains = [
            (present[taker] - cost + spared, giver, taker, task, less, more)
            for (giver, taker, task, less, spared), (_, more), cost in zip(
                asked, trials, self.costs(trials), strict=True
            )
        ]
        best = min(gains, key=lambda g: (-g[0], *g[1:4]), default=None)
        if best is None or best[0] <= 0:
            return False
        _, giver, taker, _, less, more = best
        now[giver], now[taker] = less, more
        return True

    def _takers(self, giver: int, task: int) -> list[int]:
        if not is_visit(self.problem.tasks[task]):
            return []
        return [
            s
            for s in range(len(self.problem.slots))
            if s != giver
            and int(self.problem.pickup[s, task]) != ELSEWHERE
            and self.problem.fits_features(s, task)
        ]


def is_visit(task: Task) -> bool:
    """Return whether a task serves an order, rather than helping to."""
    returns = task.kind is StopKind.COLLECT and task.order_id is not None
    return task.kind is StopKind.DELIVER or returns


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
        found = _cheapest(search, now, task)
        if found is None or found[0] > worth_serving_mc(problem, task):
            left.append(task)
            continue
        _, slot, row = found
        now[slot] = row
    return tuple(now), tuple(left)


def _cheapest(search: Search, now: Sequence[Row], task: int) -> tuple[int, int, Row] | None:
    """Return what the cheapest place for an order adds, in any of its ways, its slot and its row;
    None where nobody could take it."""
    problem = search.problem
    trials = [
        (slot, row)
        for way in problem.ways_of(task)
        for slot in range(len(problem.slots))
        if int(problem.pickup[slot, way]) != ELSEWHERE and problem.fits_features(slot, way)
        for row in placements(problem, slot, now[slot], way)
    ]
    if not trials:
        return None
    base = search.costs(list(enumerate(now)))
    deltas = [c - base[s] for c, (s, _) in zip(search.costs(trials), trials, strict=True)]
    best = int(np.argmin(deltas))
    return deltas[best], *trials[best]


def reseated(search: Search, rows: Sequences) -> Sequences:
    """Return the rows with each orphan that has several ways where, and as, it costs least."""
    problem, now = search.problem, rows
    for first in sorted(search.orphans & set(problem.ways)):
        ways = set(problem.ways_of(first))
        slot = next((s for s, row in enumerate(now) if ways & set(row)), None)
        if slot is None:
            continue
        row = now[slot]
        for task in ways & set(row):
            row = without(problem, slot, row, task)
        trial = [*now[:slot], row, *now[slot + 1 :]]
        found = _cheapest(search, trial, first)
        if found is None:
            continue
        trial[found[1]] = found[2]
        if search.total(tuple(trial)) < search.total(now):
            now = tuple(trial)
    return now
