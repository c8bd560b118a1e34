"""Nobody opened: try once more later on the same route."""

from core.domain.ids import OptionId
from core.domain.option import ChangeKind, ChangeRoutes
from core.resolve.draft import Draft
from core.resolve.situation import Situation
from core.routing.insertion import Candidate


def failed_attempt(situation: Situation) -> list[Draft]:
    """Return second visits by the vehicle that carries the goods."""
    drafts: list[Draft] = []
    for order_id in situation.case.order_ids():
        carrier = situation.day.orders[order_id].vehicle_id
        if carrier is None:
            continue
        found = situation.inserted(order_id, vehicle_ids=(carrier,), late_ok=True)
        for candidate in found:
            if not isinstance(candidate, Candidate):
                drafts.append(
                    Draft(
                        OptionId(f"retry:{order_id}"),
                        f"{carrier} tries {order_id} again",
                        (),
                        candidate.sentence,
                    )
                )
                continue
            at = next(s.arrive_at for s in candidate.new_route.stops if s.order_id == order_id)
            drafts.append(
                Draft(
                    OptionId(f"retry:{order_id}"),
                    f"{candidate.vehicle_id} tries {order_id} again at {situation.day.clock(at)}",
                    (ChangeRoutes(ChangeKind.RETRY, (candidate.new_route,)),),
                )
            )
    return drafts
