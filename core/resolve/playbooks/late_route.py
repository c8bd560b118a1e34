"""A route runs late: tell, resequence it, send orders another way, hand stops to a neighbour at the
depot or on the road."""

from core.domain.ids import OptionId, VehicleId
from core.domain.option import ChangeKind, ChangeRoutes
from core.resolve.draft import Draft
from core.resolve.redirect import late_redirected
from core.resolve.situation import Situation


def late_route(situation: Situation) -> list[Draft]:
    """Return options for the one rider of the case, the gentlest first."""
    drafts = [situation.tell()]
    for vehicle_id in situation.scope.vehicles:
        drafts.extend(situation.resequenced(vehicle_id))
        drafts.extend(_promised_first(situation, vehicle_id))
        drafts.extend(late_redirected(situation, vehicle_id))
        takers = situation.takers(vehicle_id)
        drafts.extend(situation.exchanged(vehicle_id, takers))
        drafts.extend(situation.handed_over(vehicle_id, takers))
    return drafts


def _promised_first(situation: Situation, vehicle_id: VehicleId) -> list[Draft]:
    """Return other orders of one rider's stops that keep what was promised today."""
    return [
        Draft(
            OptionId(f"sooner:{order_id}"),
            f"{vehicle_id} goes to {order_id} sooner",
            (ChangeRoutes(ChangeKind.RESEQUENCE, (candidate.new_route,)),),
        )
        for stop in situation.day.routes[vehicle_id].remaining
        if (order_id := stop.order_id) is not None
        for candidate in situation.hurried(order_id, vehicle_id)
    ]
