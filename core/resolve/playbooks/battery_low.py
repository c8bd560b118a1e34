"""A battery does not last: charge on the way, or hand stops to others."""

from core.domain.ids import OptionId
from core.domain.option import ChangeKind, ChangeRoutes
from core.domain.plan import StopKind
from core.resolve.draft import Draft
from core.resolve.situation import Situation
from core.routing.repair import Repaired


def battery_low(situation: Situation) -> list[Draft]:
    """Return charging stops for the vehicle of the case, and ways to give its stops away."""
    drafts: list[Draft] = []
    for vehicle_id in situation.scope.vehicles:
        if not situation.sim.drivable(vehicle_id):
            continue
        takers = situation.takers(vehicle_id)
        for result in situation.repaired((vehicle_id,), (), meetings=False):
            name = f"charge:{vehicle_id}" + (f":{len(drafts) + 1}" if drafts else "")
            action = ChangeRoutes(ChangeKind.RESEQUENCE, situation.only_touched(result.changes))
            label = f"{vehicle_id} charges for {_minutes(result)} min on the way"
            drafts.append(Draft(OptionId(name), label, (action,)))
        drafts.extend(situation.exchanged(vehicle_id, takers))
        drafts.extend(situation.handed_over(vehicle_id, takers))
    return drafts


def _minutes(result: Repaired) -> int:
    stops = [s for c in result.changes for s in c.stops if s.kind is StopKind.CHARGE]
    return -(-sum(s.service_s for s in stops) // 60)
