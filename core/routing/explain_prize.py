"""Why an order that may wait was not worth its way today."""

from collections.abc import Sequence

import numpy as np

from core.domain.money import euros
from core.domain.plan import Refusal
from core.routing.problem import NONE, Problem
from core.routing.walk import of_slot


def not_worth(
    problem: Problem, slot: int, task: int, rows: Sequence[Sequence[int]]
) -> Refusal | None:
    """Return by how much serving it would cost more than its prize; None where it is owed, or
    where the vehicle cannot bring it anyway."""
    if not problem.optional(task) or not rows:
        return None
    walked = of_slot(problem, slot, rows)
    row = int(np.argmin(walked.key))
    if not bool(walked.feasible[row]):
        return None
    gone = {task}
    pickup = int(problem.pickup[slot, task])
    others = [int(problem.pickup[slot, t]) for t in rows[row] if t != task]
    if pickup != NONE and pickup not in others:
        gone.add(pickup)
    without = of_slot(problem, slot, [tuple(t for t in rows[row] if t not in gone)])
    added = int(walked.cost_mc[row] - without.cost_mc[0])
    prize = problem.tasks[task].prize_mc
    if added <= prize:
        return None
    name = problem.slots[slot].vehicle_id
    more, worth = (euros(round(mc / 1000)) for mc in (added, prize))
    return Refusal(
        name, "prize", f"{name} could bring it for {more} more; its prize is {worth}; fits for that"
    )
