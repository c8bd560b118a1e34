"""Own vehicles as lanes: what each order costs them at the margin, as the router finds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.allocation.assign import Allocation, Limits, allocate
from core.allocation.offers import Ask, OwnLane, problem_of
from core.allocation.problem import Lane, LaneId, LaneKind, Offer, Problem
from core.allocation.reliability import Reliability
from core.domain.day import Day
from core.domain.decision import RouteChanged
from core.domain.ids import OrderId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import Load
from core.domain.plan import LeftOut
from core.domain.position import Positions
from core.ledger.fold_decisions import route_changed
from core.routing.build import rest_of_day
from core.routing.check.violation import Lookup
from core.routing.insertion import Candidate, insertions
from core.routing.pool import SolverPool
from core.routing.problem import Problem as Routes
from core.routing.walk import of_slot
from core.travel.protocol import TravelTimes

MOST_ROUNDS = 4
"""Decisions that are made again because a vehicle could not take all that was meant for it."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An allocation whose own part was put into the routes, order by order."""

    allocation: Allocation
    problem: Problem
    skipped: tuple[LeftOut, ...]
    """Orders that are nobody's to give away."""
    routes: tuple[NewRoute, ...]
    """The own vehicles' routes with what they take."""
    own_cents: int
    """What the routes cost more, together."""
    priced_cents: int
    """What the orders cost one by one, as the decision saw them."""
    unfit: tuple[tuple[OrderId, LaneId], ...]
    """What a vehicle could take alone, and not beside the rest; decided again without it."""


def own_lane_id(vehicle_id: VehicleId) -> LaneId:
    return LaneId(f"own:{vehicle_id}")


def own_lanes(
    day: Day,
    order_ids: Sequence[OrderId],
    travel: TravelTimes,
    now: datetime,
    positions: Positions | None = None,
) -> tuple[OwnLane, ...]:
    """Return one lane for each vehicle with a route: the cost of each order alone, by insertion.

    Room and spare time of the route bound what it takes together, without what two orders in one
    street would share: too careful rather than too bold. Lateness that an order brings to others,
    and its own, is in its price.
    """
    wanted = [o for o in order_ids if day.orders[o].order.point is not None]
    routes = rest_of_day(day, travel, now, positions, orphan_ids=wanted)
    offers: dict[VehicleId, dict[OrderId, Offer]] = {s.vehicle_id: {} for s in routes.slots}
    for order_id in wanted:
        answers = insertions(day, order_id, travel, now, positions=positions, problem=routes)
        for answer in answers:
            if isinstance(answer, Candidate):
                offers[answer.vehicle_id][order_id] = Offer(
                    own_lane_id(answer.vehicle_id),
                    answer.delta_cents,
                    added_s=max(0, answer.delta_drive_s),
                )
    return tuple(
        OwnLane(_lane(routes, number), offers[slot.vehicle_id])
        for number, slot in enumerate(routes.slots)
    )


def allocate_day(
    day: Day,
    ask: Ask,
    travel: TravelTimes,
    lookup: Lookup,
    now: datetime,
    *,
    positions: Positions | None = None,
    reliability: Reliability | None = None,
    seed: int = 1,
    limits: Limits | None = None,
    pool: SolverPool | None = None,
) -> Confirmed:
    """Return who brings what, with the own part proven in the routes.

    Where `ask` names no own lane, the router prices all vehicles. Orders that a vehicle cannot take
    beside each other are taken off its offer and all is decided again; in the last round whatever
    still does not fit is off every own offer.
    """
    priced = ask if ask.own else replace(ask, own=own_lanes(day, ask.order_ids, travel, now))
    unfit: list[tuple[OrderId, LaneId]] = []
    for turn in range(MOST_ROUNDS):
        offered = replace(priced, own=tuple(_without(o, unfit) for o in priced.own))
        problem, skipped = problem_of(day, offered, lookup, now, reliability)
        made = allocate(problem, seed=seed, limits=limits, pool=pool)
        routes, cents, failed = _put_in(day, made, travel, now, positions)
        if not failed:
            break
        unfit += failed
        if turn + 2 == MOST_ROUNDS:
            lanes = [o.lane.lane_id for o in priced.own]
            unfit += [(order_id, lane) for order_id, _ in failed for lane in lanes]
    else:
        # Even so something did not fit: nothing is left to our own vehicles.
        problem, skipped = problem_of(day, replace(priced, own=()), lookup, now, reliability)
        made, routes, cents = allocate(problem, seed=seed, limits=limits, pool=pool), (), 0
    own = [a.price_cents for a in made.assigned if a.lane_id.startswith("own:")]
    return Confirmed(made, problem, skipped, routes, cents, sum(own), tuple(unfit))


def _lane(routes: Routes, number: int) -> Lane:
    slot = routes.slots[number]
    held = Load(*slot.on_board)
    for task in (*slot.frozen, *slot.sequence):
        if not slot.departed or int(routes.pickup[number, task]) >= 0:
            held += Load(*routes.tasks[task].load)
    whole = slot.capacity
    taken = (held.parcels, held.weight_g, held.volume_ml)
    room = Load(*(max(0, most - has) for most, has in zip(whole, taken, strict=True)))
    end_s = int(of_slot(routes, number, [slot.sequence]).end_s[0])
    spare_s = max(0, slot.latest_return_s - end_s)
    return Lane(own_lane_id(slot.vehicle_id), LaneKind.OWN, room=room, spare_s=spare_s)


def _without(own: OwnLane, unfit: Sequence[tuple[OrderId, LaneId]]) -> OwnLane:
    out = {order_id for order_id, lane_id in unfit if lane_id == own.lane.lane_id}
    kept: Mapping[OrderId, Offer] = {o: x for o, x in own.offers.items() if o not in out}
    return replace(own, offers=kept)


def _put_in(
    day: Day,
    made: Allocation,
    travel: TravelTimes,
    now: datetime,
    positions: Positions | None,
) -> tuple[tuple[NewRoute, ...], int, list[tuple[OrderId, LaneId]]]:
    """Insert what each own vehicle takes, one order after the other, the hardest first."""
    wanted: dict[VehicleId, list[tuple[int, OrderId]]] = {}
    for one in made.assigned:
        vehicle = one.lane_id.removeprefix("own:")
        if vehicle != one.lane_id and VehicleId(vehicle) in day.routes:
            orders = wanted.setdefault(VehicleId(vehicle), [])
            orders += [(-one.price_cents, order_id) for order_id in one.order_ids]
    routes: dict[VehicleId, NewRoute] = {}
    failed: list[tuple[OrderId, LaneId]] = []
    cents, so_far = 0, day
    for vehicle_id, orders in sorted(wanted.items()):
        for _, order_id in sorted(orders):
            (answer,) = insertions(
                so_far, order_id, travel, now, vehicle_ids=[vehicle_id], positions=positions
            )
            if not isinstance(answer, Candidate):
                failed.append((order_id, own_lane_id(vehicle_id)))
                continue
            cents += answer.delta_cents
            so_far = route_changed(RouteChanged(answer.new_route, None), so_far, now)
            routes[vehicle_id] = replace(
                answer.new_route, base_revision=day.routes[vehicle_id].revision
            )
    return tuple(routes[v] for v in sorted(routes)), cents, failed
