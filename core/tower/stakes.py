"""What being late with one order puts at stake: the prices that detection and pricing share."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.day import Day, OrderState


@dataclass(frozen=True, slots=True)
class Stake:
    """Unit prices of one order's lateness, in cents; probabilities multiply them."""

    broken_cents: float
    """Zero when the promise has already passed: no decision brings it back."""
    broken_label: str
    broken_source: str
    absent_extra: float
    """How much likelier nobody opens, late and untold."""
    absent_extra_told: float
    call: float
    """Chance that a late and untold customer calls."""
    call_told: float


def stake(day: Day, state: OrderState, now: datetime) -> Stake:
    """Return what lateness of that order costs from `now` on.

    A second attempt has no promise left to break: the first one was made.
    """
    costs, beliefs, order = day.rules.costs, day.rules.behaviour, state.order
    broken = costs.broken(order.priority)
    cents, source = broken.cents, broken.source
    label = f"broken promise, {order.priority}"
    if order.late_penalty_cents is not None:
        cents, source = float(order.late_penalty_cents), "agreed for the order"
        label = f"agreed penalty, {order.order_id}"
    if state.promise.closes <= now or state.attempt_failed:
        cents = 0.0
    late_extra = max(0, beliefs.absent_late_pm - beliefs.absent_pm) / 1000
    told_extra = max(0, beliefs.absent_late_told_pm - beliefs.absent_pm) / 1000
    return Stake(
        broken_cents=cents,
        broken_label=label,
        broken_source=source,
        absent_extra=late_extra,
        absent_extra_told=told_extra,
        call=beliefs.call_late_pm / 1000,
        call_told=beliefs.call_late_told_pm / 1000,
    )


def lateness_cents(day: Day, state: OrderState, p_late: float, told: bool, now: datetime) -> float:
    """Return the expected cost of one order that is late with probability `p_late`."""
    at_stake = stake(day, state, now)
    absent = at_stake.absent_extra_told if told else at_stake.absent_extra
    call = at_stake.call_told if told else at_stake.call
    costs = day.rules.costs
    return p_late * (
        at_stake.broken_cents + absent * costs.failed_attempt.cents + call * costs.contact.cents
    )
