"""The rulers that a change of a running day is held against: today's roads and clear ones."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.ids import OrderId
from core.domain.option import Meeting, NewRoute
from core.domain.place import Point
from core.routing.build import middle_of_day
from core.routing.check import Violation, check_change, check_times, hard_ones
from core.routing.expected import expected_lookup
from core.travel.lookup import Lookup, distinct, matrix_lookup
from core.travel.profile import Paced
from core.travel.protocol import TravelTimes


@dataclass(frozen=True, slots=True)
class Rulers:
    """Travel times that a change has to be clean by, each on its own."""

    expected: Lookup
    """What is known now, every incident counted for as long as it lasts."""
    planned: Lookup
    """The morning plan's own: normal travel at the middle of the day, the same all day long."""
    hours: tuple[Lookup, ...] = ()
    """Normal travel at each full hour of the working day that has a pace of its own."""


def rulers(day: Day, travel: TravelTimes, points: Iterable[Point], now: datetime) -> Rulers:
    """Return all rulers over `points`."""
    known = distinct(points)
    normal = travel.slowed(())
    return Rulers(
        expected_lookup(day, travel, known, now),
        matrix_lookup(normal, known, middle_of_day(day)),
        tuple(_later(normal, known, at) for at in _other_paces(day, normal)),
    )


def working_hours(day: Day) -> tuple[datetime, ...]:
    """Return the full hours, by the day's own clock, from before the first shift on the road begins
    until the last is over with all the overtime that is agreed."""
    out = {route.driver_id for route in day.routes.values()}
    shifts = [driver.shift for driver_id, driver in day.drivers.items() if driver_id in out]
    if not shifts:
        return ()
    opens = min(s.opens for s in shifts)
    wall = day.local(opens)
    at = opens - timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
    overtime = timedelta(seconds=day.rules.thresholds.max_overtime_s)
    ends = max(s.closes for s in shifts) + overtime
    hours = [at]
    while hours[-1] < ends:
        hours.append(hours[-1] + timedelta(hours=1))
    return tuple(hours)


def check_by_all(
    day: Day,
    changes: Sequence[NewRoute],
    meetings: Sequence[Meeting],
    by: Rulers,
    now: datetime,
    *,
    let_go: Collection[OrderId] = (),
) -> tuple[Violation, ...]:
    """Return what a change breaks by the times expected now, and what is hard by normal travel at
    any full hour of the working day or at the middle of it.

    A jam makes keeping a route look so late that anything seems to be no worse. Overtime that
    only a jam excuses is refused: once the jam is gone it is what the driver is left with. One
    hour's pace excuses as little: waiting for a window to open hides, at a slow pace, minutes
    that a faster one shows.

    What is clean here returns, at the pace of any instant of those hours, no later than the
    overtime agreed or than keeping the route would at the slower of the two full hours around it.
    """
    found = list(check_change(day, changes, meetings, by.expected, now, let_go=let_go))
    known = {_what(v) for v in found if v.hard}
    for clear in (by.planned, *by.hours):
        for violation in hard_ones(check_times(day, changes, clear, now)):
            if _what(violation) not in known:
                known.add(_what(violation))
                found.append(replace(violation, sentence=f"on clear roads {violation.sentence}"))
    return tuple(found)


def _what(violation: Violation) -> tuple[str | None, ...]:
    return violation.code, violation.vehicle_id, violation.order_id


def _other_paces(day: Day, normal: TravelTimes) -> Iterator[datetime]:
    """Yield the working hours whose pace is not yet another's, the middle of the day's included."""
    seen = {normal.pace(middle_of_day(day))} if isinstance(normal, Paced) else set[float]()
    for at in working_hours(day):
        if isinstance(normal, Paced):
            if normal.pace(at) in seen:
                continue
            seen.add(normal.pace(at))
        yield at


def _later(travel: TravelTimes, points: Sequence[Point], at: datetime) -> Lookup:
    """Return a lookup that asks for its matrix when it is first used: most runs of a case look at
    a few changes, and some at none."""
    made: list[Lookup] = []

    def lookup(start: Point, end: Point) -> tuple[int, int]:
        if not made:
            made.append(matrix_lookup(travel, points, at))
        return made[0](start, end)

    return lookup
