"""Nothing is wrong: other orders of their stops for quiet riders, where that pays for itself."""

from core.domain.listed import listed
from core.resolve.draft import Draft, combined
from core.resolve.situation import Situation
from core.resolve.verify import verified


def improvement(situation: Situation) -> list[Draft]:
    """Return the best other order of stops of each rider for whom one is cheaper than the present
    one, moved stops and a disturbed driver paid for; and all of them together."""
    better: list[Draft] = []
    for vehicle_id in situation.scope.vehicles:
        tried = [verified(situation.sim, d) for d in situation.resequenced(vehicle_id)]
        best = situation.best(tried)
        if best is not None:
            better.append(best)
    if len(better) < 2:
        return better
    names = listed(v for d in better for v in d.vehicle_ids())
    return [combined("resequence:all", f"resequence {names}", better), *better]
