"""Travel times for the rest of a day in progress: an incident counts for as long as it lasts."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from core.domain.day import Day
from core.domain.place import Point
from core.domain.time import seconds_between
from core.routing.problem import Ints
from core.travel.lookup import Lookup, distinct
from core.travel.protocol import SlowArea, TravelTimes

# What an incident adds counts in full while it lasts this long: about the span of a repair.
INCIDENT_SPAN_S = 5400


def expected_times(
    day: Day, travel: TravelTimes, points: Sequence[Point], now: datetime
) -> tuple[Ints, Ints]:
    """Return the seconds and metres between points that the rest of the day reckons with.

    Whoever proposes a change and whoever checks it ask here, so that they agree.
    """
    normal = travel.slowed(())
    matrix = normal.matrix(points, now)
    seconds = matrix.seconds.astype(np.float64)
    for incident in day.open_incidents():
        slow = normal.slowed([SlowArea(incident.area, incident.speed_pct)])
        extra = np.maximum(0, slow.matrix(points, now).seconds - matrix.seconds)
        left_s = INCIDENT_SPAN_S
        if incident.clears_at is not None:
            left_s = max(0, seconds_between(now, incident.clears_at))
        seconds += extra * min(1.0, left_s / INCIDENT_SPAN_S)
    return np.rint(seconds).astype(np.int64), matrix.metres.astype(np.int64)


def expected_lookup(
    day: Day, travel: TravelTimes, points: Iterable[Point], now: datetime
) -> Lookup:
    """Return the same as a lookup, for the checker of changes."""
    known = distinct(points)
    index = {point: i for i, point in enumerate(known)}
    matrices = expected_times(day, travel, known, now)
    seconds: list[list[int]] = matrices[0].tolist()
    metres: list[list[int]] = matrices[1].tolist()
    later: dict[tuple[Point, Point], tuple[int, int]] = {}

    def lookup(start: Point, end: Point) -> tuple[int, int]:
        i, j = index.get(start), index.get(end)
        if i is not None and j is not None:
            return seconds[i][j], metres[i][j]
        pair = (start, end)
        if pair not in later:
            small = expected_times(day, travel, pair, now)
            later[pair] = (int(small[0][0, 1]), int(small[1][0, 1]))
        return later[pair]

    return lookup
