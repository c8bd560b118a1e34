"""When somebody leaves who waits at the depot until the first door opens."""

import numpy as np

from core.routing.problem import Problem
from core.routing.units import Ints


def departs_s(problem: Problem, who: Ints, seqs: Ints, arrive: Ints, start: Ints) -> Ints:
    """Return for each row the departure that reaches its first task when it begins."""
    ready, node = (
        np.array([getattr(s, name) for s in problem.slots], dtype=np.int64)[who]
        for name in ("ready_s", "start_node")
    )
    if problem.pace is None:
        return ready + start[:, 0] - arrive[:, 0]
    to = problem.node[seqs[:, 0]]
    usual = problem.seconds[node, np.where(to < 0, node, to)]
    return np.maximum(ready, problem.pace.leave_by(usual, start[:, 0]))
