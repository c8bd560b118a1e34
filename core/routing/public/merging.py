"""Several searches one after another, then their plans merged.

What all plans have in common is kept, the rest is searched anew: a problem so much smaller that a
short search does a lot. What comes of it is settled in the whole problem and takes the place of
the worst plan; with every step the plans have more in common.
"""

from collections.abc import Sequence
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
    seed gives the same plan. The plan is no worse than that of any of the searches. As soon as one
    of them leaves customers out, for whom there is nothing to merge, the next has all the rest.
    """
    plans: list[Made] = []
    rounds = 0
    for k in range(SEARCHES + 1):
        stuck = any(plan.absent for plan in plans)
        if k == SEARCHES and not stuck:
            break
        one = search if k == 0 else LeanSearch(problem, seed=key_seed(seed, "search", k))
        until = 1.0 if stuck else SEARCHED * (k + 1) / SEARCHES
        budget.part(SEARCHED * k / SEARCHES, until).spend(one.run)
        plans.append(Made(one.absent, one.cost, one.routes()))
        rounds += one.rounds if k else 0
        if stuck:
            return Merged(min(plans), rounds + search.rounds)
    for k in range(STEPS):
        part, step_seed = _step(budget, k, 0.0, _SMALLER), key_seed(seed, "merging", k)
        rows, taken = merged(search, problem, plans, part, seed=step_seed)
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


def merged(
    search: LeanSearch, problem: Plain, plans: Sequence[Made], budget: Budget, *, seed: int
) -> tuple[Rows, int]:
    """Search what the plans do not have in common; return a plan and the rounds of that search.

    Everybody is in each plan. It may be dearer than the best of them: it begins there, but warm.
    Where they have all but everything in common, the best is warmed up in the whole problem by
    `search`, which counts those rounds itself.
    """
    best = min(plans).rows
    small = contract(problem, [plan.rows for plan in plans])
    if len(small.strings) < _TOO_FEW:
        search.go_on(best, search.unit)
        budget.spend(search.cooled_from(_WARM))
        return best if search.absent else search.routes(), 0
    within = LeanSearch(small.problem, seed=seed)
    within.go_on(small.inward(best), search.unit)
    budget.spend(within.cooled_from(_WARM))
    rows = best if within.absent else small.outward(within.routes())
    return rows, within.rounds
