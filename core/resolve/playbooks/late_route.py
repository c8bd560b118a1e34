"""A route runs late: tell, resequence it, hand stops to a neighbour at the depot or on the road."""

from core.resolve.draft import Draft
from core.resolve.situation import Situation


def late_route(situation: Situation) -> list[Draft]:
    """Return options for the one rider of the case, the gentlest first."""
    drafts = [situation.tell()]
    for vehicle_id in situation.scope.vehicles:
        drafts.extend(situation.resequenced(vehicle_id))
        takers = situation.takers(vehicle_id)
        drafts.extend(situation.exchanged(vehicle_id, takers))
        drafts.extend(situation.handed_over(vehicle_id, takers))
    return drafts
