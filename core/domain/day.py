"""The state of one delivery day, folded from its ledger. Immutable: folding makes a new one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.domain.access import Zone, zones_at
from core.domain.attempt import Risks, Told
from core.domain.carrier import Carrier
from core.domain.case import Case, CaseStatus
from core.domain.charging import Charger
from core.domain.customer import Customer
from core.domain.fact import (
    CustomerContacted,
    DayOpened,
    DriverReported,
    Fact,
    ForecasterChosen,
    ForecastsJudged,
)
from core.domain.fleet import Depot, Driver, Vehicle
from core.domain.ids import (
    CarrierId,
    CaseId,
    ChargerId,
    CustomerId,
    DriverId,
    EventId,
    IncidentId,
    MessageId,
    OptionId,
    OrderId,
    ProposalId,
    TenderId,
    VehicleId,
    ZoneId,
)
from core.domain.option import Option
from core.domain.order import ENDED, FailReason, Order, OrderStatus
from core.domain.place import Area, Point
from core.domain.plan import LeftOut, ProviderStamp, RouteState
from core.domain.proposal import Proposal, ProposalStatus, RejectReason
from core.domain.rules import Rules
from core.domain.time import TimeWindow
from core.domain.trip import Trip


class GoodsAt(StrEnum):
    DEPOT = "depot"
    VEHICLE = "vehicle"
    CUSTOMER = "customer"
    CARRIER = "carrier"
    SENDER = "sender"
    """Not collected yet."""


def goods_at_first(order: Order) -> GoodsAt:
    """Return where the goods of an order are before anybody has touched them."""
    return GoodsAt.SENDER if order.returns or order.pickup is not None else GoodsAt.DEPOT


@dataclass(frozen=True, slots=True)
class OrderState:
    order: Order
    status: OrderStatus
    revision: int
    promise: TimeWindow
    """What the customer agreed to last. Telling them of a delay does not move it."""
    goods: GoodsAt = GoodsAt.DEPOT
    vehicle_id: VehicleId | None = None
    """Who carries the goods, while `goods` is vehicle."""
    urgent: bool = False
    received_at: datetime | None = None
    ended_at: datetime | None = None
    """Event time of delivery, collection of a return, cancellation or refusal."""
    attempts: int = 0
    fail_reason: FailReason | None = None
    told: TimeWindow | None = None
    """The expected window the customer heard last."""
    told_at: datetime | None = None
    messages: int = 0
    tender_id: TenderId | None = None
    cancelled: bool = False
    """The customer wants it no more; the goods may still be on board."""
    consented_at: datetime | None = None
    """Event time of the agreement that `promise` comes from."""

    @property
    def open(self) -> bool:
        """Whether a visit is still owed."""
        return self.status not in ENDED and not self.cancelled

    @property
    def untouched(self) -> bool:
        """Whether no vehicle and no carrier has the goods yet."""
        return self.goods in (GoodsAt.DEPOT, GoodsAt.SENDER)

    @property
    def attempt_failed(self) -> bool:
        return self.status is OrderStatus.FAILED


@dataclass(frozen=True, slots=True)
class Charge:
    """How far a vehicle goes from a place on its route."""

    range_m: int
    at: datetime
    point: Point
    done: int
    """Stops behind it then."""


@dataclass(frozen=True, slots=True)
class VehicleState:
    vehicle: Vehicle
    revision: int
    down_since: datetime | None = None
    down_cause: str = ""
    point: Point | None = None
    """Last place proved by a scan or a report; live positions are in the position log."""
    up_at: datetime | None = None
    """Event time of the latest word that it runs; an older breakdown report changes nothing."""
    charge: Charge | None = None
    """The latest word of how far it goes; None: as far as it was listed with."""


@dataclass(frozen=True, slots=True)
class CarrierState:
    carrier: Carrier
    revision: int
    taken_parcels: int = 0


@dataclass(frozen=True, slots=True)
class Incident:
    incident_id: IncidentId
    area: Area
    speed_pct: int
    street: str
    reported_at: datetime
    clears_at: datetime | None
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tender:
    tender_id: TenderId
    proposal_id: ProposalId
    order_id: OrderId
    carrier_id: CarrierId
    price_cents: int
    deliver_by: datetime
    answer_by: datetime
    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class ProposalState:
    proposal: Proposal
    status: ProposalStatus
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: RejectReason | None = None
    note: str = ""
    hold_until: datetime | None = None
    undo: tuple[RouteState, ...] = ()
    """The routes as they were before the commit."""
    option_id: OptionId | None = None
    """What was committed, when it was not the recommended option."""

    @property
    def committed(self) -> Option:
        """The option that a decision put in force, or would: the recommended one by default."""
        table = (self.proposal.option, *self.proposal.alternatives)
        return next((o for o in table if o.option_id == self.option_id), self.proposal.option)


@dataclass(frozen=True, slots=True)
class Message:
    message_id: MessageId
    to: str
    template: str
    order_id: OrderId | None
    hold_until: datetime
    proposal_id: ProposalId | None
    outcome: str = "queued"
    window: TimeWindow | None = None
    queued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A well-formed fact about something not yet known; applied when that arrives."""

    event_id: EventId
    seq: int
    waits_for: str
    """`order:<id>`, `vehicle:<id>`, `route:<vehicle>`, `stop:<vehicle>:<stop>`, ..."""
    at: datetime
    body: Fact


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the ledger says of the day, as of event `seq`."""

    opened: DayOpened
    now: datetime
    """The latest receipt time in the ledger."""
    seq: int
    rules: Rules
    rules_digest: str
    orders: Mapping[OrderId, OrderState] = field(default_factory=dict[OrderId, OrderState])
    customers: Mapping[CustomerId, Customer] = field(default_factory=dict[CustomerId, Customer])
    vehicles: Mapping[VehicleId, VehicleState] = field(
        default_factory=dict[VehicleId, VehicleState]
    )
    drivers: Mapping[DriverId, Driver] = field(default_factory=dict[DriverId, Driver])
    carriers: Mapping[CarrierId, CarrierState] = field(
        default_factory=dict[CarrierId, CarrierState]
    )
    routes: Mapping[VehicleId, RouteState] = field(default_factory=dict[VehicleId, RouteState])
    plan_version: int = 0
    provider: ProviderStamp | None = None
    left_out: tuple[LeftOut, ...] = ()
    incidents: Mapping[IncidentId, Incident] = field(default_factory=dict[IncidentId, Incident])
    contacts: tuple[tuple[datetime, CustomerContacted], ...] = ()
    reports: Mapping[VehicleId, tuple[datetime, DriverReported]] = field(
        default_factory=dict[VehicleId, tuple[datetime, DriverReported]]
    )
    """The latest word of each driver about being late."""
    cases: Mapping[CaseId, Case] = field(default_factory=dict[CaseId, Case])
    proposals: Mapping[ProposalId, ProposalState] = field(
        default_factory=dict[ProposalId, ProposalState]
    )
    tenders: Mapping[TenderId, Tender] = field(default_factory=dict[TenderId, Tender])
    messages: Mapping[MessageId, Message] = field(default_factory=dict[MessageId, Message])
    unmatched: tuple[Unmatched, ...] = ()
    autonomy: Mapping[str, str] = field(default_factory=dict[str, str])
    """Exception type -> shadow, supervised or automatic; supervised when absent."""
    killed: bool = False
    zones: Mapping[ZoneId, Zone] = field(default_factory=dict[ZoneId, Zone])
    chargers: Mapping[ChargerId, Charger] = field(default_factory=dict[ChargerId, Charger])
    forecasts: tuple[datetime, ForecastsJudged] | None = None
    """The latest word on the model of arrival times; None: nothing was ever said of it."""
    attempt_risks: Risks = field(default_factory=dict[OrderId, Told])
    """How likely first visits fail; empty without a promoted model."""
    forecaster: ForecasterChosen | None = None
    """Which model of arrival times answers; None: the formula, as on every first day."""
    trips: Mapping[VehicleId, Trip] = field(default_factory=dict[VehicleId, Trip])
    """What every vehicle that left its depot showed of its pace."""

    @property
    def depot(self) -> Depot:
        return self.opened.depots[0]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.opened.zone)

    def local(self, instant: datetime) -> datetime:
        """Return `instant` as a wall time of the day's zone: the only such conversion."""
        return instant.astimezone(self.zone)

    def clock(self, instant: datetime) -> str:
        """Return the local time of day, hh:mm, as people on the road say it."""
        return self.local(instant).strftime("%H:%M")

    def zones_at(self, point: Point) -> tuple[Zone, ...]:
        """Return the zones that a place lies in, by id."""
        return zones_at((self.zones[z] for z in sorted(self.zones)), point)

    def route_of(self, order_id: OrderId) -> RouteState | None:
        """Return the route with an open stop for that order."""
        for route in self.routes.values():
            if any(s.order_id == order_id for s in route.remaining):
                return route
        return None

    def open_cases(self) -> tuple[Case, ...]:
        return tuple(c for c in self.cases.values() if c.status is not CaseStatus.CLOSED)

    def open_incidents(self) -> tuple[Incident, ...]:
        return tuple(
            i
            for i in sorted(self.incidents.values(), key=lambda i: i.incident_id)
            if i.cleared_at is None and (i.clears_at is None or i.clears_at > self.now)
        )

    def unassigned(self) -> tuple[OrderState, ...]:
        """Return open orders that no route, carrier or refusal takes care of, by id."""
        on_routes = {
            s.order_id for r in self.routes.values() for s in r.remaining if s.order_id is not None
        }
        return tuple(
            state
            for order_id, state in sorted(self.orders.items())
            if state.open
            and state.tender_id is None
            and not state.attempt_failed
            and order_id not in on_routes
        )
