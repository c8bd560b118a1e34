"""When an order's visit is due by what the day knows: its stop, or the middle of its promise."""

from datetime import datetime

from core.domain.day import Day, OrderState


def due_at(day: Day, state: OrderState) -> datetime:
    """Return when the plan in force has the visit; without a stop, the middle of the promise."""
    order_id = state.order.order_id
    route = day.route_of(order_id)
    if route is not None:
        return next(s.arrive_at for s in route.stops if s.order_id == order_id)
    promise = state.promise
    return promise.opens + (promise.closes - promise.opens) / 2


def risk_pm(day: Day, state: OrderState) -> int | None:
    """Return the chance that the first visit fails when it is due; None: nobody told one."""
    told = day.attempt_risks.get(state.order.order_id)
    if told is None or state.attempts or not state.open:
        return None
    return told.risk.at_pm(due_at(day, state), day.opened.zone)
