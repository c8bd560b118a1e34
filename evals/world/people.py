"""What customers do: be absent, call when nobody came, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.day import Day, OrderState
from core.domain.ids import CustomerId, OrderId
from core.domain.time import seconds_between
from evals.world.draws import Draws


@dataclass(frozen=True, slots=True)
class Cancellation:
    order_id: OrderId
    at: int
    """Second of the day."""


def told(state: OrderState, now: datetime) -> bool:
    """Return whether the customer knows of a later time and that time is not over either."""
    return state.told is not None and state.told_at is not None and state.told_at <= now


def call_due_s(draws: Draws, state: OrderState, now: datetime) -> int | None:
    """Return how long from now this customer calls if nobody comes; None: never.

    Zero or less means now. Patience runs from the end of the window that they expect: the promise,
    or what they were told since.
    """
    knows = told(state, now)
    patience_s = draws.patience_s(state.order.customer_id, knows)
    if patience_s is None:
        return None
    expects = state.promise.closes
    if knows and state.told is not None:
        expects = max(expects, state.told.closes)
    return patience_s - seconds_between(expects, now)


def still_waiting(day: Day, order_id: OrderId) -> bool:
    """Return whether that customer still expects somebody."""
    state = day.orders.get(order_id)
    return state is not None and state.open and not state.attempt_failed


def rank(draws: Draws, purpose: str, customers: Sequence[CustomerId]) -> list[CustomerId]:
    """Return the customers in an order of luck that does not depend on the order given."""
    return sorted(customers, key=lambda c: (draws.uniform(purpose, c), c))
