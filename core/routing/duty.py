"""Puts into a problem what drivers may still drive and work."""

from dataclasses import replace

from core.domain.day import Day
from core.domain.fleet import Driver
from core.domain.plan import RouteState, StopKind
from core.domain.time import seconds_between
from core.routing.crews import crew
from core.routing.problem import NEVER, Limits, Problem, Slot
from core.routing.walk import Walk
from core.travel.protocol import TravelTimes


def with_limits(day: Day, problem: Problem, travel: TravelTimes | None = None) -> Problem:
    """Return the problem with the limits of its drivers; itself where nobody has any.

    With `travel` the day is in progress: what is driven already counts, by normal travel.
    """
    if not any(has_limits(d) for d in day.drivers.values()):
        return problem
    pairs = crew(day)
    slots: list[Slot] = []
    for slot in problem.slots:
        route = day.routes.get(slot.vehicle_id) if travel is not None else None
        driver = day.drivers.get(route.driver_id) if route else pairs.get(slot.vehicle_id)
        limits = None
        if driver is not None and has_limits(driver):
            limits = _limits(driver)
            if travel is not None and route is not None:
                limits = _left(day, problem, slot, route, limits, travel)
        slots.append(replace(slot, limits=limits))
    return replace(problem, slots=tuple(slots))


def has_limits(driver: Driver) -> bool:
    wanted = (driver.most_driving_s, driver.most_driving_on_end_s, driver.most_duty_s)
    return any(limit is not None for limit in wanted)


def _limits(driver: Driver) -> Limits:
    return Limits(
        NEVER if driver.most_driving_s is None else driver.most_driving_s,
        NEVER if driver.most_driving_on_end_s is None else driver.most_driving_on_end_s,
        0,
        NEVER if driver.most_duty_s is None else driver.most_duty_s,
        may_leave_later=True,
    )


def _left(
    day: Day,
    problem: Problem,
    slot: Slot,
    route: RouteState,
    limits: Limits,
    travel: TravelTimes,
) -> Limits:
    """Return what is left of the limits of a driver whose route is under way."""
    done = route.stops[: route.done]
    points = [route.start, *(s.point for s in done)]
    if slot.departed:
        points.append(problem.points[slot.start_node])
    matrix = travel.slowed(()).matrix(points, day.now).seconds
    legs = [int(matrix[i, i + 1]) for i in range(len(points) - 1)]
    rests = [i for i, s in enumerate(done) if s.kind is StopKind.REST]
    since = sum(legs[rests[-1] + 1 :]) if rests else sum(legs)
    gone_s = seconds_between(route.depart_at, problem.instant(slot.ready_s))
    return Limits(
        limits.driving_s - sum(legs),
        limits.on_end_s,
        since,
        limits.duty_s - gone_s,
    )


def no_less_than(limits: Limits | None, present: Walk) -> Limits | None:
    """Return limits that the present route keeps: it may keep what it has."""
    if limits is None:
        return None
    over, duty = max(0, int(present.driving_over_s[0])), max(0, int(present.duty_over_s[0]))
    return replace(
        limits,
        driving_s=limits.driving_s + over,
        on_end_s=limits.on_end_s + over,
        duty_s=limits.duty_s + duty,
    )
