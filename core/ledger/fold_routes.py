"""What scans do: drivers get on along their routes, and goods change hands.

Facts come late and in any order. A stop that is done stays done, an order never moves back, and
only a fact at least as recent as the last proof moves a driver.
"""

from dataclasses import replace
from datetime import datetime

from core.domain.day import Day, GoodsAt
from core.domain.fact import (
    AttemptFailed,
    HandedOver,
    OrderDelivered,
    RouteDeparted,
    RouteReturned,
    StopFinished,
    StopReached,
)
from core.domain.ids import OrderId, VehicleId
from core.domain.order import OrderStatus
from core.domain.place import Point
from core.domain.plan import Progress, StopKind
from core.ledger.fold_collected import not_collected, taken, unloaded, without_collecting
from core.ledger.fold_trips import arrived, finished, set_off
from core.ledger.folding import Apply, advanced, latest, with_order, with_orders, with_route
from core.ledger.moving import brought_forward, departed, loaded, moved, on_vehicle, under_way


def route_departed(body: RouteDeparted, day: Day, at: datetime) -> Day:
    route = day.routes[body.vehicle_id]
    if route.progress is not Progress.AT_DEPOT:
        return day
    return set_off(departed(day, route, at, body.point), body.vehicle_id, at, body.point)


def stop_reached(body: StopReached, day: Day, at: datetime) -> Day:
    day = under_way(day, body.vehicle_id, at)
    route = day.routes[body.vehicle_id]
    if route.since is not None and at < route.since:
        return day
    there = brought_forward(route, lambda s: s.stop_id == body.stop_id, finish=False)
    if there is None or route.progress is Progress.FINISHED:
        return day
    day = with_route(day, moved(there, at, body.point, Progress.AT_STOP))
    return arrived(day, body.vehicle_id, at)


def stop_finished(body: StopFinished, day: Day, at: datetime) -> Day:
    day = under_way(day, body.vehicle_id, at)
    route = day.routes[body.vehicle_id]
    ended = brought_forward(route, lambda s: s.stop_id == body.stop_id, finish=True)
    if ended is None:
        return day
    stop = ended.stops[ended.done - 1]
    day = with_route(day, moved(ended, at, body.point, Progress.DRIVING))
    day = finished(day, body.vehicle_id, stop, at)
    if stop.kind is StopKind.COLLECT:
        for order_id in (*stop.loads, *([stop.order_id] if stop.order_id is not None else [])):
            day = taken(day, body.vehicle_id, order_id, at)
        return day
    if stop.kind is StopKind.RELOAD:
        day = unloaded(day, body.vehicle_id)
    return loaded(day, body.vehicle_id, stop.loads)


def _visited(
    day: Day, vehicle_id: VehicleId | None, order_id: OrderId, at: datetime, point: Point
) -> Day:
    """Take an order's stop behind the driver, or off the route of anybody else."""
    if vehicle_id is not None:
        day = under_way(day, vehicle_id, at)
        route = day.routes.get(vehicle_id)
        if route is not None:
            ended = brought_forward(route, lambda s: s.order_id == order_id, finish=True)
            day = with_route(day, moved(ended or route, at, point, Progress.DRIVING))
            if ended is not None:
                day = finished(day, vehicle_id, ended.stops[ended.done - 1], at)
    return day


def _struck(day: Day, order_id: OrderId) -> Day:
    """Nobody has to go there any more, nobody carries it any more."""
    for route in [without_collecting(r, order_id) for r in day.routes.values()]:
        if route is not day.routes[route.vehicle_id]:
            day = with_route(day, route)
        rest = tuple(s for s in route.remaining if s.order_id != order_id)
        dropped = len(rest) < len(route.remaining)
        if dropped or order_id in route.on_board:
            day = with_route(
                day,
                replace(
                    route,
                    stops=(*route.stops[: route.done], *rest),
                    on_board=route.on_board - {order_id},
                    revision=route.revision + (1 if dropped else 0),
                ),
            )
    return day


def order_delivered(body: OrderDelivered, day: Day, at: datetime) -> Day:
    day = _visited(day, body.vehicle_id, body.order_id, at, body.point)
    day = _struck(day, body.order_id)
    known = day.orders[body.order_id]
    if known.status is OrderStatus.DELIVERED:
        return day
    return with_order(
        day,
        replace(
            known,
            status=OrderStatus.DELIVERED,
            goods=GoodsAt.CUSTOMER,
            vehicle_id=None,
            ended_at=at,
            attempts=known.attempts + 1,
            revision=known.revision + 1,
        ),
    )


def attempt_failed(body: AttemptFailed, day: Day, at: datetime) -> Day:
    """The goods stay where they are; a second attempt needs a decision.

    Nobody brings what could not be collected.
    """
    first = day.orders[body.order_id]
    if first.goods is GoodsAt.SENDER and first.order.pickup is not None:
        day = not_collected(day, body.vehicle_id, body.order_id, at, body.point)
    else:
        day = _visited(day, body.vehicle_id, body.order_id, at, body.point)
    known = day.orders[body.order_id]
    if known.status is OrderStatus.DELIVERED:
        return day
    return with_order(
        day,
        replace(
            known,
            status=advanced(known, OrderStatus.FAILED),
            attempts=known.attempts + 1,
            fail_reason=body.reason,
            revision=known.revision + 1,
        ),
    )


def handed_over(body: HandedOver, day: Day, at: datetime) -> Day:
    """Both drivers are done with the meeting; what was scanned is on the taker's vehicle."""
    for vehicle_id in (body.giver, body.taker):
        day = under_way(day, vehicle_id, at)
        route = day.routes.get(vehicle_id)
        if route is not None:
            ended = brought_forward(route, lambda s: s.meeting_id == body.meeting_id, finish=True)
            day = with_route(day, moved(ended or route, at, body.point, Progress.DRIVING))
            if ended is not None:
                day = finished(day, vehicle_id, ended.stops[ended.done - 1], at)
    return _carried(day, body)


def _carried(day: Day, body: HandedOver) -> Day:
    given = [
        state
        for order_id in body.order_ids
        if (state := day.orders[order_id]).goods is GoodsAt.VEHICLE
        and state.vehicle_id == body.giver
    ]
    ids = frozenset(s.order.order_id for s in given)
    giver, taker = day.routes.get(body.giver), day.routes.get(body.taker)
    if giver is not None:
        day = with_route(day, replace(giver, on_board=giver.on_board - ids))
    if taker is not None:
        day = with_route(day, replace(taker, on_board=taker.on_board | ids))
    return with_orders(
        day,
        [replace(on_vehicle(s, body.taker), revision=s.revision + 1) for s in given],
    )


def route_returned(body: RouteReturned, day: Day, at: datetime) -> Day:
    """What is still on board goes back to the shelf."""
    day = under_way(day, body.vehicle_id, at)
    route = day.routes[body.vehicle_id]
    if route.progress is Progress.FINISHED:
        return day
    back = [day.orders[o] for o in sorted(route.on_board) if o in day.orders]
    day = with_route(
        day,
        replace(
            route,
            progress=Progress.FINISHED,
            since=latest(route.since, at),
            last_point=body.point,
            on_board=frozenset(),
        ),
    )
    return with_orders(
        day,
        [replace(s, goods=GoodsAt.DEPOT, vehicle_id=None, revision=s.revision + 1) for s in back],
    )


APPLY: tuple[Apply, ...] = (
    route_departed,
    stop_reached,
    stop_finished,
    order_delivered,
    attempt_failed,
    handed_over,
    route_returned,
)
