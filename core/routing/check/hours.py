"""When a door lets a delivery begin, by the checker's own reading of hours."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.fleet import Vehicle
from core.domain.ids import VehicleId
from core.domain.order import Order
from core.domain.plan import Stop, StopKind
from core.domain.time import TimeWindow


def may_begin(day: Day, vehicle_id: VehicleId, stop: Stop, at: datetime) -> datetime:
    """Return when a delivery reached `at` may begin; `at` where no opening comes any more."""
    order, state = order_at(day, stop), day.vehicles.get(vehicle_id)
    if order is None or state is None or (not order.hours and not day.zones):
        return at
    rules = hours_of(day, order, state.vehicle, stop)
    moved = True
    while moved:
        moved = False
        for hours, lasts in rules:
            then = _next(hours, lasts, at)
            if then is not None and then > at:
                at, moved = then, True
    return at


def hours_of(
    day: Day, order: Order, vehicle: Vehicle, stop: Stop
) -> list[tuple[tuple[TimeWindow, ...], timedelta]]:
    """Return each set of hours with how much of the service has to fit into one of them.

    A window too short for the service is none, unless there is no other.
    """
    rules = [(order.hours, timedelta(0))] if order.hours else []
    lasts = timedelta(seconds=stop.service_s)
    for zone in day.zones_at(stop.point):
        if zone.hours and not {vehicle.kind.lower(), vehicle.energy.value} & zone.admits:
            fit = tuple(w for w in zone.hours if w.closes - w.opens >= lasts)
            rules.append((fit or zone.hours, lasts))
    return rules


def _next(hours: Iterable[TimeWindow], lasts: timedelta, at: datetime) -> datetime | None:
    """Return the first moment from `at` on inside one of the windows; None when all are over."""
    begins = [max(at, w.opens) for w in hours if at <= w.closes - lasts]
    return min(begins, default=None)


def order_at(day: Day, stop: Stop) -> Order | None:
    if stop.kind not in (StopKind.DELIVER, StopKind.COLLECT) or stop.order_id is None:
        return None
    state = day.orders.get(stop.order_id)
    return state.order if state is not None else None
