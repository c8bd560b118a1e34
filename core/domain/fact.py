"""Facts: things that happened in the world. They are always accepted, once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.domain.access import Zone
from core.domain.attempt import AttemptRisk
from core.domain.carrier import Carrier
from core.domain.charging import Charger
from core.domain.customer import Customer
from core.domain.fleet import Depot, Driver, Vehicle
from core.domain.ids import (
    CarrierId,
    ContactId,
    DayId,
    IncidentId,
    MeetingId,
    OrderId,
    StopId,
    TenderId,
    VehicleId,
)
from core.domain.order import FailReason, Order
from core.domain.place import Area, Point
from core.domain.time import TimeWindow


@dataclass(frozen=True, slots=True)
class DayOpened:
    """The first event of every ledger."""

    day_id: DayId
    operation: str
    service_date: str
    """ISO date in the day's zone."""
    zone: str
    """IANA name."""
    depots: tuple[Depot, ...]
    type: Literal["day_opened"] = "day_opened"


@dataclass(frozen=True, slots=True)
class CustomerRegistered:
    customer: Customer
    type: Literal["customer_registered"] = "customer_registered"


@dataclass(frozen=True, slots=True)
class OrderReceived:
    order: Order
    urgent: bool = False
    """Came in after the routes were frozen."""
    type: Literal["order_received"] = "order_received"


@dataclass(frozen=True, slots=True)
class OrderLocated:
    order_id: OrderId
    point: Point
    type: Literal["order_located"] = "order_located"


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    order_id: OrderId
    reason: str = ""
    type: Literal["order_cancelled"] = "order_cancelled"


@dataclass(frozen=True, slots=True)
class VehicleListed:
    vehicle: Vehicle
    type: Literal["vehicle_listed"] = "vehicle_listed"


@dataclass(frozen=True, slots=True)
class DriverListed:
    driver: Driver
    type: Literal["driver_listed"] = "driver_listed"


@dataclass(frozen=True, slots=True)
class CarrierListed:
    carrier: Carrier
    type: Literal["carrier_listed"] = "carrier_listed"


@dataclass(frozen=True, slots=True)
class ZoneListed:
    """A part of the town where not every vehicle may stop at every time."""

    zone: Zone
    type: Literal["zone_listed"] = "zone_listed"


@dataclass(frozen=True, slots=True)
class ChargerListed:
    """A place where our electric vehicles may charge."""

    charger: Charger
    type: Literal["charger_listed"] = "charger_listed"


@dataclass(frozen=True, slots=True)
class RouteDeparted:
    """The vehicle left the depot; what was planned on board is on board."""

    vehicle_id: VehicleId
    point: Point
    type: Literal["route_departed"] = "route_departed"


@dataclass(frozen=True, slots=True)
class StopReached:
    vehicle_id: VehicleId
    stop_id: StopId
    point: Point
    type: Literal["stop_reached"] = "stop_reached"


@dataclass(frozen=True, slots=True)
class OrderDelivered:
    vehicle_id: VehicleId | None
    """None: delivered by a carrier."""
    order_id: OrderId
    point: Point
    type: Literal["order_delivered"] = "order_delivered"


@dataclass(frozen=True, slots=True)
class OrderCollected:
    """The goods of a return, or of an order that goes on to another door, are on board."""

    vehicle_id: VehicleId
    order_id: OrderId
    point: Point
    type: Literal["order_collected"] = "order_collected"


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    vehicle_id: VehicleId
    order_id: OrderId
    point: Point
    reason: FailReason
    type: Literal["attempt_failed"] = "attempt_failed"


@dataclass(frozen=True, slots=True)
class StopFinished:
    """A stop that delivers nothing ended: a rest or a reload."""

    vehicle_id: VehicleId
    stop_id: StopId
    point: Point
    type: Literal["stop_finished"] = "stop_finished"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Goods changed vehicles at a meeting, each item scanned by the taker."""

    meeting_id: MeetingId
    giver: VehicleId
    taker: VehicleId
    order_ids: tuple[OrderId, ...]
    point: Point
    type: Literal["handed_over"] = "handed_over"


@dataclass(frozen=True, slots=True)
class RouteReturned:
    vehicle_id: VehicleId
    point: Point
    type: Literal["route_returned"] = "route_returned"


@dataclass(frozen=True, slots=True)
class VehicleDown:
    vehicle_id: VehicleId
    point: Point | None = None
    cause: str = "mechanical"
    type: Literal["vehicle_down"] = "vehicle_down"


@dataclass(frozen=True, slots=True)
class VehicleUp:
    vehicle_id: VehicleId
    type: Literal["vehicle_up"] = "vehicle_up"


@dataclass(frozen=True, slots=True)
class ChargeReported:
    """How far a vehicle still goes, by its own board or its driver's word."""

    vehicle_id: VehicleId
    range_m: int
    point: Point | None = None
    """Where it was then; None: where its last scan was."""
    type: Literal["charge_reported"] = "charge_reported"

    def __post_init__(self) -> None:
        if self.range_m < 0:
            raise ValueError(f"vehicle {self.vehicle_id} cannot go {self.range_m} m")


@dataclass(frozen=True, slots=True)
class RoadIncidentReported:
    """A feed or a person says that roads in an area are slow or closed."""

    incident_id: IncidentId
    area: Area
    speed_pct: int
    """What is left of normal speed; 0 is closed."""
    street: str = ""
    clears_at: datetime | None = None
    type: Literal["road_incident_reported"] = "road_incident_reported"


@dataclass(frozen=True, slots=True)
class RoadIncidentCleared:
    incident_id: IncidentId
    type: Literal["road_incident_cleared"] = "road_incident_cleared"


@dataclass(frozen=True, slots=True)
class CustomerContacted:
    """A customer called or wrote. The words are personal text; this is what was understood."""

    contact_id: ContactId
    order_id: OrderId
    intent: str
    """where_is_it, reschedule, cancel, complain or other."""
    window: TimeWindow | None = None
    channel: str = "call"
    type: Literal["customer_contacted"] = "customer_contacted"


@dataclass(frozen=True, slots=True)
class DriverReported:
    """A driver says how late they run from a stop on; logged by whoever took the call."""

    vehicle_id: VehicleId
    order_id: OrderId | None
    late_s: int
    type: Literal["driver_reported"] = "driver_reported"


@dataclass(frozen=True, slots=True)
class TenderAnswered:
    tender_id: TenderId
    carrier_id: CarrierId
    accepted: bool
    reason: str = ""
    type: Literal["tender_answered"] = "tender_answered"


@dataclass(frozen=True, slots=True)
class CustomerConsented:
    """The customer agreed to another window; from now on that is the promise."""

    order_id: OrderId
    window: TimeWindow
    type: Literal["customer_consented"] = "customer_consented"


@dataclass(frozen=True, slots=True)
class ForecastsJudged:
    """What the night's look at the model of arrival times came to, where that is news."""

    model_id: str
    sound: bool
    """False: the history table answers in its stead."""
    why: str = ""
    type: Literal["forecasts_judged"] = "forecasts_judged"


@dataclass(frozen=True, slots=True)
class AttemptRisksTold:
    """How likely first visits fail, by a model that a person promoted; options are priced by it."""

    model_id: str
    provider: str
    """In words: what the chances rest on."""
    risks: tuple[AttemptRisk, ...]
    type: Literal["attempt_risks_told"] = "attempt_risks_told"


@dataclass(frozen=True, slots=True)
class ForecasterChosen:
    """Which model of arrival times answers from here on; what is decided later rests on it."""

    model_id: str
    """`formula`, `table` or the id of the champion."""
    digest: str = ""
    """Of its very files, whose tables are renewed at night; empty for the formula."""
    provider: str = ""
    """In words: what its figures rest on, and why it is not more."""
    type: Literal["forecaster_chosen"] = "forecaster_chosen"


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed, and nothing else has to have happened."""

    type: Literal["tick"] = "tick"


Fact = (
    DayOpened
    | CustomerRegistered
    | OrderReceived
    | OrderLocated
    | OrderCancelled
    | VehicleListed
    | DriverListed
    | CarrierListed
    | ZoneListed
    | ChargerListed
    | RouteDeparted
    | StopReached
    | OrderDelivered
    | OrderCollected
    | AttemptFailed
    | StopFinished
    | HandedOver
    | RouteReturned
    | VehicleDown
    | VehicleUp
    | ChargeReported
    | RoadIncidentReported
    | RoadIncidentCleared
    | CustomerContacted
    | DriverReported
    | TenderAnswered
    | CustomerConsented
    | ForecastsJudged
    | AttemptRisksTold
    | ForecasterChosen
    | Tick
)
