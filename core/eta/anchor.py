"""Where and when a vehicle is free: the point in time from which its future is computed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.ids import StopId, VehicleId
from core.domain.option import ChangeRoutes
from core.domain.place import Point
from core.domain.plan import Progress, RouteState, Stop
from core.domain.position import Position, Positions
from core.domain.proposal import ProposalStatus
from core.errors import UnknownId
from core.eta.arrivals import StopTime, bounds_of, visit
from core.eta.legs import Legs
from core.travel.protocol import TravelTimes

# What is overdue happens soon, not now: at least half a minute, or a tenth of what it takes.
OVERDUE_S, OVERDUE_SHARE = 30, 0.1


@dataclass(frozen=True, slots=True)
class Anchor:
    """A vehicle is at `point`, free, at `ready_at`, with `remaining` to do from there.

    Driving: it reaches the committed stop, which is the first of `remaining`. At a stop: it leaves
    that stop, which is `standing` and not in `remaining`.
    """

    point: Point
    ready_at: datetime
    remaining: tuple[Stop, ...]
    standing: StopTime | None = None
    """The stop where the driver stands, with its times."""
    not_before: Mapping[StopId, datetime] = field(default_factory=dict[StopId, datetime])
    """Arrivals that the driver reported as the earliest possible."""
    basis: str = "plan"
    """What it was computed from: plan, proof or position."""


def latest_fix(
    day: Day, vehicle_id: VehicleId, now: datetime, positions: Positions | None
) -> Position | None:
    """Return the last position, if it is fresh and younger than the last proof of progress."""
    seen = [p for p in (positions or {}).get(vehicle_id, ()) if p.at <= now]
    if not seen:
        return None
    last = max(seen, key=lambda p: p.at)
    since = day.routes[vehicle_id].since if vehicle_id in day.routes else None
    if last.age_s(now) > day.rules.thresholds.stale_position_s or (since and last.at < since):
        return None
    return last


def points_of(
    day: Day,
    vehicle_id: VehicleId,
    now: datetime,
    positions: Positions | None,
    stops: Iterable[Stop] = (),
) -> tuple[Point, ...]:
    """Return every point between which this vehicle's future needs travel times."""
    route = _route(day, vehicle_id)
    fix = latest_fix(day, vehicle_id, now, positions)
    points = [
        route.start,
        route.end,
        *(s.point for s in route.remaining),
        *(s.point for s in stops),
    ]
    points.extend(p for p in (route.last_point, fix.point if fix else None) if p is not None)
    return tuple(points)


def anchor(
    day: Day,
    vehicle_id: VehicleId,
    travel: TravelTimes,
    now: datetime,
    positions: Positions | None = None,
    *,
    not_before: datetime | None = None,
) -> Anchor:
    """Return where and when the vehicle is free; `not_before` holds it still until then."""
    legs = Legs(day, travel, points_of(day, vehicle_id, now, positions), now)
    return anchored(day, vehicle_id, legs, positions, not_before=not_before)


def anchored(
    day: Day,
    vehicle_id: VehicleId,
    legs: Legs,
    positions: Positions | None = None,
    *,
    stops: tuple[Stop, ...] | None = None,
    not_before: datetime | None = None,
    drive: Mapping[StopId, float] | None = None,
) -> Anchor:
    """Like `anchor`, with the legs known and other stops perhaps in place of the remaining ones.

    `drive` says how much longer than the formula the leg to a stop takes.
    """
    route = _route(day, vehicle_id)
    remaining = route.remaining if stops is None else stops
    floors = reported_floors(day, route, remaining)
    now = legs.now
    held = now if not_before is None else max(now, not_before)
    first = remaining[0] if remaining else None
    if route.progress is Progress.AT_DEPOT:
        return Anchor(route.start, max(held, route.depart_at), remaining, None, floors)
    if first is None:
        point = route.last_point or route.start
        if route.progress is Progress.FINISHED:
            return Anchor(route.end, route.since or now, (), None, floors, "proof")
        fix = latest_fix(day, vehicle_id, now, positions)
        return Anchor(fix.point if fix else point, held, (), None, floors, "proof")
    if route.progress is Progress.AT_STOP:
        since = route.since or now
        standing = visit(first, since, bounds_of(day, vehicle_id, first))
        leave = max(held, _not_past(standing.leave_at, now, first.service_s))
        standing = StopTime(
            first.stop_id, first.order_id, since, standing.start_at, leave, standing.late_s
        )
        return Anchor(first.point, leave, remaining[1:], standing, floors, "proof")
    factor = (drive or {}).get(first.stop_id, 1.0)
    return _driving(day, route, legs, positions, remaining, floors, not_before, factor)


def _driving(
    day: Day,
    route: RouteState,
    legs: Legs,
    positions: Positions | None,
    remaining: tuple[Stop, ...],
    floors: Mapping[StopId, datetime],
    not_before: datetime | None,
    factor: float,
) -> Anchor:
    goal, now = remaining[0], legs.now
    fix = latest_fix(day, route.vehicle_id, now, positions)
    place, since, basis = route.last_point or route.start, route.since or now, "proof"
    if fix is not None:
        place, since, basis = fix.point, fix.at, "position"
    if not_before is not None and not_before > since:
        since = not_before
    leg_s = round(legs.leg_s(place, goal.point, since) * factor)
    arrive = _not_past(since + timedelta(seconds=leg_s), now, leg_s)
    floor = floors.get(goal.stop_id)
    if floor is not None:
        arrive = max(arrive, floor)
    return Anchor(goal.point, arrive, remaining, None, floors, basis)


def reported_floors(
    day: Day, route: RouteState, remaining: tuple[Stop, ...]
) -> dict[StopId, datetime]:
    """Return the earliest arrival that the driver's own word allows, at the stop it speaks of.

    A route that was changed after the report has the lateness in its times already.
    """
    if route.vehicle_id not in day.reports or not remaining:
        return {}
    at, report = day.reports[route.vehicle_id]
    planned = {s.order_id: s for s in route.remaining}
    if report.order_id is None:
        if route.since is not None and at < route.since:
            return {}
        stop = route.remaining[0] if route.remaining else None
    else:
        stop = planned.get(report.order_id)
    if stop is None:
        return {}
    late_s = 0 if _retimed_since(day, route.vehicle_id, at) else report.late_s
    return {stop.stop_id: stop.arrive_at + timedelta(seconds=late_s)}


def _retimed_since(day: Day, vehicle_id: VehicleId, at: datetime) -> bool:
    return any(
        route.vehicle_id == vehicle_id
        for state in day.proposals.values()
        if state.status in (ProposalStatus.APPROVED, ProposalStatus.HELD)
        and (state.decided_at or state.proposal.made_at) >= at
        for action in state.proposal.option.actions
        if isinstance(action, ChangeRoutes)
        for route in action.routes
    )


def _not_past(instant: datetime, now: datetime, takes_s: int) -> datetime:
    if instant >= now:
        return instant
    return now + timedelta(seconds=max(OVERDUE_S, round(OVERDUE_SHARE * takes_s)))


def _route(day: Day, vehicle_id: VehicleId) -> RouteState:
    if vehicle_id not in day.routes:
        raise UnknownId("route of vehicle", vehicle_id)
    return day.routes[vehicle_id]
