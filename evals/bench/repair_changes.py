"""What happens to a day in progress: orders that come, go or change, places and goods that wait."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Literal

from core.domain.plan import StopKind
from core.routing.problem import NEVER, Problem, Task
from evals.bench.repair_drawn import (
    LOADING_S,
    WINDOW_S,
    Changed,
    Drawn,
    planned,
    planned_before,
    served,
    wider,
    with_orders,
    without,
)
from evals.bench.repair_fleet import added, battery_low, breakdown, gone, slower

Change = Literal[
    "breakdown and urgent orders",
    "urgent orders",
    "cancellations",
    "closed area",
    "late release",
    "changed windows",
    "slower driver",
    "battery low",
    "added vehicle",
    "driver gone",
]

_URGENT = 6
_CANCELLED_PCT = 5
_CLOSED, _CLOSED_S = 12, (7200, 12_600)
_LATE, _LATE_S = 12, 7200
_CHANGED, _WIDE_S = 12, (3600, 7200)


def changed(drawn: Drawn, change: Change, rng: random.Random) -> Changed:
    """Let that happen; same day and same draws give the same problem."""
    return _HOW[change](drawn, rng)


def urgent(drawn: Drawn, rng: random.Random) -> Changed:
    """Orders come in that want to be served soon; of parcels the goods are at the depot."""
    return with_orders(drawn.problem, drawn, drawn.reloads, rng, _URGENT, [])


def cancellations(drawn: Drawn, rng: random.Random) -> Changed:
    """One in twenty stops is called off; what is on board for it stays there."""
    every = served(drawn.problem)
    gone = frozenset(rng.sample(every, max(1, len(every) * _CANCELLED_PCT // 100)))
    tasks = tuple(
        replace(t, order_id=None) if i in gone else t for i, t in enumerate(drawn.problem.tasks)
    )
    return without(replace(drawn.problem, tasks=tasks), gone), ()


def closed_area(drawn: Drawn, rng: random.Random) -> Changed:
    """Stops that lie together can't be reached for some hours; who was planned before that has no
    place any more, and a promise that can't be kept is made anew."""
    problem = drawn.problem
    every, opens_s = served(problem), rng.randrange(*_CLOSED_S)
    middle = problem.tasks[rng.choice(planned_before(problem, opens_s) or every)].node
    ways = problem.seconds[middle] + problem.seconds[:, middle]
    inside = sorted(every, key=lambda t: (int(ways[problem.tasks[t].node]), t))[:_CLOSED]
    return _not_before(problem, inside, opens_s)


def late_release(drawn: Drawn, rng: random.Random) -> Changed:
    """Goods come to the depot late, or customers of a service visit are ready late."""
    problem = drawn.problem
    soon = planned_before(problem, _LATE_S)
    chosen = sorted(rng.sample(soon, min(_LATE, len(soon))))
    if not drawn.parcels:
        return _not_before(problem, chosen, _LATE_S)
    # Whatever of them was thought to be on board is on the late truck as well.
    lost = drawn.aboard & set(chosen)
    slots = tuple(
        replace(s, on_board=(s.on_board[0] - _load(problem, s.sequence, lost), 0, 0))
        for s in problem.slots
    )
    tasks, first = list(problem.tasks), len(problem.tasks)
    tasks += [Task(StopKind.RELOAD, 0, LOADING_S, opens_s=_LATE_S) for _ in slots]
    for t in chosen:
        if tasks[t].closes_s < NEVER:
            closes = max(tasks[t].closes_s, _LATE_S + WINDOW_S + LOADING_S)
            tasks[t] = replace(tasks[t], closes_s=closes)
    pickup = wider(problem.pickup, len(tasks))
    for s in range(len(slots)):
        pickup[s, chosen] = first + s
    after = replace(problem, tasks=tuple(tasks), slots=slots, pickup=pickup)
    return without(after, frozenset(chosen)), tuple(chosen)


def windows(drawn: Drawn, rng: random.Random) -> Changed:
    """Customers want another window, anywhere in the rest of the day; who was planned outside it
    has no place any more."""
    problem = drawn.problem
    tasks, orphans, starts = list(problem.tasks), list[int](), planned(problem)
    every = served(problem)
    for t in sorted(rng.sample(every, min(_CHANGED, len(every)))):
        wide = rng.randrange(*_WIDE_S)
        last = min(s.latest_return_s for s in problem.slots) - wide
        opens = rng.randrange(max(1, last))
        if not opens <= starts[t] <= opens + wide:
            orphans.append(t)
        tasks[t] = replace(tasks[t], opens_s=opens, closes_s=opens + wide, hard=True)
    after = replace(problem, tasks=tuple(tasks))
    return without(after, frozenset(orphans)), tuple(orphans)


def _not_before(problem: Problem, chosen: Sequence[int], opens_s: int) -> Changed:
    """Serve these no sooner; return as orphans those that were planned sooner."""
    soon = set(planned_before(problem, opens_s))
    orphans = [t for t in chosen if t in soon]
    tasks = list(problem.tasks)
    for t in orphans:
        closes = tasks[t].closes_s
        if closes < NEVER:
            closes = max(closes, opens_s + WINDOW_S)
        tasks[t] = replace(tasks[t], opens_s=max(tasks[t].opens_s, opens_s), closes_s=closes)
    for t in set(chosen) - set(orphans):
        tasks[t] = replace(tasks[t], opens_s=max(tasks[t].opens_s, opens_s))
    return without(replace(problem, tasks=tuple(tasks)), frozenset(orphans)), tuple(orphans)


def _load(problem: Problem, row: Sequence[int], which: Collection[int]) -> int:
    return sum(problem.tasks[t].load[0] for t in row if t in which)


_HOW: dict[Change, Callable[[Drawn, random.Random], Changed]] = {
    "breakdown and urgent orders": breakdown,
    "urgent orders": urgent,
    "cancellations": cancellations,
    "closed area": closed_area,
    "late release": late_release,
    "changed windows": windows,
    "slower driver": slower,
    "battery low": battery_low,
    "added vehicle": added,
    "driver gone": gone,
}
CHANGES: tuple[Change, ...] = tuple(_HOW)

__all__ = ["CHANGES", "Change", "Drawn", "changed"]
