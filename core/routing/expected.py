"""Travel times for the rest of a day in progress: an incident counts for as long as it lasts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from core.domain.day import Day
from core.domain.place import Point
from core.domain.time import seconds_between
from core.routing.problem import Ints
from core.travel.lookup import Lookup, beside, table_lookup
from core.travel.protocol import Beside, SlowArea, TravelTimes

# What an incident adds counts in full while it lasts this long: about the span of a repair.
INCIDENT_SPAN_S = 5400


def expected_times(
    day: Day, travel: TravelTimes, points: Sequence[Point], now: datetime
) -> tuple[Ints, Ints]:
    """Return the seconds and metres between points that the rest of the day reckons with.

    Whoever proposes a change and whoever checks it ask here, so that they agree.
    """
    matrix = travel.slowed(()).matrix(points, now)

    def seconds_with(roads: TravelTimes) -> Ints:
        return roads.matrix(points, now).seconds

    seconds = _with_incidents(day, travel, now, matrix.seconds, seconds_with)
    return seconds, matrix.metres.astype(np.int64)


def expected_beside(
    day: Day, travel: TravelTimes, place: Point, points: Sequence[Point], now: datetime
) -> Beside:
    """Return what `expected_times` would say of one place and each of `points`."""
    found = beside(travel.slowed(()), place, points, now)

    def there(roads: TravelTimes) -> Ints:
        return beside(roads, place, points, now).there_s

    def back(roads: TravelTimes) -> Ints:
        return beside(roads, place, points, now).back_s

    return replace(
        found,
        there_s=_with_incidents(day, travel, now, found.there_s, there),
        back_s=_with_incidents(day, travel, now, found.back_s, back),
    )


def _with_incidents(
    day: Day,
    travel: TravelTimes,
    now: datetime,
    usual_s: Ints,
    ask: Callable[[TravelTimes], Ints],
) -> Ints:
    """Return usual seconds with what incidents add, each for the share of the span it lasts."""
    normal = travel.slowed(())
    seconds = usual_s.astype(np.float64)
    for incident in day.open_incidents():
        slow = normal.slowed([SlowArea(incident.area, incident.speed_pct)])
        extra = np.maximum(0, ask(slow) - usual_s)
        left_s = INCIDENT_SPAN_S
        if incident.clears_at is not None:
            left_s = max(0, seconds_between(now, incident.clears_at))
        seconds += extra * min(1.0, left_s / INCIDENT_SPAN_S)
    return np.rint(seconds).astype(np.int64)


def expected_lookup(
    day: Day, travel: TravelTimes, points: Iterable[Point], now: datetime
) -> Lookup:
    """Return the same as a lookup, for the checker of changes."""
    return table_lookup(points, lambda places: expected_times(day, travel, places, now))
