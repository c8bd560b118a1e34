"""Why a vehicle may not come to a door, or not then, and who or what would help."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from core.domain.access import Zone, fits_under
from core.domain.day import Day
from core.domain.fleet import Vehicle
from core.domain.ids import VehicleId
from core.domain.order import Order
from core.domain.plan import Refusal
from core.domain.time import TimeWindow
from core.routing.problem import Problem
from core.routing.walk import Walk
from core.routing.ways import order_of

NAMED = 3
"""So many vehicles that could come are named at most."""

ROUNDED_S = 300
"""People open until five past, not until two minutes past."""


def no_access(day: Day, problem: Problem, slot: int, task: int) -> Refusal:
    """Return which gate stops the vehicle, and who gets past all of them."""
    name = problem.slots[slot].vehicle_id
    vehicle = day.vehicles[name].vehicle
    order, zones = _door(day, problem, task)
    why = f"the door of {order.order_id} is never open in its window when {name} may be there"
    height = order.max_height_cm
    if height is not None and not fits_under(vehicle, height):
        why = _too_high(vehicle, height, f"the way to {order.order_id}")
    for zone in zones:
        if not zone.low_enough(vehicle):
            why = _too_high(vehicle, zone.max_height_cm or 0, f"zone {zone.zone_id}")
        elif not zone.lets_in(vehicle):
            admitted = " or ".join(sorted(zone.admits))
            why = f"{name} ({vehicle.energy.value}) may not stop in zone {zone.zone_id}"
            why += f", which admits {admitted}"
    return Refusal(name, "access", f"{why}; {_who_could(problem, task)}")


def beyond_hours(day: Day, problem: Problem, slot: int, task: int, walked: Walk) -> str:
    """Return which door is closed by then, and by how much the route misses it."""
    made, name = problem.openings, problem.slots[slot].vehicle_id
    assert made is not None
    over = made.over_s(walked.who[:, None], walked.seqs, walked.start)
    row = int(np.argmin(walked.hours_over_s))
    shut = int(walked.seqs[row, int(np.argmax(over[row]))])
    late_s = int(over[row].max())
    due_s = int(made.last[slot, shut]) + late_s
    due = day.clock(problem.instant(due_s))
    order, zones = _door(day, problem, shut)
    hours = [*order.hours]
    hours += [w for z in zones if not z.admitted(day.vehicles[name].vehicle) for w in z.hours]
    by = -(-late_s // 60)
    whose = "its door" if shut == task else f"the door of {order.order_id}"
    sooner = f"if {name} is there {by} min earlier"
    if shut == task:
        until = day.clock(_rounded_up(problem.instant(due_s)))
        sooner = f"{sooner}, or if somebody opens until {until}"
    return f"{whose} can be served {_spoken(day, hours)}, {name} would begin {due}; fits {sooner}"


def _door(day: Day, problem: Problem, task: int) -> tuple[Order, tuple[Zone, ...]]:
    one = problem.tasks[task]
    return order_of(day, one), day.zones_at(problem.points[one.node])


def _rounded_up(instant: datetime) -> datetime:
    over = timedelta(seconds=-int(instant.timestamp()) % ROUNDED_S)
    return instant + over


def _too_high(vehicle: Vehicle, most_cm: int, where: str) -> str:
    by = (vehicle.height_cm or 0) - most_cm
    return (
        f"{vehicle.vehicle_id} is {(vehicle.height_cm or 0) / 100:.2f} m high, {by} cm more than "
        f"{where} allows"
    )


def _who_could(problem: Problem, task: int) -> str:
    able: list[VehicleId] = [
        s.vehicle_id for i, s in enumerate(problem.slots) if problem.fits_features(i, task)
    ]
    if not able:
        return "no vehicle here may"
    more = f" and {len(able) - NAMED} more" if len(able) > NAMED else ""
    return f"{', '.join(able[:NAMED])}{more} may"


def _spoken(day: Day, hours: Sequence[TimeWindow]) -> str:
    spans = dict.fromkeys(f"{day.clock(w.opens)} to {day.clock(w.closes)}" for w in sorted(hours))
    return " and ".join(spans)
