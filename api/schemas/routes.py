"""Routes with their stops, and orders."""

from datetime import datetime
from typing import Literal

from api.schemas.base import View, Window


class StopView(View):
    stop_id: str
    kind: Literal["deliver", "rest", "reload", "meet", "charge", "collect"]
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
    p10_at: datetime | None
    """Reached by then on one sampled path of ten; None for what is done or only proposed."""
    p50_at: datetime | None
    p90_at: datetime | None
    p_late_pct: int
    attempt_risk_pm: int | None
    """Chance that a first visit at that time fails, per mille; None: no history yet, or no first
    visit."""
    attempt_risk_high: bool
    """From `attempt_risk_pm` of the depot's thresholds on."""
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
    way: str
    """In which of its ways the order is served, such as locker; empty: at its own door."""


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
    model_id: str
    """Who forecasts the stops: `formula`, `table` or the id of a trained model."""
    provider: str
    """In words: what its forecasts rest on, and over which travel times."""
    risk_model_id: str | None
    """Who tells the chances of failed visits; None: nobody, there is no promoted model yet."""
    risk_provider: str
    """In words: what those rest on."""
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
    attempt_risk_pm: int | None
    attempt_risk_high: bool
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
    risk_model_id: str | None
    risk_provider: str
    orders: list[OrderView]
