"""A cancelled order is still on a route: leave its stop out."""

from core.domain.ids import OptionId
from core.domain.option import ChangeKind, ChangeRoutes
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
        stops = tuple(s for s in route.remaining if s.order_id != order_id)
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
