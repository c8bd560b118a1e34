"""Promises: which windows can still be offered for an order."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from core.domain.ids import OrderId, VehicleId
from core.errors import Refused
from core.routing.quote import Quoter, windows_ahead
from tools.effect import Effect
from tools.lookup import the_order
from tools.registry import registry
from tools.runtime import Runtime
from tools.schema import Args


class QuoteArgs(Args):
    order_id: str = Field(description="Order number, for example PT-1207")
    length_min: int = Field(default=60, description="Length of a window, minutes", ge=15, le=480)


@dataclass(frozen=True, slots=True)
class QuotedWindow:
    opens: datetime
    closes: datetime
    vehicle_id: VehicleId | None
    """Who would come; None: it cannot be offered."""
    added_cents: int
    begins_at: datetime | None
    why_not: str
    way: str
    """In which of its ways the order would be served; empty: at its own door."""


@dataclass(frozen=True, slots=True)
class QuotedWindows:
    order_id: OrderId
    windows: tuple[QuotedWindow, ...]


@registry.tool(effect=Effect.SIMULATE)
def quote_windows(runtime: Runtime, args: QuoteArgs) -> QuotedWindows:
    """Say which windows of the rest of the day could still be promised for one order that is open,
    who would come, and what each would add to the cost of the day. Nobody else becomes late by what
    is offered. Promises nothing and changes nothing."""
    day, now = runtime.day, runtime.now()
    state = the_order(day, args.order_id)
    order_id = state.order.order_id
    if not state.open:
        raise Refused(f"{order_id} is {state.status.value}; no window is owed any more")
    quoter = Quoter(day, runtime.travel, now, runtime.owner.positions, moving=order_id)
    windows = windows_ahead(day, now, args.length_min, args.length_min)
    return QuotedWindows(
        order_id,
        tuple(
            QuotedWindow(
                w.window.opens,
                w.window.closes,
                w.vehicle_id,
                w.added_cents,
                w.begins_at,
                w.refusal.sentence if w.refusal is not None else "",
                w.way,
            )
            for w in quoter.quote(state.order, windows).windows
        ),
    )
