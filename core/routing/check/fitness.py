"""Rules about who may do what: skills, equipment, range, places, vehicles out of order."""

from collections.abc import Iterable, Sequence

from core.domain.day import Day
from core.domain.fleet import Driver, Vehicle
from core.domain.ids import OrderId, VehicleId
from core.domain.order import Order
from core.domain.place import Point
from core.domain.plan import RouteState, Stop, StopKind
from core.routing.check.kept import NOTHING, Kept
from core.routing.check.violation import Code, Violation, minutes

SERVES = (StopKind.DELIVER, StopKind.COLLECT)

STANDS_WITHIN_M = 300
"""A meeting with a broken-down vehicle is where it stands; reports place it this exactly."""


def needs_broken(
    day: Day,
    vehicle: Vehicle,
    driver: Driver | None,
    stops: Sequence[Stop],
    kept: frozenset[OrderId] = frozenset(),
) -> list[Violation]:
    """Return each delivery whose needs neither driver nor vehicle meets; soft for `kept`."""
    found: list[Violation] = []
    fleet = [v.vehicle for v in day.vehicles.values()]
    for stop in stops:
        state = day.orders.get(stop.order_id) if stop.order_id is not None else None
        if state is None or stop.kind not in SERVES:
            continue
        hard = state.order.order_id not in kept
        found += unmet(fleet, vehicle, driver, state.order, hard=hard)
    return found


def unmet(
    fleet: Iterable[Vehicle],
    vehicle: Vehicle,
    driver: Driver | None,
    order: Order,
    *,
    hard: bool = True,
) -> list[Violation]:
    """Return what an order needs and neither driver nor vehicle has.

    Equipment is what some vehicle of the `fleet` has; anything else is a skill.
    """
    has = vehicle.equipment | (driver.skills if driver is not None else frozenset[str]())
    if order.needs <= has:
        return []
    installed = frozenset[str]().union(*(v.equipment for v in fleet))
    who = driver.driver_id if driver is not None else "nobody"
    found: list[Violation] = []
    for need in sorted(order.needs - has):
        code = Code.EQUIPMENT if need in installed else Code.SKILL
        text = (
            f"{order.order_id} needs {need}; {vehicle.vehicle_id} with {who} has "
            f"{', '.join(sorted(has)) or 'nothing special'}"
        )
        found.append(Violation(code, hard, vehicle.vehicle_id, order.order_id, text))
    return found


def range_broken(vehicle: Vehicle, total_m: int, *, hard: bool) -> list[Violation]:
    if vehicle.range_m is None or total_m <= vehicle.range_m:
        return []
    text = (
        f"{vehicle.vehicle_id} would drive {total_m / 1000:.1f} km; without charging it goes "
        f"{vehicle.range_m / 1000:.1f} km"
    )
    over_m = total_m - vehicle.range_m
    return [Violation(Code.RANGE, hard, vehicle.vehicle_id, None, text, over_m)]


def stops_broken(
    day: Day, vehicle_id: VehicleId, stops: Sequence[Stop], kept: Kept = NOTHING
) -> list[Violation]:
    """Return deliveries at another place or in less time than the order says.

    Soft for stops that the route had before, just as they are.
    """
    found: list[Violation] = []
    for stop in stops:
        if stop.kind not in SERVES or (stop.kind is StopKind.COLLECT and stop.order_id is None):
            continue
        hard = stop not in kept
        state = day.orders.get(stop.order_id) if stop.order_id is not None else None
        if state is None:
            text = f"{vehicle_id} has the stop {stop.stop_id} for an order that the day lacks"
            found.append(Violation(Code.UNKNOWN_ORDER, True, vehicle_id, stop.order_id, text))
            continue
        order = state.order
        if not state.open:
            word = "cancelled" if state.cancelled else state.status.value
            text = f"{vehicle_id} would visit {order.order_id}, which is {word}"
            found.append(Violation(Code.CANCELLED, hard, vehicle_id, order.order_id, text))
        if order.point is None:
            text = f"{vehicle_id} would visit {order.order_id}, which has no place on the map yet"
            found.append(Violation(Code.PLACE, hard, vehicle_id, order.order_id, text))
        elif order.point != stop.point:
            away = order.point.crow_m(stop.point)
            text = f"the stop for {order.order_id} on {vehicle_id} lies {away} m from its door"
            found.append(Violation(Code.PLACE, hard, vehicle_id, order.order_id, text, away))
        if stop.service_s < order.service_s:
            text = (
                f"{vehicle_id} has {minutes(stop.service_s)} at {order.order_id}; the service "
                f"takes {minutes(order.service_s)}"
            )
            short = order.service_s - stop.service_s
            found.append(Violation(Code.TIMING, hard, vehicle_id, order.order_id, text, short))
    return found


def down_broken(day: Day, route: RouteState, stops: Sequence[Stop]) -> list[Violation]:
    """Return what a vehicle that is down is asked to do beside handing goods over where it is.

    Stops that it had before stay its own until somebody takes them, which is only reported.
    """
    state = day.vehicles[route.vehicle_id]
    if state.down_since is None:
        return []
    had = Kept(route.remaining)
    where = state.point or route.last_point or route.start
    new = [s for s in stops if s not in had and not _hands_over(s, where)]
    left = [s for s in stops if s in had and s.kind in SERVES]
    found: list[Violation] = []
    for asked, hard in ((new, True), (left, False)):
        if asked:
            text = (
                f"{route.vehicle_id} is down since {day.clock(state.down_since)} and cannot do "
                f"{len(asked)} {'new ' if hard else ''}stops, {asked[0].stop_id} first"
            )
            code = Code.VEHICLE_DOWN
            found.append(Violation(code, hard, route.vehicle_id, None, text, len(asked)))
    return found


def _hands_over(stop: Stop, where: Point) -> bool:
    near = stop.point.crow_m(where) <= STANDS_WITHIN_M
    return stop.kind is StopKind.MEET and near and not stop.takes
