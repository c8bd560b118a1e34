"""The engines beside one another on one morning, and the better of their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.routing import engine_kernel, engine_pyvrp
from core.routing.access import narrowed
from core.routing.charging import charged, spared, stretched
from core.routing.evenness import evened, uneven
from core.routing.fewer import fewer
from core.routing.folding import folded
from core.routing.paid import paid
from core.routing.pairs import less, one_door, one_way, two_doors
from core.routing.problem import Problem, Sequences
from core.routing.reseat import in_any_way, reseated
from core.routing.runs import joined, runs_of
from core.routing.start import insert_all
from core.routing.walk import of_slot
from core.routing.ways import absent, firsts, one_way_each, used_ways

_KERNEL_ROUNDS, _PYVRP_ROUNDS = 50, 2
"""Rounds of each engine in one iteration of a plan; of ours more on a day of many orders, since
each of them has to have its turns."""
_MOST_ORDERS = 1000
"""A day of more is full: a round costs more too and somebody waits, so that rounds become fewer."""
_PYVRP_ORDERS = 500
"""On larger days PyVRP adds its time and nothing else: it placed about 830 of the 860 orders of one
full day, where our own search placed 852."""


_TURNS = 4
"""Searches, one after the other, of a morning with orders that have several ways; half as many on
larger days, where each of them also takes its time before and after."""


Weights = Mapping[int, int] | None
"""By task; None: each order counts one."""


@dataclass(frozen=True, slots=True)
class Improved:
    """Routes that hold every limit, with the tasks that fit in none of them."""

    rows: Sequences
    left: tuple[int, ...]
    cost_mc: int
    engine: str
    far: bool = False
    """Whether it was searched with one charging stop for everybody who may make it."""


def improve(problem: Problem, *, seed: int, iterations: int, weights: Weights = None) -> Improved:
    """Return the answer that leaves out fewer orders, then the cheaper one, then our own.

    Same problem, seed and iterations give the same answer. The problem is a morning's. `weights`
    say what an order counts in our own search.
    """
    turns, used = _turns(problem), [*problem.ways]
    best: Improved | None = None
    for _ in range(turns):
        # Each turn reckons with the ways that the best one before it came to use.
        found = _better(problem, seed, max(1, iterations // turns), used, weights)
        found = _with_rows(problem, found, in_any_way(problem, found.rows))
        if best is None or _loss(problem, found) < _loss(problem, best):
            best = found
        used = used_ways(problem, best.rows)
    assert best is not None
    best = _with_fewer(problem, best, seed, iterations, used, weights)
    return _with_rows(problem, best, evened(problem, reseated(problem, best.rows)))


def _turns(problem: Problem) -> int:
    if not problem.has_ways:
        return 1
    return _TURNS if len(problem.owed) <= _PYVRP_ORDERS else _TURNS // 2


def _with_rows(problem: Problem, found: Improved, rows: Sequences) -> Improved:
    if rows == found.rows:
        return found
    return replace(found, rows=rows, cost_mc=cost_mc(problem, rows))


def _with_fewer(
    problem: Problem,
    found: Improved,
    seed: int,
    iterations: int,
    used: Sequence[int],
    weights: Weights,
) -> Improved:
    """Return the answer, or one that does without vehicles that are not worth their day."""
    if not any(s.fixed_mc for s in problem.slots):
        return found

    def again(smaller: Problem) -> tuple[Sequences, tuple[int, ...]]:
        tried = _better(smaller, seed, max(1, iterations // 4), used, weights, (found.far,))
        return tried.rows, tried.left

    rows, left = fewer(problem, found.rows, found.left, again)
    return Improved(rows, left, cost_mc(problem, rows), found.engine)


def _better(
    problem: Problem,
    seed: int,
    iterations: int,
    used: Sequence[int],
    weights: Weights,
    sides: tuple[bool, ...] = (False, True),
) -> Improved:
    """Return the best of the engines. `sides`: without charging, and with one stop for everybody
    who may make it; our own search gives each the same share of its rounds. `used` are the tasks of
    orders with several ways that it reckons with."""
    orders = len(problem.owed)
    whole = one_door(narrowed(problem))
    plain = one_way_each(whole, used)
    if not any(s.charges for s in problem.slots):
        sides = (False,)
    rounds = iterations * rounds_each(orders) // len(sides)
    found: list[Improved] = []
    for far in sides:
        asked = one_way(stretched(plain) if far else plain)
        own = engine_kernel.solve(asked, seed=seed, rounds=rounds, weights=weights)
        found.append(replace(_held(problem, own, engine_kernel.NAME), far=far))
    if orders <= _PYVRP_ORDERS:
        clock = folded(whole)
        runs = runs_of(clock)
        rows = engine_pyvrp.solve(clock, runs, seed=seed, iterations=iterations * _PYVRP_ROUNDS)
        found.append(_held(problem, joined(clock, runs, rows), engine_pyvrp.NAME))
    return min(found, key=lambda f: _loss(problem, f))


def is_full(problem: Problem) -> bool:
    """Return whether a day has so many orders that work for each of them has to be little."""
    return len(problem.owed) > _MOST_ORDERS


def rounds_each(orders: int) -> int:
    """Return how many rounds of our own search one iteration stands for."""
    if orders > _MOST_ORDERS:
        return max(_KERNEL_ROUNDS, _MOST_ORDERS**3 // (2 * orders**2))
    return max(_KERNEL_ROUNDS, orders // 2)


def cost_mc(problem: Problem, rows: Sequences) -> int:
    """Return what rows cost together, in thousandths of a cent."""
    alone = sum(int(of_slot(problem, i, [row]).cost_mc[0]) for i, row in enumerate(rows) if row)
    return alone if problem.even is None else alone + uneven(problem, rows).cost_mc


def mended(problem: Problem, slot: int, row: tuple[int, ...]) -> tuple[int, ...]:
    """Return a row without the stops, as few as found, that make it break a limit."""
    while row and not bool(of_slot(problem, slot, [row]).feasible[0]):
        better = charged(problem, slot, row)
        if better is not None:
            return better
        rows: list[tuple[int, ...]] = [less(problem, slot, row, i) for i in range(len(row))]
        walked = of_slot(problem, slot, rows)
        broken = walked.window_over_s.clip(0) + walked.shift_over_s.clip(0)
        broken += walked.range_over_m.clip(0) + walked.rest_over_s.clip(0)
        broken += walked.hours_over_s + walked.driving_over_s.clip(0) + walked.duty_over_s.clip(0)
        broken += walked.release_over_s.clip(0)
        broken += walked.load_over.clip(0).sum(axis=1)
        order = sorted(range(len(rows)), key=lambda i: (int(broken[i]), int(walked.cost_mc[i]), i))
        row = rows[order[0]]
    return row


def _held(problem: Problem, found: Sequences, engine: str) -> Improved:
    """Take out what breaks a limit on the real clock, then insert whoever is not served."""
    whole = two_doors(problem, found)
    kept = tuple(mended(problem, slot, row) for slot, row in enumerate(whole))
    rows, left = insert_all(problem, kept, absent(problem, kept))
    if any(problem.optional(t) for t in range(len(problem.tasks))):
        rows, out = paid(problem, rows)
        rows, left = insert_all(problem, rows, (*left, *firsts(problem, out)))
    if any(s.charges for s in problem.slots):
        rows = spared(problem, rows)
    return Improved(rows, left, cost_mc(problem, rows), engine)


def _loss(problem: Problem, found: Improved) -> tuple[int, int]:
    """Return how many that are owed are left out, then what the others and the routes cost."""
    owed = sum(not problem.optional(t) for t in found.left)
    lost = sum(problem.tasks[t].prize_mc for t in found.left if problem.optional(t))
    return owed, found.cost_mc + lost
