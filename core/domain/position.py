"""Where a vehicle was seen, and when: positions live in a log of their own, not in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.ids import VehicleId
from core.domain.place import Point
from core.domain.time import seconds_between


@dataclass(frozen=True, slots=True)
class Position:
    vehicle_id: VehicleId
    at: datetime
    received_at: datetime
    point: Point

    def age_s(self, now: datetime) -> int:
        return max(0, seconds_between(self.at, now))


Positions = Mapping[VehicleId, tuple[Position, ...]]
"""The recent positions of each vehicle, oldest first."""
