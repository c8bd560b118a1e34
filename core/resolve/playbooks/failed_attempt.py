"""Nobody opened: try once more later on the same route, or another way, or bring the goods back."""

from dataclasses import replace

from core.domain.ids import OptionId, OrderId, VehicleId
from core.domain.money import euros
from core.domain.option import ChangeKind, ChangeRoutes
from core.resolve.draft import Draft
from core.resolve.redirect import redirected
from core.resolve.settle import brings_back
from core.resolve.situation import Situation
from core.resolve.tell import reachable
from core.resolve.verify import verified
from core.routing.insertion import Candidate
from core.tower.settled import knows_it_goes_back


def failed_attempt(situation: Situation) -> list[Draft]:
    """Return second visits by the vehicle that carries the goods, to the same door and in the
    order's other ways, as far as they are worth it, and bringing the goods back with a word to the
    customer."""
    drafts: list[Draft] = []
    for order_id in situation.case.order_ids():
        state = situation.day.orders[order_id]
        if state.vehicle_id is None:
            continue
        drafts.extend(_retries(situation, order_id, state.vehicle_id))
        drafts.extend(_in_promise(situation, order_id, state.vehicle_id))
        sent = redirected(situation, order_id, state.vehicle_id, ChangeKind.RETRY)
        drafts.extend(_if_worth_it(situation, verified(situation.sim, d)) for d in sent)
        if reachable(situation.sim, state) and not knows_it_goes_back(situation.day, order_id):
            name, message = brings_back(order_id)
            label = f"{state.vehicle_id} brings {order_id} back to the depot"
            drafts.append(Draft(name, label, (message,)))
    return drafts


def _retries(situation: Situation, order_id: OrderId, carrier: VehicleId) -> list[Draft]:
    name, drafts = OptionId(f"retry:{order_id}"), list[Draft]()
    again = situation.inserted(
        order_id,
        vehicle_ids=(carrier,),
        late_ok=True,
        way=situation.day.orders[order_id].order.way,
    )
    for candidate in again:
        if not isinstance(candidate, Candidate):
            drafts.append(Draft(name, f"{carrier} tries {order_id} again", (), candidate.sentence))
            continue
        label = f"{carrier} tries {order_id} again at {_clock(situation, candidate, order_id)}"
        action = ChangeRoutes(ChangeKind.RETRY, (candidate.new_route,))
        drafts.append(
            _if_worth_it(situation, verified(situation.sim, Draft(name, label, (action,))))
        )
    return drafts


def _in_promise(situation: Situation, order_id: OrderId, carrier: VehicleId) -> list[Draft]:
    """Return a second visit well inside a promise made today, which is worth what it costs."""
    return [
        verified(
            situation.sim,
            Draft(
                OptionId(f"retry:{order_id}:promise"),
                f"{carrier} tries {order_id} again at {_clock(situation, candidate, order_id)}",
                (ChangeRoutes(ChangeKind.RETRY, (candidate.new_route,)),),
            ),
        )
        for candidate in situation.hurried(order_id, carrier)
    ]


def _clock(situation: Situation, candidate: Candidate, order_id: OrderId) -> str:
    stops = candidate.new_route.stops
    return situation.day.clock(next(s.arrive_at for s in stops if s.order_id == order_id))


def _if_worth_it(situation: Situation, retry: Draft) -> Draft:
    """Return the retry, infeasible where it saves too little over not trying again."""
    if not retry.feasible:
        return retry
    gain, least = situation.gain(retry), situation.day.rules.thresholds.min_gain_cents
    if gain >= least:
        return retry
    words = f"saves {euros(gain)}" if gain > 0 else f"costs {euros(-gain)} more"
    text = f"{words} against bringing it back; {euros(least)} is the least worth a change"
    return replace(retry, refused_because=text)
