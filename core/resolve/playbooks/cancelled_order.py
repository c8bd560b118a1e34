"""A cancelled order is still on a route: leave its stop out, and its goods at the depot."""

from dataclasses import replace

from core.domain.ids import OptionId, OrderId
from core.domain.option import ChangeKind, ChangeRoutes
from core.domain.plan import RouteState, Stop, StopKind
from core.resolve.draft import Draft
from core.resolve.situation import Situation
from core.routing.timetable import retimed


def cancelled_order(situation: Situation) -> list[Draft]:
    """Return the route without the stop; goods on board come back to the depot."""
    sim, drafts = situation.sim, list[Draft]()
    for order_id in situation.case.order_ids():
        route = situation.day.route_of(order_id)
        if route is None:
            continue
        stops = _without(route, order_id)
        without = retimed(
            situation.day, route.vehicle_id, stops, sim.travel, sim.now, sim.positions
        )
        drafts.append(
            Draft(
                OptionId(f"drop:{order_id}"),
                f"{route.vehicle_id} leaves out {order_id}",
                (ChangeRoutes(ChangeKind.DROP, (without,)),),
            )
        )
    return drafts


def _without(route: RouteState, order_id: OrderId) -> tuple[Stop, ...]:
    """Return the stops without the order: neither visited nor loaded, and no way back to the depot
    for it alone. A reload that the driver stands at or drives to stays as it is."""
    stops: list[Stop] = []
    for number, stop in enumerate(route.remaining):
        if stop.order_id == order_id:
            continue
        kept = stop
        if stop.kind is StopKind.RELOAD and order_id in stop.loads and number >= route.frozen:
            kept = replace(stop, loads=tuple(o for o in stop.loads if o != order_id))
            if not kept.loads:
                continue
        stops.append(kept)
    return tuple(stops)
