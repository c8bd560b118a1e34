"""Our own search behind our problem: the rest of a day, begun from the present routes.

The compiled part is imported at the first search, so that nobody else waits for the compiler.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.context import key_seed
from core.routing.midday.model import I32, I64, LEAST, LEAST_LOST, Model, Routes
from core.routing.numbered import KEPT, Numbered, numbered, takes
from core.routing.problem import NONE, Problem, Sequences
from core.routing.walk import of_slot, tasks_of_row

Draws = NDArray[np.uint64]

NAME = "ruin-and-recreate-midday-2"

HOT, COLD = 1.0, 0.01
"""Temperatures as shares of what it costs on average to drive to a stop."""
_SWAP = 3.0
_MEAN_OUT, _LONGEST = 8.0, 8.0

ROOM_SHARE = 0.7
"""Of a search that begins with orders left out, while it does not place them all: time costs more
then, so that routes end early and wait little, and room is made."""
_DEARER = 2.0
"""What a second of a vehicle costs more then, in seconds of driving."""
_PIECE = 500
"""Rounds after which it is asked whether all are placed."""


class MiddaySearch:
    """A search from the present routes that goes on where it stopped.

    Same problem, price, seed and slices give the same rows. The best rows break no limit that the
    present ones hold, and never leave out or cost more than inserting the orphans does.
    """

    def __init__(
        self,
        problem: Problem,
        orphans: Sequence[int],
        moved_mc: int = 0,
        *,
        seed: int,
        drop_alike: bool = False,
    ) -> None:
        """`drop_alike`: a stop that has its place may make room for one that has none."""
        from core.routing.midday.search import begin, insert

        self.known = numbered(problem, orphans, moved_mc, kept=1 if drop_alike else KEPT)
        rows = tuple(_with_rest(problem, s, slot.sequence) for s, slot in enumerate(problem.slots))
        self._width = self.known.width(rows)
        self._routes = self.known.routes(rows, self._width)
        self._best = self.blank()
        self._rng = np.array([key_seed(seed, "midday")], np.uint64)
        self.held = begin(self.known.model, self._routes, self._best) == 0
        """Whether the present routes hold every limit: only then there is anything to search."""
        insert(self.known.model, self._routes, self._best)
        self._unit = _drive_mc(self.known.model, self._routes)
        self.rounds = 0
        able, prize = self._routes.able, self.known.model.place["prize"]
        self._hopeless = int(prize[: len(able)][able == 0].sum())
        """The prizes of those whom nobody may serve."""
        self._room: _Room | None = None
        if self.held and self.lost > self._hopeless:
            self._room = _Room(self.known, rows, self._width)

    def run(self, rounds: int, since: float, until: float) -> None:
        """Search for so many rounds, which lead from one share of the whole search to another."""
        if not self.held or self.known.model.customers == 0:
            return
        self.rounds += rounds
        done, room = 0, self._room
        while room is not None and done < rounds:
            share = (since + (until - since) * done / rounds) / ROOM_SHARE
            if share >= 1.0 or self.lost <= self._hopeless:
                self._routes.missed[:] = room.routes.missed
                room = self._room = None
                continue
            some = min(_PIECE, rounds - done)
            room.run(self._rng, some, share)
            done += some
            if room.routes.tally[LEAST_LOST] < self.lost:
                self._begin_from(room.best)
        if done < rounds:
            since += (until - since) * done / rounds
            table = (self.known.model, self._routes, self._rng)
            _cooled(table, rounds - done, since, until, self._unit, self._best)

    def _begin_from(self, best: I32) -> None:
        """Go on from other rows, which leave out fewer, at what they really cost."""
        from core.routing.midday.search import begin

        self._routes = self.known.routes(self._tasks(best), self._width)
        begin(self.known.model, self._routes, self._best)

    def _tasks(self, best: I32) -> Sequences:
        tasks = self.known.tasks
        return tuple(tuple(tasks[int(p)] for p in row[1 : int(row[0]) + 1]) for row in best)

    def blank(self) -> I32:
        """Return room for the best rows."""
        return _blank(self._routes)

    @property
    def cost_mc(self) -> int:
        """Return what the best rows so far cost, moved stops included."""
        return int(self._routes.tally[LEAST]) + self.known.frozen_mc

    @property
    def lost(self) -> int:
        """Return the prizes of the orders that the best rows so far leave out."""
        return int(self._routes.tally[LEAST_LOST])

    def stops(self) -> Sequences:
        """Return the best rows so far: movable tasks in order, each rest where it was put."""
        return self._tasks(self._best)

    def rows(self) -> Sequences:
        """Return the same without rests; whoever walks them puts each where it is best."""
        rests = {slot.rest for slot in self.known.problem.slots}
        return tuple(tuple(t for t in row if t not in rests) for row in self.stops())

    def left(self) -> tuple[int, ...]:
        """Return the tasks of the orders that the best rows so far leave out."""
        served = {t for row in self.rows() for t in row}
        return tuple(t for t in self.known.tasks[: self.known.model.customers] if t not in served)


class _Room:
    """The same routes where a second of a vehicle costs more: who looks there for a place for
    everybody finds it sooner."""

    def __init__(self, known: Numbered, rows: Sequences, width: int) -> None:
        from core.routing.midday.search import begin, insert

        self.routes = known.routes(rows, width)
        self.best = _blank(self.routes)
        begin(known.model, self.routes, self.best)
        legs = max(1.0, _on_average(self.routes, self.routes.cargo["leg_s"]))
        vehicle = known.model.vehicle.copy()
        vehicle["second_mc"] += max(1, round(_DEARER * _drive_mc(known.model, self.routes) / legs))
        self._model = known.model._replace(vehicle=vehicle)
        self.routes = known.routes(rows, width)
        begin(self._model, self.routes, self.best)
        insert(self._model, self.routes, self.best)
        self._unit = _drive_mc(self._model, self.routes)

    def run(self, rng: Draws, rounds: int, share: float) -> None:
        """Search for so many rounds, from that share of this part on."""
        table = (self._model, self.routes, rng)
        _cooled(table, rounds, share, share, self._unit, self.best)


def _cooled(
    table: tuple[Model, Routes, Draws],
    rounds: int,
    since: float,
    until: float,
    unit: float,
    best: I32,
) -> None:
    """Search for so many rounds at the temperatures of such shares."""
    from core.routing.midday.search import search

    hot, cold = (HOT * unit * (COLD / HOT) ** share for share in (since, until))
    search(*table, rounds, hot, cold, _SWAP * unit, _MEAN_OUT, _LONGEST, best)


def _blank(routes: Routes) -> I32:
    shape: tuple[int, int] = routes.stop.shape
    return np.zeros(shape, np.int32)


def warm_up() -> None:
    """Compile, or read back what was compiled before."""
    from core.routing.midday.search import ready

    ready()


def _with_rest(problem: Problem, slot: int, row: Sequence[int]) -> tuple[int, ...]:
    """Return the row with its rest where it is best taken."""
    if problem.slots[slot].rest == NONE:
        return tuple(row)
    tasks = tasks_of_row(problem, of_slot(problem, slot, [row]), 0)
    return tasks[len(problem.slots[slot].frozen) :]


def _drive_mc(model: Model, routes: Routes) -> float:
    """Return what it costs on average to drive to a stop."""
    legs = routes.cargo["leg_s"] * model.vehicle["second_mc"][:, None]
    legs = legs + routes.stop["leg_m"] * model.vehicle["metre_mc"][:, None]
    return max(1.0, _on_average(routes, legs))


def _on_average(routes: Routes, legs: I64) -> float:
    """Return the mean of something that there is for every way to a stop, and home."""
    sizes: I64 = routes.route["size"]
    column: I64 = np.arange(routes.stop.shape[1], dtype=np.int64)[None, :]
    total = float(np.where(column <= sizes[:, None], legs, 0).sum())
    return total / max(1, int(sizes.sum()))


__all__ = ["MiddaySearch", "Numbered", "numbered", "takes", "warm_up"]
