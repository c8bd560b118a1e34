"""What leaves the house does to a day: tenders to carriers, messages to people."""

from dataclasses import replace
from datetime import datetime

from core.domain.day import Day, Message, Tender
from core.domain.decision import (
    MessageQueued,
    MessageSettled,
    OrderTendered,
    TenderWithdrawn,
)
from core.domain.ids import CarrierId
from core.ledger.folding import (
    Apply,
    put,
    with_carrier,
    with_order,
)


def order_tendered(body: OrderTendered, day: Day, at: datetime) -> Day:
    del at
    carrier_id = CarrierId(body.carrier_id)
    tender = Tender(
        tender_id=body.tender_id,
        proposal_id=body.proposal_id,
        order_id=body.order_id,
        carrier_id=carrier_id,
        price_cents=body.price_cents,
        deliver_by=body.deliver_by,
        answer_by=body.answer_by,
    )
    day = replace(day, tenders=put(day.tenders, tender.tender_id, tender))
    order = day.orders[body.order_id]
    day = with_order(day, replace(order, tender_id=tender.tender_id, revision=order.revision + 1))
    carrier = day.carriers[carrier_id]
    taken = carrier.taken_parcels + order.order.load.parcels
    return with_carrier(day, replace(carrier, taken_parcels=taken, revision=carrier.revision + 1))


def tender_withdrawn(body: TenderWithdrawn, day: Day, at: datetime) -> Day:
    """The answer that never came has released the order already; this is for the outbox."""
    del body, at
    return day


def message_queued(body: MessageQueued, day: Day, at: datetime) -> Day:
    """A customer counts as told from here on, unless the message is withdrawn."""
    message = Message(
        message_id=body.message_id,
        to=body.to,
        template=body.template,
        order_id=body.order_id,
        hold_until=body.hold_until,
        proposal_id=body.proposal_id,
        window=body.window,
        queued_at=at,
    )
    day = replace(day, messages=put(day.messages, body.message_id, message))
    if body.order_id is None or not body.to.startswith("customer:"):
        return day
    order = day.orders[body.order_id]
    return with_order(
        day,
        replace(
            order,
            messages=order.messages + 1,
            told=body.window or order.told,
            told_at=at if body.window is not None else order.told_at,
        ),
    )


def message_settled(body: MessageSettled, day: Day, at: datetime) -> Day:
    """What was settled stays so. A message that never left told nobody anything."""
    del at
    known = day.messages[body.message_id]
    if known.outcome != "queued":
        return day
    settled = replace(known, outcome=body.outcome)
    day = replace(day, messages=put(day.messages, body.message_id, settled))
    if body.outcome not in ("withdrawn", "failed") or known.order_id is None:
        return day
    order = day.orders[known.order_id]
    if not known.to.startswith("customer:"):
        return day
    mine = known.window is not None and order.told_at == known.queued_at
    return with_order(
        day,
        replace(
            order,
            messages=max(0, order.messages - 1),
            told=None if mine else order.told,
            told_at=None if mine else order.told_at,
        ),
    )


APPLY: tuple[Apply, ...] = (
    order_tendered,
    tender_withdrawn,
    message_queued,
    message_settled,
)
