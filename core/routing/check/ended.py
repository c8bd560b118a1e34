"""How orders ended on the day as driven: by whom, with what on board, and whether wanted."""

from datetime import datetime

from core.domain.decision import OrderTendered
from core.domain.fact import (
    AttemptFailed,
    OrderCancelled,
    OrderCollected,
    OrderDelivered,
    TenderAnswered,
)
from core.domain.ids import OrderId
from core.routing.check.collected import comes_on_board
from core.routing.check.driven import Road, Van
from core.routing.check.violation import Code
from core.routing.check.worked import delivered_by, left


def ended(road: Road, body: object, at: datetime) -> None:
    """Read how orders ended: delivered, failed, cancelled or with a carrier."""
    match body:
        case OrderDelivered():
            _delivered(road, body, at)
        case OrderCollected(vehicle_id=vehicle_id) if vehicle_id in road.vans:
            _collected(road, body, at)
        case AttemptFailed(vehicle_id=vehicle_id, order_id=order_id) if vehicle_id in road.vans:
            van = road.vans[vehicle_id]
            left(road, van, at, body.point)
            waits = _with_sender(road, order_id)
            if not waits and order_id not in van.aboard and not _was_aboard(van, body, at):
                text = f"{vehicle_id} tried to deliver {order_id} without having it on board"
                road.add(Code.GOODS_ON_BOARD, text, vehicle_id, order_id)
            gone = [s for s in van.stops if order_id in (s.order_id, *comes_on_board(s))]
            van.finish(gone if waits else [s for s in gone if s.order_id == order_id])
            van.seen(at, body.point, standing=False)
        case OrderCancelled(order_id=order_id):
            on_the_way = any(
                s.order_id == order_id for van in road.vans.values() for s in van.frozen()
            )
            road.cancelled.setdefault(order_id, on_the_way)
        case OrderTendered(tender_id=tender_id, order_id=order_id):
            road.tendered[tender_id] = order_id
            holder = road.holder(order_id)
            if holder is not None:
                text = f"{order_id} was offered to a carrier while {holder} had it on board"
                road.add(Code.GOODS_ON_BOARD, text, holder, order_id)
        case TenderAnswered(tender_id=tender_id, accepted=True):
            if tender_id in road.tendered:
                road.with_carrier.add(road.tendered[tender_id])
        case _:
            pass


def _with_sender(road: Road, order_id: OrderId) -> bool:
    """Return whether the goods of an order were never on board of anything yet."""
    order = road.orders.get(order_id)
    sent = order is not None and (order.returns or order.pickup is not None)
    return sent and order_id not in road.collected


def _collected(road: Road, body: OrderCollected, at: datetime) -> None:
    van, order_id = road.vans[body.vehicle_id], body.order_id
    left(road, van, at, body.point)
    van.seen(at, body.point, standing=False)
    on_board(road, van, order_id)
    for other in road.vans.values():
        gone = [s for s in other.stops if order_id in comes_on_board(s)]
        if other is van:
            other.finish(gone)
        else:
            other.stops = [s for s in other.stops if s not in gone and s.order_id != order_id]


def on_board(road: Road, van: Van, order_id: OrderId) -> None:
    """Put goods on board that were collected, once, where somebody had them ready."""
    vehicle_id, order = van.vehicle.vehicle_id, road.orders.get(order_id)
    if order is None:
        text = f"{vehicle_id} collected {order_id}, an order that the day lacks"
        road.add(Code.UNKNOWN_ORDER, text, vehicle_id, order_id)
        return
    if not order.returns and order.pickup is None:
        text = f"{vehicle_id} collected {order_id}, whose goods were at the depot"
        road.add(Code.COLLECT, text, vehicle_id, order_id)
        return
    if road.collected.get(order_id, vehicle_id) != vehicle_id:
        text = f"{order_id} was collected twice: by {road.collected[order_id]} and by {vehicle_id}"
        road.add(Code.ORDER_TWICE, text, vehicle_id, order_id, amount=2)
        return
    if order_id in road.collected:
        return  # The same scan told in two ways.
    road.collected[order_id] = vehicle_id
    van.aboard.add(order_id)
    if order.returns:
        delivered_by(road, van, order_id)
        if order_id in road.cancelled:
            text = f"{vehicle_id} collected {order_id} after it was cancelled"
            hard = not road.cancelled[order_id]
            road.add(Code.CANCELLED, text, vehicle_id, order_id, hard=hard)
    road.weigh(van, f"after collecting {order_id}")


def _was_aboard(van: Van, body: OrderDelivered | AttemptFailed, at: datetime) -> bool:
    """Return whether a fact that came late tells of goods which have been brought back since."""
    back = van.returned_at
    return back is not None and at <= back and body.order_id in van.shelved


def _delivered(road: Road, body: OrderDelivered, at: datetime) -> None:
    order_id, vehicle_id = body.order_id, body.vehicle_id
    who = vehicle_id or "a carrier"
    if order_id not in road.orders:
        text = f"{who} delivered {order_id}, an order that the day lacks"
        road.add(Code.UNKNOWN_ORDER, text, vehicle_id, order_id)
        return
    van = road.vans.get(vehicle_id) if vehicle_id is not None else None
    if van is not None:
        left(road, van, at, body.point)
        delivered_by(road, van, order_id)
        van.seen(at, body.point, standing=False)
    if order_id in road.delivered:
        text = f"{order_id} was delivered twice: by {road.delivered[order_id]} and by {who}"
        road.add(Code.ORDER_TWICE, text, vehicle_id, order_id, amount=2)
        return
    road.delivered[order_id] = who
    if order_id in road.cancelled:
        text = f"{who} delivered {order_id} after it was cancelled"
        hard = not road.cancelled[order_id]
        road.add(Code.CANCELLED, text, vehicle_id, order_id, hard=hard)
    holder = road.holder(order_id)
    if vehicle_id is None:
        if order_id not in road.with_carrier:
            text = f"a carrier delivered {order_id} without having accepted it"
            road.add(Code.GOODS_ON_BOARD, text, None, order_id)
    elif holder != vehicle_id and not (van is not None and _was_aboard(van, body, at)):
        text = f"{vehicle_id} delivered {order_id}, which was on {holder or 'no vehicle'}"
        road.add(Code.GOODS_ON_BOARD, text, vehicle_id, order_id)
    for other in road.vans.values():
        other.aboard.discard(order_id)
        gone = [s for s in other.stops if s.order_id == order_id]
        if other is van:
            other.finish(gone)
        else:
            other.stops = [s for s in other.stops if s not in gone]
