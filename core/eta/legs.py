"""Seconds between the points of a day as it stands: hour profile, and incidents until they end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.day import Day, Incident
from core.domain.place import Point
from core.domain.time import seconds_between
from core.travel.lookup import distinct
from core.travel.profile import Paced
from core.travel.protocol import SlowArea, TravelTimes

UNKNOWN_CLEARS_S = 3600
"""How much longer an incident lasts that nobody gave an end: an assumption."""


def live(travel: TravelTimes, day: Day) -> TravelTimes:
    """Return travel slowed by every open incident of the day, for as long as they last."""
    return travel.slowed([SlowArea(i.area, i.speed_pct) for i in day.open_incidents()])


def expected_end(incident: Incident, now: datetime) -> datetime:
    """Return when an incident is expected to be over."""
    return incident.clears_at or now + timedelta(seconds=UNKNOWN_CLEARS_S)


@dataclass(frozen=True, slots=True)
class Slowdown:
    """What one open incident adds to each pair of points while it lasts."""

    incident: Incident
    ends_at: datetime
    extra_s: NDArray[np.int64]


class Legs:
    """One matrix over all points that matter, asked once; plus one for each open incident.

    `travel` may be slowed or not: what counts is what the day knows.
    """

    def __init__(
        self, day: Day, travel: TravelTimes, points: Iterable[Point], now: datetime
    ) -> None:
        self._normal = travel.slowed(())
        self.now = now
        # Asked once: telling a protocol apart costs more than a leg.
        self._paced = self._normal if isinstance(self._normal, Paced) else None
        self._pace_now = self._paced.pace(now) if self._paced is not None else 1.0
        known = distinct(points)
        self.index = {point: i for i, point in enumerate(known)}
        self.seconds = self._normal.matrix(known, now).seconds
        self.slowdowns = tuple(
            Slowdown(incident, expected_end(incident, now), extra)
            for incident in day.open_incidents()
            if (extra := self._extra(incident, known)).any()
        )

    def _extra(self, incident: Incident, points: tuple[Point, ...]) -> NDArray[np.int64]:
        slow = self._normal.slowed([SlowArea(incident.area, incident.speed_pct)])
        return np.maximum(0, slow.matrix(points, self.now).seconds - self.seconds)

    def stretch(self, at: datetime) -> float:
        """Return what a leg at `at` takes relative to one now, by the hour profile alone."""
        return 1.0 if self._paced is None else self._pace_now / self._paced.pace(at)

    def leg_s(self, start: Point, end: Point, depart: datetime) -> int:
        """Return the seconds of one leg, slow while an incident lasts and normal after it."""
        i, j = self.index[start], self.index[end]
        normal = int(self.seconds[i, j])
        total = float(normal)
        for slow in self.slowdowns:
            extra = int(slow.extra_s[i, j])
            if extra:
                left_s = seconds_between(depart, slow.ends_at)
                total += extra * min(1.0, max(0.0, left_s / (normal + extra)))
        return round(total * self.stretch(depart))
