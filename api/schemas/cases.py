"""Cases: the inbox, and one case with everything about it."""

from datetime import datetime
from typing import Literal

from api.schemas.base import View
from api.schemas.proposals import ProposalView


class CaseRow(View):
    """One line of the inbox."""

    case_id: str
    type: str
    types: list[str]
    title: str
    """The cause, as a person would say it."""
    status: Literal["open", "proposed", "resolving", "snoozed", "closed"]
    revision: int
    waiting_cents: int
    """What waiting costs."""
    deadline_at: datetime | None
    """When waiting can no longer be undone."""
    minutes_left: int | None
    """Until the deadline; 0 when it is over, null when there is none."""
    opened_at: datetime
    age_s: int
    vehicle_ids: list[str]
    order_ids: list[str]
    promises_at_risk: int
    callers: int
    snoozed_until: datetime | None
    proposal_id: str | None
    """The proposal that waits for a person."""
    best_label: str
    best_cents: int | None


class Band(View):
    band: Literal["high", "middle", "low"]
    from_cents: int
    cases: list[CaseRow]
    """By minutes left, cases without a deadline last."""


class Inbox(View):
    """`GET /v1/cases`: bands by money, each sorted by minutes left. Snoozed ones come apart."""

    now: datetime
    seq: int
    open: int
    bands: list[Band]
    snoozed: list[CaseRow]
    closed: list[CaseRow]
    """Newest first, only with `?closed=true`."""


class EvidenceView(View):
    sentence: str
    at: datetime
    age_s: int
    stale: bool
    """Older than the depot's limit for positions: show it grey, with its age."""
    value: int | None
    unit: str


class ExceptionView(View):
    exception_id: str
    type: str
    subject: str
    detected_at: datetime
    vehicle_ids: list[str]
    order_ids: list[str]
    evidence: list[EvidenceView]


class LatePromise(View):
    """One promise behind this case, by the live forecast; chat says the same minutes."""

    order_id: str
    vehicle_id: str | None
    priority: str
    expected_at: datetime
    promise_closes: datetime
    late_min: int
    """Whole minutes after the promise, rounded up; 0 when on time."""
    p_late_pct: int
    cause: Literal["breakdown", "incident", "driver_report", "earlier_stops"]


class CauseMinutes(View):
    cause: Literal["late_start", "road", "dwell", "waiting", "sequence"]
    minutes: int


class DelayView(View):
    """Where the time of one late route went, up to its latest stop; the causes add up."""

    vehicle_id: str
    order_id: str
    late_min: int
    """After the promise; the chat says the same."""
    behind_min: int
    """Behind the plan."""
    causes: list[CauseMinutes]


class Outcome(View):
    """One past proposal of a case."""

    proposal_id: str
    status: str
    label: str
    decided_by: str
    decided_at: datetime | None
    reason: str | None
    note: str


class CaseDetail(View):
    """`GET /v1/cases/{case_id}`."""

    now: datetime
    seq: int
    case: CaseRow
    note: str
    """What the last run found, when nothing beat waiting."""
    closed_because: str
    exceptions: list[ExceptionView]
    late: list[LatePromise]
    delays: list[DelayView]
    caller_sentence: str
    """What to tell a customer who calls, as things stand."""
    proposal: ProposalView | None
    """The one that waits for a person, else the last one that was committed."""
    history: list[Outcome]
