"""Minutes of delay by cause: why one stop comes later than planned. The causes add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.day import Day
from core.domain.decision import PlanAdopted, RouteChanged
from core.domain.fact import (
    AttemptFailed,
    HandedOver,
    OrderCollected,
    OrderDelivered,
    RouteDeparted,
    StopFinished,
    StopReached,
)
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.plan import Progress, RouteState, Stop, StopKind
from core.domain.time import seconds_between
from core.errors import Refused, UnknownId
from core.eta.arrivals import bounds_of
from core.eta.forecast import RouteForecast
from core.ledger.events import Event

_DOORS = (StopKind.DELIVER, StopKind.COLLECT)


class Cause(StrEnum):
    LATE_START = "late_start"
    ROAD = "road"
    DWELL = "dwell"
    WAITING = "waiting"
    """For a window to open, or for another van."""
    SEQUENCE = "sequence"
    """Stops that joined, left or changed their place since the morning plan."""


@dataclass(frozen=True, slots=True)
class CauseShare:
    cause: Cause
    seconds: int
    minutes: int
    """Rounded so that the minutes of all causes add up to `behind_min`."""


@dataclass(frozen=True, slots=True)
class Delay:
    """How late one stop is expected, and where the time went: behind the plan, by cause."""

    vehicle_id: VehicleId
    order_id: OrderId
    planned_at: datetime
    expected_at: datetime
    promise_closes: datetime
    late_min: int
    """Whole minutes after the promise, rounded up; 0 when on time."""
    behind_s: int
    behind_min: int
    causes: tuple[CauseShare, ...]


@dataclass(frozen=True, slots=True)
class _Visit:
    stop_id: StopId
    arrive: datetime
    start: datetime
    leave: datetime


def explain(
    day: Day, events: Sequence[Event], forecast: RouteForecast, order_id: OrderId | None = None
) -> Delay:
    """Explain the expected lateness of one open stop; of the latest one when none is named.

    Planned is what the morning plan said; for an order that joined the route later, what the
    change said that brought it.
    """
    route = day.routes[forecast.vehicle_id]
    target = _target(route, forecast, order_id)
    expected = next(t for t in forecast.times if t.stop_id == target.stop_id)
    actual = _until(_actual(day, route, events, forecast), target.stop_id)
    planned = _until(_morning(events, route.vehicle_id), target.stop_id)
    seconds = dict.fromkeys(Cause, 0)
    if planned:
        departed = _departed(events, route, day.now)
        seconds[Cause.LATE_START] = seconds_between(_planned_departure(events, route), departed)
        planned_from, actual_from = _planned_departure(events, route), departed
    else:
        planned = _until(_last_change(events, route), target.stop_id)
        first = planned[0].stop_id
        actual = actual[next(i for i, v in enumerate(actual) if v.stop_id == first) :]
        planned_from, actual_from = planned[0].arrive, actual[0].arrive
        seconds[Cause.ROAD] = seconds_between(planned_from, actual_from)
    _compare(seconds, planned, planned_from, actual, actual_from)
    order = target.order_id
    assert order is not None
    behind_s = seconds_between(planned[-1].start, actual[-1].start)
    minutes = _whole_minutes(seconds, round(behind_s / 60))
    return Delay(
        vehicle_id=route.vehicle_id,
        order_id=order,
        planned_at=planned[-1].start,
        expected_at=expected.start_at,
        promise_closes=day.orders[order].promise.closes,
        late_min=-(-expected.late_s // 60),
        behind_s=behind_s,
        behind_min=round(behind_s / 60),
        causes=tuple(CauseShare(c, seconds[c], minutes[c]) for c in Cause),
    )


def doors_ahead(route: RouteState) -> tuple[Stop, ...]:
    """Return the open stops that somebody was promised: deliveries, and returns to collect."""
    return tuple(s for s in route.remaining if s.kind in _DOORS and s.order_id is not None)


def _target(route: RouteState, forecast: RouteForecast, order_id: OrderId | None) -> Stop:
    doors = doors_ahead(route)
    if order_id is not None:
        for stop in doors:
            if stop.order_id == order_id:
                return stop
        raise UnknownId(f"open stop on route {route.vehicle_id} for order", order_id)
    if not doors:
        raise Refused(f"route {route.vehicle_id} has no door left, so nothing can be late")
    late = {t.stop_id: t.late_s for t in forecast.times}
    return max(doors, key=lambda s: (late.get(s.stop_id, 0), -doors.index(s)))


def _until(visits: Sequence[_Visit], stop_id: StopId) -> list[_Visit]:
    """Return the visits up to and with that stop; empty when it is not among them."""
    for i, visit in enumerate(visits):
        if visit.stop_id == stop_id:
            return list(visits[: i + 1])
    return []


def _as_planned(stops: Sequence[Stop]) -> list[_Visit]:
    return [
        _Visit(s.stop_id, s.arrive_at, s.leave_at - timedelta(seconds=s.service_s), s.leave_at)
        for s in stops
    ]


def _morning(events: Sequence[Event], vehicle_id: VehicleId) -> list[_Visit]:
    for event in reversed(events):
        if isinstance(event.body, PlanAdopted):
            for route in event.body.plan.routes:
                if route.vehicle_id == vehicle_id:
                    return _as_planned(route.stops)
    return []


def _planned_departure(events: Sequence[Event], route: RouteState) -> datetime:
    for event in reversed(events):
        if isinstance(event.body, PlanAdopted):
            for planned in event.body.plan.routes:
                if planned.vehicle_id == route.vehicle_id:
                    return planned.depart_at
    return route.depart_at


def _last_change(events: Sequence[Event], route: RouteState) -> list[_Visit]:
    for event in reversed(events):
        body = event.body
        if isinstance(body, RouteChanged) and body.route.vehicle_id == route.vehicle_id:
            return _as_planned(body.route.stops)
    return _as_planned(route.stops)


def _departed(events: Sequence[Event], route: RouteState, now: datetime) -> datetime:
    if route.progress is Progress.AT_DEPOT:
        return max(now, route.depart_at)
    left = [
        e.at
        for e in events
        if isinstance(e.body, RouteDeparted) and e.body.vehicle_id == route.vehicle_id
    ]
    return min(left) if left else route.depart_at


def _actual(
    day: Day, route: RouteState, events: Sequence[Event], forecast: RouteForecast
) -> list[_Visit]:
    """Return what happened at the stops behind the driver, then what is expected ahead."""
    reached, left = _proofs(events, route)
    visits: list[_Visit] = []
    earliest = _departed(events, route, day.now)
    for stop in route.stops[: route.done]:
        arrive = reached.get(stop.stop_id)
        leave = left.get(stop.stop_id)
        if arrive is None:
            known = leave if leave is not None else earliest
            arrive = known - timedelta(seconds=stop.service_s)
        arrive = max(earliest, arrive)
        leave = max(arrive, leave or arrive + timedelta(seconds=stop.service_s))
        opens = bounds_of(day, route.vehicle_id, stop).earliest if stop.kind in _DOORS else None
        start = arrive if opens is None else min(max(arrive, opens), leave)
        visits.append(_Visit(stop.stop_id, arrive, start, leave))
        earliest = leave
    visits.extend(_Visit(t.stop_id, t.arrive_at, t.start_at, t.leave_at) for t in forecast.times)
    return visits


def _doors_of(route: RouteState) -> dict[OrderId, list[StopId]]:
    """Return where goods of each order are collected or delivered, in the order of the route."""
    found: dict[OrderId, list[StopId]] = {}
    for stop in route.stops:
        if stop.kind in _DOORS:
            for order_id in (*stop.loads, *([stop.order_id] if stop.order_id is not None else [])):
                found.setdefault(order_id, []).append(stop.stop_id)
    return found


def _proofs(
    events: Sequence[Event], route: RouteState
) -> tuple[dict[StopId, datetime], dict[StopId, datetime]]:
    """Return the first arrival and the first completion at each stop of the route."""
    doors = _doors_of(route)
    meeting = {s.meeting_id: s.stop_id for s in route.stops if s.kind is StopKind.MEET}
    reached: dict[StopId, datetime] = {}
    left: dict[StopId, datetime] = {}
    for event in sorted(events, key=lambda e: (e.at, e.seq)):
        match event.body:
            case StopReached(vehicle_id=v, stop_id=s) if v == route.vehicle_id:
                reached.setdefault(s, event.at)
            case StopFinished(vehicle_id=v, stop_id=s) if v == route.vehicle_id:
                left.setdefault(s, event.at)
            case OrderDelivered(vehicle_id=v, order_id=o) if v == route.vehicle_id:
                for stop in doors.get(o, ())[-1:]:
                    left.setdefault(stop, event.at)
            case OrderCollected(vehicle_id=v, order_id=o) if v == route.vehicle_id:
                for stop in doors.get(o, ())[:1]:
                    left.setdefault(stop, event.at)
            case AttemptFailed(vehicle_id=v, order_id=o) if v == route.vehicle_id:
                for stop in [s for s in doors.get(o, ()) if s not in left][:1]:
                    left[stop] = event.at
            case HandedOver(meeting_id=m) if m in meeting:
                left.setdefault(meeting[m], event.at)
            case _:
                pass
    return reached, left


def _compare(
    seconds: dict[Cause, int],
    planned: Sequence[_Visit],
    planned_from: datetime,
    actual: Sequence[_Visit],
    actual_from: datetime,
) -> None:
    """Add every leg, wait and service of both sequences up to the start at their last stop."""
    for visits, start, sign in ((planned, planned_from, -1), (actual, actual_from, 1)):
        other = actual if sign < 0 else planned
        stops = {v.stop_id for v in other}
        legs = {
            (a, b.stop_id) for a, b in zip([None, *(v.stop_id for v in other)], other, strict=False)
        }
        before: StopId | None = None
        leave = start
        for i, visit in enumerate(visits):
            shared_leg = (before, visit.stop_id) in legs
            leg = Cause.ROAD if shared_leg else Cause.SEQUENCE
            seconds[leg] += sign * seconds_between(leave, visit.arrive)
            shared = visit.stop_id in stops
            wait = Cause.WAITING if shared else Cause.SEQUENCE
            seconds[wait] += sign * seconds_between(visit.arrive, visit.start)
            if i < len(visits) - 1:
                dwell = Cause.DWELL if shared else Cause.SEQUENCE
                seconds[dwell] += sign * seconds_between(visit.start, visit.leave)
            before, leave = visit.stop_id, visit.leave


def _whole_minutes(seconds: dict[Cause, int], total: int) -> dict[Cause, int]:
    """Round to minutes that add up to `total`: the largest remainders are rounded up."""
    floors = {c: s // 60 for c, s in seconds.items()}
    short = total - sum(floors.values())
    order = sorted(Cause, key=lambda c: (-(seconds[c] % 60), list(Cause).index(c)))
    for cause in order[: max(0, short)]:
        floors[cause] += 1
    return floors
