"""The one cost of a route: driver time, kilometres, lateness; in thousandths of a cent."""

import numpy as np

from core.domain.day import OrderState
from core.domain.rules import Rules
from core.routing.problem import Ints

RAMP_S = 600
"""A start that is due this close to the window's end is late with some probability: none at ten
minutes before, certain ten minutes after. Execution is noisy, so a plan that is just in time is
not worth the same as one with slack."""

DRAG_S = 7200
"""Beyond the ramp the price grows by once more for every two hours, so that later is worse."""


def driver_mc_per_s(rules: Rules) -> int:
    """Return the marginal price of a driver's second."""
    return round(rules.costs.driver_minute.cents_milli / 60)


def metre_mc(cost_per_km_cents: int) -> int:
    """Return the price of one metre: cents a kilometre are thousandths of a cent a metre."""
    return cost_per_km_cents


def second_mc(cost_per_hour_cents: int) -> int:
    """Return the price of a second of a vehicle, its driver apart."""
    return round(cost_per_hour_cents * 1000 / 3600)


def late_mc(state: OrderState, rules: Rules) -> int:
    """Return what a late delivery of that order is expected to cost.

    A second attempt has no promise left to break: it may come whenever it suits the route.
    """
    if state.attempt_failed:
        return 0
    costs, behaviour = rules.costs, rules.behaviour
    own = state.order.late_penalty_cents
    broken = costs.broken(state.order.priority).cents_milli if own is None else own * 1000
    calls = costs.contact.cents_milli * behaviour.call_late_pm // 1000
    absent_pm = max(0, behaviour.absent_late_pm - behaviour.absent_pm)
    return broken + calls + costs.failed_attempt.cents_milli * absent_pm // 1000


def lateness_mc(over_s: Ints, price_mc: Ints) -> Ints:
    """Return the price of starts `over_s` seconds after the window's end (negative: before)."""
    ramp = np.clip(over_s + RAMP_S, 0, 2 * RAMP_S)
    drag = np.clip(over_s - RAMP_S, 0, 10 * DRAG_S)
    return price_mc * ramp // (2 * RAMP_S) + price_mc * drag // DRAG_S
