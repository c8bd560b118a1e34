"""What was agreed about people and vans, held against the day as driven.

Traffic breaks no rule. Hard is what the desk itself agreed to: a return beyond shift and overtime
that a decision made so, a rest that was planned and not taken, a route further than the van goes,
an order brought by somebody who may not. The same from the road alone is reported softly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.access import zones_at
from core.domain.fleet import Driver
from core.domain.ids import MeetingId, OrderId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.place import Point
from core.domain.plan import Route, RouteState, Stop
from core.domain.time import seconds_between
from core.routing.check.access import closed_to
from core.routing.check.battery import gain_m
from core.routing.check.driven import Road, Van, rests, with_agreed
from core.routing.check.fitness import unmet
from core.routing.check.times import shift_excess_s
from core.routing.check.violation import Code, Lookup, minutes
from core.routing.check.walk import leg_in_progress, metres, walk

SCANS_WITHIN_S = 60
"""A rest is begun and ended by hand; less than a minute too short is only reported."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One route of a decision: as it was, and as it is from then on."""

    before: RouteState
    new: NewRoute


def crow(a: Point, b: Point) -> tuple[int, int]:
    """No road is shorter than the crow flies, and nothing is known of how long it takes."""
    return 0, a.crow_m(b)


def reach_of(road: Road, van: Van, stops: Iterable[Stop]) -> int | None:
    """Return how far a vehicle goes with what it charges at those stops; None: nobody asks."""
    reach = van.vehicle.range_m
    return reach and reach + sum(gain_m(road.chargers, van.vehicle, s) for s in stops)


def plan_agreed(road: Road, van: Van, route: Route, lookup: Lookup | None) -> None:
    """Remember what a plan itself has against the rules."""
    driver, reach = road.drivers.get(route.driver_id), reach_of(road, van, route.stops)
    along = [route.start, *(s.point for s in route.stops), route.end]
    if driver is not None:
        late = seconds_between(_latest(road, driver), route.return_at) > 0
        restless = not rests(route.stops) and _owes_rest(driver, route.depart_at, route.return_at)
        with_agreed(van, late=late, restless=restless)
    with_agreed(van, far=reach is not None and metres(along, lookup or crow) > reach)


def decision_agreed(
    road: Road, decided: Sequence[Decided], at: datetime, lookup: Lookup | None
) -> None:
    """Remember what a decision made worse than it would have been, by a walk of both."""
    for one in decided:
        _agreed_rest(road, road.vans[one.new.vehicle_id], one)
        _agreed_range(road, road.vans[one.new.vehicle_id], one, lookup or crow)
    if lookup is None:
        return
    kept = _returns(
        road, {d.new.vehicle_id: (d.before, d.before.remaining) for d in decided}, at, lookup
    )
    after = _returns(road, {d.new.vehicle_id: (d.before, d.new.stops) for d in decided}, at, lookup)
    for one in decided:
        van = road.vans[one.new.vehicle_id]
        driver = road.driver(van)
        if driver is None or not one.new.stops:
            continue
        vehicle_id, latest = one.new.vehicle_id, _latest(road, driver)
        worse = after[vehicle_id] > max(latest, kept[vehicle_id])
        with_agreed(van, late=worse or (van.agreed.late and after[vehicle_id] > latest))


def _latest(road: Road, driver: Driver) -> datetime:
    return driver.shift.closes + timedelta(seconds=road.rules.thresholds.max_overtime_s)


def _returns(
    road: Road,
    stops_of: Mapping[VehicleId, tuple[RouteState, Sequence[Stop]]],
    at: datetime,
    lookup: Lookup,
) -> dict[VehicleId, datetime]:
    """Return when these routes are home; whoever they meet outside of them comes as stated."""
    day = road.day(at)
    legs = [leg_in_progress(day, route, stops, lookup, at) for route, stops in stops_of.values()]
    outside: dict[tuple[MeetingId, VehicleId], datetime] = {
        (stop.meeting_id, v): stop.arrive_at
        for v, van in road.vans.items()
        if v not in stops_of
        for stop in van.stops
        if stop.meeting_id is not None
    }
    return {v: w.return_at for v, w in walk(day, legs, lookup, outside).items()}


def _agreed_rest(road: Road, van: Van, one: Decided) -> None:
    driver = road.driver(van)
    if driver is None or van.rested or rests(one.new.stops) or not one.new.stops:
        with_agreed(van, restless=False)
    elif rests(one.before.remaining):
        owed = _owes_rest(driver, one.before.depart_at, one.new.return_at)
        with_agreed(van, restless=owed)


def _agreed_range(road: Road, van: Van, one: Decided, lookup: Lookup) -> None:
    reach = reach_of(road, van, (*van.done, *one.new.stops))
    if reach is None:
        return
    behind = van.points()
    here = behind[-1] if behind else one.before.start
    end = one.before.end
    ahead = metres([here, *(s.point for s in one.new.stops), end], lookup)
    keeping = metres([here, *(s.point for s in one.before.remaining), end], lookup)
    far = metres(behind, lookup) + ahead > reach
    with_agreed(van, far=far and (ahead > keeping or van.agreed.far))


def _owes_rest(driver: Driver, departs: datetime, returns: datetime) -> bool:
    """Return whether there is no time to rest before or after the route."""
    if driver.rest is None:
        return False
    window, needs = driver.rest.window, timedelta(seconds=driver.rest.duration_s)
    return returns + needs > window.closes and departs - needs < window.opens


def left(road: Road, van: Van, at: datetime, point: Point, *, there: bool = False) -> None:
    """Let a vehicle leave, unless it has; only `there` does the scan place the departure."""
    start = van.route.start if van.route is not None and not there else point
    road.depart(van, at, start)


def delivered_by(road: Road, van: Van, order_id: OrderId) -> None:
    """Hold a delivery against what the order needs of its driver and van, and against who may stop
    at its door at all. Coming there too late is the road's doing."""
    fleet, order = [v.vehicle for v in road.vans.values()], road.order(order_id)
    road.found += unmet(fleet, van.vehicle, road.driver(van), order)
    zones = zones_at(road.zones.values(), order.point) if order.point is not None else ()
    road.found += closed_to(van.vehicle, order, zones, hard=True)


def worked(road: Road, lookup: Lookup | None, driven_m: Mapping[VehicleId, int]) -> None:
    """Hold shifts, rests and ranges against the whole day: facts may come late."""
    for _, van in sorted(road.vans.items()):
        _departed(road, van)
        for stop_id, at in van.rested.items():
            _rested(road, van, stop_id, at)
        _returned(road, van)
        _range(road, van, lookup, driven_m)


def _departed(road: Road, van: Van) -> None:
    """Hold a departure against the shift; hard when the plan was no later."""
    driver, route, at = road.driver(van), van.route, van.departed_at
    if driver is None or route is None or at is None:
        return
    early, _ = shift_excess_s(driver, at, driver.shift.closes)
    if early > 0:
        text = (
            f"{route.vehicle_id} left {minutes(early)} before the shift of {driver.driver_id} "
            f"began at {road.clock(driver.shift.opens)}"
        )
        hard = route.depart_at < driver.shift.opens
        road.add(Code.SHIFT, text, route.vehicle_id, amount=early, hard=hard)


def _rested(road: Road, van: Van, stop_id: StopId, at: datetime) -> None:
    """Hold a rest that was taken against what is owed."""
    driver, vehicle_id = road.driver(van), van.vehicle.vehicle_id
    if driver is None or driver.rest is None or stop_id not in van.reached:
        return
    began, rest = van.reached[stop_id], driver.rest
    short = rest.duration_s - seconds_between(began, at)
    if short > 0:
        text = (
            f"{driver.driver_id} on {vehicle_id} rested {minutes(short)} less than "
            f"{minutes(rest.duration_s)}"
        )
        road.add(Code.REST, text, vehicle_id, amount=short, hard=short >= SCANS_WITHIN_S)
    outside = max(0, seconds_between(began, rest.window.opens))
    outside += max(0, seconds_between(rest.window.closes, at))
    if outside > 0:
        text = (
            f"{driver.driver_id} on {vehicle_id} rested from {road.clock(began)} to "
            f"{road.clock(at)}, outside of {road.clock(rest.window.opens)} to "
            f"{road.clock(rest.window.closes)}"
        )
        road.add(Code.REST, text, vehicle_id, amount=outside, hard=False)


def _returned(road: Road, van: Van) -> None:
    """Hold a finished route against the shift and the rest of its driver."""
    driver, vehicle_id, at = road.driver(van), van.vehicle.vehicle_id, van.returned_at
    if driver is None or at is None:
        return
    _, late = shift_excess_s(driver, driver.shift.opens, at)
    if late > 0:
        agreed = van.agreed.late and late > road.rules.thresholds.max_overtime_s
        text = (
            f"{vehicle_id} was back {minutes(late)} after the shift of {driver.driver_id} ended "
            f"at {road.clock(driver.shift.closes)}{', as the desk had decided' if agreed else ''}"
        )
        road.add(Code.SHIFT, text, vehicle_id, amount=late, hard=agreed)
    left = van.departed_at or at
    if van.rested or driver.rest is None or not _owes_rest(driver, left, at):
        return
    planned = bool(rests(van.stops))
    text = (
        f"{driver.driver_id} on {vehicle_id} was back at {road.clock(at)} without the rest of "
        f"{minutes(driver.rest.duration_s)}"
    )
    hard = planned or van.agreed.restless
    road.add(Code.REST, text, vehicle_id, amount=driver.rest.duration_s, hard=hard)


def _range(road: Road, van: Van, lookup: Lookup | None, driven_m: Mapping[VehicleId, int]) -> None:
    """Hold what a vehicle drove against how far it goes without charging."""
    vehicle_id, reach = van.vehicle.vehicle_id, reach_of(road, van, van.done)
    total = driven_m.get(vehicle_id)
    if total is None:
        total = metres(van.points(), lookup or crow)
    if reach is not None and total > reach:
        text = (
            f"{vehicle_id} drove {total / 1000:.1f} km; without charging it goes "
            f"{reach / 1000:.1f} km"
        )
        road.add(Code.RANGE, text, vehicle_id, amount=total - reach, hard=van.agreed.far)
