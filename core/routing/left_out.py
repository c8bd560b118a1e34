"""Every order that no route serves, with why each vehicle does not take it."""

from collections.abc import Callable, Sequence

from core.domain.day import Day
from core.domain.plan import LeftOut, Refusal
from core.routing.explain import broken, explain, never, no_address, not_worth
from core.routing.portfolio import is_full
from core.routing.problem import Problem, Sequences
from core.routing.room import Rooms
from core.routing.start import closest, places
from core.routing.walk import of_slots, take
from core.routing.ways import day_of, in_this_way

_AT_ONCE = 50
"""Orders of a full day whose rows are walked together."""


def left_out(
    day: Day, problem: Problem, best: Sequences, left: Sequence[int], tell: Callable[[str], None]
) -> tuple[LeftOut, ...]:
    """Return the orders without a place on the map, then these tasks, each with its reasons.

    Every place of every route is tried for an order. On a full day only those are that may fit at
    a glance, or the one that comes nearest to it where none may.
    """
    found = [*_unplannable(day)]
    rooms, at_once = Rooms(problem), _AT_ONCE if is_full(problem) else 1
    for first in range(0, len(left), at_once):
        if first and first % 500 == 0:
            tell(f"giving reasons: {first} of {len(left)} orders left out")
        some = left[first : first + at_once]
        if is_full(problem):
            found += _by_the_nearest(day, rooms, best, some)
        else:
            found += (_by_every_place(day, problem, best, task) for task in some)
    return tuple(found)


def _unplannable(day: Day) -> tuple[LeftOut, ...]:
    return tuple(
        LeftOut(order_id, (no_address(order_id),))
        for order_id, state in sorted(day.orders.items())
        if state.open and state.order.point is None and state.untouched
    )


def _by_every_place(day: Day, problem: Problem, best: Sequences, task: int) -> LeftOut:
    refusals = [
        in_this_way(
            explain(
                day_of(day, problem, way),
                problem,
                slot,
                way,
                places(problem, slot, best[slot], way),
            ),
            problem.tasks[way],
            problem.tasks[task],
        )
        for way in problem.ways_of(task)
        for slot in range(len(problem.slots))
    ]
    return _of_all(day, problem, task, refusals)


def _by_the_nearest(day: Day, rooms: Rooms, best: Sequences, tasks: Sequence[int]) -> list[LeftOut]:
    """Return these orders with their reasons, all their rows walked in one go."""
    problem = rooms.problem
    rows = {
        (way, slot): closest(rooms, slot, best[slot], way)
        for task in tasks
        for way in problem.ways_of(task)
        for slot in range(len(problem.slots))
        if problem.fits_features(slot, way)
    }
    trials = [(slot, row) for (_, slot), some in rows.items() for row in some]
    walked, at = of_slots(problem, trials) if trials else None, 0
    why: dict[tuple[int, int], Refusal] = {}
    for (way, slot), some in rows.items():
        assert walked is not None
        part, at = take(walked, slice(at, at + len(some))), at + len(some)
        served = day_of(day, problem, way)
        dear = not_worth(problem, slot, way, some) if part.feasible.any() else None
        why[(way, slot)] = dear or broken(served, problem, slot, way, part)
    found: list[LeftOut] = []
    for task in tasks:
        refusals: list[Refusal] = []
        for way in problem.ways_of(task):
            for slot in range(len(problem.slots)):
                one = why.get((way, slot)) or never(day_of(day, problem, way), problem, slot, way)
                assert one is not None
                refusals.append(in_this_way(one, problem.tasks[way], problem.tasks[task]))
        found.append(_of_all(day, problem, task, refusals))
    return found


def _of_all(day: Day, problem: Problem, task: int, refusals: Sequence[Refusal]) -> LeftOut:
    """Return an order with these reasons, and those of vehicles that nobody drives."""
    order_id = problem.tasks[task].order_id
    assert order_id is not None
    used = {s.vehicle_id for s in problem.slots}
    idle = (
        Refusal(v, "no_driver", f"{v} has no driver today")
        for v in sorted(day.vehicles)
        if v not in used
    )
    return LeftOut(order_id, (*refusals, *idle))
