"""When an order's visit is due by what the day knows: its stop, or the middle of its promise."""

from datetime import datetime

from core.domain.alternative import FIRST
from core.domain.attempt import Told
from core.domain.day import Day, OrderState


def due_at(day: Day, state: OrderState) -> datetime:
    """Return when the plan in force has the visit; without a stop, the middle of the promise."""
    order_id = state.order.order_id
    route = day.route_of(order_id)
    if route is not None:
        return next(s.arrive_at for s in route.stops if s.order_id == order_id)
    promise = state.promise
    return promise.opens + (promise.closes - promise.opens) / 2


def told_of(day: Day, state: OrderState) -> Told | None:
    """Return what was told of a first visit that is still to come; None: nothing.

    It was told of the customer's own door: nothing is known of another way to serve the order.
    """
    if state.attempts or not state.open or state.order.way != FIRST:
        return None
    return day.attempt_risks.get(state.order.order_id)


def risk_pm(day: Day, state: OrderState, at: datetime) -> int | None:
    """Return the chance that the first visit fails when it is made at an instant."""
    told = told_of(day, state)
    return None if told is None else told.risk.at_pm(at, day.opened.zone)
