"""What could be done: typed actions, and options with their price."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from core.domain.ids import CarrierId, MeetingId, OptionId, OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import Stop
from core.domain.time import TimeWindow


class ChangeKind(StrEnum):
    """What a change of routes does to people; policy follows it."""

    INSERT = "insert"
    RESEQUENCE = "resequence"
    MOVE_AT_DEPOT = "move_at_depot"
    """Another vehicle takes stops whose goods are still at the depot."""
    MOVE_AT_MEETING = "move_at_meeting"
    """Goods on board change hands; both drivers spend time."""
    DROP = "drop"
    RETRY = "retry"
    """A second attempt later on the same route."""


@dataclass(frozen=True, slots=True)
class NewRoute:
    """The rest of one vehicle's route: replaces everything after its frozen stops."""

    vehicle_id: VehicleId
    base_revision: int
    stops: tuple[Stop, ...]
    """All remaining stops, the frozen ones first and unchanged."""
    return_at: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who physically hands what to whom, where and when."""

    meeting_id: MeetingId
    point: Point
    at: datetime
    giver: VehicleId
    taker: VehicleId
    order_ids: tuple[OrderId, ...]
    duration_s: int


@dataclass(frozen=True, slots=True)
class ChangeRoutes:
    kind: ChangeKind
    routes: tuple[NewRoute, ...]
    meetings: tuple[Meeting, ...] = ()
    type: Literal["change_routes"] = "change_routes"


@dataclass(frozen=True, slots=True)
class TenderOrder:
    """Offer one order to a carrier at its rate."""

    order_id: OrderId
    carrier_id: CarrierId
    price_cents: int
    pickup: Point
    pickup_by: datetime
    deliver_by: datetime
    type: Literal["tender_order"] = "tender_order"


@dataclass(frozen=True, slots=True)
class NotifyCustomer:
    """Send a template message; the words come from the template and the figures from here."""

    order_id: OrderId
    template: str
    window: TimeWindow | None = None
    type: Literal["notify_customer"] = "notify_customer"


@dataclass(frozen=True, slots=True)
class AskDriver:
    vehicle_id: VehicleId
    template: str
    type: Literal["ask_driver"] = "ask_driver"


@dataclass(frozen=True, slots=True)
class RefuseOrder:
    """Tell the customer that the promise cannot be kept, with an honest time."""

    order_id: OrderId
    honest_at: datetime | None
    type: Literal["refuse_order"] = "refuse_order"


@dataclass(frozen=True, slots=True)
class Wait:
    """Leave the plan as it is and look again."""

    until: datetime
    type: Literal["wait"] = "wait"


Action = ChangeRoutes | TenderOrder | NotifyCustomer | AskDriver | RefuseOrder | Wait


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of the arithmetic: amount x unit price = cents."""

    label: str
    amount_milli: int
    """Thousandths of the unit, so that probabilities and minutes stay whole numbers."""
    unit: str
    unit_cents_milli: int
    """Thousandths of a cent for one unit."""
    cents: int
    source: str
    """Where the unit price comes from; assumptions say so."""


@dataclass(frozen=True, slots=True)
class OrderRisk:
    """What an option means for one promise."""

    order_id: OrderId
    p_late_pct: int
    expected_at: datetime
    promise_closes: datetime


@dataclass(frozen=True, slots=True)
class Price:
    """Expected cost of an option, on the paths that every option of the case shares."""

    total_cents: int
    lines: tuple[PriceLine, ...]
    standard_error_cents: int
    """Of the difference to waiting."""
    paths: int
    risks: tuple[OrderRisk, ...] = ()
    stops_moved: int = 0
    drivers_disturbed: int = 0
    promises_saved_milli: int = 0
    """Expected promises kept that waiting would break, in thousandths."""
    collateral_pm: int | None = None
    """Expected promises broken that waiting would keep, of orders that had a stop before, in
    thousandths; gains elsewhere do not make up for them. None: nobody worked it out."""


@dataclass(frozen=True, slots=True)
class Option:
    """A set of actions that could resolve a case."""

    option_id: OptionId
    label: str
    """What people do, in a few words."""
    actions: tuple[Action, ...]
    price: Price | None
    """None when the option is infeasible."""
    refused_because: str = ""
    reason: str = ""
    """The one reason it leads or trails."""
    caller_sentence: str = ""
    """What to tell a customer who calls."""

    @property
    def feasible(self) -> bool:
        return self.price is not None

    @property
    def waits(self) -> bool:
        return any(isinstance(a, Wait) for a in self.actions)
