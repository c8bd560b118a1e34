"""The two rulers that a change of a running day is held against: today's roads and clear ones."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import OrderId
from core.domain.option import Meeting, NewRoute
from core.domain.place import Point
from core.routing.build import middle_of_day
from core.routing.check import Violation, check_change, hard_ones
from core.routing.expected import expected_lookup
from core.travel.lookup import Lookup, matrix_lookup
from core.travel.protocol import TravelTimes


@dataclass(frozen=True, slots=True)
class Rulers:
    """Travel times that a change has to be clean by, each on its own."""

    expected: Lookup
    """What is known now, every incident counted for as long as it lasts."""
    planned: Lookup
    """The morning plan's own: normal travel at the middle of the day, the same all day long."""


def rulers(day: Day, travel: TravelTimes, points: Iterable[Point], now: datetime) -> Rulers:
    """Return both rulers over `points`."""
    known = tuple(points)
    normal = travel.slowed(())
    return Rulers(
        expected_lookup(day, travel, known, now),
        matrix_lookup(normal, known, middle_of_day(day)),
    )


def check_by_both(
    day: Day,
    changes: Sequence[NewRoute],
    meetings: Sequence[Meeting],
    by: Rulers,
    now: datetime,
    *,
    let_go: Collection[OrderId] = (),
) -> tuple[Violation, ...]:
    """Return what a change breaks by the times expected now, and what is hard by the plan's own.

    A jam makes keeping a route look so late that anything seems to be no worse. Overtime that
    only a jam excuses is refused: once the jam is gone it is what the driver is left with.
    """
    now_broken = check_change(day, changes, meetings, by.expected, now, let_go=let_go)
    clear = check_change(day, changes, meetings, by.planned, now, let_go=let_go)
    known = {(v.code, v.vehicle_id, v.order_id) for v in now_broken if v.hard}
    more = (
        replace(v, sentence=f"on clear roads {v.sentence}")
        for v in hard_ones(clear)
        if (v.code, v.vehicle_id, v.order_id) not in known
    )
    return (*now_broken, *more)
