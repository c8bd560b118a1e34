"""An order is on no route: the cheapest riders, carriers at their rates, or an honest refusal."""

from datetime import datetime

from core.allocation.tender import quotes, tender_for
from core.domain.ids import OptionId, OrderId
from core.domain.option import ChangeKind, ChangeRoutes, RefuseOrder, TenderOrder
from core.domain.plan import Refusal
from core.resolve.asked import not_before
from core.resolve.draft import Draft
from core.resolve.situation import Situation
from core.resolve.verify import verified
from core.routing.insertion import Candidate

MOST_RIDERS = 4
MOST_CARRIERS = 3


def urgent_order(situation: Situation) -> list[Draft]:
    """Return who could take the order. Refusing is possible only where nobody keeps its promise."""
    drafts: list[Draft] = []
    for order_id in situation.case.order_ids():
        state = situation.day.orders[order_id]
        if not state.open or situation.day.route_of(order_id) is not None:
            continue
        riders = _riders(situation, order_id)
        carriers = _carriers(situation, order_id)
        drafts.extend((*riders, *carriers))
        drafts.append(_refusal(situation, order_id, [*riders, *carriers]))
    return drafts


def _riders(situation: Situation, order_id: OrderId) -> list[Draft]:
    """Return the order inserted into each of the cheapest vehicles, and taken by riders who make
    room for it; refusals keep their reason."""
    sim, drafts = situation.sim, list[Draft]()
    # A promise of an hour or two is worth more than a person's time: places from now on count.
    found = situation.inserted(order_id, planning=situation.soon)
    room = [
        verified(
            sim,
            Draft(
                OptionId(f"squeeze:{candidate.vehicle_id}"),
                f"{candidate.vehicle_id} takes {order_id}, its stops in another order",
                (ChangeRoutes(ChangeKind.INSERT, (candidate.new_route,)),),
            ),
        )
        for candidate in _room(situation, order_id)
    ]
    if not any(isinstance(c, Candidate) for c in found) and not any(d.feasible for d in room):
        # Late is better than never: where nobody keeps the promise, show who breaks it least.
        found = situation.inserted(order_id, late_ok=True, planning=situation.soon)
    candidates = sorted(
        (c for c in found if isinstance(c, Candidate)), key=lambda c: (c.delta_cents, c.vehicle_id)
    )
    for candidate in candidates[:MOST_RIDERS]:
        name = _free_name(f"insert:{candidate.vehicle_id}", drafts)
        draft = Draft(
            OptionId(name),
            f"{candidate.vehicle_id} takes {order_id}",
            (ChangeRoutes(ChangeKind.INSERT, (candidate.new_route,)),),
        )
        drafts.append(verified(sim, draft))
    for refusal in found:
        if isinstance(refusal, Refusal) and refusal.vehicle_id is not None:
            drafts.append(
                Draft(
                    OptionId(_free_name(f"insert:{refusal.vehicle_id}", drafts)),
                    f"{refusal.vehicle_id} takes {order_id}",
                    (),
                    refusal.sentence,
                )
            )
    return [*drafts, *room]


def _room(situation: Situation, order_id: OrderId) -> tuple[Candidate, ...]:
    """Return who makes room in time for a person to decide, which it always takes; where nobody
    does, who makes it if the answer comes at once."""
    found = situation.squeezed(order_id, most=MOST_RIDERS)
    return found or situation.squeezed(order_id, most=MOST_RIDERS, planning=situation.soon)


def _carriers(situation: Situation, order_id: OrderId) -> list[Draft]:
    """Return the order tendered to each carrier that takes it, from when it can be approved on."""
    sim, drafts = situation.sim, list[Draft]()
    answers = quotes(situation.day, order_id, sim.lookup, situation.tendered_at)
    for answer in answers:
        if isinstance(answer, Refusal):
            continue
        if len(drafts) == MOST_CARRIERS:
            break
        name = OptionId(f"tender:{answer.carrier_id}")
        label = f"{answer.carrier_id} brings {order_id}"
        again = not_before(situation.day, order_id, answer.carrier_id, sim.now)
        if again is not None:
            clock = situation.day.clock(again)
            text = (
                f"{answer.carrier_id} said no to {order_id}; it is not asked again before {clock}"
            )
            drafts.append(Draft(name, label, (), text))
            continue
        drafts.append(Draft(name, label, (tender_for(answer),)))
    return drafts


def _refusal(situation: Situation, order_id: OrderId, others: list[Draft]) -> Draft:
    """Return the refusal with the earliest honest time among what is feasible."""
    day = situation.day
    closes = day.orders[order_id].promise.closes
    times = [(at, d) for d in others if d.feasible and (at := _at_door(d, order_id)) is not None]
    in_time = [d for at, d in times if at <= closes]
    honest = min((at for at, _ in times), default=None)
    label = f"refuse {order_id}"
    if honest is not None:
        label += f", honestly {day.clock(honest)}"
    because = f"{in_time[0].label} can still keep the promise" if in_time else ""
    return Draft(OptionId(f"refuse:{order_id}"), label, (RefuseOrder(order_id, honest),), because)


def _at_door(draft: Draft, order_id: OrderId) -> datetime | None:
    for action in draft.actions:
        if isinstance(action, TenderOrder):
            return action.deliver_by
        if isinstance(action, ChangeRoutes):
            for route in action.routes:
                for stop in route.stops:
                    if stop.order_id == order_id:
                        return stop.arrive_at
    return None


def _free_name(name: str, drafts: list[Draft]) -> str:
    """Return the name, or the name with a count where it is taken."""
    taken = {d.option_id for d in drafts}
    count = 1
    while (name if count == 1 else f"{name}:{count}") in taken:
        count += 1
    return name if count == 1 else f"{name}:{count}"
