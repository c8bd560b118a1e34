"""How traffic speed moves over the day: one factor for each hour, with its source."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class HourProfile:
    """Speed relative to the provider's own times at some hours; a straight line between them."""

    points: tuple[tuple[int, float], ...]
    """(local hour, speed factor), by hour; above 1 is faster than usual."""
    source: str

    def __post_init__(self) -> None:
        hours = [hour for hour, _ in self.points]
        if not hours or hours != sorted(set(hours)) or not 0 <= hours[0] <= hours[-1] < 24:
            raise ValueError(f"hours of a profile rise from 0 to 23, not {hours}")
        if min(factor for _, factor in self.points) <= 0:
            raise ValueError("a speed factor lies above zero")

    def speed_factor(self, hour: float) -> float:
        """Return the factor at a local hour such as 9.5; the day closes on itself at midnight."""
        knots = [*self.points, (self.points[0][0] + 24, self.points[0][1])]
        at = hour if hour >= knots[0][0] else hour + 24
        for (left, low), (right, high) in pairwise(knots):
            if at <= right:
                return low + (high - low) * (at - left) / (right - left)
        return knots[-1][1]


DEFAULT = HourProfile(
    points=((5, 1.50), (8, 0.93), (12, 0.99), (15, 0.89), (18, 0.97), (21, 1.13)),
    source="fitted on recorded city legs while the project was planned; not of this city: edit it",
)


def speed_factor(at: datetime, zone: ZoneInfo, profile: HourProfile = DEFAULT) -> float:
    """Return the factor at an instant, by the wall clock of `zone`."""
    wall = at.astimezone(zone)
    return profile.speed_factor(wall.hour + wall.minute / 60 + wall.second / 3600)


@runtime_checkable
class Paced(Protocol):
    """A provider that can tell its hour profile apart from its matrix."""

    def pace(self, at: datetime) -> float:
        """Return the speed at `at`; seconds are inversely proportional to it."""
        ...


def stretch(travel: object, known_at: datetime, at: datetime) -> float:
    """Return by what seconds known for `known_at` are multiplied to hold at `at`."""
    if not isinstance(travel, Paced):
        return 1.0
    return travel.pace(known_at) / travel.pace(at)
