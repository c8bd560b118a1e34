"""What a vehicle showed on its way: when it was free, and what legs and stops behind it took."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.ids import OrderId, StopId
from core.domain.place import Point


@dataclass(frozen=True, slots=True)
class Passed:
    """A stop that is behind its driver, with the leg that led there."""

    stop_id: StopId
    order_id: OrderId | None
    origin: Point
    point: Point
    left_at: datetime
    """When the vehicle was free at `origin`."""
    reached_at: datetime | None
    """None: nobody scanned the arrival."""
    ended_at: datetime
    service_s: int
    """As the plan had it."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A vehicle that left its depot: where it was last free, and everything behind it."""

    departed_at: datetime
    point: Point
    left_at: datetime
    reached_at: datetime | None = None
    """Since when it stands at a stop; None on the road."""
    passed: tuple[Passed, ...] = ()
