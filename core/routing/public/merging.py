"""Several searches one after another, then their plans merged.

What all plans have in common is kept, the rest is searched anew: a problem so much smaller that a
short search does a lot. What comes of it is settled in the whole problem and takes the place of
the worst plan; with every step the plans have more in common.
"""

from dataclasses import dataclass

from core.context import key_seed
from core.routing.engine_lean import LeanSearch, Plain
from core.routing.public.budget import Budget
from core.routing.public.contracted import Rows, contract

SEARCHES, SEARCHED = 3, 0.4
"""How many searches there are, and the share of the budget that they have together."""
STEPS = 3
"""Merging steps, which share the rest alike."""
_SMALLER = 0.6
"""Share of a step that the smaller problem has; the rest settles."""
_WARM, _COOL = 0.3, 0.06
"""Heat that the smaller problem is searched from, and that a plan is settled from, as shares of
what a stop costs."""
_TOO_FEW = 20
"""Places of a smaller problem that is not worth a search: the plans are all but the same."""


@dataclass(frozen=True, order=True)
class Made:
    """A plan, the better the smaller."""

    absent: int
    cost: int
    rows: Rows


@dataclass(frozen=True)
class Merged:
    """The best plan, and how many rounds all searches took together."""

    best: Made
    rounds: int


def search_and_merge(search: LeanSearch, problem: Plain, budget: Budget, *, seed: int) -> Merged:
    """Spend the budget on `search` and others like it, then on merging their plans.

    For plain problems: no prizes, pairs, releases or reloads. Under a budget of rounds the same
    seed gives the same plan. The plan is no worse than that of any of the searches.
    """
    others = [LeanSearch(problem, seed=key_seed(seed, "search", k)) for k in range(1, SEARCHES)]
    plans: list[Made] = []
    for k, one in enumerate((search, *others)):
        budget.part(SEARCHED * k / SEARCHES, SEARCHED * (k + 1) / SEARCHES).spend(one.run)
        plans.append(Made(one.absent, one.cost, one.routes()))
    rounds = sum(one.rounds for one in others)
    if max(plans).absent:
        # Nothing to be merged where customers are left out: the rest is for another search.
        more = LeanSearch(problem, seed=key_seed(seed, "search", SEARCHES))
        budget.part(SEARCHED, 1.0).spend(more.run)
        plans.append(Made(more.absent, more.cost, more.routes()))
        return Merged(min(plans), rounds + search.rounds + more.rounds)
    for k in range(STEPS):
        rows, taken = _merged(
            search, problem, plans, _step(budget, k, 0.0, _SMALLER), key_seed(seed, "merging", k)
        )
        rounds += taken
        search.go_on(rows, search.unit)
        _step(budget, k, _SMALLER, 1.0).spend(search.cooled_from(_COOL))
        made = Made(search.absent, search.cost, search.routes())
        if made < max(plans) and all(made.cost != plan.cost for plan in plans):
            plans[plans.index(max(plans))] = made
    return Merged(min(plans), rounds + search.rounds)


def _step(budget: Budget, k: int, since: float, until: float) -> Budget:
    """Return the part of the budget between two shares of a merging step."""
    each = (1.0 - SEARCHED) / STEPS
    return budget.part(SEARCHED + (k + since) * each, SEARCHED + (k + until) * each)


def _merged(
    search: LeanSearch, problem: Plain, plans: list[Made], budget: Budget, seed: int
) -> tuple[Rows, int]:
    """Search what the plans do not have in common; return a plan and the rounds it took.

    Where they have all but everything in common, the best is warmed up in the whole problem.
    """
    best = min(plans).rows
    small = contract(problem, [plan.rows for plan in plans])
    if len(small.strings) < _TOO_FEW:
        search.go_on(best, search.unit)
        budget.spend(search.cooled_from(_WARM))
        return search.routes(), 0
    within = LeanSearch(small.problem, seed=seed)
    within.go_on(small.inward(best), search.unit)
    budget.spend(within.cooled_from(_WARM))
    return small.outward(within.routes()), within.rounds
