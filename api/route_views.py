"""Routes as the timeline and the map show them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from api.live import Live
from api.outlook import Expected, Outlook
from api.risk_views import shown
from api.schemas import LastSeen, RouteView, StopView, Window
from api.strip import at_doors, missed
from core.domain.day import Day
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import SERVED
from core.domain.plan import Progress, RouteState, Stop
from core.domain.time import TimeWindow
from core.domain.ways import following


def window(day: Day, value: TimeWindow) -> Window:
    return Window(opens=day.local(value.opens), closes=day.local(value.closes))


def route_view(live: Live, day: Day, outlook: Outlook, vehicle_id: VehicleId) -> RouteView:
    """Return one route with every stop, done ones included."""
    route = day.routes[vehicle_id]
    doors = at_doors(day)
    stops = [_stop_view(day, outlook, route, i, s, doors) for i, s in enumerate(route.stops)]
    back = outlook.returns.get(vehicle_id, route.return_at)
    return _whole(live, day, outlook, route, stops, back)


def changed_view(
    live: Live,
    day: Day,
    outlook: Outlook,
    change: NewRoute,
    risks: Mapping[OrderId, int],
) -> RouteView:
    """Return a route as a proposal would make it; moved stops are marked."""
    route = day.routes[change.vehicle_id]
    behind, doors = route.stops[: route.done], at_doors(day)
    done = [_stop_view(day, outlook, route, i, s, doors) for i, s in enumerate(behind)]
    before = _followers(route.remaining)
    after = _followers(change.stops)
    stops: list[StopView] = list(done)
    for i, stop in enumerate(change.stops):
        stops.append(
            _proposed_stop(
                day,
                stop,
                position=route.done + i + 1,
                frozen=i < route.frozen,
                moved=before.get(stop.stop_id) != after[stop.stop_id],
                risk=risks.get(stop.order_id, 0) if stop.order_id is not None else 0,
            )
        )
    return _whole(live, day, outlook, route, stops, change.return_at)


def _followers(stops: Sequence[Stop]) -> dict[StopId, StopId | None]:
    """Return each stop with the one before it: it moved when that changed."""
    previous: StopId | None = None
    found: dict[StopId, StopId | None] = {}
    for stop in stops:
        found[stop.stop_id] = previous
        previous = stop.stop_id
    return found


def _whole(
    live: Live,
    day: Day,
    outlook: Outlook,
    route: RouteState,
    stops: list[StopView],
    back: datetime,
) -> RouteView:
    open_stops = [s for s in stops if s.status in ("open", "current")]
    driver = day.drivers.get(route.driver_id)
    shift = driver.shift if driver is not None else TimeWindow(route.depart_at, route.return_at)
    name = live.owner.personal(f"driver:{route.driver_id}")
    vehicle = day.vehicles[route.vehicle_id]
    down = vehicle.down_since
    return RouteView(
        vehicle_id=route.vehicle_id,
        driver_id=route.driver_id,
        driver_name=name.name if name is not None else "",
        kind=vehicle.vehicle.kind,
        revision=route.revision,
        progress=route.progress.value,
        done=route.done,
        total=len(stops),
        depart_at=day.local(route.depart_at),
        planned_return_at=day.local(route.return_at),
        expected_return_at=day.local(back),
        shift=window(day, shift),
        late_min=max((s.late_min for s in open_stops), default=0),
        at_risk=sum(1 for s in open_stops if s.state == "at_risk"),
        broken=sum(1 for s in stops if s.state == "broken"),
        down_since=day.local(down) if down is not None else None,
        last_seen=_last_seen(live, day, outlook.now, route),
        on_board=len(route.on_board),
        stops=stops,
    )


def _last_seen(live: Live, day: Day, now: datetime, route: RouteState) -> LastSeen | None:
    seen = live.owner.positions.get(route.vehicle_id, ())
    limit = day.rules.thresholds.stale_position_s
    last = max(seen, key=lambda p: p.at) if seen else None
    if last is not None and (route.since is None or last.at >= route.since):
        point, at, by = last.point, last.at, "position"
    elif route.last_point is not None and route.since is not None:
        point, at, by = route.last_point, route.since, "scan"
    else:
        return None
    age = max(0, round((now - at).total_seconds()))
    return LastSeen(
        lat=point.lat,
        lon=point.lon,
        at=day.local(at),
        age_s=age,
        stale=age > limit,
        by="position" if by == "position" else "scan",
    )


def _stop_view(
    day: Day,
    outlook: Outlook,
    route: RouteState,
    i: int,
    stop: Stop,
    doors: Mapping[OrderId, datetime],
) -> StopView:
    expected = outlook.stops.get(stop.stop_id) if i >= route.done else None
    state = day.orders.get(stop.order_id) if stop.order_id is not None else None
    status = "open"
    if i < route.done:
        status = "done"
        if state is not None and state.cancelled and state.status not in SERVED:
            status = "cancelled"
        elif state is not None and state.attempt_failed:
            status = "failed"
    elif i == route.done and route.progress in (Progress.DRIVING, Progress.AT_STOP):
        status = "current"
    arrive, leave = _expected_times(day, stop, expected, done=i < route.done)
    risk = expected.p_late_pct if expected is not None else 0
    late = expected.late_min if expected is not None else 0
    spread = expected.spread if expected is not None else None
    failing = shown(day, stop.order_id, arrive)
    condition = "fine"
    if state is not None and missed(state, outlook, doors):
        condition = "broken"
    elif expected is not None and risk >= day.rules.thresholds.late_p_pct:
        condition = "at_risk"
    return StopView(
        stop_id=stop.stop_id,
        kind=stop.kind.value,
        order_id=stop.order_id,
        position=i + 1,
        lat=stop.point.lat,
        lon=stop.point.lon,
        planned_at=day.local(stop.arrive_at),
        planned_leave_at=day.local(stop.leave_at),
        expected_at=day.local(arrive),
        expected_leave_at=day.local(leave),
        window=window(day, state.promise) if state is not None else None,
        priority=state.order.priority.value if state is not None else None,
        p10_at=day.local(spread.p10) if spread is not None else None,
        p50_at=day.local(spread.p50) if spread is not None else None,
        p90_at=day.local(spread.p90) if spread is not None else None,
        p_late_pct=risk,
        attempt_risk_pm=failing.pm,
        attempt_risk_high=failing.high,
        late_min=late,
        status=status,
        state=condition,
        frozen=route.done <= i < route.done + route.frozen,
        moved=False,
        service_s=stop.service_s,
        meets=stop.meets,
        gives=list(stop.gives),
        takes=list(stop.takes),
        way=stop.way,
    )


def _expected_times(
    day: Day, stop: Stop, expected: Expected | None, *, done: bool
) -> tuple[datetime, datetime]:
    if expected is not None:
        return expected.time.arrive_at, expected.time.leave_at
    state = day.orders.get(stop.order_id) if stop.order_id is not None else None
    if done and state is not None and state.ended_at is not None:
        return state.ended_at, state.ended_at
    return stop.arrive_at, stop.leave_at


def _proposed_stop(
    day: Day, stop: Stop, *, position: int, frozen: bool, moved: bool, risk: int
) -> StopView:
    day = following(day, [stop])
    state = day.orders.get(stop.order_id) if stop.order_id is not None else None
    late = 0
    if state is not None:
        start = max(stop.arrive_at, state.promise.opens)
        late = -(-state.promise.lateness_s(start) // 60)
    at_risk = risk >= day.rules.thresholds.late_p_pct
    failing = shown(day, stop.order_id, stop.arrive_at)
    return StopView(
        stop_id=stop.stop_id,
        kind=stop.kind.value,
        order_id=stop.order_id,
        position=position,
        lat=stop.point.lat,
        lon=stop.point.lon,
        planned_at=day.local(stop.arrive_at),
        planned_leave_at=day.local(stop.leave_at),
        expected_at=day.local(stop.arrive_at),
        expected_leave_at=day.local(stop.leave_at),
        window=window(day, state.promise) if state is not None else None,
        priority=state.order.priority.value if state is not None else None,
        p10_at=None,
        p50_at=None,
        p90_at=None,
        p_late_pct=risk,
        attempt_risk_pm=failing.pm,
        attempt_risk_high=failing.high,
        late_min=late,
        status="open",
        state="at_risk" if at_risk or late else "fine",
        frozen=frozen,
        moved=moved,
        service_s=stop.service_s,
        meets=stop.meets,
        gives=list(stop.gives),
        takes=list(stop.takes),
        way=stop.way,
    )
