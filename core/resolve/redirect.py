"""Serving somebody another way than was planned: at a locker, at another time."""

from core.domain.day import Day
from core.domain.ids import OptionId, OrderId, VehicleId
from core.domain.money import euros
from core.domain.option import ChangeKind, ChangeRoutes
from core.domain.ways import other_ways, redirects
from core.resolve.draft import Draft
from core.resolve.situation import Situation
from core.routing.insertion import Candidate

MOST_LATE = 3
"""Orders of one late route that are offered their other ways: those likeliest late."""


def with_redirects(day: Day, label: str, draft: Draft) -> str:
    """Return a label that says who goes where instead, and what that way costs."""
    stops = (s for r in draft.new_routes() for s in r.stops)
    for one in redirects(day, stops):
        where = one.way or "the first way"
        name = "" if one.order_id in label else f"{one.order_id} "
        more = f", {'+' if one.cents > 0 else '-'}{euros(abs(one.cents))}" if one.cents else ""
        label = f"{label}, {name}to {where}{more}"
    return label


def redirected(
    situation: Situation, order_id: OrderId, vehicle_id: VehicleId, kind: ChangeKind
) -> list[Draft]:
    """Return one vehicle serving an order in each of its other ways; refusals keep their reason."""
    drafts: list[Draft] = []
    for way in other_ways(situation.day.orders[order_id].order):
        name = OptionId(f"redirect:{order_id}:{(way or 'first').replace(' ', '-')}")
        for answer in situation.inserted(order_id, vehicle_ids=(vehicle_id,), way=way):
            if isinstance(answer, Candidate):
                stops = answer.new_route.stops
                at = next(s.arrive_at for s in stops if s.order_id == order_id)
                label = f"{vehicle_id} brings {order_id} at {situation.day.clock(at)}"
                action = ChangeRoutes(kind, (answer.new_route,))
                drafts.append(Draft(name, label, (action,)))
            else:
                label = f"{vehicle_id} brings {order_id}, to {way or 'the first way'}"
                drafts.append(Draft(name, label, (), answer.sentence))
    return drafts


def late_redirected(situation: Situation, vehicle_id: VehicleId) -> list[Draft]:
    """Return the other ways of those orders of a route that are likeliest late."""
    sim = situation.sim
    route = situation.planning.day.routes[vehicle_id]
    if not sim.drivable(vehicle_id):
        return []
    start_s = sim.drive(vehicle_id).start_s
    late: list[tuple[float, OrderId]] = []
    for stop in route.remaining[route.frozen :]:
        state = sim.day.orders.get(stop.order_id) if stop.order_id is not None else None
        if state is None or not state.order.alternatives or not state.open:
            continue
        p_late = float((start_s[stop.stop_id] > sim.closes_s(state.order.order_id)).mean())
        if p_late * 100 >= sim.day.rules.thresholds.late_p_pct:
            late.append((-p_late, state.order.order_id))
    return [
        draft
        for _, order_id in sorted(late)[:MOST_LATE]
        for draft in redirected(situation, order_id, vehicle_id, ChangeKind.RESEQUENCE)
    ]
