"""Nobody opened: try once more later on the same route."""

from core.domain.ids import OptionId
from core.domain.option import ChangeKind, ChangeRoutes
from core.resolve.draft import Draft
from core.resolve.situation import Situation
from core.routing.insertion import Candidate, insertions

# Who was out may be back after half an hour; sooner is no second attempt.
MOST_RETRIES = 2


def failed_attempt(situation: Situation) -> list[Draft]:
    """Return second visits by the vehicle that carries the goods."""
    sim, drafts = situation.sim, list[Draft]()
    for order_id in situation.case.order_ids():
        carrier = situation.day.orders[order_id].vehicle_id
        found = insertions(situation.day, order_id, sim.travel, sim.now)
        own = [c for c in found if isinstance(c, Candidate) and c.vehicle_id == carrier]
        for candidate in own[:MOST_RETRIES]:
            at = next(s.arrive_at for s in candidate.new_route.stops if s.order_id == order_id)
            name = f"retry:{order_id}" + (f":{len(drafts) + 1}" if drafts else "")
            drafts.append(
                Draft(
                    OptionId(name),
                    f"{candidate.vehicle_id} tries {order_id} again at {situation.day.clock(at)}",
                    (ChangeRoutes(ChangeKind.RETRY, (candidate.new_route,)),),
                )
            )
    return drafts
