"""What facts about customers, orders, carriers and tenders do to a day."""

from dataclasses import replace
from datetime import datetime

from core.domain.alternative import FIRST
from core.domain.day import CarrierState, Day, GoodsAt, OrderState, Tender, goods_at_first
from core.domain.fact import (
    CarrierListed,
    CustomerConsented,
    CustomerContacted,
    CustomerRegistered,
    OrderCancelled,
    OrderLocated,
    OrderReceived,
    TenderAnswered,
)
from core.domain.order import OrderStatus
from core.domain.ways import has_way, served_by
from core.ledger.folding import Apply, advanced, put, with_carrier, with_order


def customer_registered(body: CustomerRegistered, day: Day, at: datetime) -> Day:
    del at
    customer = body.customer
    return replace(day, customers=put(day.customers, customer.customer_id, customer))


def order_received(body: OrderReceived, day: Day, at: datetime) -> Day:
    """A known order heard of again is described anew, as long as nobody has touched it."""
    known = day.orders.get(body.order.order_id)
    if known is None:
        state = OrderState(
            order=body.order,
            status=OrderStatus.RECEIVED,
            revision=1,
            promise=body.order.promise,
            goods=goods_at_first(body.order),
            urgent=body.urgent,
            received_at=at,
        )
        return with_order(day, state)
    if known.status is not OrderStatus.RECEIVED or known.received_at is None:
        return day
    if at < known.received_at:
        return day
    order = body.order
    if has_way(order, known.order.way):
        order = served_by(order, known.order.way)
    promise = known.promise if known.consented_at is not None else order.promise
    return with_order(
        day,
        replace(
            known,
            order=order,
            promise=promise,
            goods=goods_at_first(body.order) if known.untouched else known.goods,
            received_at=at,
            urgent=known.urgent or body.urgent,
            revision=known.revision + 1,
        ),
    )


def order_located(body: OrderLocated, day: Day, at: datetime) -> Day:
    del at
    known = day.orders[body.order_id]
    own_door = replace(served_by(known.order, FIRST), point=body.point)
    order = served_by(own_door, known.order.way)
    return with_order(day, replace(known, order=order, revision=known.revision + 1))


def order_cancelled(body: OrderCancelled, day: Day, at: datetime) -> Day:
    """The goods stay where they are; a delivered order stays delivered."""
    known = day.orders[body.order_id]
    if known.status is OrderStatus.DELIVERED or known.cancelled:
        return day
    return with_order(
        day,
        replace(
            known,
            cancelled=True,
            status=advanced(known, OrderStatus.CANCELLED),
            ended_at=at,
            revision=known.revision + 1,
        ),
    )


def customer_consented(body: CustomerConsented, day: Day, at: datetime) -> Day:
    """The agreement made last, by event time, is the promise."""
    known = day.orders[body.order_id]
    if known.consented_at is not None and at < known.consented_at:
        return day
    return with_order(
        day,
        replace(
            known,
            promise=body.window,
            told=body.window,
            told_at=at,
            consented_at=at,
            revision=known.revision + 1,
        ),
    )


def customer_contacted(body: CustomerContacted, day: Day, at: datetime) -> Day:
    contacts = tuple(sorted((*day.contacts, (at, body)), key=lambda c: (c[0], c[1].contact_id)))
    return replace(day, contacts=contacts)


def carrier_listed(body: CarrierListed, day: Day, at: datetime) -> Day:
    del at
    known = day.carriers.get(body.carrier.carrier_id)
    if known is None:
        return with_carrier(day, CarrierState(body.carrier, 1))
    return with_carrier(day, replace(known, carrier=body.carrier, revision=known.revision + 1))


def tender_answered(body: TenderAnswered, day: Day, at: datetime) -> Day:
    """The first answer stands. After a refusal the order looks for somebody else."""
    del at
    tender = day.tenders[body.tender_id]
    if tender.accepted is not None:
        return day
    day = replace(
        day,
        tenders=put(day.tenders, tender.tender_id, replace(tender, accepted=body.accepted)),
    )
    if not body.accepted:
        return released(day, tender)
    order = day.orders[tender.order_id]
    return with_order(
        day,
        replace(
            order,
            status=advanced(order, OrderStatus.WITH_CARRIER),
            goods=GoodsAt.CARRIER if order.goods is GoodsAt.DEPOT else order.goods,
            revision=order.revision + 1,
        ),
    )


def released(day: Day, tender: Tender) -> Day:
    """Take an order back from a carrier that will not bring it."""
    order = day.orders[tender.order_id]
    if order.tender_id == tender.tender_id:
        day = with_order(day, replace(order, tender_id=None, revision=order.revision + 1))
    carrier = day.carriers.get(tender.carrier_id)
    if carrier is None:
        return day
    taken = max(0, carrier.taken_parcels - order.order.load.parcels)
    return with_carrier(day, replace(carrier, taken_parcels=taken, revision=carrier.revision + 1))


APPLY: tuple[Apply, ...] = (
    customer_registered,
    order_received,
    order_located,
    order_cancelled,
    customer_consented,
    customer_contacted,
    carrier_listed,
    tender_answered,
)
