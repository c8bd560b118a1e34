"""The rule about how far a battery goes, walked leg by leg with what is charged on the way."""

from collections.abc import Iterable, Mapping, Sequence

from core.domain.charging import Charger
from core.domain.day import Day
from core.domain.fleet import Vehicle
from core.domain.ids import ChargerId, VehicleId
from core.domain.place import Point
from core.domain.plan import RouteState, Stop, StopKind
from core.routing.check.violation import Code, Lookup, Violation, minutes
from core.routing.check.walk import Leg


def charges(stops: Iterable[Stop]) -> bool:
    return any(s.kind is StopKind.CHARGE for s in stops)


def gain_m(chargers: Mapping[ChargerId, Charger], vehicle: Vehicle, stop: Stop) -> int:
    """Return the metres that a charging stop adds; none where no charger stands."""
    here = [c.power_w for c in chargers.values() if c.point == stop.point]
    if stop.kind is not StopKind.CHARGE or not here or not vehicle.wh_per_km:
        return 0
    watts = max(here) if vehicle.charging_w is None else min(max(here), vehicle.charging_w)
    return watts * stop.service_s * 1000 // (3600 * vehicle.wh_per_km)


def chargers_broken(day: Day, vehicle_id: VehicleId, stops: Iterable[Stop]) -> list[Violation]:
    """Return charging stops where nobody can charge."""
    vehicle = day.vehicles[vehicle_id].vehicle
    found: list[Violation] = []
    for stop in stops:
        if stop.kind is StopKind.CHARGE and gain_m(day.chargers, vehicle, stop) <= 0:
            away = min((c.point.crow_m(stop.point) for c in day.chargers.values()), default=0)
            why = f"{away} m from a charger" if away else "without a battery to charge, or time"
            text = (
                f"{vehicle_id} would charge for {minutes(stop.service_s)} at {stop.stop_id}, {why}"
            )
            found.append(Violation(Code.CHARGE, True, vehicle_id, None, text, max(1, away)))
    return found


def morning_battery(
    day: Day, vehicle: Vehicle, start: Point, stops: Sequence[Stop], end: Point, lookup: Lookup
) -> list[Violation]:
    """Return by how much a plan's route is beyond its battery, for one that charges on the way or
    does not leave full."""
    if vehicle.range_m is None:
        return []
    has = vehicle.range_m if vehicle.start_range_m is None else vehicle.start_range_m
    least, where = _least(day, vehicle, has, start, stops, end, lookup)
    return _short(vehicle.vehicle_id, least, where, has, hard=True)


def battery_broken(
    day: Day, route: RouteState, new: Leg, kept: Leg, lookup: Lookup
) -> list[Violation]:
    """Return by how much a changed route is beyond its battery; soft where the route as it was is
    no better."""
    state = day.vehicles[route.vehicle_id]
    vehicle, charge = state.vehicle, state.charge
    full = vehicle.range_m
    has = full if vehicle.start_range_m is None else vehicle.start_range_m
    here, first = route.start, 0
    if charge is not None:
        has, here, first = charge.range_m, charge.point, charge.done
    if has is None:
        return []
    for stop in route.stops[first : route.done]:
        has -= lookup(here, stop.point)[1]
        has, here = _topped(has + gain_m(day.chargers, vehicle, stop), full, has), stop.point
    if route.last_point is not None:
        has, here = has - lookup(here, route.last_point)[1], route.last_point
    least, where = _least(day, vehicle, has, new.start, new.stops, new.end, lookup)
    was, _ = _least(day, vehicle, has, kept.start, kept.stops, kept.end, lookup)
    return _short(route.vehicle_id, least, where, has, hard=least < was)


def _topped(metres: int, full: int | None, before: int) -> int:
    return metres if full is None else max(before, min(full, metres))


def _least(
    day: Day,
    vehicle: Vehicle,
    has: int,
    start: Point,
    stops: Sequence[Stop],
    end: Point,
    lookup: Lookup,
) -> tuple[int, str]:
    """Return the least that is ever left, and where; below zero it does not get there."""
    here, least, where = start, has, "the start"
    for stop in (*stops, None):
        to, name = (end, "the end") if stop is None else (stop.point, stop.stop_id)
        has -= lookup(here, to)[1]
        if has < least:
            least, where = has, name
        if stop is not None:
            gained = gain_m(day.chargers, vehicle, stop)
            has = _topped(has + gained, vehicle.range_m, has)
        here = to
    return least, where


def _short(
    vehicle_id: VehicleId, least: int, where: str, has: int, *, hard: bool
) -> list[Violation]:
    if least >= 0:
        return []
    text = (
        f"{vehicle_id} would be {-least / 1000:.1f} km short at {where}: its battery is good for "
        f"{has / 1000:.1f} km, and what it charges on the way"
    )
    return [Violation(Code.RANGE, hard, vehicle_id, None, text, -least)]
