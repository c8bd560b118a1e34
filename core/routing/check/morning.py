"""The check of a morning plan: every route from depot to depot, every order accounted for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from core.domain.day import Day
from core.domain.fleet import Vehicle
from core.domain.ids import OrderId
from core.domain.place import Point
from core.domain.plan import Route, StopKind
from core.domain.time import seconds_between
from core.routing.check.access import access_broken
from core.routing.check.battery import chargers_broken, charges, morning_battery
from core.routing.check.collected import collected_broken
from core.routing.check.depots import homes_broken, sources_broken
from core.routing.check.docks import docks_broken
from core.routing.check.duty import Worked, limits_broken, worked_along
from core.routing.check.fitness import needs_broken, range_broken, stops_broken
from core.routing.check.loads import (
    capacity_broken,
    delivered,
    goods_broken,
    overloads,
    reload_broken,
)
from core.routing.check.meetings import meetings_broken, stuck
from core.routing.check.times import (
    late_promises,
    rest_broken,
    rest_missing_s,
    shift_broken,
    shift_excess_s,
    stated_too_early,
)
from core.routing.check.violation import Code, Lookup, Violation
from core.routing.check.walk import Leg, Walked, metres, walk
from core.routing.check.ways import as_visited, ways_broken


def plan_points(routes: Sequence[Route]) -> tuple[Point, ...]:
    """Return every point that `check_plan` looks up, each once, sorted."""
    points = {p for r in routes for p in (r.start, r.end, *(s.point for s in r.stops))}
    return tuple(sorted(points))


def check_plan(
    day: Day, routes: Sequence[Route], left_out_ids: Iterable[OrderId], lookup: Lookup
) -> tuple[Violation, ...]:
    """Return everything wrong with a plan made before anybody departs; all of it is hard."""
    found = _covered(day, routes, tuple(left_out_ids))
    for route in routes:
        found += ways_broken(day, route.vehicle_id, route.stops)
    day = as_visited(day, (s for r in routes for s in r.stops))
    fit: list[Route] = []
    for route in routes:
        wrong = _who(day, route)
        found += wrong
        if not wrong:
            fit.append(route)
    found += _twice_used(routes)
    found += docks_broken(day, fit)
    legs = [_leg(day, r) for r in fit]
    walked = walk(day, legs, lookup, {})
    for route, leg in zip(fit, legs, strict=True):
        found += _route(day, route, leg, walked[route.vehicle_id], lookup)
    least_s = day.rules.thresholds.meeting_s
    found += meetings_broken({r.vehicle_id: r.stops for r in fit}, (), None, least_s)
    return tuple(found)


def _leg(day: Day, route: Route) -> Leg:
    return Leg(
        route.vehicle_id,
        day.drivers[route.driver_id],
        route.start,
        route.depart_at,
        route.stops,
        route.end,
        as_stated=True,
    )


def _who(day: Day, route: Route) -> list[Violation]:
    """Return why vehicle or driver cannot do a route at all."""
    vehicle_id = route.vehicle_id
    state = day.vehicles.get(vehicle_id)
    if state is None or route.driver_id not in day.drivers:
        text = f"the day has no vehicle {vehicle_id} with a driver {route.driver_id}"
        return [Violation(Code.UNKNOWN_VEHICLE, True, vehicle_id, None, text)]
    if state.down_since is not None and route.stops:
        text = (
            f"{vehicle_id} is down since {day.clock(state.down_since)} and cannot do "
            f"{len(route.stops)} stops"
        )
        return [Violation(Code.VEHICLE_DOWN, True, vehicle_id, None, text, len(route.stops))]
    return []


def _twice_used(routes: Sequence[Route]) -> list[Violation]:
    found: list[Violation] = []
    for vehicle_id, count in Counter(r.vehicle_id for r in routes).items():
        if count > 1:
            text = f"{vehicle_id} has {count} routes; it can drive one"
            found.append(Violation(Code.UNKNOWN_VEHICLE, True, vehicle_id, None, text, count))
    for driver_id, count in Counter(r.driver_id for r in routes).items():
        if count > 1:
            text = f"{driver_id} has {count} routes; a driver can do one"
            found.append(Violation(Code.UNKNOWN_VEHICLE, True, None, None, text, count))
    return found


def _covered(
    day: Day, routes: Sequence[Route], left_out_ids: tuple[OrderId, ...]
) -> list[Violation]:
    """Return orders that are on no route and not left out, and those there more than once."""
    visits = Counter(o for r in routes for o in delivered(r.stops))
    visits.update(left_out_ids)
    loaded = Counter(o for r in routes for o in (*r.loads, *(x for s in r.stops for x in s.loads)))
    found: list[Violation] = []
    for order_id in sorted(visits | loaded):
        times = max(visits[order_id], loaded[order_id])
        if times > 1:
            text = f"{order_id} is planned {times} times"
            found.append(Violation(Code.ORDER_TWICE, True, None, order_id, text, times))
        if order_id not in day.orders and visits[order_id] == 0:
            text = f"the plan loads {order_id}, an order that the day lacks"
            found.append(Violation(Code.UNKNOWN_ORDER, True, None, order_id, text))
    for order_id, state in sorted(day.orders.items()):
        owed = state.open and state.untouched and state.tender_id is None
        if owed and visits[order_id] == 0:
            text = f"{order_id} is on no route and not among those left out"
            found.append(Violation(Code.ORDER_LOST, True, None, order_id, text))
    return found


def _route(day: Day, route: Route, leg: Leg, walked: Walked, lookup: Lookup) -> list[Violation]:
    vehicle = day.vehicles[route.vehicle_id].vehicle
    driver = day.drivers[route.driver_id]
    departs = route.depart_at
    early, late = shift_excess_s(driver, departs, max(walked.return_at, route.return_at))
    points = [route.start, *(s.point for s in route.stops), route.end]
    meets = any(s.kind is StopKind.MEET for s in route.stops)
    return [
        *_starts(day, route),
        *homes_broken(day, route),
        *sources_broken(day, route.vehicle_id, route.start, route.loads, route.stops),
        *stops_broken(day, route.vehicle_id, route.stops),
        *needs_broken(day, vehicle, driver, route.stops),
        *capacity_broken(route.vehicle_id, overloads(day, vehicle, route.loads, route.stops)),
        *goods_broken(day, route.vehicle_id, route.loads, route.stops),
        *collected_broken(day, route.vehicle_id, route.stops, route.loads),
        *reload_broken(day, vehicle, route.stops, under_way=False),
        *access_broken(day, vehicle, walked),
        *late_promises(day, walked, hard=True),
        *shift_broken(day, route.vehicle_id, driver, early, late, hard=True),
        *rest_broken(
            day, route.vehicle_id, driver, rest_missing_s(driver, departs, walked), hard=True
        ),
        *stated_too_early(day, leg, route.return_at, lookup, hard=True),
        *limits_broken(route.vehicle_id, driver, _worked(route, lookup)),
        *_battery(day, vehicle, route, points, lookup),
        *(stuck(walked) if meets else ()),
    ]


def _battery(
    day: Day, vehicle: Vehicle, route: Route, points: Sequence[Point], lookup: Lookup
) -> list[Violation]:
    """Return what is beyond the range: metres in all, or leg by leg where somebody charges."""
    if vehicle.start_range_m is None and not charges(route.stops):
        return range_broken(vehicle, metres(points, lookup), hard=True)
    return [
        *chargers_broken(day, vehicle.vehicle_id, route.stops),
        *morning_battery(day, vehicle, route.start, route.stops, route.end, lookup),
    ]


def _worked(route: Route, lookup: Lookup) -> Worked:
    duty_s = seconds_between(route.depart_at, route.return_at)
    return worked_along(
        route.start, route.stops, route.end, lookup, departs=route.depart_at, duty_s=duty_s
    )


def _starts(day: Day, route: Route) -> list[Violation]:
    """Return whether a route begins away from a depot or before it opens."""
    if not route.stops:
        return []
    depot = next((d for d in day.opened.depots if d.point == route.start), None)
    if depot is None:
        away = min(d.point.crow_m(route.start) for d in day.opened.depots)
        text = f"{route.vehicle_id} starts {away} m from the depot, where its goods are"
        return [Violation(Code.PLACE, True, route.vehicle_id, None, text, away)]
    early = depot.opens.opens - route.depart_at
    if early > timedelta(0):
        text = (
            f"{route.vehicle_id} departs at {day.clock(route.depart_at)}, before the depot "
            f"opens at {day.clock(depot.opens.opens)}"
        )
        return [
            Violation(Code.SHIFT, True, route.vehicle_id, None, text, round(early.total_seconds()))
        ]
    return []
