"""The rule about how far a vehicle still goes, where somebody has said so."""

from core.domain.day import Charge, Day
from core.domain.plan import RouteState
from core.routing.check.violation import Code, Lookup, Violation
from core.routing.check.walk import Leg, metres


def charge_broken(
    day: Day, route: RouteState, charge: Charge, new: Leg, kept: Leg, lookup: Lookup
) -> list[Violation]:
    """Return by how much a changed route is longer than what the battery was good for; soft where
    it is no longer than the route as it was."""
    behind = [charge.point, *(s.point for s in route.stops[charge.done : route.done])]
    if route.last_point is not None:
        behind.append(route.last_point)
    driven = metres(behind, lookup)
    ahead, keeping = (
        metres([leg.start, *(s.point for s in leg.stops), leg.end], lookup) for leg in (new, kept)
    )
    over = driven + ahead - charge.range_m
    if over <= 0:
        return []
    text = (
        f"{route.vehicle_id} would drive {(driven + ahead) / 1000:.1f} km from where its battery "
        f"was good for {charge.range_m / 1000:.1f} km at {day.clock(charge.at)}"
    )
    return [Violation(Code.RANGE, ahead > keeping, route.vehicle_id, None, text, over)]
