"""Repairs that concern many vehicles at once: the compiled search, held against plain insertion."""

from collections.abc import Sequence

from core.routing.engine_midday import NAME, MiddaySearch, takes
from core.routing.problem import Problem, Sequences
from core.routing.search import Search, insert_soft, reseated
from core.routing.walk import IMPOSSIBLE
from core.routing.ways import first_ways

WIDE = 8
"""Vehicles from which on a repair is searched here: a case of one, two or four routes is over
before this search is loaded."""

ROUNDS = 5_000
"""Of this search for one iteration: 0.1 s for 20 vehicles with 400 stops, up to 0.7 s where many
stops are late, because each look then walks to the end of its route."""

__all__ = ["NAME", "ROUNDS", "WIDE", "is_wide", "mended"]


def is_wide(problem: Problem) -> bool:
    """Return whether the compiled search is the one for this problem."""
    return len(problem.slots) >= WIDE and takes(first_ways(problem))


def mended(
    problem: Problem, orphans: Sequence[int], moved_mc: int, *, seed: int, iterations: int
) -> tuple[Sequences, tuple[int, ...]]:
    """Return rows with the orphans in, and who is left out; never worse than inserting them.

    Fewer left out counts first, then the exact cost with the price of moved stops. The search knows
    one way for each order; the others are tried afterwards.
    """
    exact = Search(problem, orphans, moved_mc)
    rows, left = insert_soft(exact, tuple(s.sequence for s in problem.slots), orphans)
    search = MiddaySearch(first_ways(problem), orphans, moved_mc, seed=seed)
    search.run(max(1, iterations) * ROUNDS, 0.0, 1.0)
    found, without = search.rows(), search.left()
    if problem.has_ways:
        found, without = insert_soft(exact, found, without)
        found = reseated(exact, found)
    worth = exact.total(found)
    if worth < IMPOSSIBLE and (len(without), worth) < (len(left), exact.total(rows)):
        return found, without
    return rows, left
