"""What the desk records beside facts: plans, cases, proposals, decisions and their effects."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.domain.added import added
from core.domain.case import Case
from core.domain.foreseen import Foreseen
from core.domain.ids import CaseId, MessageId, OptionId, OrderId, ProposalId, TenderId, VehicleId
from core.domain.option import NewRoute
from core.domain.place import Point
from core.domain.plan import Plan
from core.domain.proposal import Proposal, ProposalStatus, RejectReason
from core.domain.rules import Rules
from core.domain.time import TimeWindow


@dataclass(frozen=True, slots=True)
class RulesAdopted:
    rules: Rules
    digest: str
    type: Literal["rules_adopted"] = "rules_adopted"


@dataclass(frozen=True, slots=True)
class PlanAdopted:
    plan: Plan
    type: Literal["plan_adopted"] = "plan_adopted"


@dataclass(frozen=True, slots=True)
class CaseOpened:
    case: Case
    type: Literal["case_opened"] = "case_opened"


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """The case as it is now; its id stays, its revision only grows."""

    case: Case
    type: Literal["case_changed"] = "case_changed"


@dataclass(frozen=True, slots=True)
class CaseClosed:
    case_id: CaseId
    because: str
    type: Literal["case_closed"] = "case_closed"


@dataclass(frozen=True, slots=True)
class Proposed:
    proposal: Proposal
    type: Literal["proposed"] = "proposed"


@dataclass(frozen=True, slots=True)
class ProposalEnded:
    """A proposal left the table. `approved` is followed by the effects in the same transaction."""

    proposal_id: ProposalId
    status: ProposalStatus
    by: str
    """The person, or `policy` or `time`."""
    reason: RejectReason | None = None
    note: str = ""
    option_id: OptionId | None = None
    """What was approved, when it was not the recommended option: an edit."""
    type: Literal["proposal_ended"] = "proposal_ended"


@dataclass(frozen=True, slots=True)
class ProposalHeld:
    """Policy allowed it: it is in force and can be undone until then."""

    proposal_id: ProposalId
    until: datetime
    type: Literal["proposal_held"] = "proposal_held"


@dataclass(frozen=True, slots=True)
class CaseSnoozed:
    case_id: CaseId
    until: datetime
    by: str
    type: Literal["case_snoozed"] = "case_snoozed"


@dataclass(frozen=True, slots=True)
class CaseAnswered:
    """A person answers in words what the case asks; the words are kept as data."""

    case_id: CaseId
    by: str
    text: str
    type: Literal["case_answered"] = "case_answered"


@dataclass(frozen=True, slots=True)
class RouteChanged:
    """The rest of a route is now this."""

    route: NewRoute
    proposal_id: ProposalId | None
    stops_moved: int = 0
    type: Literal["route_changed"] = "route_changed"


@dataclass(frozen=True, slots=True)
class OrderTendered:
    tender_id: TenderId
    proposal_id: ProposalId
    order_id: OrderId
    carrier_id: str
    price_cents: int
    deliver_by: datetime
    answer_by: datetime
    hold_until: datetime | None = None
    """The tender leaves when this has passed."""
    pickup: Point | None = None
    pickup_by: datetime | None = None
    type: Literal["order_tendered"] = "order_tendered"


@dataclass(frozen=True, slots=True)
class TenderWithdrawn:
    """Nobody waits for the carrier's answer any longer; the carrier is told."""

    tender_id: TenderId
    order_id: OrderId
    carrier_id: str
    because: str
    type: Literal["tender_withdrawn"] = "tender_withdrawn"


@dataclass(frozen=True, slots=True)
class OrderRefused:
    order_id: OrderId
    proposal_id: ProposalId
    honest_at: datetime | None
    type: Literal["order_refused"] = "order_refused"


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """Words for somebody outside; leaves when its hold is over, once."""

    message_id: MessageId
    to: str
    """`customer:<id>`, `driver:<id>` or `carrier:<id>`."""
    template: str
    order_id: OrderId | None
    vehicle_id: VehicleId | None
    window: TimeWindow | None
    hold_until: datetime
    proposal_id: ProposalId | None
    foreseen: Foreseen | None = added(None)
    """Who forecast the window; None: the formula, or no window is named."""
    type: Literal["message_queued"] = "message_queued"


@dataclass(frozen=True, slots=True)
class MessageSettled:
    """What became of a message: sent, withdrawn, failed or unknown."""

    message_id: MessageId
    outcome: str
    detail: str = ""
    type: Literal["message_settled"] = "message_settled"


@dataclass(frozen=True, slots=True)
class ProposalUndone:
    """The compensating event: what the proposal changed is back as it was."""

    proposal_id: ProposalId
    by: str
    routes: tuple[NewRoute, ...]
    type: Literal["proposal_undone"] = "proposal_undone"


@dataclass(frozen=True, slots=True)
class AutonomySet:
    exception_type: str
    level: str
    """shadow, supervised or automatic."""
    by: str
    type: Literal["autonomy_set"] = "autonomy_set"


@dataclass(frozen=True, slots=True)
class KillSwitchSet:
    on: bool
    by: str
    type: Literal["kill_switch_set"] = "kill_switch_set"


Decision = (
    RulesAdopted
    | PlanAdopted
    | CaseOpened
    | CaseChanged
    | CaseClosed
    | Proposed
    | ProposalEnded
    | ProposalHeld
    | CaseSnoozed
    | CaseAnswered
    | RouteChanged
    | OrderTendered
    | TenderWithdrawn
    | OrderRefused
    | MessageQueued
    | MessageSettled
    | ProposalUndone
    | AutonomySet
    | KillSwitchSet
)
