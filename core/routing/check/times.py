"""Rules about time: promises, shifts, rests, and stated times that travel cannot keep."""

from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.fleet import Driver
from core.domain.ids import OrderId, VehicleId
from core.domain.plan import Stop, StopKind
from core.domain.time import TimeWindow, seconds_between
from core.routing.check.collected import to_collect
from core.routing.check.violation import Code, Lookup, Violation, drive_s, minutes
from core.routing.check.walk import Leg, Walked, begins_at


def late_promises(day: Day, walked: Walked, *, hard: bool) -> list[Violation]:
    """Return each delivery, and each collection, that begins after its promise closed."""
    found: list[Violation] = []
    for step in walked.steps:
        told = _told(day, step.stop)
        if told is None:
            continue
        order_id, window = told
        late = window.lateness_s(step.start)
        if late > 0:
            text = (
                f"{walked.vehicle_id} reaches {order_id} at {day.clock(step.start)}, "
                f"{minutes(late)} after its window closes at {day.clock(window.closes)}"
            )
            found.append(Violation(Code.WINDOW, hard, walked.vehicle_id, order_id, text, late))
    return found


def _told(day: Day, stop: Stop) -> tuple[OrderId, TimeWindow] | None:
    """Return whom somebody told when the driver comes, and what."""
    if stop.order_id is None or stop.kind not in (StopKind.DELIVER, StopKind.COLLECT):
        return to_collect(day, stop)
    state = day.orders.get(stop.order_id)
    return None if state is None else (stop.order_id, state.promise)


def shift_excess_s(driver: Driver, departs: datetime, returns: datetime) -> tuple[int, int]:
    """Return the seconds that a route begins before and ends after the shift."""
    early = max(0, seconds_between(departs, driver.shift.opens))
    return early, max(0, seconds_between(driver.shift.closes, returns))


def shift_broken(
    day: Day, vehicle_id: VehicleId, driver: Driver, early_s: int, late_s: int, *, hard: bool
) -> list[Violation]:
    found: list[Violation] = []
    if early_s > 0:
        text = (
            f"{vehicle_id} departs {minutes(early_s)} before the shift of {driver.driver_id} "
            f"begins at {day.clock(driver.shift.opens)}"
        )
        found.append(Violation(Code.SHIFT, hard, vehicle_id, None, text, early_s))
    if late_s > 0:
        text = (
            f"{vehicle_id} returns {minutes(late_s)} after the shift of {driver.driver_id} "
            f"ends at {day.clock(driver.shift.closes)}"
        )
        found.append(Violation(Code.SHIFT, hard, vehicle_id, None, text, late_s))
    return found


def rest_missing_s(driver: Driver, departs: datetime, walked: Walked) -> int:
    """Return by how many seconds the owed rest is short or misses its window; 0 when kept.

    A driver who is back early enough rests after the route, one who departs late enough before.
    """
    rest = driver.rest
    if rest is None:
        return 0
    window, needs = rest.window, timedelta(seconds=rest.duration_s)
    if walked.return_at + needs <= window.closes or departs - needs >= window.opens:
        return 0
    short = rest.duration_s
    for step in walked.steps:
        if step.stop.kind is not StopKind.REST:
            continue
        outside = max(0, seconds_between(step.start, window.opens))
        outside += max(0, seconds_between(window.closes, step.start + needs))
        short = min(short, outside + max(0, rest.duration_s - step.stop.service_s))
    return short


def rest_broken(
    day: Day, vehicle_id: VehicleId, driver: Driver, short_s: int, *, hard: bool
) -> list[Violation]:
    rest = driver.rest
    if short_s <= 0 or rest is None:
        return []
    text = (
        f"{driver.driver_id} on {vehicle_id} is {minutes(short_s)} short of a rest of "
        f"{minutes(rest.duration_s)} between {day.clock(rest.window.opens)} and "
        f"{day.clock(rest.window.closes)}"
    )
    return [Violation(Code.REST, hard, vehicle_id, None, text, short_s)]


def stated_too_early(
    day: Day, leg: Leg, return_at: datetime, lookup: Lookup, *, hard: bool
) -> list[Violation]:
    """Return every stated time that the one before it and the travel make impossible.

    Each leg is held against the stated times before it, so that a wrong figure is named once.
    """
    found: list[Violation] = []
    here, free = leg.start, leg.free_at
    for number, stop in enumerate(leg.stops):
        stands_there = number == 0 and leg.first_leaves is not None
        drives_there = number == 0 and leg.first_arrives is not None
        if not stands_there:
            # Whoever is on the way may be about to arrive; only the past is impossible.
            way_s = 0 if drives_there else drive_s(lookup, here, stop.point, free)
            soonest = free + timedelta(seconds=way_s)
            found += _early(day, leg, stop, "reach", stop.arrive_at, soonest, hard=hard)
            begins = begins_at(day, leg, stop, stop.arrive_at)
            soonest = begins + timedelta(seconds=stop.service_s)
            found += _early(day, leg, stop, "leave", stop.leave_at, soonest, hard=hard)
        here, free = stop.point, stop.leave_at
    soonest = free + timedelta(seconds=drive_s(lookup, here, leg.end, free))
    found += _early(day, leg, None, "return", return_at, soonest, hard=hard)
    return found


def _early(
    day: Day,
    leg: Leg,
    stop: Stop | None,
    verb: str,
    stated: datetime,
    soonest: datetime,
    *,
    hard: bool,
) -> list[Violation]:
    early = seconds_between(stated, soonest)
    if early <= 0:
        return []
    what = f" {stop.stop_id}" if stop is not None else ""
    text = (
        f"{leg.vehicle_id} is said to {verb}{what} at {day.clock(stated)}, {minutes(early)} "
        f"before it can, which is {day.clock(soonest)}"
    )
    order_id = stop.order_id if stop is not None else None
    return [Violation(Code.TIMING, hard, leg.vehicle_id, order_id, text, early)]
