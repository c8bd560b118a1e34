"""A route runs late: tell, resequence it, hand stops to a neighbour with slack."""

from core.resolve.draft import Draft
from core.resolve.situation import Situation


def late_route(situation: Situation) -> list[Draft]:
    """Return options for the one rider of the case, the gentlest first."""
    drafts = [situation.tell()]
    for vehicle_id in situation.scope.vehicles:
        drafts.extend(situation.resequenced(vehicle_id))
        drafts.extend(situation.exchanged(vehicle_id, situation.takers(vehicle_id)))
    return drafts
