"""How far a reported battery takes a route: which doors lie behind its end."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.domain.charging import gained_m
from core.domain.day import Day
from core.domain.fleet import Vehicle
from core.domain.ids import OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import Stop, StopKind

Metres = Callable[[Point, Point], int]
"""Road metres from one point to another."""


@dataclass(frozen=True, slots=True)
class Short:
    """A route that its battery does not last for."""

    short_m: int
    """At its end, or at the charger that it does not reach."""
    beyond: tuple[OrderId, ...]
    """Deliveries that it does not get to."""


def short_of(
    day: Day, vehicle_id: VehicleId, stops: Iterable[Stop], metres: Metres
) -> Short | None:
    """Return where a battery ends on the way along `stops`, all that remain; None where it lasts,
    or nobody has said how far it goes."""
    state, route = day.vehicles[vehicle_id], day.routes[vehicle_id]
    if state.charge is None:
        return None
    left, here, least = state.charge.range_m, state.charge.point, state.charge.range_m
    beyond: list[OrderId] = []
    behind = [(s, False) for s in route.stops[state.charge.done : route.done]]
    for stop, ahead in (*behind, *((s, True) for s in stops)):
        left, here = left - metres(here, stop.point), stop.point
        least = min(least, left)
        if ahead and least < 0 and stop.order_id is not None:
            beyond.append(stop.order_id)
        left = _topped(day, state.vehicle, stop, left)
    least = min(least, left - metres(here, route.end))
    return Short(-least, tuple(beyond)) if least < 0 else None


def _topped(day: Day, vehicle: Vehicle, stop: Stop, left: int) -> int:
    if stop.kind is not StopKind.CHARGE:
        return left
    here = (c for c in day.chargers.values() if c.point == stop.point)
    gained = max((gained_m(vehicle, c, stop.service_s) for c in here), default=0)
    return max(left, min(left + gained, vehicle.range_m or left + gained))
