"""One vehicle with its driver, as they truly are."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.place import Point
from core.domain.plan import Stop
from evals.world.traffic import Drive


class Phase(StrEnum):
    DEPOT = "depot"
    DRIVING = "driving"
    BUSY = "busy"
    """At a door, waiting for it to open, at the dock or resting."""
    MEETING = "meeting"
    HOMEWARD = "homeward"
    DONE = "done"


@dataclass
class Rider:
    """One vehicle with its driver, as they truly are."""

    vehicle_id: VehicleId
    place: Point
    phase: Phase = Phase.DEPOT
    drive: Drive | None = None
    target: Stop | None = None
    on_board: set[OrderId] = field(default_factory=set[OrderId])
    just_done: set[StopId] = field(default_factory=set[StopId])
    """Finished, but not yet read back from the desk."""
    given_up: set[StopId] = field(default_factory=set[StopId])
    metres: int = 0
    departed: int | None = None
    returned: int | None = None
    turn: int = 0
    """Counts what the driver was told or decided; an older appointment is void."""

    def at(self, second: int) -> Point:
        if self.drive is not None and self.phase in (Phase.DRIVING, Phase.HOMEWARD):
            return self.drive.at(second)
        return self.place
