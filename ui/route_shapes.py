"""What the API says of routes and their stops."""

from typing import TypedDict

from ui.shapes import GeoJson, Window


class Stop(TypedDict):
    stop_id: str
    kind: str
    order_id: str | None
    position: int
    lat: float
    lon: float
    planned_at: str
    planned_leave_at: str
    expected_at: str
    expected_leave_at: str
    window: Window | None
    priority: str | None
    p10_at: str | None
    p50_at: str | None
    p90_at: str | None
    p_late_pct: int
    attempt_risk_pm: int | None
    attempt_risk_high: bool
    late_min: int
    status: str
    state: str
    frozen: bool
    moved: bool
    service_s: int
    meets: str | None
    gives: list[str]
    takes: list[str]
    way: str


class LastSeen(TypedDict):
    lat: float
    lon: float
    at: str
    age_s: int
    stale: bool
    by: str


class Route(TypedDict):
    vehicle_id: str
    done: int
    total: int
    late_min: int
    last_seen: LastSeen | None
    stops: list[Stop]


class Routes(TypedDict):
    now: str
    seq: int
    opens: str
    closes: str
    model_id: str
    provider: str
    routes: list[Route]


class ProposalMap(TypedDict):
    proposal_id: str
    option_id: str
    before: GeoJson
    after: GeoJson
    stops: GeoJson
    timeline: list[Route]
