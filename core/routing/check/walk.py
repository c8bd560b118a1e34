"""The checker's own clock: walks routes stop by stop from a plain lookup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from core.domain.day import Day
from core.domain.fleet import Driver
from core.domain.ids import MeetingId, VehicleId
from core.domain.place import Point
from core.domain.plan import Progress, RouteState, Stop, StopKind
from core.routing.check.collected import to_collect
from core.routing.check.hours import may_begin
from core.routing.check.violation import Lookup, drive_s


@dataclass(frozen=True, slots=True)
class Leg:
    """One route to walk: where and when the vehicle is free, then what it does."""

    vehicle_id: VehicleId
    driver: Driver | None
    start: Point
    free_at: datetime
    stops: tuple[Stop, ...]
    end: Point
    first_arrives: datetime | None = None
    """Expected arrival at the first stop of a vehicle that is already driving to it."""
    first_leaves: datetime | None = None
    """Expected end of the first stop of a vehicle that stands at it."""
    as_stated: bool = False
    """Whether a stated later arrival counts: a plan may mean to wait."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the walk finds at one stop."""

    stop: Stop
    arrive: datetime
    start: datetime
    leave: datetime


@dataclass(frozen=True, slots=True)
class Walked:
    vehicle_id: VehicleId
    steps: tuple[Step, ...]
    return_at: datetime
    stuck_at: MeetingId | None = None
    """A meeting whose other side never comes: the walk ends before it."""


def walk(
    day: Day,
    legs: Sequence[Leg],
    lookup: Lookup,
    outside: Mapping[tuple[MeetingId, VehicleId], datetime],
) -> dict[VehicleId, Walked]:
    """Walk all routes together, waiting for windows to open and for the other at a meeting.

    `outside` says when vehicles that are not walked reach their meetings.
    """
    by_vehicle = {leg.vehicle_id: leg for leg in legs}
    steps: dict[VehicleId, list[Step]] = {leg.vehicle_id: [] for leg in legs}
    reached: dict[tuple[MeetingId, VehicleId], datetime] = dict(outside)
    moved = True
    while moved:
        moved = False
        for leg in legs:
            while len(steps[leg.vehicle_id]) < len(leg.stops):
                step = _next(day, leg, steps[leg.vehicle_id], lookup, reached, by_vehicle)
                if step is None:
                    break
                steps[leg.vehicle_id].append(step)
                moved = True
    return {leg.vehicle_id: _finish(leg, steps[leg.vehicle_id], lookup) for leg in legs}


def _next(
    day: Day,
    leg: Leg,
    so_far: list[Step],
    lookup: Lookup,
    reached: dict[tuple[MeetingId, VehicleId], datetime],
    walked: Mapping[VehicleId, Leg],
) -> Step | None:
    stop = leg.stops[len(so_far)]
    here = so_far[-1].stop.point if so_far else leg.start
    free = so_far[-1].leave if so_far else leg.free_at
    if not so_far and leg.first_arrives is not None:
        arrive = leg.first_arrives
    else:
        arrive = free + timedelta(seconds=drive_s(lookup, here, stop.point, free))
    if leg.as_stated:
        arrive = max(arrive, stop.arrive_at)
    start = begins_at(day, leg, stop, arrive)
    if stop.kind is StopKind.MEET and stop.meeting_id is not None and stop.meets is not None:
        reached[(stop.meeting_id, leg.vehicle_id)] = arrive
        other = reached.get((stop.meeting_id, stop.meets))
        if other is None and stop.meets in walked:
            return None
        start = max(start, other or start)
    leave = start + timedelta(seconds=stop.service_s)
    if not so_far and leg.first_leaves is not None:
        leave = leg.first_leaves
    return Step(stop, arrive, start, leave)


def begins_at(day: Day, leg: Leg, stop: Stop, arrive: datetime) -> datetime:
    """Return when a stop reached at `arrive` begins: after whatever has to open first."""
    start = max(arrive, opens_at(day, leg.driver, stop) or arrive)
    return may_begin(day, leg.vehicle_id, stop, start)


def opens_at(day: Day, driver: Driver | None, stop: Stop) -> datetime | None:
    """Return before when nothing can begin at a stop, if something says so."""
    if stop.kind is StopKind.REST and driver is not None and driver.rest is not None:
        return driver.rest.window.opens
    if stop.kind is StopKind.RELOAD:
        depots = [d.opens.opens for d in day.opened.depots if d.point == stop.point]
        ready = [day.orders[o].order.release_at for o in stop.loads if o in day.orders]
        return max([*depots[:1], *(r for r in ready if r is not None)], default=None)
    told = to_collect(day, stop)
    if told is not None:
        return told[1].opens
    state = day.orders.get(stop.order_id) if stop.order_id is not None else None
    return state.promise.opens if state is not None else None


def _finish(leg: Leg, steps: list[Step], lookup: Lookup) -> Walked:
    here = steps[-1].stop.point if steps else leg.start
    free = steps[-1].leave if steps else leg.free_at
    home = free + timedelta(seconds=drive_s(lookup, here, leg.end, free))
    stuck = leg.stops[len(steps)].meeting_id if len(steps) < len(leg.stops) else None
    return Walked(leg.vehicle_id, tuple(steps), home, stuck)


def leg_in_progress(
    day: Day, route: RouteState, stops: Sequence[Stop], lookup: Lookup, now: datetime
) -> Leg:
    """Return where a route of a running day goes on, from its last proof and never in the past.

    A vehicle that is down or has other plans than its committed stop starts from that proof.
    """
    driver = day.drivers.get(route.driver_id)
    here = route.last_point or route.start
    since = route.since or now
    if route.progress is Progress.AT_DEPOT:
        free = max(now, route.depart_at)
        return Leg(route.vehicle_id, driver, route.start, free, tuple(stops), route.end)
    committed = route.remaining[0] if route.remaining else None
    same = bool(stops) and committed is not None and stops[0].stop_id == committed.stop_id
    if committed is None or not same:
        return Leg(route.vehicle_id, driver, here, max(now, since), tuple(stops), route.end)
    if route.progress is Progress.AT_STOP:
        leaves = max(now, since + timedelta(seconds=committed.service_s))
        return Leg(
            route.vehicle_id,
            driver,
            committed.point,
            since,
            tuple(stops),
            route.end,
            first_arrives=since,
            first_leaves=leaves,
        )
    arrives = max(now, since + timedelta(seconds=lookup(here, committed.point)[0]))
    return Leg(route.vehicle_id, driver, here, now, tuple(stops), route.end, first_arrives=arrives)


def metres(points: Sequence[Point], lookup: Lookup) -> int:
    """Return the road metres along the points."""
    return sum(lookup(a, b)[1] for a, b in pairwise(points))
