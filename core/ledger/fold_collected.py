"""What scans of collected goods do: a return, or goods that go on to another door, are on board."""

from dataclasses import replace
from datetime import datetime

from core.domain.day import Day, GoodsAt
from core.domain.fact import OrderCollected
from core.domain.ids import OrderId, VehicleId
from core.domain.order import OrderStatus
from core.domain.place import Point
from core.domain.plan import Progress, RouteState, Stop, StopKind
from core.ledger.fold_trips import finished
from core.ledger.folding import Apply, advanced, with_order, with_orders, with_route
from core.ledger.moving import brought_forward, moved, under_way


def order_collected(body: OrderCollected, day: Day, at: datetime) -> Day:
    """Take the stop behind the driver, off the route of anybody else, and the goods on board."""
    day = under_way(day, body.vehicle_id, at)
    route = day.routes.get(body.vehicle_id)
    if route is not None:

        def there(stop: Stop) -> bool:
            return collects(stop, body.order_id)

        ended = brought_forward(route, there, finish=True)
        day = with_route(day, moved(ended or route, at, body.point, Progress.DRIVING))
        if ended is not None:
            day = finished(day, body.vehicle_id, ended.stops[ended.done - 1], at)
    day = _nobody_else(day, body.vehicle_id, body.order_id)
    return taken(day, body.vehicle_id, body.order_id, at)


def taken(day: Day, vehicle_id: VehicleId, order_id: OrderId, at: datetime) -> Day:
    """Put collected goods on board; a return ends with that. What is elsewhere stays there."""
    known = day.orders.get(order_id)
    if known is None or known.goods is not GoodsAt.SENDER:
        return day
    status = OrderStatus.COLLECTED if known.order.returns else OrderStatus.LOADED
    route = day.routes.get(vehicle_id)
    if route is not None:
        day = with_route(day, replace(route, on_board=route.on_board | {order_id}))
    return with_order(
        day,
        replace(
            known,
            status=advanced(known, status),
            goods=GoodsAt.VEHICLE,
            vehicle_id=vehicle_id,
            ended_at=at if known.order.returns else known.ended_at,
            attempts=known.attempts + (1 if known.order.returns else 0),
            revision=known.revision + 1,
        ),
    )


def unloaded(day: Day, vehicle_id: VehicleId) -> Day:
    """Take the returns off a vehicle that stands at the depot."""
    route = day.routes[vehicle_id]
    back = [
        day.orders[o]
        for o in sorted(route.on_board)
        if o in day.orders and day.orders[o].order.returns
    ]
    if not back:
        return day
    left = route.on_board - {s.order.order_id for s in back}
    day = with_route(day, replace(route, on_board=left))
    return with_orders(
        day,
        [replace(s, goods=GoodsAt.DEPOT, vehicle_id=None, revision=s.revision + 1) for s in back],
    )


def not_collected(
    day: Day, vehicle_id: VehicleId, order_id: OrderId, at: datetime, point: Point
) -> Day:
    """Take a vain attempt to collect goods behind the driver; nobody brings them any more."""
    day = under_way(day, vehicle_id, at)
    route = day.routes.get(vehicle_id)
    if route is not None:
        ended = brought_forward(route, lambda s: collects(s, order_id), finish=True)
        day = with_route(day, moved(ended or route, at, point, Progress.DRIVING))
    for known in list(day.routes.values()):
        rest = tuple(
            s for s in known.remaining if s.order_id != order_id and not collects(s, order_id)
        )
        if len(rest) < len(known.remaining):
            stops = (*known.stops[: known.done], *rest)
            day = with_route(day, replace(known, stops=stops, revision=known.revision + 1))
    return day


def collects(stop: Stop, order_id: OrderId) -> bool:
    """Return whether the goods of that order are collected at a stop."""
    return stop.kind is StopKind.COLLECT and (stop.order_id == order_id or order_id in stop.loads)


def without_collecting(route: RouteState, order_id: OrderId) -> RouteState:
    """Return the route without an open stop at which those goods would be collected."""
    rest = tuple(s for s in route.remaining if not collects(s, order_id))
    if len(rest) == len(route.remaining):
        return route
    stops = (*route.stops[: route.done], *rest)
    return replace(route, stops=stops, revision=route.revision + 1)


def _nobody_else(day: Day, vehicle_id: VehicleId, order_id: OrderId) -> Day:
    """Whoever else was to collect and bring the goods does neither any more."""
    for route in list(day.routes.values()):
        kept = without_collecting(route, order_id)
        if route.vehicle_id != vehicle_id:
            rest = tuple(s for s in kept.remaining if s.order_id != order_id)
            if len(rest) < len(kept.remaining):
                stops = (*kept.stops[: kept.done], *rest)
                kept = replace(kept, stops=stops, revision=route.revision + 1)
        if kept is not route:
            day = with_route(day, kept)
    return day


APPLY: tuple[Apply, ...] = (order_collected,)
