"""The day as a whole: header, strip, what changed, how it ended."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from api.schemas.base import Place, View


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


class UndeliveredView(View):
    """A message, tender or withdrawal that did not go out, or of which nobody knows it."""

    key: str
    kind: str
    """message, tender or withdrawal."""
    status: str
    """failed: it did not arrive. unknown: it was leaving when the process ended."""
    to: str
    order_id: str | None
    vehicle_id: str | None
    due_at: datetime
    """When it was to leave."""
    tries: int
    sentence: str
    todo: str
    """What a person can do: `call D03`."""
    text: str
    """The words that were to be said."""
    because: str


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
    undelivered: list[UndeliveredView]
    """What a person has to tell somebody, because no message did; at most 50."""

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
                    "undelivered": [],
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


class Closing(View):
    """A comparison in words, ready to be shown; empty until somebody tells one."""

    title: str = ""
    columns: list[str] = Field(default_factory=list[str])
    rows: list[list[str]] = Field(default_factory=list[list[str]])
    notes: list[str] = Field(default_factory=list[str])


class Health(View):
    status: Literal["ok", "starting", "degraded"]
    version: str
    day_id: str | None
    seq: int | None
    loop: str
    """running, stopped, or the last thing that went wrong."""
