"""What the API answers: the read models of the console.

Every instant is RFC 3339 in the zone of the day, so characters 11 to 16 are the wall time. Money
is whole cents, durations whole seconds or minutes as the name says, shares whole percent.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

JsonObject = dict[str, object]


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Window(View):
    opens: datetime
    closes: datetime


class Place(View):
    lat: float
    lon: float


# --- the day -----------------------------------------------------------------------------------


class Kpi(View):
    """The strip above the board."""

    on_time_pct: int
    """Share of all owed promises kept so far or expected to be kept (P(late) below half)."""
    plan_on_time_pct: int
    """The same by the times of the plan."""
    at_risk: int
    """Open promises whose P(late) is at or above the threshold and that can still be kept."""
    broken: int
    """Promises already missed: window over, order not there, or there too late."""
    delivered: int
    failed: int
    open: int
    orders: int
    cost_delta_cents: int
    """Expected cost above the plan from lateness, driver time and kilometres; below it negative."""


class Clock(View):
    mode: Literal["live", "driven"]
    speed: float
    """Simulated seconds in one real second: 1 is real time."""


class DayView(View):
    """Header and strip: `GET /v1/day`."""

    day_id: str
    operation: str
    service_date: str
    zone: str
    now: datetime
    clock: Clock
    seq: int
    """Number of the last event; pass it as `since` to `/v1/changes`."""
    plan_version: int
    provider: str
    map_date: str
    depot: Place
    kpi: Kpi
    autonomy: dict[str, str]
    """Exception type -> shadow, supervised or automatic; every type is listed."""
    autopilot: Literal["shadow", "supervised", "automatic", "mixed", "off"]
    """The common level, mixed, or off while the kill switch is on."""
    killed: bool
    open_cases: int
    waiting_proposals: int
    orders_left_out: int

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "day_id": "helsinki:2026-11-10",
                    "operation": "helsinki",
                    "service_date": "2026-11-10",
                    "zone": "Europe/Helsinki",
                    "now": "2026-11-10T10:04:12+02:00",
                    "clock": {"mode": "driven", "speed": 60.0},
                    "seq": 612,
                    "plan_version": 1,
                    "provider": "roads",
                    "map_date": "2024-01-02",
                    "depot": {"lat": 60.17, "lon": 24.94},
                    "kpi": {
                        "on_time_pct": 93,
                        "plan_on_time_pct": 97,
                        "at_risk": 14,
                        "broken": 2,
                        "delivered": 160,
                        "failed": 4,
                        "open": 172,
                        "orders": 336,
                        "cost_delta_cents": 3800,
                    },
                    "autonomy": {"late_route": "supervised", "urgent_order": "supervised"},
                    "autopilot": "supervised",
                    "killed": False,
                    "open_cases": 3,
                    "waiting_proposals": 3,
                    "orders_left_out": 0,
                }
            ]
        },
    )


class ChangeRow(View):
    seq: int
    type: str
    at: datetime
    received_at: datetime
    actor: str
    subjects: list[str]
    """`case:C-1`, `proposal:P-C-1-1`, `vehicle:R3`, `order:H-12`: what to look at again."""


class Changes(View):
    """`GET /v1/changes?since=SEQ&wait_s=20`: answers at once when there is something."""

    now: datetime
    seq: int
    events: list[ChangeRow]
    more: bool
    """There are more: ask again from `seq`."""


# --- cases -------------------------------------------------------------------------------------


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
    cause: Literal["late_start", "road", "dwell", "waiting", "changes"]
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
    proposal: "ProposalView | None"
    """The one that waits for a person, else the last one that was committed."""
    history: list[Outcome]


# --- proposals and options ---------------------------------------------------------------------


class VerdictView(View):
    kind: Literal["allow", "needs", "forbid"]
    rule: str
    sentence: str
    role: str


class PriceLineView(View):
    label: str
    amount: float
    unit: str
    unit_cents: float
    cents: int
    source: str
    sentence: str
    """`3.2 promises x 5.00 EUR = 16.00 EUR`."""


class RiskView(View):
    order_id: str
    priority: str
    p_late_pct: int
    expected_at: datetime
    promise_closes: datetime
    wait_p_late_pct: int | None
    """The same promise while waiting, on the same paths."""


class PriceView(View):
    total_cents: int
    standard_error_cents: int
    paths: int
    lines: list[PriceLineView]
    risks: list[RiskView]
    stops_moved: int
    drivers_disturbed: int
    promises_saved: float


class MeetingView(View):
    meeting_id: str
    at: datetime
    lat: float
    lon: float
    street: str
    giver: str
    taker: str
    order_ids: list[str]
    duration_s: int
    sentence: str
    """Who hands what to whom, where and when."""


class ActionView(View):
    type: str
    """change_routes, tender_order, notify_customer, ask_driver, refuse_order or wait."""
    sentence: str
    vehicle_ids: list[str]
    order_ids: list[str]
    consent: str
    """Who must agree, empty when nobody has to: `driver:R1`, `customer:...`."""


class OptionView(View):
    """One row of the option table."""

    option_id: str
    label: str
    recommended: bool
    feasible: bool
    waits: bool
    refused_because: str
    reason: str
    caller_sentence: str
    price: PriceView | None
    actions: list[ActionView]
    meetings: list[MeetingView]
    vehicle_ids: list[str]
    """Whose route changes."""


class ProposalView(View):
    """`GET /v1/proposals/{proposal_id}`; also inside the case."""

    proposal_id: str
    case_id: str
    case_revision: int
    status: Literal[
        "open", "held", "approved", "rejected", "expired", "stale", "superseded", "undone"
    ]
    made_at: datetime
    expires_at: datetime
    expires_in_s: int
    recommended_id: str
    wait_cents: int | None
    saving_cents: int | None
    """What the recommended option saves over waiting."""
    verdict: VerdictView
    explanation: str
    explained_by: str
    options: list[OptionView]
    """The recommended one first; waiting and infeasible ones are rows like any other."""
    decided_by: str
    decided_at: datetime | None
    reason: str | None
    note: str
    undo_s: int
    """Seconds in which it can still be undone; 0 when it cannot."""
    fresh_proposal_id: str | None
    """The open proposal of the same case, when this one is no longer open."""
    rules_digest: str
    provider: str
    seed: int


class Proposals(View):
    """`GET /v1/proposals?status=open`: newest first."""

    now: datetime
    seq: int
    proposals: list[ProposalView]


class ProposalMap(View):
    """`GET /v1/proposals/{proposal_id}/map?option_id=`: the difference, drawn."""

    proposal_id: str
    option_id: str
    before: JsonObject
    """GeoJSON: a LineString for each vehicle with `vehicle_id` and `part` = before."""
    after: JsonObject
    stops: JsonObject
    """GeoJSON points: `order_id`, `kind`, `from_vehicle`, `to_vehicle`, `moved`, `position`."""
    timeline: list["RouteView"]
    """The changed routes as they would be."""


class Decided(View):
    """The answer to approve, reject, undo, snooze, respond and the like."""

    done: str
    """A short sentence: `done, undo 30 s`."""
    seq: int
    duplicate: bool
    undo_s: int
    proposal: ProposalView | None = None
    case: CaseRow | None = None


# --- routes ------------------------------------------------------------------------------------


class StopView(View):
    stop_id: str
    kind: Literal["deliver", "rest", "reload", "meet"]
    order_id: str | None
    position: int
    """Counted from 1 over the whole route."""
    lat: float
    lon: float
    planned_at: datetime
    planned_leave_at: datetime
    expected_at: datetime
    """By the live forecast; for a stop that is done, when it was done if known."""
    expected_leave_at: datetime
    window: Window | None
    priority: str | None
    p_late_pct: int
    late_min: int
    status: Literal["done", "failed", "cancelled", "current", "open"]
    state: Literal["fine", "at_risk", "broken"]
    frozen: bool
    """The driver is there or on the way: nobody may move it."""
    moved: bool
    """Only in a proposal's timeline: this stop is new here or changed its place."""
    service_s: int
    meets: str | None
    gives: list[str]
    takes: list[str]


class LastSeen(View):
    lat: float
    lon: float
    at: datetime
    age_s: int
    stale: bool
    by: Literal["position", "scan"]


class RouteView(View):
    vehicle_id: str
    driver_id: str
    driver_name: str
    kind: str
    revision: int
    progress: Literal["at_depot", "driving", "at_stop", "finished"]
    done: int
    total: int
    depart_at: datetime
    planned_return_at: datetime
    expected_return_at: datetime
    shift: Window
    late_min: int
    """The worst lateness of an open stop."""
    at_risk: int
    broken: int
    down_since: datetime | None
    last_seen: LastSeen | None
    on_board: int
    stops: list[StopView]


class Routes(View):
    """`GET /v1/routes?vehicle_id=R1&vehicle_id=R2`: for the timeline, or all of them."""

    now: datetime
    seq: int
    opens: datetime
    """Where the time axis begins and ends."""
    closes: datetime
    routes: list[RouteView]


class OrderView(View):
    """`GET /v1/orders/{order_id}`."""

    order_id: str
    status: str
    priority: str
    promise: Window
    goods: str
    vehicle_id: str | None
    stop_position: int | None
    expected_at: datetime | None
    late_min: int
    p_late_pct: int | None
    urgent: bool
    cancelled: bool
    attempts: int
    fail_reason: str | None
    told: Window | None
    name: str
    address: str
    case_id: str | None
    caller_sentence: str
    lat: float | None
    lon: float | None


class Orders(View):
    """`GET /v1/orders?q=12&limit=50`: search by number, open ones first."""

    now: datetime
    total: int
    orders: list[OrderView]


# --- what came in ------------------------------------------------------------------------------


class Accepted(View):
    """The answer to events: one line for each, in order."""

    seq: int
    results: list["AcceptedEvent"]


class AcceptedEvent(View):
    id: str
    duplicate: bool
    """It was already in the ledger with the same content; nothing was added."""
    unmatched: bool = False
    """Kept, but it speaks of something not yet known; applied when that arrives."""


class AcceptedPositions(View):
    accepted: int


class Logged(View):
    """The answer to a logged call."""

    event_id: str
    seq: int
    duplicate: bool
    case_id: str | None
    say: str
    """What to tell who is on the line, from the live day."""


class Turn(View):
    who: Literal["person", "tenfour"]
    text: str


class Conversation(View):
    """`GET /v1/chat/{thread_id}`: what was said, oldest first."""

    turns: list[Turn]


class Control(View):
    seq: int
    killed: bool
    autonomy: dict[str, str]


class Health(View):
    status: Literal["ok", "starting", "degraded"]
    version: str
    day_id: str | None
    seq: int | None
    loop: str
    """running, stopped, or the last thing that went wrong."""


class Problem(View):
    """RFC 9457. One sentence in `detail`; `code` is stable for machines."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[JsonObject] | None = Field(default=None)
    """Where the input is wrong, for 422."""
    fresh_proposal_id: str | None = None
    """For `stale` and `not_open`: the proposal to look at instead, once there is one."""
    moved: list[str] | None = None
    """For `stale`: what moved on."""


CaseDetail.model_rebuild()
ProposalMap.model_rebuild()
Accepted.model_rebuild()


# --- the end of a played day --------------------------------------------------------------------


class Closing(View):
    """A comparison in words, ready to be shown; empty until somebody tells one."""

    title: str = ""
    columns: list[str] = Field(default_factory=list[str])
    rows: list[list[str]] = Field(default_factory=list[list[str]])
    notes: list[str] = Field(default_factory=list[str])
