"""What every provider of travel times answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from core.domain.place import Area, Point
from core.domain.plan import ProviderStamp

UNREACHABLE = 2**30
"""Seconds or metres where no road leads."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Travel between points, both (n, n) int64: seconds and metres; row from, column to."""

    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SlowArea:
    """Live knowledge: roads in an area run at `speed_pct` of normal; 0 is closed."""

    area: Area
    speed_pct: int


@dataclass(frozen=True, slots=True)
class Beside:
    """Travel between one place and others, in their order."""

    there_s: NDArray[np.int64]
    """From each of the others to the place."""
    there_m: NDArray[np.int64]
    back_s: NDArray[np.int64]
    """From the place to each of the others."""
    back_m: NDArray[np.int64]


@runtime_checkable
class AnswersBeside(Protocol):
    """Travel times that need no whole matrix to answer for one more place."""

    def beside(self, place: Point, points: Sequence[Point], at: datetime) -> Beside:
        """Return what `matrix` would say of `place` and each of `points`."""
        ...


class TravelTimes(Protocol):
    """Expected travel at a time of day. Same inputs, same answer."""

    @property
    def stamp(self) -> ProviderStamp: ...

    def matrix(self, points: Sequence[Point], at: datetime) -> Matrix:
        """Return seconds and metres between all points, at the hour profile of `at`."""
        ...

    def geometry(self, start: Point, end: Point) -> tuple[Point, ...]:
        """Return the line driven, both ends included."""
        ...

    def slowed(self, areas: Sequence[SlowArea]) -> "TravelTimes":
        """Return these travel times with the areas slowed; an empty sequence is normal."""
        ...
