"""The travel times of one run: asked once for all its points, answered from there."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from core.domain.day import Day
from core.domain.place import Point
from core.domain.plan import ProviderStamp
from core.domain.position import Positions
from core.travel.lookup import distinct
from core.travel.profile import Paced
from core.travel.protocol import Matrix, SlowArea, TravelTimes


class KnownTravel:
    """Travel times with the matrix over the points that a run will ask about.

    Any other question goes to the provider behind it. Answers are the provider's own.
    """

    def __init__(self, travel: TravelTimes, points: Iterable[Point]) -> None:
        self._travel = travel
        self._paced = travel if isinstance(travel, Paced) else None
        self._points = distinct(points)
        self._index = {point: i for i, point in enumerate(self._points)}
        self._matrices: dict[datetime, Matrix] = {}
        self._slowed: dict[tuple[SlowArea, ...], KnownTravel] = {}

    @property
    def points(self) -> tuple[Point, ...]:
        return self._points

    @property
    def stamp(self) -> ProviderStamp:
        return self._travel.stamp

    def pace(self, at: datetime) -> float:
        return self._paced.pace(at) if self._paced is not None else 1.0

    def matrix(self, points: Sequence[Point], at: datetime) -> Matrix:
        if any(point not in self._index for point in points):
            return self._travel.matrix(points, at)
        if at not in self._matrices:
            self._matrices[at] = self._travel.matrix(self._points, at)
        rows = np.fromiter((self._index[p] for p in points), dtype=np.intp, count=len(points))
        known, cut = self._matrices[at], np.ix_(rows, rows)
        return Matrix(known.seconds[cut], known.metres[cut])

    def geometry(self, start: Point, end: Point) -> tuple[Point, ...]:
        return self._travel.geometry(start, end)

    def nearest_street(self, point: Point) -> str:
        """Return the street that the provider behind knows there; empty where it knows none."""
        found = getattr(self._travel, "nearest_street", None)
        return str(found(point)) if callable(found) else ""

    def slowed(self, areas: Sequence[SlowArea]) -> "KnownTravel":
        key = tuple(areas)
        if key not in self._slowed:
            self._slowed[key] = KnownTravel(self._travel.slowed(areas), self._points)
            # Slowing again replaces the areas, so normal times are shared from here on.
            self._slowed[key]._slowed = self._slowed
        return self._slowed[key]


def known_travel(
    travel: TravelTimes, day: Day, positions: Positions, more: Iterable[Point] = ()
) -> KnownTravel:
    """Return `travel` knowing every place that the rest of the day can speak of."""
    points: list[Point] = [depot.point for depot in day.opened.depots]
    for route in day.routes.values():
        if route.remaining:
            points.extend((route.start, route.end, *(s.point for s in route.remaining)))
            points.extend((route.last_point,) if route.last_point is not None else ())
    points.extend(s.order.point for s in day.unassigned() if s.order.point is not None)
    points.extend(fixes[-1].point for fixes in positions.values() if fixes)
    points.extend(charger.point for charger in day.chargers.values())
    points.extend(more)
    return KnownTravel(travel, points)
