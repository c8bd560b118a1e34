"""Which windows can be promised."""

from datetime import datetime

from api.schemas.base import View, Window


class QuotedWindow(View):
    window: Window
    offered: bool
    vehicle_id: str | None
    begins_at: datetime | None
    """When the service would begin, as expected now."""
    stops_before: int
    added_cents: int
    """What it adds to the cost of the day: driving, time, the chance of being late."""
    code: str | None
    why_not: str | None
    way: str = ""
    """In which of its ways the order would be served; empty: at its own door."""
    """Why nobody can, and the nearest thing that would make it fit."""


class QuoteView(View):
    now: datetime
    seq: int
    windows: list[QuotedWindow]
    best: int | None
    """Number of the cheapest window, counted from 0."""
