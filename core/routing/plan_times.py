"""The travel times of a morning's plan: all at the middle of the day, or each at its own hour."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.place import Point
from core.routing.check import Lookup
from core.routing.crews import middle_of_day
from core.routing.pace import Pace, pace_of
from core.routing.problem import Slot
from core.travel.lookup import HourlyLookup, matrix_lookup
from core.travel.profile import Paced
from core.travel.protocol import TravelTimes


def plan_lookup(day: Day, travel: TravelTimes, points: Iterable[Point]) -> Lookup:
    """Return the travel times by which a plan of the day is judged."""
    at = middle_of_day(day)
    usual = matrix_lookup(travel, points, at)
    return HourlyLookup(usual, travel, at) if day.rules.thresholds.by_the_hour else usual


def pace_of_plan(
    day: Day, travel: TravelTimes, base: datetime, slots: Sequence[Slot]
) -> Pace | None:
    """Return how pace changes until the last vehicle is due back; None where nobody asks.

    A provider without hours is as fast at all of them.
    """
    if not day.rules.thresholds.by_the_hour or not isinstance(travel, Paced) or not slots:
        return None
    last_s = max(s.latest_return_s for s in slots)
    minutes = [base + timedelta(minutes=m) for m in range(last_s // 60 + 2)]
    return pace_of([travel.pace(at) for at in minutes], travel.pace(middle_of_day(day)))
