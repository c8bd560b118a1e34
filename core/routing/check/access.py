"""Rules about doors: who may come to them, how high, and when they are open."""

from collections.abc import Iterable, Mapping

from core.domain.access import Zone
from core.domain.day import Day
from core.domain.fleet import Vehicle
from core.domain.ids import OrderId
from core.domain.order import Order
from core.domain.time import seconds_between
from core.routing.check.hours import hours_of, order_at
from core.routing.check.violation import Code, Violation, minutes
from core.routing.check.walk import Walked

_Visit = tuple[OrderId, str]
"""An order, and the way in which it is served."""


def access_broken(
    day: Day,
    vehicle: Vehicle,
    walked: Walked,
    *,
    kept: tuple[Day, Walked] | None = None,
) -> list[Violation]:
    """Return each delivery behind a door that is closed to the vehicle, at all or by then.

    Soft for what `kept`, the day and the walk of the route as they were, visits in the same way
    and breaks no less.
    """
    was: Mapping[_Visit, int] = {}
    if kept is not None:
        was = _outside(kept[0], vehicle, kept[1])
    found: list[Violation] = []
    for step in walked.steps:
        order = order_at(day, step.stop)
        if order is None:
            continue
        hard = (order.order_id, step.stop.way) not in was
        found += closed_to(vehicle, order, day.zones_at(step.stop.point), hard=hard)
    for (order_id, way), late_s in _outside(day, vehicle, walked).items():
        if late_s <= 0:
            continue
        text = (
            f"{vehicle.vehicle_id} would begin at {order_id} {minutes(late_s)} after the last "
            f"moment that its door, or the zone around it, allows"
        )
        hard = late_s > was.get((order_id, way), 0)
        found.append(Violation(Code.ACCESS, hard, vehicle.vehicle_id, order_id, text, late_s))
    return found


def closed_to(
    vehicle: Vehicle, order: Order, zones: Iterable[Zone], *, hard: bool
) -> list[Violation]:
    """Return what keeps a vehicle from a door at any time of the day."""
    name, found = vehicle.vehicle_id, list[Violation]()

    def add(text: str, amount: int) -> None:
        found.append(Violation(Code.ACCESS, hard, name, order.order_id, text, amount))

    limits = [(f"the way to {order.order_id}", order.max_height_cm)]
    for zone in zones:
        limits.append((f"zone {zone.zone_id} around {order.order_id}", zone.max_height_cm))
        exempt = {vehicle.kind.lower(), vehicle.energy.value} & zone.admits
        if zone.admits and not exempt and not zone.hours:
            text = (
                f"{name} ({vehicle.kind}, {vehicle.energy.value}) may not stop for "
                f"{order.order_id} in zone {zone.zone_id}, which admits "
                f"{', '.join(sorted(zone.admits))}"
            )
            add(text, 1)
    for where, most_cm in limits:
        if most_cm is not None and vehicle.height_cm is not None and vehicle.height_cm > most_cm:
            over = vehicle.height_cm - most_cm
            add(f"{name} is {vehicle.height_cm} cm high, {over} cm more than {where} allows", over)
    return found


def _outside(day: Day, vehicle: Vehicle, walked: Walked) -> Mapping[_Visit, int]:
    """Return for each delivery the seconds by which it begins after its last opening."""
    found: dict[_Visit, int] = {}
    for step in walked.steps:
        order = order_at(day, step.stop)
        if order is None:
            continue
        late = 0
        for hours, lasts in hours_of(day, order, vehicle, step.stop):
            missed = [max(0, seconds_between(w.closes - lasts, step.start)) for w in hours]
            late = max(late, min(missed))
        found[order.order_id, step.stop.way] = late
    return found
