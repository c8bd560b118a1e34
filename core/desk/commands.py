"""What somebody may want of a day."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.case import Case
from core.domain.fact import Fact
from core.domain.ids import CaseId, EventId, MessageId, OptionId, ProposalId
from core.domain.plan import Plan
from core.domain.proposal import Proposal, RejectReason
from core.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class ReportFact:
    """Something happened. Accepted once by `event_id`; other content under it is a Conflict."""

    event_id: EventId
    at: datetime
    actor: str
    body: Fact


@dataclass(frozen=True, slots=True)
class AdoptRules:
    rules: Rules
    by: str


@dataclass(frozen=True, slots=True)
class AdoptPlan:
    """Put a plan in force. Refused once a route departed, or when the checker finds anything."""

    plan: Plan
    by: str


@dataclass(frozen=True, slots=True)
class RecordFindings:
    """What the tower found: cases to open, to change (new evidence) and to close."""

    opened: tuple[Case, ...] = ()
    changed: tuple[Case, ...] = ()
    closed: tuple[tuple[CaseId, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Propose:
    """Put a proposal on the table; one for each case and revision, an older open one is superseded.

    Where its verdict is allow, the desk commits it at once and holds it through the undo window.
    """

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class NoteWaiting:
    """A run found nothing that beats waiting."""

    case_id: CaseId
    revision: int
    note: str
    waiting_cents: int
    deadline_at: datetime | None


@dataclass(frozen=True, slots=True)
class Approve:
    proposal_id: ProposalId
    by: str
    role: str = "dispatcher"
    option_id: OptionId | None = None
    """Another option of the same table instead of the recommended one: an edit."""


@dataclass(frozen=True, slots=True)
class Reject:
    proposal_id: ProposalId
    by: str
    reason: RejectReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    case_id: CaseId
    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Respond:
    case_id: CaseId
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Undo:
    proposal_id: ProposalId
    by: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """End what time has ended: proposals, holds, snoozes, unanswered tenders."""


@dataclass(frozen=True, slots=True)
class SettleMessage:
    message_id: MessageId
    outcome: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SetAutonomy:
    exception_type: str
    level: str
    by: str


@dataclass(frozen=True, slots=True)
class SetKillSwitch:
    on: bool
    by: str


Command = (
    ReportFact
    | AdoptRules
    | AdoptPlan
    | RecordFindings
    | Propose
    | NoteWaiting
    | Approve
    | Reject
    | Snooze
    | Respond
    | Undo
    | Sweep
    | SettleMessage
    | SetAutonomy
    | SetKillSwitch
)
