"""How likely first visits fail, as views show it."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import OrderId
from core.eta.attempts.due import risk_pm

NO_HISTORY = "no history yet"


@dataclass(frozen=True, slots=True)
class Shown:
    """The chance of one visit, and whether the depot wants to hear of it."""

    pm: int | None = None
    high: bool = False


def shown(day: Day, order_id: OrderId | None, at: datetime) -> Shown:
    """Return the chance that the first visit to an order fails when it is made at an instant."""
    state = day.orders.get(order_id) if order_id is not None else None
    pm = None if state is None else risk_pm(day, state, at)
    return Shown(pm, pm is not None and pm >= day.rules.thresholds.attempt_risk_pm)


def told_by(day: Day) -> tuple[str | None, str]:
    """Return which model told the latest chances, and what they rest on."""
    if not day.attempt_risks:
        return None, NO_HISTORY
    *_, last = day.attempt_risks.values()
    return last.model_id, last.provider
