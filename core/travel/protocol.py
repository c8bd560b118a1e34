"""What every provider of travel times answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
