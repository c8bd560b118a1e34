"""Puts times on the rest of a route: frozen stops first, the rest placed, expected times on all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import MeetingId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.plan import RouteState, Stop, StopKind
from core.domain.position import Positions
from core.domain.ways import following
from core.eta.forecast import RouteForecast, forecast
from core.travel.protocol import TravelTimes


def retimed(
    day: Day,
    vehicle_id: VehicleId,
    stops: Sequence[Stop],
    travel: TravelTimes,
    now: datetime,
    positions: Positions | None = None,
    meetings: Mapping[MeetingId, datetime] | None = None,
) -> NewRoute:
    """Return the route through `stops` (all that remain) with expected times.

    Frozen stops must come first; they stay as they are. `meetings` says when both parties of a
    meeting are there: its stop begins then. A rest that is still owed and not among `stops` is put
    where the return is earliest with the rest in its window.
    """
    route = day.routes[vehicle_id]
    day = following(day, stops)
    begins = meetings or {}
    stops = tuple(
        replace(s, arrive_at=begins[s.meeting_id])
        if s.meeting_id is not None and s.meeting_id in begins
        else s
        for s in stops
    )
    if not owes_rest(day, route, stops):
        return _timed(route, stops, forecast(day, vehicle_id, travel, now, positions, stops))
    tried: list[tuple[int, datetime, int, NewRoute]] = []
    rest = new_rest(day, route)
    for place in range(route.frozen, len(stops) + 1):
        before = stops[place - 1].point if place else route.last_point or route.start
        trial = (*stops[:place], replace(rest, point=before), *stops[place:])
        times = forecast(day, vehicle_id, travel, now, positions, trial)
        late = sum(t.late_s for t in times.times)
        tried.append((late, times.return_at, place, _timed(route, trial, times)))
    return min(tried, key=lambda t: t[:3])[3]


def owes_rest(day: Day, route: RouteState, stops: Sequence[Stop]) -> bool:
    """Return whether the route planned a rest that is neither behind it nor among `stops`."""
    driver = day.drivers.get(route.driver_id)
    if driver is None or driver.rest is None:
        return False
    planned = any(s.kind is StopKind.REST for s in route.remaining)
    return planned and not any(s.kind is StopKind.REST for s in stops)


def new_rest(day: Day, route: RouteState) -> Stop:
    """Return the rest of that driver as a stop, place and times still open."""
    for stop in route.remaining:
        if stop.kind is StopKind.REST:
            return stop
    rule = day.drivers[route.driver_id].rest
    assert rule is not None
    return Stop(
        stop_id=StopId(f"rest:{route.driver_id}"),
        kind=StopKind.REST,
        point=route.last_point or route.start,
        service_s=rule.duration_s,
        arrive_at=rule.window.opens,
        leave_at=rule.window.opens,
    )


def _timed(route: RouteState, stops: Sequence[Stop], times: RouteForecast) -> NewRoute:
    frozen = route.frozen
    out = tuple(
        stop if i < frozen else replace(stop, arrive_at=t.arrive_at, leave_at=t.leave_at)
        for i, (stop, t) in enumerate(zip(stops, times.times, strict=True))
    )
    return NewRoute(route.vehicle_id, route.revision, out, times.return_at)
