"""Stops, routes and plans. A plan is immutable; a new plan is a new version."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.added import added
from core.domain.alternative import FIRST
from core.domain.ids import DriverId, MeetingId, OrderId, PlanId, StopId, VehicleId
from core.domain.place import Point


class StopKind(StrEnum):
    DELIVER = "deliver"
    REST = "rest"
    RELOAD = "reload"
    MEET = "meet"
    CHARGE = "charge"
    COLLECT = "collect"


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing a driver does at one place, with the times that the plan gives it."""

    stop_id: StopId
    """Stable over plan versions: `deliver:<order>`, `rest:<driver>`, `reload:<vehicle>:<n>`,
    `charge:<vehicle>:<n>`, `collect:<order>`, `meet:<meeting>:<vehicle>`."""
    kind: StopKind
    point: Point
    service_s: int
    arrive_at: datetime
    leave_at: datetime
    """Arrival, then waiting for the window to open, then service."""
    order_id: OrderId | None = None
    """Set for a delivery, and for a return that is collected: one order a stop. Consecutive
    deliveries at one point share a parking place."""
    loads: tuple[OrderId, ...] = ()
    """Orders taken on board at a reload, or where goods are collected that go to another door."""
    meeting_id: MeetingId | None = None
    meets: VehicleId | None = None
    gives: tuple[OrderId, ...] = ()
    takes: tuple[OrderId, ...] = ()
    way: str = added(FIRST)
    """In which of its ways the order is served; empty: the one it was given in."""


@dataclass(frozen=True, slots=True)
class Route:
    """What one vehicle does on the day, from the depot back to the depot."""

    vehicle_id: VehicleId
    driver_id: DriverId
    depart_at: datetime
    start: Point
    stops: tuple[Stop, ...]
    end: Point
    return_at: datetime
    loads: tuple[OrderId, ...] = ()
    """Orders on board at departure."""
    loads_from: datetime | None = added(None)
    """When it stands at a door of the depot to load; None where that takes no time."""

    def order_ids(self) -> tuple[OrderId, ...]:
        return tuple(s.order_id for s in self.stops if s.order_id is not None)


@dataclass(frozen=True, slots=True)
class ProviderStamp:
    """Which travel times a plan was made with."""

    name: str
    map_date: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one vehicle does not take one order, with the figures."""

    vehicle_id: VehicleId | None
    code: str
    """capacity, window, skill, equipment, depot, shift, rest, range, access, driving, duty, frozen,
    vehicle_down, no_driver or no_address."""
    sentence: str
    way: str = added(FIRST)
    """Of an order's ways the one that is spoken of."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    order_id: OrderId
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class PricePart:
    """A part of a plan's cost that is neither way nor time: what for, how often, how much."""

    name: str
    """territory, evenness or ways."""
    count: int
    """Stops outside, minutes above the mean, or orders served another way than their first."""
    cents: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes for a day, with everything that influenced them."""

    plan_id: PlanId
    version: int
    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...]
    provider: ProviderStamp
    engine: str
    seed: int
    iterations: int
    cost_cents: int
    reproducible: bool = True
    """False when a wall-clock breaker cut the search."""
    prices: tuple[PricePart, ...] = added(())
    """What is in the cost for stops outside of territories, uneven work and other ways."""


class Progress(StrEnum):
    """Where a driver stands relative to the next open stop."""

    AT_DEPOT = "at_depot"
    DRIVING = "driving"
    AT_STOP = "at_stop"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class RouteState:
    """A route in execution. `stops[:done]` is behind the driver; `stops[done]` is the stop
    where the driver is or drives to, and is therefore committed once the vehicle has left."""

    vehicle_id: VehicleId
    driver_id: DriverId
    revision: int
    depart_at: datetime
    start: Point
    stops: tuple[Stop, ...]
    end: Point
    return_at: datetime
    loads: tuple[OrderId, ...] = ()
    """Planned to be on board at departure."""
    done: int = 0
    progress: Progress = Progress.AT_DEPOT
    since: datetime | None = None
    """Event time of the last proof of progress: departure, arrival or completion."""
    last_point: Point | None = None
    """Where that proof placed the vehicle."""
    on_board: frozenset[OrderId] = field(default_factory=frozenset[OrderId])

    @property
    def remaining(self) -> tuple[Stop, ...]:
        return self.stops[self.done :]

    @property
    def frozen(self) -> int:
        """Count of leading remaining stops that nobody may move: the committed parking place
        with all its doors. Zero while the vehicle is at the depot."""
        if self.progress in (Progress.AT_DEPOT, Progress.FINISHED) or not self.remaining:
            return 0
        first = self.remaining[0].point
        count = 0
        for stop in self.remaining:
            if stop.point != first:
                break
            count += 1
        return count
