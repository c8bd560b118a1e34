"""A matrix as a plain function from two points to seconds and metres."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from core.domain.place import Point
from core.travel.profile import stretch
from core.travel.protocol import AnswersBeside, Beside, TravelTimes

Ints = NDArray[np.int64]
Lookup = Callable[[Point, Point], tuple[int, int]]


def distinct(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return each point once, in an order that depends on nothing but the points."""
    return tuple(sorted(set(points)))


def beside(travel: TravelTimes, place: Point, points: Sequence[Point], at: datetime) -> Beside:
    """Return travel between one place and each of `points`, in the cheapest way there is."""
    if isinstance(travel, AnswersBeside):
        return travel.beside(place, points, at)
    matrix = travel.matrix((place, *points), at)
    return Beside(
        matrix.seconds[1:, 0], matrix.metres[1:, 0], matrix.seconds[0, 1:], matrix.metres[0, 1:]
    )


def matrix_lookup(travel: TravelTimes, points: Iterable[Point], at: datetime) -> Lookup:
    """Return a lookup over `points` at the hour of `at`, made with one matrix call."""

    def ask(places: Sequence[Point]) -> tuple[Ints, Ints]:
        matrix = travel.matrix(places, at)
        return matrix.seconds, matrix.metres

    return table_lookup(points, ask)


def table_lookup(
    points: Iterable[Point], ask: Callable[[Sequence[Point]], tuple[Ints, Ints]]
) -> Lookup:
    """Return a lookup over `points`; `ask` gives the seconds and metres between places.

    A point that was not announced is asked for when it comes, one small matrix a pair.
    """
    known = distinct(points)
    index = {point: i for i, point in enumerate(known)}
    matrices = ask(known)
    seconds: list[list[int]] = matrices[0].tolist()
    metres: list[list[int]] = matrices[1].tolist()
    later: dict[tuple[Point, Point], tuple[int, int]] = {}

    def lookup(start: Point, end: Point) -> tuple[int, int]:
        i, j = index.get(start), index.get(end)
        if i is not None and j is not None:
            return seconds[i][j], metres[i][j]
        pair = (start, end)
        if pair not in later:
            small = ask(pair)
            later[pair] = (int(small[0][0, 1]), int(small[1][0, 1]))
        return later[pair]

    return lookup


@dataclass(frozen=True)
class HourlyLookup:
    """A lookup at one hour that can tell of the others: their pace only scales its seconds."""

    usual: Lookup
    travel: TravelTimes
    at: datetime
    """Of the usual seconds."""

    def __call__(self, start: Point, end: Point) -> tuple[int, int]:
        return self.usual(start, end)

    def leaving(self, start: Point, end: Point, at: datetime) -> int:
        """Return the seconds of a drive that begins `at`."""
        return round(self.usual(start, end)[0] * stretch(self.travel, self.at, at))
