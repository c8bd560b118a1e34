"""A rough estimate of what a second visit on the carrier's own way is worth, for watching."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.day import OrderState
from core.domain.place import Point
from core.domain.plan import RouteState
from core.domain.time import seconds_between
from core.tower.look import Look
from core.tower.stakes import lateness_cents

# Further out of the way nobody calls it passing near. A metre of detour is a straight line.
NEAR_DETOUR_M = 800
# City roads as the estimate of travel times has them, at about 18 km/h.
ROAD_PER_CROW = 1.472
# The exact clock may say a little later than the estimate.
SPARE_S = 300
METRES_PER_S = 5.0


@dataclass(frozen=True, slots=True)
class Chance:
    """The best moment for a second visit on a route as it stands."""

    detour_m: int
    gain_cents: int


def best_chance(look: Look, state: OrderState, route: RouteState) -> Chance | None:
    """Return the best place for a second visit after the frozen stops, None where none is near
    or the driver would be back too late."""
    door = state.order.point
    if door is None or route.vehicle_id not in look.times.return_s:
        return None
    found: list[Chance] = []
    for place in range(route.frozen, len(route.remaining) + 1):
        detour_m = _detour_m(route, place, door)
        if detour_m > NEAR_DETOUR_M:
            continue
        takes_s = state.order.service_s + round(detour_m * ROAD_PER_CROW / METRES_PER_S)
        if _in_time(look, route, takes_s):
            found.append(Chance(detour_m, round(_gain_cents(look, route, place, takes_s))))
    return max(found, key=lambda c: (c.gain_cents, -c.detour_m), default=None)


def _detour_m(route: RouteState, place: int, door: Point) -> int:
    stops = route.remaining
    before = stops[place - 1].point if place else route.last_point or route.start
    after = stops[place].point if place < len(stops) else route.end
    return max(0, before.crow_m(door) + door.crow_m(after) - before.crow_m(after))


def _in_time(look: Look, route: RouteState, takes_s: int) -> bool:
    driver = look.day.drivers.get(route.driver_id)
    if driver is None:
        return True
    back_s = float(look.times.return_s[route.vehicle_id].mean()) + takes_s
    left_s = seconds_between(look.now, driver.shift.closes)
    return back_s + SPARE_S <= left_s + look.day.rules.thresholds.max_overtime_s


def _gain_cents(look: Look, route: RouteState, place: int, takes_s: int) -> float:
    """Return what a visit there saves: the attempt, less time, disturbance and others' lateness."""
    day, costs = look.day, look.day.rules.costs
    saved = costs.failed_attempt.cents * (1 - day.rules.behaviour.absent_again_pm / 1000)
    spent = takes_s / 60 * costs.driver_minute.cents + costs.disturbed_driver.cents
    for stop in route.remaining[place:]:
        other = day.orders.get(stop.order_id) if stop.order_id is not None else None
        if other is None or not other.open or other.attempt_failed:
            continue
        start: NDArray[np.int64] | None = look.times.start_s.get(stop.stop_id)
        if start is None:
            continue
        over = start - seconds_between(look.now, other.promise.closes)
        worse = float((over > -takes_s).mean() - (over > 0).mean())
        if worse > 0:
            spent += lateness_cents(day, other, worse, told=False, now=look.now)
    return saved - spent
