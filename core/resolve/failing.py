"""What it is worth to come at an hour at which somebody is likelier to open."""

import numpy as np
from numpy.typing import NDArray

from core.domain.attempt import CERTAIN_PM, SLOT_H, SLOTS
from core.domain.day import OrderState
from core.domain.rules import Cost
from core.eta.attempts.due import due_at, told_of
from core.resolve.simulate import Simulator
from core.resolve.tally import Tally

LABEL = "failed attempts, by the hour of the visit"


def by_the_hour(
    sim: Simulator, tally: Tally, state: OrderState, start_s: NDArray[np.int64], sign: float
) -> None:
    """Add by how much likelier the first visit fails at its sampled start than when it is due.

    Due is what the present plan says, and the same for every option. Nothing is added for orders
    that no promoted model spoke of; being late is priced beside it.
    """
    told = told_of(sim.day, state)
    if told is None:
        return
    chance = np.array(told.risk.by_slot_pm, dtype=np.float64) / CERTAIN_PM
    local = sim.day.local(sim.now)
    now_s = local.hour * 3600 + local.minute * 60 + local.second
    slot = (now_s + start_s) // (SLOT_H * 3600) % SLOTS
    when_due = told.risk.at_pm(due_at(sim.day, state), sim.day.opened.zone) / CERTAIN_PM
    price = sim.day.rules.costs.failed_attempt
    source = f"{price.source}; chances by {told.model_id}"
    more = sign * (chance[slot] - when_due)
    tally.add(LABEL, more, "attempt", Cost(price.cents_milli, price.unit, source))
