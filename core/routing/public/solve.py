"""Solving a public instance within a budget, by the engines that its rules need."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.routing import engine_lean
from core.routing.engine_lean import LeanSearch, Plain
from core.routing.public import engine_pyvrp
from core.routing.public.budget import Budget
from core.routing.public.instance import Instance, Plan
from core.routing.public.judge import Verdict, judge

_PATIENCE = 1000
"""Rounds for each customer that a budget must be good for before it is shared."""
_OWN_SHARE = 0.4
_FEWER_SHARE = 0.3
"""Of a budget, for doing with a vehicle less where vehicles count before distance."""


@dataclass(frozen=True, slots=True)
class Used:
    """What one engine did."""

    engine: str
    seed: int
    iterations: int
    cost: float
    """Of the plan that it ended with, in the file's scale."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A plan with our own judge's word on it."""

    routes: Plan
    verdict: Verdict
    engines: tuple[Used, ...]


def solve(instance: Instance, budget: Budget, *, seed: int) -> Solved:
    """Return the best plan found within the budget; the verdict says where it breaks a rule.

    Under a budget of rounds the same instance and seed give the same plan in every process.
    """
    routes, used = _ruin_and_recreate(instance, budget, seed)
    return Solved(routes, judge(instance, routes), used)


def warm_up(instance: Instance) -> None:
    """Load what solving this instance needs, and compile it where that was not done before."""
    if instance.plain:
        engine_pyvrp.load()
    engine_lean.warm_up(posed(instance))


def _ruin_and_recreate(
    instance: Instance, budget: Budget, seed: int
) -> tuple[Plan, tuple[Used, ...]]:
    search = LeanSearch(posed(instance), seed=seed)
    shared = instance.plain and _shared(instance, budget, search)
    run = _vehicles_first(search) if instance.vehicles_first else search.run
    (budget.first(_OWN_SHARE) if shared else budget).spend(run)
    cost = search.cost if instance.real is None else judge(instance, search.routes()).cost
    own = Used(engine_lean.NAME, seed, search.rounds, cost)
    if not shared:
        return search.routes(), (own,)
    routes, others = _pyvrp(instance, budget.after(_OWN_SHARE), seed)
    if judge(instance, routes).problem is not None or search.cost <= others[0].cost:
        routes = search.routes()
    return routes, (own, *others)


def _vehicles_first(search: LeanSearch) -> Callable[[int, float, float], None]:
    """Return a run that takes routes away one after another at first, then looks at the cost."""

    def run(rounds: int, since: float, until: float) -> None:
        part, done = (
            (_FEWER_SHARE, 0.0) if since < _FEWER_SHARE else (1 - _FEWER_SHARE, _FEWER_SHARE)
        )
        if since < _FEWER_SHARE:
            search.fewer()
        else:
            search.settle()
        search.run(rounds, (since - done) / part, min(1.0, (until - done) / part))

    return run


def _shared(instance: Instance, budget: Budget, search: LeanSearch) -> bool:
    """Return whether PyVRP is to make a plan beside ours: of long routes, given time enough.

    It does not go on from ours: what it accepts is measured by where it began, so that from a good
    plan it hardly moves. From its own beginning it found the better plan on most such files.
    """
    if budget.about_rounds < _PATIENCE * (instance.size - 1):
        return False
    search.begin()
    return search.long_routes


def _pyvrp(instance: Instance, budget: Budget, seed: int) -> tuple[Plan, tuple[Used, ...]]:
    routes, rounds = engine_pyvrp.search(instance, seed=seed, stop=budget.over())
    verdict = judge(instance, routes)
    return routes, (Used(engine_pyvrp.NAME, seed, rounds, verdict.cost),)


def posed(instance: Instance) -> Plain:
    """Return the arrays of an instance as our search takes them."""
    return Plain(
        instance.cost,
        instance.time,
        instance.opens,
        instance.closes,
        instance.service,
        instance.load,
        instance.capacity,
        instance.vehicles,
        prize=instance.prize,
        delivery=None if instance.partner is None else np.maximum(instance.partner, 0),
        ready=instance.release,
        reloads=instance.reloads,
    )
