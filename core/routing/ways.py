"""Orders that may be served in several ways: one task for each, of which at most one is served.

The first task of an order stands for all of them where rows are searched: it is what is owed and
what is left out. Engines that know no such groups get the first tasks alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.domain.alternative import FIRST
from core.domain.day import Day, OrderState
from core.domain.order import Order
from core.domain.plan import PricePart, Refusal
from core.domain.ways import day_by, other_ways, served_by, state_by
from core.routing.draft import Draft
from core.routing.problem import NONE, Problem, Sequences, Task


def add_ways(
    draft: Draft,
    state: OrderState,
    first: int,
    price_mc: int,
    *,
    hard: bool,
    redirect_mc: int = 0,
) -> None:
    """Add a task for every other way of an order; `first` is that of the way in force.

    `redirect_mc` is what it costs to send somebody another way than was told.
    """
    for way in other_ways(state.order):
        other = state_by(state, way)
        if other.order.point is None:
            continue
        task = draft.delivery(other, other.order.point, price_mc, hard=hard)
        made = draft.tasks[task]
        draft.tasks[task] = replace(made, way_mc=made.way_mc + redirect_mc, instead_of=first)


def order_of(day: Day, task: Task) -> Order:
    """Return the order that a task serves, in the way in which it does."""
    assert task.order_id is not None
    return served_by(day.orders[task.order_id].order, task.way)


def day_of(day: Day, problem: Problem, task: int) -> Day:
    """Return the day in which the order of a task is served in that task's way."""
    one = problem.tasks[task]
    return day_by(day, one.order_id, one.way)


def fetched_alike(problem: Problem) -> Problem:
    """Return the problem in which every way of an order has the goods from where the first has."""
    if not problem.has_ways:
        return problem
    table = problem.pickup.copy()
    for number, task in enumerate(problem.tasks):
        if task.instead_of != NONE:
            table[:, number] = table[:, task.instead_of]
    return replace(problem, pickup=table)


def first_ways(problem: Problem) -> Problem:
    """Return the problem for engines that know one way for each order; itself where there are no
    others."""
    return one_way_each(problem, problem.ways)


def one_way_each(problem: Problem, used: Iterable[int]) -> Problem:
    """Return the problem in which every order with several ways has the one that is `used`, and no
    other. What it costs is paid wherever the order is served, so nobody is asked for it."""
    if not problem.has_ways:
        return problem
    kept = set(used)
    several = {t for ways in problem.ways.values() for t in ways}
    tasks = tuple(
        replace(t, way_mc=0, instead_of=NONE)
        if number in kept or number not in several
        else replace(t, order_id=None, way_mc=0)
        for number, t in enumerate(problem.tasks)
    )
    return replace(problem, tasks=tasks)


def used_ways(problem: Problem, rows: Sequences) -> list[int]:
    """Return the task that serves each order with several ways; its first where none does."""
    now = {problem.first(t): t for row in rows for t in row}
    return [now.get(first, first) for first in problem.ways]


def part_of(problem: Problem, rows: Sequences) -> tuple[PricePart, ...]:
    """Return how many orders go another way than their first, and what ways cost; nothing where
    every order has one."""
    if not problem.has_ways:
        return ()
    used = [problem.tasks[t] for row in rows for t in row if problem.tasks[t].order_id is not None]
    cents = sum(t.way_mc for t in used) // 1000
    return (PricePart("ways", sum(t.way != FIRST for t in used), cents),)


def absent(problem: Problem, rows: Sequences) -> list[int]:
    """Return the tasks of orders that no row serves in any way, by their first."""
    served = {problem.first(t) for row in rows for t in row}
    return [t for t in problem.owed if t not in served]


def in_this_way(refusal: Refusal, task: Task, first: Task) -> Refusal:
    """Return a refusal that names the way it speaks of, unless that is the one in force."""
    if task.way == first.way:
        return refusal
    name = f"by {task.way}" if task.way else "by its first way"
    return replace(refusal, sentence=f"{name}: {refusal.sentence}", way=task.way)


def firsts(problem: Problem, tasks: Sequence[int]) -> tuple[int, ...]:
    """Return the first tasks of orders that are served by these."""
    return tuple(dict.fromkeys(problem.first(t) for t in tasks))
