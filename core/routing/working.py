"""How long somebody works on each of many rows, and what working longer than others costs."""

import numpy as np

from core.routing.departure import departs_s
from core.routing.problem import NEVER, Even, Problem
from core.routing.units import Ints

STEEPER_S = 3600
"""What is over by more than an hour costs twice as much a minute."""


def worked_s(problem: Problem, who: Ints, seqs: Ints, arrive: Ints, start: Ints) -> Ints:
    """Return the seconds from departure to return; who stands at the depot until the first door
    opens has not left yet."""
    ready, begun, ends = (
        np.array([getattr(s, name) for s in problem.slots], dtype=np.int64)[who]
        for name in ("ready_s", "begun_s", "end_task")
    )
    first = seqs[:, 0]
    waits = problem.is_order[first] & (begun <= -NEVER)
    leaves = np.where(waits, departs_s(problem, who, seqs, arrive, start), ready)
    used = (first != ends) | (begun > -NEVER)
    return np.where(used, start[:, -1] - np.where(begun > -NEVER, begun, leaves), 0)


def over_s(even: Even, work_s: Ints, mean_s: Ints | int) -> Ints:
    """Return how long beyond the mean, and the spread that is allowed, each one works."""
    return np.maximum(0, work_s - mean_s - even.spread_s)


def uneven_mc(even: Even, work_s: Ints, mean_s: Ints | int) -> Ints:
    """Return what that costs each of them: longer is dearer by the minute."""
    over = over_s(even, work_s, mean_s)
    return even.minute_mc * (over + np.maximum(0, over - STEEPER_S)) // 60
