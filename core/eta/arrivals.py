"""When each stop of a route is reached: plain arithmetic, no framework, no randomness."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.access import Span, begin_spans
from core.domain.day import Day
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.order import Order
from core.domain.plan import Stop, StopKind
from core.domain.time import seconds_between


@dataclass(frozen=True, slots=True)
class StopTime:
    """One stop with its expected times."""

    stop_id: StopId
    order_id: OrderId | None
    arrive_at: datetime
    start_at: datetime
    """Arrival, or the end of waiting for the window, the break or the other van."""
    leave_at: datetime
    late_s: int
    """Seconds by which the start misses the end of the window; zero when on time."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a stop may begin. None: no bound on that side."""

    earliest: datetime | None = None
    latest: datetime | None = None
    spans: tuple[Span, ...] = ()
    """Where there are any, a beginning outside of them waits for the next one."""

    def start(self, arrive: datetime) -> datetime:
        begin = arrive if self.earliest is None else max(arrive, self.earliest)
        for opens, closes in self.spans:
            if begin <= closes:
                return max(begin, opens)
        return begin

    def late_s(self, start: datetime) -> int:
        return 0 if self.latest is None else max(0, seconds_between(self.latest, start))


ANY_TIME = Bounds()


def bounds_of(day: Day, vehicle_id: VehicleId, stop: Stop) -> Bounds:
    """Return when that stop may begin.

    A delivery or a return inside its promise, while its door and the zone around it are open;
    goods that go on to another door when the sender was told; a rest so that it ends inside its
    window; a meeting not before its planned time, when the other van is there.
    """
    match stop.kind:
        case StopKind.COLLECT if stop.order_id is None:
            return Bounds(*_to_collect(day, stop))
        case StopKind.DELIVER | StopKind.COLLECT:
            state = day.orders.get(stop.order_id) if stop.order_id is not None else None
            if state is None:
                return ANY_TIME
            spans = _spans(day, vehicle_id, stop, state.order)
            return Bounds(state.promise.opens, state.promise.closes, spans)
        case StopKind.REST:
            route = day.routes.get(vehicle_id)
            driver = day.drivers.get(route.driver_id) if route is not None else None
            if driver is None or driver.rest is None:
                return ANY_TIME
            window = driver.rest.window
            return Bounds(window.opens, window.closes - timedelta(seconds=stop.service_s))
        case StopKind.MEET:
            return Bounds(earliest=stop.arrive_at)
        case StopKind.RELOAD:
            return Bounds(earliest=_released(day, stop))
        case StopKind.CHARGE:
            return ANY_TIME


def _to_collect(day: Day, stop: Stop) -> tuple[datetime | None, datetime | None]:
    """Return the time for which the sender was promised that somebody comes."""
    pickups = [day.orders[o].order.pickup for o in stop.loads if o in day.orders]
    windows = [p.window for p in pickups if p is not None]
    opens = max((w.opens for w in windows), default=None)
    return opens, min((w.closes for w in windows), default=None)


def _released(day: Day, stop: Stop) -> datetime | None:
    """Return when the last of the goods that are loaded there is ready; None: they all are."""
    states = [day.orders[o] for o in stop.loads if o in day.orders]
    known = [s.order.release_at for s in states if s.order.release_at is not None]
    return max(known, default=None)


def _spans(day: Day, vehicle_id: VehicleId, stop: Stop, order: Order) -> tuple[Span, ...]:
    if not order.hours and not day.zones:
        return ()
    vehicle = day.vehicles.get(vehicle_id)
    if vehicle is None:
        return ()
    zones = day.zones_at(stop.point)
    return begin_spans(order, zones, vehicle.vehicle, stop.service_s) or ()


def visit(
    stop: Stop,
    arrive: datetime,
    bound: Bounds,
    not_before: Mapping[StopId, datetime] | None = None,
) -> StopTime:
    """Return the times at one stop reached at `arrive`, waiting where it may not begin yet.

    `not_before` holds arrivals that somebody who knows better (a driver on the phone) calls the
    earliest possible.
    """
    floor = (not_before or {}).get(stop.stop_id)
    arrive = arrive if floor is None else max(arrive, floor)
    start = bound.start(arrive)
    leave = start + timedelta(seconds=stop.service_s)
    return StopTime(stop.stop_id, stop.order_id, arrive, start, leave, bound.late_s(start))
