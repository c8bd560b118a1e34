"""Adds an order that somebody only asks about to a problem that is there already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.domain.day import Day, OrderState, goods_at_first
from core.domain.depots import lie_at_home, source_of
from core.domain.ids import OrderId
from core.domain.order import Order, OrderStatus
from core.domain.plan import StopKind
from core.domain.time import TimeWindow
from core.routing.access import with_access
from core.routing.cost import late_mc
from core.routing.draft import Draft
from core.routing.expected import expected_beside
from core.routing.people import with_tolls
from core.routing.problem import NEVER, NONE, Ints, Problem, Task
from core.travel.protocol import TravelTimes


@dataclass(frozen=True, slots=True)
class Asked:
    """The problem with one delivery for each window, and the day as if they had been ordered."""

    day: Day
    problem: Problem
    tasks: tuple[int, ...]
    """One for each window: the same door, the same goods, waiting at the depot."""
    at_any_time: int
    """The same without a window, to see when the door can be reached. Not to be served."""


def with_order(
    day: Day,
    travel: TravelTimes,
    problem: Problem,
    order: Order,
    windows: Sequence[TimeWindow],
    like: int | None = None,
) -> Asked:
    """Return the problem with that order in each of the windows. It needs a place on the map.

    A vehicle that has left comes back for the goods, as an insertion would have it. `like` is a
    task of the problem whose goods are meant: they may be on board already.
    """
    assert order.point is not None
    states = [_state(order, number, window) for number, window in enumerate(windows)]
    asked_day = replace(day, orders={**day.orders, **{s.order.order_id: s for s in states}})
    draft = Draft(problem.base, {p: i for i, p in enumerate(problem.points)}, list(problem.tasks))
    price = late_mc(states[0], day.rules)
    tasks = tuple(draft.delivery(s, order.point, price, hard=False) for s in states)
    at_any_time = draft.add(
        replace(draft.tasks[tasks[0]], opens_s=-NEVER, closes_s=NEVER, late_mc=0, order_id=None)
    )
    slots = range(len(problem.slots))
    if like is not None:
        fetch = [int(problem.pickup[slot, like]) for slot in slots]
    elif order.returns:
        fetch = [NONE for _ in slots]
    elif order.pickup is not None:
        sender = draft.pickup(order.pickup, price, hard=False)
        fetch = [sender for _ in slots]
    else:
        release_s = draft.tasks[tasks[0]].release_s
        fetch = [_fetch(day, problem, draft, slot, order, release_s) for slot in slots]
    room = np.full((len(problem.slots), len(draft.tasks) - len(problem.tasks)), NONE, np.int64)
    pickup: Ints = np.concatenate([problem.pickup, room], axis=1)
    for slot, task in enumerate(fetch):
        pickup[slot, [*tasks, at_any_time]] = task
    seconds, metres = problem.seconds, problem.metres
    points = tuple(draft.points)
    for known in range(len(problem.points), len(points)):
        found = expected_beside(day, travel, points[known], points[:known], problem.base)
        seconds = _bordered(seconds, found.there_s, found.back_s)
        metres = _bordered(metres, found.there_m, found.back_m)
    made = replace(
        problem,
        points=points,
        seconds=seconds,
        metres=metres,
        tasks=tuple(draft.tasks),
        pickup=pickup,
        openings=problem.openings and problem.openings.wider(room.shape[1]),
    )
    made = with_access(asked_day, made, len(problem.tasks))
    made = with_tolls(asked_day, made, len(problem.tasks), under_way=True)
    return Asked(asked_day, made, tasks, at_any_time)


def _state(order: Order, number: int, window: TimeWindow) -> OrderState:
    named = replace(order, order_id=OrderId(f"{order.order_id}:{number}"), promise=window)
    return OrderState(named, OrderStatus.RECEIVED, 1, window, goods_at_first(order))


def _fetch(
    day: Day, problem: Problem, draft: Draft, slot: int, order: Order, release_s: int
) -> int:
    """Return the task at which that vehicle loads the goods; NONE while it stands where they are.

    Goods that are not ready yet are fetched by themselves.
    """
    who = problem.slots[slot]
    vehicle = day.vehicles[who.vehicle_id].vehicle
    if not who.departed and lie_at_home(day, order, vehicle):
        return NONE
    depot = source_of(day, order, vehicle)
    at_depot = draft.node(depot.point)
    for task in who.sequence if release_s <= 0 else ():
        if problem.tasks[task].kind is StopKind.RELOAD and problem.tasks[task].node == at_depot:
            return task
    return draft.add(Task(StopKind.RELOAD, at_depot, depot.loading_s, max(release_s, -NEVER)))


def _bordered(square: Ints, there: Ints, back: Ints) -> Ints:
    """Return a matrix with one more row and column."""
    size = len(square)
    wide: Ints = np.zeros((size + 1, size + 1), dtype=np.int64)
    wide[:size, :size], wide[:size, size], wide[size, :size] = square, there, back
    return wide
