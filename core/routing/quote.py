"""The promise quote: which windows can still be offered for an order, and at what added cost.

A quick look at all places of all vehicles leaves the few that are worth an exact walk. The quick
look knows no loads, no rest and no hours, so that it never says no where the exact walk says yes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.order import Order
from core.domain.plan import Refusal
from core.domain.position import Positions
from core.domain.time import TimeWindow
from core.errors import RouteFrozen
from core.routing.asked import Asked, with_order
from core.routing.build import rest_of_day
from core.routing.explain import explain, no_address
from core.routing.insertion import placements
from core.routing.problem import ELSEWHERE, Ints, Problem
from core.routing.quick import look
from core.routing.walk import of_slot, of_slots
from core.travel.protocol import TravelTimes

FIRST_LOOK = 4
"""So many places of each window are walked exactly at first: those that a quick look likes best."""

EXPLAINED = 8
"""Places from which is told why nobody comes."""

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WindowQuote:
    """One window: who would come when, at what price; or why nobody can."""

    window: TimeWindow
    vehicle_id: VehicleId | None
    added_cents: int = 0
    begins_at: datetime | None = None
    stops_before: int = 0
    refusal: Refusal | None = None

    @property
    def offered(self) -> bool:
        return self.vehicle_id is not None


@dataclass(frozen=True, slots=True)
class Quote:
    """Answers in the order of the windows asked for."""

    windows: tuple[WindowQuote, ...]

    @property
    def best(self) -> WindowQuote | None:
        """Return the cheapest window that can be offered; None when there is none."""
        offered = [w for w in self.windows if w.offered]
        return min(offered, key=lambda w: (w.added_cents, w.window), default=None)


@dataclass(frozen=True, slots=True)
class _Place:
    """One row with the order in it, as the quick look sees it."""

    slot: int
    row: Row
    reached_s: int
    """When the door is reached, at the earliest."""
    ahead_s: int
    """Driving and service behind the door."""
    added_mc: int


class Quoter:
    """A day made ready to be asked about many orders; valid while nothing happens on it.

    `moving` is an order of the day that is asked about: its present stop is taken off its route,
    and prices count from there. RouteFrozen when a driver is on the way to it.
    """

    def __init__(
        self,
        day: Day,
        travel: TravelTimes,
        now: datetime,
        positions: Positions | None = None,
        *,
        moving: OrderId | None = None,
    ) -> None:
        self.day, self.travel, self.now = day, travel, now
        orphans = () if moving is None else (moving,)
        self.problem = rest_of_day(day, travel, now, positions, orphan_ids=orphans)
        self._like = None
        if moving is not None and day.orders[moving].order.point is not None:
            self._like = self.problem.task_of(moving)
            for slot in self.problem.slots:
                if self._like in slot.frozen:
                    raise RouteFrozen(slot.vehicle_id, moving)
        slots = self.problem.slots
        self._cost_mc: list[int] = []
        self._late_s: list[int] = []
        for number, slot in enumerate(slots):
            kept = of_slot(self.problem, number, [slot.sequence])
            self._cost_mc.append(int(kept.cost_mc[0]))
            self._late_s.append(int(kept.late_s[0]))

    def quote(self, order: Order, windows: Sequence[TimeWindow]) -> Quote:
        """Return for each window the cheapest way to keep it without making anybody else late.

        The order need not be one of the day's; its own promise is not asked. A vehicle that has
        left comes back for the goods. What is offered has been walked exactly, and nothing is
        refused that an exact walk allows.
        """
        if order.point is None:
            nobody = no_address(order.order_id)
            return Quote(tuple(WindowQuote(w, None, refusal=nobody) for w in windows))
        if not windows:
            return Quote(())
        asked = with_order(self.day, self.travel, self.problem, order, windows, self._like)
        places = list(self._places(asked))
        worth = [self._worth(asked, places, number) for number in range(len(windows))]
        best: dict[int, WindowQuote] = {}
        first, size = 0, FIRST_LOOK
        while True:
            todo = [n for n, known in enumerate(worth) if n not in best and len(known) > first]
            if not todo:
                break
            best |= self._walked(asked, windows, {n: worth[n][first : first + size] for n in todo})
            first, size = first + size, size * 4
        return Quote(
            tuple(
                best.get(n) or WindowQuote(w, None, refusal=self._why(asked, places, n))
                for n, w in enumerate(windows)
            )
        )

    def _places(self, asked: Asked) -> Iterable[_Place]:
        """Yield every place of every vehicle that may bring the order at all."""
        problem, task = asked.problem, asked.at_any_time
        for slot, who in enumerate(problem.slots):
            if not any(problem.fits_features(slot, t) for t in asked.tasks):
                continue
            if int(problem.pickup[slot, task]) == ELSEWHERE:
                continue
            now = look(problem, slot, np.array([who.sequence], dtype=np.int64))
            by_length: dict[int, list[Row]] = {}
            for row in placements(problem, slot, who.sequence, task):
                by_length.setdefault(len(row), []).append(row)
            for rows in by_length.values():
                yield from _looked(problem, slot, task, rows, int(now.cost_mc[0]))

    def _worth(self, asked: Asked, places: Sequence[_Place], number: int) -> list[_Place]:
        """Return the places that may keep a window, the likely cheapest first."""
        problem, task = asked.problem, asked.tasks[number]
        opens, closes = int(problem.opens[task]), int(problem.closes[task])
        second = problem.driver_mc_per_s
        found: list[tuple[int, int, _Place]] = []
        for index, place in enumerate(places):
            who = problem.slots[place.slot]
            begins = max(place.reached_s, opens)
            home = begins + int(problem.service[task]) + place.ahead_s
            if begins > closes or home > who.latest_return_s:
                continue
            if problem.fits_features(place.slot, task):
                waits = (begins - place.reached_s) * second
                found.append((place.added_mc + waits, index, place))
        return [place for _, _, place in sorted(found, key=lambda f: f[:2])]

    def _walked(
        self, asked: Asked, windows: Sequence[TimeWindow], todo: dict[int, list[_Place]]
    ) -> dict[int, WindowQuote]:
        """Return the windows that one of these places keeps, with the cheapest of them."""
        problem = asked.problem
        trials = [(n, p.slot, _with(asked, p.row, n)) for n, some in todo.items() for p in some]
        walked = of_slots(problem, [(slot, row) for _, slot, row in trials])
        found: dict[int, WindowQuote] = {}
        for index, (number, slot, row) in enumerate(trials):
            task = asked.tasks[number]
            column = int(np.argmax(walked.seqs[index] == task))
            begins = int(walked.start[index, column])
            late_s = int(walked.late_s[index]) - self._late_s[slot]
            if not bool(walked.feasible[index]) or begins > int(problem.closes[task]) or late_s > 0:
                continue
            added = round((int(walked.cost_mc[index]) - self._cost_mc[slot]) / 1000)
            known = found.get(number)
            if known is not None and known.added_cents <= added:
                continue
            found[number] = WindowQuote(
                windows[number],
                problem.slots[slot].vehicle_id,
                added,
                problem.instant(begins),
                sum(problem.tasks[t].order_id is not None for t in row[: row.index(task)]),
            )
        return found

    def _why(self, asked: Asked, places: Sequence[_Place], number: int) -> Refusal:
        """Return why nobody keeps a window, told of the vehicle that comes closest."""
        problem, task = asked.problem, asked.tasks[number]
        able = [p for p in places if problem.fits_features(p.slot, task)]
        if not able:
            if not problem.slots:
                return Refusal(None, "no_driver", "no vehicle is on the road or about to leave")
            return explain(asked.day, problem, 0, task, ())
        closes = int(problem.closes[task])
        able.sort(key=lambda p: (max(0, p.reached_s - closes), p.added_mc))
        slot = able[0].slot
        rows = [_with(asked, p.row, number) for p in able if p.slot == slot][:EXPLAINED]
        walked = of_slot(problem, slot, rows)
        begins = np.where(walked.seqs == task, walked.start, 0).sum(axis=1)
        if bool((walked.feasible & (begins <= closes)).any()):
            name = problem.slots[slot].vehicle_id
            others = f"{name} could keep it only by making others late on its route"
            return Refusal(name, "window", others)
        return explain(asked.day, problem, slot, task, rows)


def _looked(
    problem: Problem, slot: int, task: int, rows: Sequence[Row], now_mc: int
) -> Iterable[_Place]:
    """Yield rows of one length, but for those that a shift or a range does not allow."""
    table: Ints = np.array(rows, dtype=np.int64)
    seen = look(problem, slot, table)
    column: Ints = (table == task).argmax(axis=1)
    index = np.arange(len(rows))
    reached = seen.start[index, column].tolist()
    ahead = (seen.spent[:, -1] - seen.spent[index, column] - problem.service[task]).tolist()
    added = (seen.cost_mc - now_mc).tolist()
    for i in np.nonzero(~seen.broken)[0].tolist():
        yield _Place(slot, rows[i], reached[i], ahead[i], added[i])


def _with(asked: Asked, row: Row, number: int) -> Row:
    """Return the row with the order in that window."""
    return tuple(asked.tasks[number] if t == asked.at_any_time else t for t in row)


def windows_ahead(
    day: Day, now: datetime, length_min: int, every_min: int
) -> tuple[TimeWindow, ...]:
    """Return windows of one length at full steps of the local clock, from the next one on, as long
    as a driver on the road is at work in them."""
    out = {route.driver_id for route in day.routes.values()}
    shifts = [driver.shift for driver_id, driver in day.drivers.items() if driver_id in out]
    if not shifts:
        return ()
    ends, begins = max(s.closes for s in shifts), max(now, min(s.opens for s in shifts))
    wall = day.local(begins)
    past_s = (wall.hour * 60 + wall.minute) * 60 + wall.second
    step, length = timedelta(minutes=every_min), timedelta(minutes=length_min)
    opens = begins.replace(microsecond=0) + timedelta(seconds=-past_s % (60 * every_min))
    found: list[TimeWindow] = []
    while opens + length <= ends:
        found.append(TimeWindow(opens, opens + length))
        opens += step
    return tuple(found)
