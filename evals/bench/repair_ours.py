"""Our mid-day search on a case of the benchmark, with when it first had so many orders in."""

from collections.abc import Callable
from dataclasses import dataclass

from core.routing.engine_midday import MiddaySearch
from core.routing.public.budget import Budget
from evals.bench.repair_cases import Case
from evals.bench.repair_judge import Plan

STABLE_S = 300
"""Price of a moved stop where stability is on, in driving seconds: half a service visit."""


@dataclass(frozen=True, slots=True)
class Ours:
    """A plan, with the times at which fewer orders were left out than before."""

    plan: Plan
    rounds: int
    steps: tuple[tuple[float, int], ...]
    """(seconds since the search was begun, orders left out in the best plan by then)."""

    def first_s(self, dropped: int) -> float | None:
        """Return when no more than so many orders were left out; None: never."""
        return next((at for at, lost in self.steps if lost <= dropped), None)


def inserted(case: Case) -> Plan:
    """Return the present plan with the orphans inserted where they fit."""
    return MiddaySearch(case.problem, case.orphans, seed=0, drop_alike=True).rows()


def ours(
    case: Case, budget: Budget, clock: Callable[[], float], *, seed: int, moved_s: int = 0
) -> Ours:
    """Search from the present plan until the budget is spent; all counts from the call on."""
    began = clock()
    # What a metre costs in these problems is a second of driving, so that prices are seconds.
    search = MiddaySearch(case.problem, case.orphans, moved_s, seed=seed, drop_alike=True)
    steps = [(clock() - began, search.lost)]

    def run(rounds: int, since: float, until: float) -> None:
        search.run(rounds, since, until)
        if search.lost < steps[-1][1]:
            steps.append((clock() - began, search.lost))

    budget.spend(run)
    return Ours(search.rows(), search.rounds, tuple(steps))
