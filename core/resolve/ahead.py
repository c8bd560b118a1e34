"""The day as it will stand when a decision can have been made: plans are made from there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from core.domain.day import Day, GoodsAt, OrderState
from core.domain.ids import VehicleId
from core.domain.option import NewRoute
from core.domain.order import OrderStatus
from core.domain.plan import Progress, Stop, StopKind
from core.resolve.simulate import Simulator


@dataclass(frozen=True, slots=True)
class Ahead:
    """The day at the likely approval, with the stops that each rider will have left by then."""

    day: Day
    left: Mapping[VehicleId, tuple[Stop, ...]]

    def whole(self, new: NewRoute) -> NewRoute:
        """Return a route planned from there as a change of the route as it stands now."""
        return replace(new, stops=(*self.left.get(new.vehicle_id, ()), *new.stops))


def ahead(sim: Simulator) -> Ahead:
    """Return the day with riders moved on whom an approval would find at their next stop.

    A rider who is about to leave commits to the stop after; a plan that changes it would be
    out of date before anybody could say yes to it.
    """
    approved = sim.now + timedelta(seconds=sim.day.rules.thresholds.approval_delay_s)
    routes, orders = dict(sim.day.routes), dict(sim.day.orders)
    left: dict[VehicleId, tuple[Stop, ...]] = {}
    for vehicle_id, route in sorted(sim.day.routes.items()):
        gone = route.remaining[: route.frozen]
        if (
            not gone
            or len(gone) == len(route.remaining)
            or not sim.drivable(vehicle_id)
            or any(s.kind is not StopKind.DELIVER for s in gone)
        ):
            continue
        leave_s = int(np.median(sim.drive(vehicle_id).leave_s[gone[-1].stop_id]))
        leave_at = sim.now + timedelta(seconds=leave_s)
        if leave_at > approved:
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


def _delivered(state: OrderState) -> OrderState:
    if state.cancelled:
        return state
    return replace(state, status=OrderStatus.DELIVERED, goods=GoodsAt.CUSTOMER, vehicle_id=None)
