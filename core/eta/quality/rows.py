"""What is compared: arrivals that happened, and what was said of each of them beforehand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import DayId, OrderId, StopId, VehicleId
from core.domain.place import Point
from core.domain.position import Positions


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said of all open stops at one moment: P10, P50 and P90 of each arrival."""

    model_id: str
    stops: Mapping[StopId, tuple[datetime, datetime, datetime]]


Say = Callable[[Day, Positions, datetime], Spoken]
"""Gives the forecast of a day as it was known at a moment."""


@dataclass(frozen=True, slots=True)
class Said:
    """One forecast of one arrival."""

    at: datetime
    stops_ahead: int
    """1: the next one."""
    change: int
    """How many changes of ours the way to this stop had seen by then."""
    low: datetime
    mid: datetime
    high: datetime
    model_id: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A stop that was reached, with all that had been said of it."""

    day_id: DayId
    plan_version: int
    vehicle_id: VehicleId
    stop_id: StopId
    order_id: OrderId | None
    point: Point
    at: datetime
    hour: int
    """Of the day's own clock."""
    change: int
    """How many changes of ours its way had seen when it was reached; 0: untouched."""
    said: tuple[Said, ...]
    """Oldest first; nothing that was said after the arrival."""

    @property
    def touched(self) -> bool:
        return self.change > 0


@dataclass(frozen=True, slots=True)
class Followed:
    """One day as far as it was followed."""

    day_id: DayId
    until: datetime | None
    """What was said is known up to here; None: nothing was planned yet."""
    arrivals: tuple[Arrival, ...]
    unseen: int
    """Doors that were served and whose arrival nobody reported: they cannot be scored."""
    open_stops: int
    """Doors that are still ahead."""
