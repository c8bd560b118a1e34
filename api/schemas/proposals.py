"""Proposals with their whole option table."""

from datetime import datetime
from typing import Literal

from api.schemas.base import JsonObject, View
from api.schemas.routes import RouteView


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
    model_id: str
    """Who forecast arrivals when it was made: `formula`, `table` or the id of a trained model."""
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
    timeline: list[RouteView]
    """The changed routes as they would be."""
