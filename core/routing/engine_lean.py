"""The lean search behind arrays of a plain problem, to be run slice by slice.

The compiled part is imported at the first run, so that nobody else waits for the compiler.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np

from core.context import key_seed
from core.routing.lean.model import (
    FAR,
    I32,
    I64,
    LEAST,
    LEAST_ABSENT,
    NOW,
    PLACE,
    ROUND,
    Kind,
    Model,
    Pairs,
    Trips,
    empty_routes,
)

NAME = "ruin-and-recreate-lean-2"

_NEAR = 400
_CELLS = 8_000_000
"""Stops in all routes together: a quarter of a gigabyte."""
_MEAN_OUT, _LONGEST = 15.0, 20.0
HOT, HOT_IF_LONG, COLD = 0.5, 4.0, 0.03
"""Temperatures as shares of what a stop costs on average once everybody is in.

Where routes are long a stop costs little against a route, and too cool a search opens none.
"""
_MORE = 2
"""Routes that a search may open beyond those of the plan that it goes on from."""
_LONG = 30
"""Stops of a route, on average, from which on it is a long one."""


@dataclass(frozen=True)
class Plain:
    """One depot (place 0), vehicles of one kind, hard windows, one load; whole numbers."""

    cost: I64
    seconds: I64
    opens: I64
    closes: I64
    service: I64
    load: I64
    capacity: int
    vehicles: int | None
    prize: I64 | None = None
    """What leaving a customer out costs; 0: it must be served. None: all must."""
    delivery: I64 | None = None
    """Of each pickup its delivery, 0 of all others; None: everything comes from the depot."""
    ready: I64 | None = None
    """When the goods of a place are at the depot; None: all the time."""
    reloads: bool = False
    """Vehicles may come back for more; 0 within a route is such a visit."""

    @property
    def kind(self) -> Kind:
        """Return what tells the compiler which moves the problem needs."""
        if self.delivery is not None:
            pickup = np.arange(len(self.opens))
            first = np.flatnonzero(self.delivery)
            pickup[self.delivery[first]] = first
            return Pairs(self.delivery.astype(np.int32), pickup.astype(np.int32))
        if self.ready is None and not self.reloads:
            return None
        ready = np.zeros_like(self.opens) if self.ready is None else self.ready
        return Trips(ready.astype(np.int32), int(self.reloads))

    @property
    def required(self) -> list[int]:
        """Return who must be served; a pickup stands for its delivery too."""
        must = np.arange(len(self.opens)) > 0
        if self.delivery is not None:
            must &= self.delivery > 0
        if self.prize is not None:
            must &= self.prize == 0
        return np.flatnonzero(must).tolist()


class LeanSearch:
    """A search that goes on where it stopped: same seed and slices give the same plan."""

    def __init__(self, problem: Plain, *, seed: int) -> None:
        self.model = _model(problem)
        width = _most_stops(problem) + 3
        rows = _most_routes(problem, width)
        self._routes = empty_routes(self.model, rows, width, problem.kind, problem.required)
        self._rng = np.array([key_seed(seed, "lean")], np.uint64)
        self._best = np.zeros((rows, width), np.int32)
        self._bank = None if problem.prize is None else problem.prize.astype(np.int64)
        self._begun, self._most = False, rows
        self._required, self._complete = problem.required, ()
        self._unit, self._long = 1.0, False

    def run(self, rounds: int, since: float, until: float) -> None:
        """Search for so many rounds, which lead from one share of the whole search to another."""
        self.begin()
        self._cool(rounds, HOT_IF_LONG if self._long else HOT, since, until)

    def _cool(self, rounds: int, top: float, since: float, until: float) -> None:
        hot, cold = (top * self._unit * (COLD / top) ** share for share in (since, until))
        self._search(rounds, hot, cold)

    def begin(self) -> None:
        """Put everybody in, unless that is done; what a stop costs then is the measure of heat."""
        if self._begun:
            return
        from core.routing.lean.search import lay

        self._begun = True
        lay(self.model, self._routes)
        if self._bank is None:
            self._search(1, 1.0, 1.0)
        else:
            # So hot that everybody goes in; then out again at once who costs far too much.
            self._routes.tally[NOW] += int(self._bank.sum())
            self._search(1, FAR, FAR)
            self._search(len(self.model.place), 1.0, 1.0)
        self._unit = max(1.0, self.cost / len(self.model.place))
        self._long = self.long_routes

    def _search(self, rounds: int, hot: float, cold: float) -> None:
        from core.routing.lean.search import search

        table = (self.model, self._routes, self._rng)
        search(*table, rounds, hot, cold, _MEAN_OUT, _LONGEST, self._best, self._bank)

    def fewer(self) -> bool:
        """Go on with a route less than the best plan, whose customers have to find other places.

        False: that is not to be had, for somebody is left out already, or it is the only route.
        """
        rows = self.routes()
        if self.absent or len(rows) < 2:
            return False
        missed = self._routes.missed
        worst = min(range(len(rows)), key=lambda r: (sum(missed[c] for c in rows[r]), r))
        self._complete = rows
        self._lay((*rows[:worst], *rows[worst + 1 :]))
        return True

    def settle(self) -> None:
        """Go back to the last plan with everybody in it, if somebody is left out now."""
        if self.absent and self._complete:
            self._lay(self._complete)

    def go_on(self, rows: tuple[tuple[int, ...], ...], unit: float) -> None:
        """Go on from these routes, and a few more at most; the best plan so far is forgotten.

        Heat is measured by `unit`: the cost of a stop, on average. The plan itself counts as found
        only when a round has accepted it.
        """
        self._begun, self._unit, self._complete = True, unit, ()
        self._lay((*rows, *((),) * min(_MORE, self._most - len(rows))))

    def cooled_from(self, warm: float) -> Callable[[int, float, float], None]:
        """Return a run that begins at another heat, a share of `unit`, and ends like any other."""
        return lambda rounds, since, until: self._cool(rounds, warm, since, until)

    def _lay(self, rows: tuple[tuple[int, ...], ...]) -> None:
        """Go on from these routes, and no more of them than there are."""
        from core.routing.lean.search import lay

        before, width = self._routes, self._best.shape[1]
        served = {c for row in rows for c in row}
        absent = [c for c in self._required if c not in served]
        routes = empty_routes(self.model, len(rows), width, before.kind, absent)
        routes.missed[:] = before.missed
        for r, row in enumerate(rows):
            routes.stop["place"][r, 1 : len(row) + 1] = row
            routes.route["size"][r] = len(row)
        routes.tally[ROUND] = before.tally[ROUND]
        self._routes, self._best = routes, np.zeros((len(rows), width), np.int32)
        lay(self.model, routes)
        if self._bank is not None:
            outside = np.isin(np.arange(len(self._bank)), list(served), invert=True)
            routes.tally[NOW] += int(self._bank[outside].sum())
        self._search(1, 1.0, 1.0)

    @property
    def unit(self) -> float:
        """Return what a stop costs on average: the measure of heat."""
        return self._unit

    @property
    def cost(self) -> int:
        """Return what the best plan so far costs."""
        return int(self._routes.tally[LEAST])

    @property
    def absent(self) -> int:
        """Return how many the best plan so far leaves out."""
        return int(self._routes.tally[LEAST_ABSENT])

    @property
    def long_routes(self) -> bool:
        """Return whether the best plan so far serves everybody on long routes."""
        rows = self.routes()
        return self.absent == 0 and sum(map(len, rows)) >= _LONG * len(rows)

    @property
    def rounds(self) -> int:
        return int(self._routes.tally[ROUND])

    def routes(self) -> tuple[tuple[int, ...], ...]:
        """Return the best plan so far, without empty routes."""
        table: list[list[int]] = self._best.tolist()
        return tuple(tuple(row[1 : row[0] + 1]) for row in table if row[0])


def warm_up(problem: Plain) -> None:
    """Compile what such a problem needs, or read back what was compiled before."""
    from core.routing.lean.search import ready

    ready(problem.kind, priced=problem.prize is not None)


def _model(problem: Plain) -> Model:
    size = len(problem.opens)
    place = np.zeros(size, PLACE)
    place["opens"] = problem.opens
    place["closes"] = np.minimum(problem.closes, FAR // 2)
    place["service"], place["load"] = problem.service, problem.load
    place["name"] = [key_seed(0, "lean", i) >> 2 for i in range(size)]
    cost = _table(problem.cost)
    cost_to = np.ascontiguousarray(cost.T)
    seconds, seconds_to = cost, cost_to
    # Where time is cost, one table serves as both and stays nearer to the processor.
    if problem.seconds is not problem.cost:
        seconds = _table(problem.seconds)
        seconds_to = np.ascontiguousarray(seconds.T)
    return Model(
        problem.capacity,
        place,
        cost,
        cost_to,
        seconds,
        seconds_to,
        _near(problem.cost),
        _ranks(problem),
        int(problem.reloads),
    )


def _table(ways: I64) -> I32:
    table = np.minimum(ways, FAR // 4).astype(np.int32)
    np.fill_diagonal(table, 0)
    return table


def _most_routes(problem: Plain, width: int) -> int:
    """Return how many routes there is room for: one for each customer unless that is too much.

    Then it is still far more than a plan that costs little has.
    """
    size = len(problem.opens)
    packed = 4 * ceil(int(problem.load.sum()) / max(1, problem.capacity))
    room = max(_CELLS // width, size // 3, packed)
    return min(size - 1, problem.vehicles or size, room)


def _most_stops(problem: Plain) -> int:
    """Return how many stops one vehicle can make at most."""
    if problem.reloads:
        return 2 * len(problem.opens)
    light = np.sort(problem.load[1:]).cumsum()
    return max(1, int((light <= problem.capacity).sum()))


def _near(cost: I64) -> I32:
    there_and_back = cost + cost.T
    np.fill_diagonal(there_and_back, -1)
    there_and_back[:, 0] = 4 * FAR
    order = np.argsort(there_and_back, axis=1, kind="stable")
    return order[:, 1 : min(_NEAR + 1, len(cost) - 1)].astype(np.int32)


def _ranks(problem: Plain) -> I64:
    """Return what to sort by when customers go in, lowest first; some are drawn more often."""
    width, far, none = problem.closes - problem.opens, problem.cost[0], np.zeros_like(problem.opens)
    listed = ((none, 4), (-problem.load, 4), (-far, 2), (far, 1))
    timed = ((width, 2), (problem.opens, 2), (-problem.closes, 2))
    worth = () if problem.prize is None else ((-problem.prize, 4),)
    late = () if problem.ready is None else ((problem.ready, 2), (-problem.ready, 2))
    keys = (*listed, *timed, *worth, *late)
    return np.stack([key for key, times in keys for _ in range(times)])
