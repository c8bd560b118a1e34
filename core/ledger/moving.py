"""How scans move a driver along a route; shared by all facts that tell of a stop."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from core.domain.day import Day, GoodsAt, OrderState
from core.domain.ids import OrderId, VehicleId
from core.domain.order import OrderStatus
from core.domain.place import Point
from core.domain.plan import Progress, RouteState, Stop
from core.ledger.folding import advanced, with_orders, with_route


def departed(day: Day, route: RouteState, at: datetime, point: Point) -> Day:
    """Put on board what was planned to be; any later scan proves the departure as well."""
    day = with_route(day, replace(route, progress=Progress.DRIVING, since=at, last_point=point))
    return loaded(day, route.vehicle_id, route.loads)


def loaded(day: Day, vehicle_id: VehicleId, order_ids: tuple[OrderId, ...]) -> Day:
    """Move goods from the depot onto a vehicle; goods that are elsewhere stay there."""
    taken = [
        state
        for order_id in order_ids
        if (state := day.orders.get(order_id)) is not None
        and state.goods is GoodsAt.DEPOT
        and state.status in (OrderStatus.RECEIVED, OrderStatus.LOADED, OrderStatus.FAILED)
    ]
    route = day.routes[vehicle_id]
    on_board = route.on_board | {s.order.order_id for s in taken}
    day = with_route(day, replace(route, on_board=on_board))
    return with_orders(day, [on_vehicle(s, vehicle_id) for s in taken])


def on_vehicle(state: OrderState, vehicle_id: VehicleId) -> OrderState:
    return replace(
        state,
        status=advanced(state, OrderStatus.LOADED),
        goods=GoodsAt.VEHICLE,
        vehicle_id=vehicle_id,
    )


def under_way(day: Day, vehicle_id: VehicleId, at: datetime) -> Day:
    route = day.routes.get(vehicle_id)
    if route is None or route.progress is not Progress.AT_DEPOT:
        return day
    return departed(day, route, at, route.start)


def moved(route: RouteState, at: datetime, point: Point, progress: Progress) -> RouteState:
    """Move the driver, unless something more recent is already known."""
    if route.since is not None and at < route.since:
        return route
    if route.progress is Progress.FINISHED:
        return route
    return replace(route, progress=progress, since=at, last_point=point)


def brought_forward(
    route: RouteState, matches: Callable[[Stop], bool], *, finish: bool
) -> RouteState | None:
    """Put the first open stop that matches next, and behind the driver when it is finished."""
    index = next((i for i, s in enumerate(route.remaining) if matches(s)), None)
    if index is None:
        return None
    rest = list(route.remaining)
    stop = rest.pop(index)
    done = route.done
    stops = (*route.stops[:done], stop, *rest)
    return replace(route, stops=stops, done=done + 1 if finish else done)
