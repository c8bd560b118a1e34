"""Outbox rows from events: what a commit sends, with a key that stays the same on every try."""

from collections.abc import Iterable

from core.domain.day import Day
from core.domain.decision import MessageQueued, OrderTendered, TenderWithdrawn
from core.domain.depots import source_of
from core.domain.ids import MessageId, TenderId
from core.ledger.canonical import to_bytes
from core.ledger.events import Event
from core.outbox.templates import SAYS_WINDOW, render
from core.store.writer import Outgoing


def message_key(day: Day, message_id: MessageId) -> str:
    return f"{day.opened.day_id}/message/{message_id}"


def tender_key(day: Day, tender_id: TenderId) -> str:
    return f"{day.opened.day_id}/tender/{tender_id}"


def withdrawal_key(tender: str) -> str:
    """Return the key under which the tender with key `tender` is called off."""
    return f"{tender}/withdrawal"


def rows_for(day: Day, events: Iterable[Event]) -> tuple[Outgoing, ...]:
    """Return the rows of `events`; `day` is the day after all of them."""
    rows: list[Outgoing] = []
    for event in events:
        body = event.body
        if isinstance(body, MessageQueued):
            rows.append(_message(day, event, body))
        elif isinstance(body, OrderTendered):
            rows.append(_tender(day, event, body))
        elif isinstance(body, TenderWithdrawn):
            rows.append(_withdrawal(day, event, body))
    return tuple(rows)


def _message(day: Day, event: Event, body: MessageQueued) -> Outgoing:
    words = render(
        body.template,
        day,
        order_id=body.order_id,
        vehicle_id=body.vehicle_id,
        window=body.window,
    )
    payload = {
        "message_id": body.message_id,
        "template": body.template,
        "to": body.to,
        "order_id": body.order_id,
        "vehicle_id": body.vehicle_id,
        "text": words,
    }
    return Outgoing(
        key=message_key(day, body.message_id),
        day_id=event.day_id,
        seq=event.seq,
        kind="message",
        recipient=body.to,
        payload=to_bytes(payload).decode(),
        hold_until=body.hold_until,
        expires_at=body.window.closes if body.window and body.template in SAYS_WINDOW else None,
    )


def _tender(day: Day, event: Event, body: OrderTendered) -> Outgoing:
    order = day.orders[body.order_id].order
    payload = {
        "tender_id": body.tender_id,
        "order_id": body.order_id,
        "carrier_id": body.carrier_id,
        "price_cents": body.price_cents,
        "deliver_by": body.deliver_by,
        "answer_by": body.answer_by,
        "pickup": body.pickup or source_of(day, order, None).point,
        "pickup_by": body.pickup_by,
        "deliver_to": order.point,
        "load": order.load,
        "needs": order.needs,
    }
    return Outgoing(
        key=tender_key(day, body.tender_id),
        day_id=event.day_id,
        seq=event.seq,
        kind="tender",
        recipient=f"carrier:{body.carrier_id}",
        payload=to_bytes(payload).decode(),
        hold_until=body.hold_until or event.at,
        expires_at=body.answer_by,
    )


def _withdrawal(day: Day, event: Event, body: TenderWithdrawn) -> Outgoing:
    payload = {
        "tender_id": body.tender_id,
        "order_id": body.order_id,
        "carrier_id": body.carrier_id,
        "withdrawn": True,
        "because": body.because,
    }
    return Outgoing(
        key=withdrawal_key(tender_key(day, body.tender_id)),
        day_id=event.day_id,
        seq=event.seq,
        kind="withdrawal",
        recipient=f"carrier:{body.carrier_id}",
        payload=to_bytes(payload).decode(),
        hold_until=event.at,
    )
