"""Gives orders another place that engines put in by a narrower rule than ours."""

from core.routing.paid import worth_serving_mc
from core.routing.pairs import has_pairs, less, pairs
from core.routing.problem import Problem, Sequences
from core.routing.start import seat
from core.routing.walk import of_slot

Row = tuple[int, ...]


def reseated(problem: Problem, rows: Sequences) -> Sequences:
    """Return the rows with each pair of doors, and each order that has several ways, where it costs
    least, the others being where they are; the same rows where nothing is cheaper."""
    narrow = set(pairs(problem)) if has_pairs(problem) else set[int]()
    narrow |= {t for ways in problem.ways.values() for t in ways}
    if not narrow:
        return rows
    now = list(rows)
    home = {task: slot for slot, row in enumerate(rows) for task in row}
    cost = [int(of_slot(problem, s, [row]).cost_mc[0]) for s, row in enumerate(now)]
    for task in sorted(narrow & set(home)):
        slot = home[task]
        row = less(problem, slot, now[slot], now[slot].index(task))
        without = [*now[:slot], row, *now[slot + 1 :]]
        left_mc = [*cost[:slot], _cost_mc(problem, slot, row), *cost[slot + 1 :]]
        added, taker, found = seat(problem, without, left_mc, problem.first(task))
        if taker < 0 or added > worth_serving_mc(problem, task):
            continue
        trial = list(without)
        trial[taker] = found
        both = {slot, taker}
        if _cost(problem, trial, both) < _cost(problem, now, both):
            now = trial
            cost = left_mc
            cost[taker] = _cost_mc(problem, taker, found)
            home[next(t for t in found if problem.first(t) == problem.first(task))] = taker
    return tuple(now)


def _cost_mc(problem: Problem, slot: int, row: Row) -> int:
    return int(of_slot(problem, slot, [row]).cost_mc[0])


def _cost(problem: Problem, rows: list[Row], slots: set[int]) -> int:
    return sum(int(of_slot(problem, s, [rows[s]]).key[0]) for s in slots if rows[s])
