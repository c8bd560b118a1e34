"""Promise quotes: which windows can still be offered for an order, at what added cost."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from api.inputs import Body, Id, Place, WindowBody
from api.live import LiveDep
from api.moments import window
from api.schemas import QuotedWindow, QuoteView, Window
from core.domain.day import Day
from core.domain.ids import CustomerId, OrderId
from core.domain.order import Load, Order, Priority
from core.domain.place import Point
from core.domain.time import TimeWindow
from core.errors import Refused, UnknownId
from core.routing.quote import Quote, Quoter, WindowQuote, windows_ahead

router = APIRouter(tags=["quotes"])

MOST_WINDOWS = 48
Whole = Annotated[int, Field(ge=0, le=10**9, strict=True)]


class QuoteBody(Body):
    """An order of the day by its number, or what one would be."""

    order_id: Id | None = None
    place: Place | None = None
    parcels: Whole = 1
    weight_g: Whole = 0
    volume_ml: Whole = 0
    service_s: Annotated[int, Field(ge=0, le=86_400, strict=True)] = 240
    priority: Priority = Priority.STANDARD
    needs: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    hours: Annotated[tuple[WindowBody, ...], Field(max_length=12)] = ()
    """When the door is open; empty: always."""
    windows: Annotated[tuple[WindowBody, ...], Field(max_length=MOST_WINDOWS)] = ()
    """What to ask about; empty: windows of `length_min` from now on, one every `every_min`."""
    length_min: Annotated[int, Field(ge=15, le=720, strict=True)] = 60
    every_min: Annotated[int, Field(ge=15, le=720, strict=True)] = 60

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "place": {"lat": 60.1712, "lon": 24.9414},
                    "parcels": 2,
                    "windows": [{"opens": "14:00", "closes": "16:00"}],
                }
            ]
        },
    )

    def asked_windows(self, day: Day) -> tuple[TimeWindow, ...]:
        return tuple(window(day, w, f"windows.{i}") for i, w in enumerate(self.windows))


@router.post("/quote")
def quote(live: LiveDep, body: QuoteBody) -> QuoteView:
    """Say which windows can be promised. Nothing is promised by it, and nothing changes."""
    day, now = live.day, live.now()
    order, moving = order_asked(day, body)
    quoter = live.quoter()
    if moving is not None:
        quoter = Quoter(day, live.travel, now, live.owner.positions, moving=moving)
    windows = body.asked_windows(day)
    if not windows:
        windows = windows_ahead(day, now, body.length_min, body.every_min)[:MOST_WINDOWS]
    return quote_view(day, now, quoter.quote(order, windows))


def order_asked(day: Day, body: QuoteBody) -> tuple[Order, OrderId | None]:
    """Return the order that is asked about, with its number if it is one of the day's."""
    if (body.order_id is None) == (body.place is None):
        raise Refused("name either an order of the day or the place of a new one")
    if body.order_id is not None:
        state = day.orders.get(OrderId(body.order_id))
        if state is None:
            raise UnknownId("order", body.order_id)
        if not state.open:
            raise Refused(f"{body.order_id} is {state.status.value}; no window is owed any more")
        return state.order, state.order.order_id
    assert body.place is not None
    order = Order(
        order_id=OrderId("asked"),
        customer_id=CustomerId("asked"),
        point=Point.at(body.place.lat, body.place.lon),
        load=Load(body.parcels, body.weight_g, body.volume_ml),
        promise=day.depot.opens,
        service_s=body.service_s,
        priority=body.priority,
        needs=frozenset(n.strip().lower() for n in body.needs),
        hours=tuple(window(day, w, f"hours.{i}") for i, w in enumerate(body.hours)),
    )
    return order, None


def quote_view(day: Day, now: datetime, made: Quote) -> QuoteView:
    """Return a quote as the API and the command line say it."""
    best = made.best
    return QuoteView(
        now=day.local(now),
        seq=day.seq,
        windows=[_window(day, w) for w in made.windows],
        best=None if best is None else made.windows.index(best),
    )


def _window(day: Day, one: WindowQuote) -> QuotedWindow:
    return QuotedWindow(
        window=Window(opens=day.local(one.window.opens), closes=day.local(one.window.closes)),
        offered=one.offered,
        vehicle_id=one.vehicle_id,
        begins_at=None if one.begins_at is None else day.local(one.begins_at),
        stops_before=one.stops_before,
        added_cents=one.added_cents,
        code=None if one.refusal is None else one.refusal.code,
        why_not=None if one.refusal is None else one.refusal.sentence,
        way=one.way,
    )
