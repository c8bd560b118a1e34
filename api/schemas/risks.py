"""Visits that are likely to fail, and places where they do."""

from datetime import datetime
from typing import Literal

from api.schemas.base import View


class SlotRisk(View):
    window: str
    """A part of the local day: `09:00-12:00`."""
    attempt_risk_pm: int


class RiskyOrder(View):
    order_id: str
    vehicle_id: str | None
    due_at: datetime
    """By the plan in force; without a stop the middle of its promise."""
    dispatched: bool
    """The goods are on their way."""
    attempt_risk_pm: int
    """When it is due."""
    earlier_visits: int
    """First visits to that customer behind the figure; none: door, zone and everybody's rate."""
    by_slot: list[SlotRisk]
    """At every part of the day, so that a better one can be offered."""
    address: str


class AnomalyView(View):
    kind: Literal["address", "address_window", "zone", "zone_window"]
    lat: float
    lon: float
    window: str
    """Part of the day; empty: at any hour."""
    attempts: int
    failed: int
    customers: int
    failed_customers: int
    rate_pm: int
    compared_pm: int
    """Everybody's rate, or that of the same place at other hours."""
    shrunk_pm: int
    shrunk_by: int
    """Visits of the rate it is compared with that are mixed in."""
    luck_ppm: int
    """Chance of so many failures by luck alone, per million."""
    first_day: str
    last_day: str
    failed_on: list[str]
    """The latest dates, at most ten."""
    open_orders: list[str]
    """Of today, at that very address."""


class Risks(View):
    """`GET /v1/risks`."""

    now: datetime
    risk_model_id: str | None
    """None: there is no promoted model, and nobody tells a chance."""
    risk_provider: str
    high_from_pm: int
    """Orders from this chance on are listed."""
    told: int
    """Orders of the day that a chance was told of."""
    orders: list[RiskyOrder]
    anomalies: list[AnomalyView]
