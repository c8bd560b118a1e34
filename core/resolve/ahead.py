"""The day as it will stand when a decision can have been made: plans are made from there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from core.domain.day import Day, GoodsAt, OrderState
from core.domain.ids import VehicleId
from core.domain.option import NewRoute
from core.domain.order import OrderStatus
from core.domain.plan import Progress, RouteState, Stop, StopKind
from core.resolve.draft import Draft
from core.resolve.simulate import Simulator

# A person reads a proposal, asks the driver and decides: what it changes begins later than that.
DECISION_S = 360
# What leaves less than this is hasty: it leads only where it is clearly cheaper.
HASTY_S = 300


@dataclass(frozen=True, slots=True)
class Ahead:
    """The day at the likely approval, with the stops that each rider will have left by then."""

    day: Day
    left: Mapping[VehicleId, tuple[Stop, ...]]

    def whole(self, new: NewRoute) -> NewRoute:
        """Return a route planned from there as a change of the route as it stands now."""
        return replace(new, stops=(*self.left.get(new.vehicle_id, ()), *new.stops))


def ahead(sim: Simulator, within_s: int) -> Ahead:
    """Return the day with riders moved on past every parking place that they are expected to have
    left `within_s` from now.

    A rider who is about to leave commits to the stop after; a plan that changes it would be
    out of date before anybody could say yes to it. Nobody is moved past a rest, a reload or a
    meeting, nor to the end of the route.
    """
    decided = sim.now + timedelta(seconds=max(within_s, sim.day.rules.thresholds.approval_delay_s))
    routes, orders = dict(sim.day.routes), dict(sim.day.orders)
    left: dict[VehicleId, tuple[Stop, ...]] = {}
    for vehicle_id, route in sorted(sim.day.routes.items()):
        if not route.frozen or not sim.drivable(vehicle_id):
            continue
        gone, leave_at = _gone_by(sim, route, decided)
        if not gone:
            continue
        left[vehicle_id] = gone
        delivered = frozenset(s.order_id for s in gone if s.order_id is not None)
        routes[vehicle_id] = replace(
            route,
            done=route.done + len(gone),
            progress=Progress.DRIVING,
            since=leave_at,
            last_point=gone[-1].point,
            on_board=route.on_board - delivered,
        )
        for order_id in sorted(delivered):
            orders[order_id] = _delivered(orders[order_id])
    if not left:
        return Ahead(sim.day, {})
    return Ahead(replace(sim.day, routes=routes, orders=orders), left)


def hasty(sim: Simulator, draft: Draft) -> bool:
    """Return whether part of a draft can no longer be done by the time a person has decided."""
    frozen = sim.first_frozen(draft)
    return frozen is not None and frozen < sim.now + timedelta(seconds=HASTY_S)


def _gone_by(
    sim: Simulator, route: RouteState, decided: datetime
) -> tuple[tuple[Stop, ...], datetime]:
    """Return the stops that the rider will have left by then, and when the last of them."""
    leaves = sim.drive(route.vehicle_id).leave_s
    stops, count, leave_at = route.remaining, 0, sim.now
    while count < len(stops):
        size = next(
            (n for n, s in enumerate(stops[count:]) if s.point != stops[count].point),
            len(stops) - count,
        )
        place = stops[count : count + size]
        at = sim.now + timedelta(seconds=int(np.median(leaves[place[-1].stop_id])))
        whole = count + size == len(stops)
        if whole or at > decided or any(s.kind is not StopKind.DELIVER for s in place):
            break
        count, leave_at = count + size, at
    return stops[:count], leave_at


def _delivered(state: OrderState) -> OrderState:
    if state.cancelled:
        return state
    return replace(state, status=OrderStatus.DELIVERED, goods=GoodsAt.CUSTOMER, vehicle_id=None)
