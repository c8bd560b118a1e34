"""A route as it was planned and as it went: pieces of driving, of service and of pause."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# What took longer than this is no leg and no service: a clock was set, a button was forgotten.
LONGEST_PIECE_S = 6 * 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class RoutePlan:
    """What is expected of a route, one row for each stop, in seconds."""

    depart_s: float
    """The instant of leaving the depot, in seconds since 1970."""
    drive_s: Floats
    """The leg that leads to each stop."""
    serve_s: Floats
    pause_s: Floats
    """Rest or waiting before the leg to each stop; it goes by the clock and has no pace."""

    def __post_init__(self) -> None:
        columns = (self.drive_s, self.serve_s, self.pause_s)
        if len({len(c) for c in columns}) != 1:
            raise ValueError("columns of a route differ in length")
        if not np.isfinite(self.depart_s) or not all(np.all(np.isfinite(c)) for c in columns):
            raise Refused("a planned route has a time that is no number")
        if any(np.any(c < 0) for c in columns):
            raise Refused("a planned route has a stop that takes less than no time")

    def __len__(self) -> int:
        return len(self.drive_s)

    @property
    def arrive_s(self) -> Floats:
        """Return the planned arrival at each stop."""
        return self.leave_s - self.serve_s

    @property
    def leave_s(self) -> Floats:
        return self.depart_s + np.cumsum(self.pause_s + self.drive_s + self.serve_s)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What the first stops of a route took; NaN where nobody noted it."""

    departed_s: float
    """When the vehicle left the depot."""
    left_s: float
    """When it left the last of them; the depot, if there is none."""
    drive_s: Floats
    serve_s: Floats

    def __post_init__(self) -> None:
        if len(self.drive_s) != len(self.serve_s):
            raise ValueError("driving and service were shown at different numbers of stops")
        if not (np.isfinite(self.left_s) and np.isfinite(self.departed_s)):
            raise Refused("nobody noted when the vehicle left its last stop")
        if self.left_s < self.departed_s:
            raise Refused("the vehicle left a stop before it left the depot: a clock was set back")

    def __len__(self) -> int:
        return len(self.drive_s)


@dataclass(frozen=True, slots=True, eq=False)
class RouteRun:
    """A route that is over."""

    day: int
    """Days since 1970."""
    driver: int
    plan: RoutePlan
    departed_s: float
    arrive_s: Floats
    leave_s: Floats
    drive_s: Floats
    """What each leg took, pauses not counted."""

    @property
    def serve_s(self) -> Floats:
        return self.leave_s - self.arrive_s

    def shown(self, stops: int) -> Shown:
        """Return what was known when the vehicle had left its first `stops` stops."""
        left = self.departed_s if stops == 0 else float(self.leave_s[stops - 1])
        return Shown(self.departed_s, left, self.drive_s[:stops], self.serve_s[:stops])


def usable(actual_s: Floats, planned_s: Floats) -> NDArray[np.bool_]:
    """Return which pieces tell of a pace: both sides are positive numbers that can be true."""
    with np.errstate(invalid="ignore"):
        return (actual_s > 0) & (actual_s <= LONGEST_PIECE_S) & (planned_s > 0)
