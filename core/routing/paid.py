"""Leaves out orders that may wait where serving them today costs more than it is worth."""

from core.routing.pairs import less
from core.routing.problem import Problem, Sequences
from core.routing.walk import IMPOSSIBLE, of_slot

Row = tuple[int, ...]


def worth_serving_mc(problem: Problem, task: int) -> int:
    """Return the most that serving a task may add; what is owed may cost anything possible."""
    return problem.tasks[task].prize_mc if problem.optional(task) else IMPOSSIBLE // 2 - 1


def paid(problem: Problem, rows: Sequences) -> tuple[Sequences, tuple[int, ...]]:
    """Return the rows without orders whose absence saves more than their prize, and those orders.

    The one that saves most goes first, until none is left that is not worth its way.
    """
    now, out = list(rows), list[int]()
    best = {slot: _dearest(problem, slot, row) for slot, row in enumerate(now)}
    while True:
        gains = [(found[0], -slot, found[1]) for slot, found in best.items() if found is not None]
        if not gains:
            return tuple(now), tuple(out)
        _, minus, task = max(gains)
        slot = -minus
        now[slot] = less(problem, slot, now[slot], now[slot].index(task))
        out.append(task)
        best[slot] = _dearest(problem, slot, now[slot])


def _dearest(problem: Problem, slot: int, row: Row) -> tuple[int, int] | None:
    """Return what leaving one order out gains beyond its prize, and which; None where none does."""
    tasks = [t for t in row if problem.optional(t)]
    if not tasks:
        return None
    without = [less(problem, slot, row, row.index(t)) for t in tasks]
    walked = of_slot(problem, slot, [row, *without])
    keys = [int(k) for k in walked.key]
    gains = [
        (keys[0] - less - problem.tasks[t].prize_mc, t)
        for t, less in zip(tasks, keys[1:], strict=True)
        if less < IMPOSSIBLE // 2
    ]
    most = max(gains, default=(0, -1))
    return most if most[0] > 0 else None
