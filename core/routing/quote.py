"""The promise quote: which windows can still be offered for an order, and at what added cost.

A quick look at all places of all vehicles leaves the few that are worth an exact walk. The quick
look knows no loads, no rest and no hours, so that it never says no where the exact walk says yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.day import Day
from core.domain.ids import OrderId
from core.domain.order import Order
from core.domain.plan import Refusal
from core.domain.position import Positions
from core.domain.time import TimeWindow
from core.errors import RouteFrozen
from core.routing.asked import Asked, with_order
from core.routing.build import rest_of_day
from core.routing.explain import explain, no_address
from core.routing.insertion import placements
from core.routing.problem import ELSEWHERE, NEVER, NONE, Ints, Problem
from core.routing.quick import look
from core.routing.quoted import Quote, WindowQuote, in_any_way
from core.routing.walk import of_slot, of_slots
from core.travel.protocol import TravelTimes

FIRST_LOOK = 4
"""So many places of each window are walked exactly at first: those that a quick look likes best."""

EXPLAINED = 8
"""Places from which is told why nobody comes."""

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Places:
    """Rows with the order in them, as the quick look sees them."""

    slot: Ints
    rows: tuple[Row, ...]
    reached_s: Ints
    """When the door is reached, at the earliest."""
    driven_s: Ints
    """The same if nobody had to wait for a window."""
    ahead_s: Ints
    """Driving and service behind the door."""
    added_mc: Ints


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
        """Return for each window the cheapest way to keep it without making anybody else late, at
        the order's own door or in another of its ways.

        The order need not be one of the day's; its own promise is not asked. A vehicle that has
        left comes back for the goods. What is offered has been walked exactly, and nothing is
        refused that an exact walk allows.
        """
        return Quote(in_any_way(order, windows, self._in_its_way))

    def _in_its_way(self, order: Order, windows: Sequence[TimeWindow]) -> tuple[WindowQuote, ...]:
        """Return for each window who keeps it in the way of the order that is in force."""
        if order.point is None:
            nobody = no_address(order.order_id)
            return tuple(WindowQuote(w, None, refusal=nobody) for w in windows)
        if not windows:
            return ()
        asked = with_order(self.day, self.travel, self.problem, order, windows, self._like)
        places = self._places(asked)
        worth = [self._worth(asked, places, number) for number in range(len(windows))]
        best: dict[int, WindowQuote] = {}
        first, size = 0, FIRST_LOOK
        while True:
            todo = [n for n, known in enumerate(worth) if n not in best and len(known) > first]
            if not todo:
                break
            some = {n: worth[n][first : first + size] for n in todo}
            best |= self._walked(asked, windows, places, some)
            first, size = first + size, size * 4
        return tuple(
            best.get(n) or WindowQuote(w, None, refusal=self._why(asked, n))
            for n, w in enumerate(windows)
        )

    def _places(self, asked: Asked) -> _Places:
        """Return every place of every vehicle that may bring the order at all, but for those that
        a shift, a range or the promise of somebody else rules out."""
        problem, task = asked.problem, asked.at_any_time
        found: list[_Places] = []
        for slot, who in enumerate(problem.slots):
            if not any(problem.fits_features(slot, t) for t in asked.tasks):
                continue
            pickup = int(problem.pickup[slot, task])
            if pickup == ELSEWHERE or (pickup == NONE and not self._room(problem, slot, task)):
                continue
            now = look(problem, slot, np.array([who.sequence], dtype=np.int64))
            by_length: dict[int, list[Row]] = {}
            for row in placements(problem, slot, who.sequence, task):
                by_length.setdefault(len(row), []).append(row)
            now_mc, late_s = int(now.cost_mc[0]), self._late_s[slot]
            found += [
                _looked(problem, slot, task, rows, now_mc, late_s) for rows in by_length.values()
            ]
        if not found:
            nothing = np.zeros(0, dtype=np.int64)
            return _Places(nothing, (), nothing, nothing, nothing, nothing)
        return _Places(
            np.concatenate([f.slot for f in found]),
            tuple(row for f in found for row in f.rows),
            np.concatenate([f.reached_s for f in found]),
            np.concatenate([f.driven_s for f in found]),
            np.concatenate([f.ahead_s for f in found]),
            np.concatenate([f.added_mc for f in found]),
        )

    def _worth(self, asked: Asked, places: _Places, number: int) -> list[int]:
        """Return the places that may keep a window, the likely cheapest first.

        A rest is owed before the door or behind it; what neither leaves time for is left out.
        """
        problem, task, who = asked.problem, asked.tasks[number], places.slot
        service, closes = problem.service[task], problem.closes[task]
        opens, until, rest_s, latest = self._limits(problem)
        begins = np.maximum(places.reached_s, problem.opens[task])
        home = begins + service + places.ahead_s
        rested = np.maximum(begins, np.maximum(opens[who], places.driven_s) + rest_s[who])
        before = (rested <= closes) & (rested + service + places.ahead_s <= latest[who])
        behind = (begins + service <= until[who]) & (home + rest_s[who] <= latest[who])
        good = self._able(asked, task)[who] & (begins <= closes) & (before | behind)
        waits = (begins - places.reached_s) * problem.driver_mc_per_s
        chosen: Ints = np.nonzero(good)[0]
        order = np.argsort((places.added_mc + waits)[chosen], kind="stable")
        return chosen[order].tolist()

    def _limits(self, problem: Problem) -> tuple[Ints, Ints, Ints, Ints]:
        """Return for each slot when its rest may begin, first and last, how long it is, and when
        the vehicle has to be back."""
        found: list[tuple[int, int, int, int]] = []
        for slot in problem.slots:
            opens, until, lasts = -NEVER, NEVER, 0
            if slot.rest != NONE:
                rest = problem.tasks[slot.rest]
                opens, lasts = rest.opens_s, rest.service_s
                until = rest.closes_s + slot.rest_over_s
            found.append((opens, until, lasts, slot.latest_return_s))
        table: Ints = np.array(found, dtype=np.int64).reshape(-1, 4)
        return table[:, 0], table[:, 1], table[:, 2], table[:, 3]

    def _room(self, problem: Problem, slot: int, task: int) -> bool:
        """Return whether goods fit that are on board from the start, as far as that start goes."""
        who = problem.slots[slot]
        if who.departed:
            return True
        own = [t for t in (*who.frozen, *who.sequence) if int(problem.pickup[slot, t]) == NONE]
        at_start = problem.load[[*own, task]].sum(axis=0)
        return bool((at_start <= np.array(who.capacity)).all())

    def _able(self, asked: Asked, task: int) -> NDArray[np.bool_]:
        slots = range(len(asked.problem.slots))
        return np.array([asked.problem.fits_features(s, task) for s in slots], dtype=np.bool_)

    def _walked(
        self,
        asked: Asked,
        windows: Sequence[TimeWindow],
        places: _Places,
        todo: dict[int, list[int]],
    ) -> dict[int, WindowQuote]:
        """Return the windows that one of these places keeps, with the cheapest of them."""
        problem = asked.problem
        trials = [
            (n, int(places.slot[p]), _with(asked, places.rows[p], n))
            for n, some in todo.items()
            for p in some
        ]
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

    def _why(self, asked: Asked, number: int) -> Refusal:
        """Return why nobody keeps a window, told of the vehicle that comes closest to it."""
        problem, task = asked.problem, asked.tasks[number]
        able = [s for s in range(len(problem.slots)) if problem.fits_features(s, task)]
        able = [s for s in able if int(problem.pickup[s, task]) != ELSEWHERE]
        if not problem.slots:
            return Refusal(None, "no_driver", "no vehicle is on the road or about to leave")
        if not able:
            return explain(asked.day, problem, 0, task, ())
        node, closes = problem.node[task], int(problem.closes[task])
        near: list[tuple[int, int, int]] = []
        for slot in able:
            who = problem.slots[slot]
            stops = [who.start_node, *(int(problem.node[t]) for t in who.sequence)]
            far = min(int(problem.seconds[n, node]) for n in stops if n >= 0)
            soonest = who.ready_s + int(problem.seconds[who.start_node, node])
            near.append((max(0, soonest - closes), far, slot))
        slot = min(near)[2]
        rows = placements(problem, slot, problem.slots[slot].sequence, task, EXPLAINED)
        walked = of_slot(problem, slot, rows)
        begins = np.where(walked.seqs == task, walked.start, 0).sum(axis=1)
        if bool((walked.feasible & (begins <= closes)).any()):
            name = problem.slots[slot].vehicle_id
            return Refusal(name, "window", f"{name} could keep it only by making others late")
        return explain(asked.day, problem, slot, task, rows)


def _looked(
    problem: Problem, slot: int, task: int, rows: Sequence[Row], now_mc: int, late_s: int
) -> _Places:
    """Return rows of one length, but for those that a shift or a range does not allow, or that
    make others later than they are."""
    table: Ints = np.array(rows, dtype=np.int64)
    seen = look(problem, slot, table)
    column: Ints = (table == task).argmax(axis=1)
    index = np.arange(len(rows))
    reached = seen.start[index, column]
    ahead = seen.spent[:, -1] - seen.spent[index, column] - problem.service[task]
    over = np.where(problem.late_mc[table] > 0, seen.start[:, :-1] - problem.closes[table], 0)
    good: Ints = np.nonzero(~seen.broken & (np.maximum(over, 0).sum(axis=1) <= late_s))[0]
    kept: list[int] = good.tolist()
    return _Places(
        np.full(len(good), slot, dtype=np.int64),
        tuple(rows[i] for i in kept),
        reached[good],
        (seen.free_s + seen.spent[index, column])[good],
        ahead[good],
        (seen.cost_mc - now_mc)[good],
    )


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


__all__ = ["Quote", "Quoter", "WindowQuote", "windows_ahead"]
