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
from core.routing.public.merging import search_and_merge

_PATIENCE = 3_000
"""Rounds for each customer that a budget must be good for before it is shared with PyVRP."""
_ENOUGH = 12_000
"""The same before shorter searches, whose plans are merged, do better than one."""
_PYVRP_ROUNDS = 1_500
"""Rounds of our own search in the time of one iteration of PyVRP, give or take a factor of two."""
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
    routes, used = _searched(instance, budget, seed)
    return Solved(routes, judge(instance, routes), used)


def warm_up(instance: Instance) -> None:
    """Load what solving this instance needs, and compile it where that was not done before."""
    if instance.plain:
        engine_pyvrp.load()
    engine_lean.warm_up(posed(instance))


def _searched(instance: Instance, budget: Budget, seed: int) -> tuple[Plan, tuple[Used, ...]]:
    problem = posed(instance)
    search = LeanSearch(problem, seed=seed)
    plain = instance.plain and not instance.vehicles_first
    if plain and _good_for(budget, _ENOUGH, instance) and not _long(search):
        made = search_and_merge(search, problem, budget, seed=seed)
        return _own(instance, made.best.rows, made.best.cost, seed, made.rounds)
    if instance.plain and _good_for(budget, _PATIENCE, instance) and _long(search):
        return _beside_pyvrp(instance, search, budget, seed)
    run = _vehicles_first(search) if instance.vehicles_first else search.run
    budget.spend(run)
    return _own(instance, search.routes(), search.cost, seed, search.rounds)


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


def _good_for(budget: Budget, rounds_each: int, instance: Instance) -> bool:
    return budget.about_rounds >= rounds_each * (instance.size - 1)


def _long(search: LeanSearch) -> bool:
    search.begin()
    return search.long_routes


def _beside_pyvrp(
    instance: Instance, search: LeanSearch, budget: Budget, seed: int
) -> tuple[Plan, tuple[Used, ...]]:
    """Let PyVRP make a plan beside ours, as pays on long routes; the better one counts.

    It does not go on from ours: what it accepts is measured by where it began, so that from a good
    plan it hardly moves. From its own beginning it found the better plan on most such files.
    """
    budget.part(0.0, _OWN_SHARE).spend(search.run)
    routes, own = _own(instance, search.routes(), search.cost, seed, search.rounds)
    over = budget.after(_OWN_SHARE, _PYVRP_ROUNDS)
    others, iterations = engine_pyvrp.search(instance, seed=seed, stop=over)
    verdict = judge(instance, others)
    if verdict.problem is None and verdict.cost < search.cost:
        routes = others
    return routes, (*own, Used(engine_pyvrp.NAME, seed, iterations, verdict.cost))


def _own(
    instance: Instance, routes: Plan, cost: int, seed: int, rounds: int
) -> tuple[Plan, tuple[Used, ...]]:
    """Return a plan of our search with what the search did, at the cost of the file's own rule."""
    told = cost if instance.real is None else judge(instance, routes).cost
    return routes, (Used(engine_lean.NAME, seed, rounds, told),)


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
