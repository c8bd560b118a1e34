"""Gives orders another place that engines put in by a narrower rule than ours."""

from core.routing.pairs import has_pairs, less, pairs
from core.routing.problem import Problem, Sequences
from core.routing.start import insert_all
from core.routing.walk import of_slot


def reseated(problem: Problem, rows: Sequences) -> Sequences:
    """Return the rows with each pair of doors where it costs least, the others being where they
    are; the same rows where nothing is cheaper."""
    if not has_pairs(problem):
        return rows
    now = rows
    home = {task: slot for slot, row in enumerate(rows) for task in row}
    for task in pairs(problem):
        if task not in home:
            continue
        slot = home[task]
        row = now[slot]
        without = (*now[:slot], less(problem, slot, row, row.index(task)), *now[slot + 1 :])
        found, left = insert_all(problem, without, (task,))
        if left:
            continue
        taker = next(s for s, r in enumerate(found) if task in r)
        both = {slot, taker}
        if _cost(problem, found, both) < _cost(problem, now, both):
            now, home[task] = found, taker
    return now


def _cost(problem: Problem, rows: Sequences, slots: set[int]) -> int:
    return sum(int(of_slot(problem, s, [rows[s]]).key[0]) for s in slots if rows[s])
