"""Where one more task may go into a row, seen at a glance: all other places break a limit.

The exact walk judges what is left. Nothing that it would allow is refused here: doors' hours,
releases and limits of driving only ever make a row later or shorter than it is taken to be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.routing.pace import Pace
from core.routing.problem import NEVER, NONE, Problem
from core.routing.units import Ints

Bools = NDArray[np.bool_]
Row = tuple[int, ...]

_OPEN = NEVER
"""No bound, or a time that is never reached."""


@dataclass(frozen=True, eq=False)
class Room:
    """One row, place by place: before its first task, before its second, and behind its last."""

    slot: int
    row: Row
    nodes: Ints
    """Where the vehicle comes from at each place, and where it ends."""
    free: Ints
    """Earliest departure from there, the rest behind the driver or none owed."""
    tired: Ints
    """The same with the rest still ahead; never where none is owed."""
    due: Ints
    """Latest arrival at what follows, the rest behind the driver."""
    due_tired: Ints
    left: Ints
    """(places, 3): what more the trip that each place belongs to can load."""
    spare_m: int
    """How much further the vehicle goes than the row."""


class Rooms:
    """What there is room for in rows of one problem; each row is looked at once while it stays."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        closes = np.where(problem.hard, problem.closes, _OPEN)
        shape = (len(problem.slots), len(problem.tasks))
        self._closes: Ints = np.broadcast_to(closes, shape)
        if problem.openings is not None:
            self._closes = np.minimum(closes, problem.openings.last)
        self._known: dict[int, Room | None] = {}
        self._judges = problem.pace is None or _never_overtaken(problem, problem.pace)

    def may(self, slot: int, row: Row, task: int) -> Bools:
        """Return for each place of a row whether a task alone may go there; False: it cannot."""
        room = self.room(slot, row)
        if room is None:
            return np.ones(len(row) + 1, dtype=np.bool_)
        return (
            self._loads(room, task)
            & (self._longer_m(room, task) <= room.spare_m)
            & (self.over_s(room, task) <= 0)
        )

    def nearest(self, room: Room, task: int) -> int:
        """Return the place that is least too late, of those whose trip has room if any has."""
        over = self.over_s(room, task)
        return int(np.argmin(np.where(self._loads(room, task), over, over + _OPEN)))

    def may_behind_a_load(self, slot: int, row: Row, task: int) -> bool:
        """Return whether a task may go in behind one more load at the end of a row."""
        problem, who = self.problem, self.problem.slots[slot]
        room = self.room(slot, row)
        if room is None:
            return True
        at, depot = int(problem.node[task]), int(problem.node[who.trip])
        last, end = int(room.nodes[-2]), int(room.nodes[-1])
        metres = problem.metres
        longer = metres[last, depot] + metres[depot, at] + metres[at, end] - metres[last, end]
        if longer > room.spare_m or (problem.load[task] > who.capacity).any():
            return False
        pause = 0 if who.rest == NONE else int(problem.service[who.rest])
        for leaves, rest_s in ((int(room.free[-1]), 0), (int(room.tired[-1]), pause)):
            clock = leaves + self._one(int(problem.seconds[last, depot]), leaves)
            clock += int(problem.service[who.trip])
            clock += self._one(int(problem.seconds[depot, at]), clock)
            clock = max(clock, int(problem.opens[task]))
            late = clock > int(self._closes[slot, task])
            clock += int(problem.service[task])
            clock += self._one(int(problem.seconds[at, end]), clock)
            if not late and clock + rest_s <= who.latest_return_s:
                return True
        return False

    def room(self, slot: int, row: Row) -> Room | None:
        """Return the room in a row; None where it can't be told at a glance."""
        if slot not in self._known or _row_of(self._known[slot]) != row:
            self._known[slot] = self._made(slot, row)
        return self._known[slot]

    def over_s(self, room: Room, task: int) -> Ints:
        """Return for each place how much too late the task, or what follows it, would at least
        be; not positive where it may be in time."""
        problem = self.problem
        at, opens, service = int(problem.node[task]), problem.opens[task], problem.service[task]
        closes = self._closes[room.slot, task]
        there, back = problem.seconds[room.nodes[:-1], at], problem.seconds[at, room.nodes[1:]]

        def over(leaves: Ints, due: Ints, pause: bool) -> Ints:
            start = np.maximum(leaves + self._lasts(there, leaves), opens)
            left = start + service
            late = start - closes
            if pause:
                left, tired = self._rested(room.slot, left)
                late = np.maximum(late, tired)
            return np.maximum(late, left + self._lasts(back, left) - due)

        found = over(room.free, room.due, False)
        if problem.slots[room.slot].rest == NONE:
            return found
        ahead = over(room.tired, room.due_tired, False)
        return np.minimum(found, np.minimum(ahead, over(room.tired, room.due, True)))

    def _loads(self, room: Room, task: int) -> Bools:
        """Return for each place whether the goods of a task fit into its trip."""
        fits: Bools = (room.left >= self.problem.load[task]).all(axis=1)
        return fits | (self.problem.pickup[room.slot, task] != NONE)

    def _longer_m(self, room: Room, task: int) -> Ints:
        at, metres = int(self.problem.node[task]), self.problem.metres
        here, on = room.nodes[:-1], room.nodes[1:]
        longer: Ints = metres[here, at] + metres[at, on] - metres[here, on]
        return longer

    def _lasts(self, usual_s: Ints, leaves_s: Ints) -> Ints:
        pace = self.problem.pace
        return usual_s if pace is None else pace.lasts(usual_s, leaves_s)

    def _rested(self, slot: int, leaves_s: Ints) -> tuple[Ints, Ints]:
        """Return when a driver has rested who is free then, and how much too late that is."""
        who, problem = self.problem.slots[slot], self.problem
        over = leaves_s - (problem.closes[who.rest] + who.rest_over_s)
        done: Ints = np.maximum(leaves_s, problem.opens[who.rest]) + problem.service[who.rest]
        return done, over

    def _made(self, slot: int, row: Row) -> Room | None:
        who, problem = self.problem.slots[slot], self.problem
        if not self._judges or who.frozen or who.departed or (problem.node[list(row)] < 0).any():
            return None
        nodes: Ints = np.array(
            [who.start_node, *problem.node[list(row)], problem.node[who.end_task]], dtype=np.int64
        )
        legs = problem.seconds[nodes[:-1], nodes[1:]].tolist()
        free, tired = self._forwards(slot, row, legs)
        due, due_tired = self._backwards(slot, row, legs)
        metres = int(problem.metres[nodes[:-1], nodes[1:]].sum())
        charges = any(problem.tasks[t].charge_m for t in row)
        return Room(
            slot,
            row,
            nodes,
            np.array(free, dtype=np.int64),
            np.array(tired, dtype=np.int64),
            np.array(due, dtype=np.int64),
            np.array(due_tired, dtype=np.int64),
            self._left(slot, row),
            _OPEN if charges else who.range_m - metres,
        )

    def _forwards(self, slot: int, row: Row, legs: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return the earliest departures, rested and with the rest ahead."""
        problem, who = self.problem, self.problem.slots[slot]
        owed = who.rest != NONE
        free, tired = who.ready_s, who.ready_s if owed else _OPEN
        if owed:
            free = self._rested_one(slot, tired)
        frees, tireds = [free], [tired]
        for task, leg in zip(row, legs, strict=False):
            opens, service = int(problem.opens[task]), int(problem.service[task])
            free = _later(free + self._one(leg, free), opens, service)
            if owed:
                tired = _later(tired + self._one(leg, tired), opens, service)
                free = min(free, self._rested_one(slot, tired))
            frees.append(free)
            tireds.append(tired)
        return frees, tireds

    def _backwards(self, slot: int, row: Row, legs: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return the latest arrivals at what follows each place, rested and not."""
        problem, who = self.problem, self.problem.slots[slot]
        due, tired, length = who.latest_return_s, -_OPEN, 0
        rest_opens, rest_closes = 0, 0
        if who.rest != NONE:
            length = int(problem.service[who.rest])
            rest_opens = int(problem.opens[who.rest])
            rest_closes = int(problem.closes[who.rest]) + who.rest_over_s
        dues, tireds = [due], [tired]
        for task, leg in zip(reversed(row), reversed(legs[1:]), strict=True):
            due, tired = self._leave_by(leg, due), self._leave_by(leg, tired)
            if who.rest != NONE and rest_opens + length <= due:
                tired = max(tired, min(rest_closes, due - length))
            service, closes = int(problem.service[task]), int(self._closes[slot, task])
            due, tired = min(closes, due - service), min(closes, tired - service)
            opens = int(problem.opens[task])
            due, tired = (-_OPEN if x < opens else x for x in (due, tired))
            dues.append(due)
            tireds.append(tired)
        return dues[::-1], tireds[::-1]

    def _rested_one(self, slot: int, leaves_s: int) -> int:
        who, problem = self.problem.slots[slot], self.problem
        if leaves_s > int(problem.closes[who.rest]) + who.rest_over_s:
            return _OPEN
        return max(leaves_s, int(problem.opens[who.rest])) + int(problem.service[who.rest])

    def _one(self, usual_s: int, leaves_s: int) -> int:
        pace = self.problem.pace
        return usual_s if pace is None else pace.one_lasts(usual_s, leaves_s)

    def _leave_by(self, usual_s: int, arrive_s: int) -> int:
        """Return the last departure from which a leg is over by then."""
        if self.problem.pace is None or arrive_s <= -_OPEN:
            return arrive_s - usual_s
        early, late = arrive_s - 1, arrive_s
        while early + self._one(usual_s, early) > arrive_s:
            late, early = early, early - 2 * (late - early)
        while late - early > 1:
            middle = (early + late) // 2
            if middle + self._one(usual_s, middle) <= arrive_s:
                early = middle
            else:
                late = middle
        return late if late + self._one(usual_s, late) <= arrive_s else early

    def _left(self, slot: int, row: Row) -> Ints:
        """Return what each place's trip can load beyond what it does: goods of the depot alone."""
        problem = self.problem
        trip, trips = 0, [0]
        for task in row:
            trip += bool(problem.is_trip[task])
            trips.append(trip)
        loaded = np.zeros((trip + 1, 3), dtype=np.int64)
        for task, of in zip(row, trips[1:], strict=True):
            if int(problem.pickup[slot, task]) == NONE:
                loaded[of] += problem.load[task]
        left: Ints = np.array(problem.slots[slot].capacity, dtype=np.int64) - loaded
        return left[trips]


def _row_of(room: Room | None) -> Row | None:
    return None if room is None else room.row


def _later(arrives: int, opens: int, service: int) -> int:
    return min(_OPEN, max(arrives, opens) + service)


def _never_overtaken(problem: Problem, pace: Pace) -> bool:
    """Return whether who leaves later never arrives sooner, on any leg."""
    return int(problem.seconds.max()) * pace.steepest <= 1_000_000
