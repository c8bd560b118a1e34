"""The JSON that the API answers with, as far as the console reads it.

The console speaks HTTP and shares no code with the server, so the shapes are written down here
once more; a test holds them against the server's OpenAPI document.
"""

from typing import Any, TypedDict

GeoJson = dict[str, Any]


class Window(TypedDict):
    opens: str
    closes: str


class Place(TypedDict):
    lat: float
    lon: float


class Kpi(TypedDict):
    on_time_pct: int
    plan_on_time_pct: int
    at_risk: int
    broken: int
    delivered: int
    failed: int
    open: int
    orders: int
    cost_delta_cents: int


class Clock(TypedDict):
    mode: str
    speed: float


class Undelivered(TypedDict):
    status: str
    sentence: str
    todo: str


class Day(TypedDict):
    day_id: str
    operation: str
    service_date: str
    zone: str
    now: str
    clock: Clock
    seq: int
    plan_version: int
    provider: str
    map_date: str
    depot: Place
    kpi: Kpi
    autonomy: dict[str, str]
    autopilot: str
    killed: bool
    open_cases: int
    waiting_proposals: int
    orders_left_out: int
    undelivered: list[Undelivered]


class CaseRow(TypedDict):
    case_id: str
    type: str
    title: str
    status: str
    revision: int
    waiting_cents: int
    deadline_at: str | None
    minutes_left: int | None
    opened_at: str
    age_s: int
    vehicle_ids: list[str]
    order_ids: list[str]
    promises_at_risk: int
    callers: int
    snoozed_until: str | None
    proposal_id: str | None
    best_label: str
    best_cents: int | None


class Band(TypedDict):
    band: str
    from_cents: int
    cases: list[CaseRow]


class Inbox(TypedDict):
    now: str
    seq: int
    open: int
    bands: list[Band]
    snoozed: list[CaseRow]
    closed: list[CaseRow]


class Evidence(TypedDict):
    sentence: str
    at: str
    age_s: int
    stale: bool


class ExceptionRow(TypedDict):
    exception_id: str
    type: str
    subject: str
    evidence: list[Evidence]


class LatePromise(TypedDict):
    order_id: str
    vehicle_id: str | None
    priority: str
    expected_at: str
    promise_closes: str
    late_min: int
    p_late_pct: int
    cause: str


class CauseMinutes(TypedDict):
    cause: str
    minutes: int


class Delay(TypedDict):
    vehicle_id: str
    order_id: str
    late_min: int
    behind_min: int
    causes: list[CauseMinutes]


class Outcome(TypedDict):
    proposal_id: str
    status: str
    label: str
    decided_by: str
    decided_at: str | None
    reason: str | None
    note: str


class Verdict(TypedDict):
    kind: str
    rule: str
    sentence: str
    role: str


class PriceLine(TypedDict):
    label: str
    amount: float
    unit: str
    unit_cents: float
    cents: int
    source: str
    sentence: str


class Risk(TypedDict):
    order_id: str
    priority: str
    p_late_pct: int
    expected_at: str
    promise_closes: str
    wait_p_late_pct: int | None


class Price(TypedDict):
    total_cents: int
    standard_error_cents: int
    paths: int
    lines: list[PriceLine]
    risks: list[Risk]
    stops_moved: int
    drivers_disturbed: int
    promises_saved: float


class Meeting(TypedDict):
    meeting_id: str
    at: str
    lat: float
    lon: float
    street: str
    giver: str
    taker: str
    order_ids: list[str]
    duration_s: int
    sentence: str


class Action(TypedDict):
    type: str
    sentence: str
    vehicle_ids: list[str]
    order_ids: list[str]
    consent: str


class Option(TypedDict):
    option_id: str
    label: str
    recommended: bool
    feasible: bool
    waits: bool
    refused_because: str
    reason: str
    caller_sentence: str
    price: Price | None
    actions: list[Action]
    meetings: list[Meeting]
    vehicle_ids: list[str]


class Proposal(TypedDict):
    proposal_id: str
    case_id: str
    case_revision: int
    status: str
    made_at: str
    expires_at: str
    expires_in_s: int
    recommended_id: str
    wait_cents: int | None
    saving_cents: int | None
    verdict: Verdict
    explanation: str
    explained_by: str
    options: list[Option]
    decided_by: str
    decided_at: str | None
    reason: str | None
    note: str
    undo_s: int
    fresh_proposal_id: str | None
    rules_digest: str
    provider: str
    model_id: str
    seed: int


class CaseDetail(TypedDict):
    now: str
    seq: int
    case: CaseRow
    note: str
    closed_because: str
    exceptions: list[ExceptionRow]
    late: list[LatePromise]
    delays: list[Delay]
    caller_sentence: str
    proposal: Proposal | None
    history: list[Outcome]


class Decided(TypedDict):
    done: str
    seq: int
    duplicate: bool
    undo_s: int


class Logged(TypedDict):
    event_id: str
    seq: int
    duplicate: bool
    case_id: str | None
    say: str


class Closing(TypedDict):
    title: str
    columns: list[str]
    rows: list[list[str]]
    notes: list[str]
