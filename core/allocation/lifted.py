"""What each constraint costs: the same decision once more without it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.allocation.assign import Allocation, allocate
from core.allocation.bill import LEFT, whole_cents
from core.allocation.problem import BARS, Bundle, Lane, Problem, Rule
from core.routing.pool import SolverPool

MOST_TRIED = 12
"""Each costs one more search."""


@dataclass(frozen=True, slots=True, order=True)
class Constraint:
    """One rule on one lane, or one blend by its name."""

    rule: Rule
    subject: str


@dataclass(frozen=True, slots=True)
class ConstraintCost:
    """What would be saved without one constraint, all others standing.

    `cost_cents` compares the two allocations found. By their bounds the true figure lies between
    the other two; they are equal to it where both were proven.
    """

    constraint: Constraint
    cost_cents: int
    at_least_cents: int
    at_most_cents: int
    moved: int
    """Bundles that would go elsewhere."""


@dataclass(frozen=True, slots=True)
class ConstraintCosts:
    costs: tuple[ConstraintCost, ...]
    """Dearest first."""
    untried: tuple[Constraint, ...]
    """Beyond the number asked for: those that promised least."""


def constraints(problem: Problem) -> tuple[Constraint, ...]:
    """Return every constraint that can be lifted, in order."""
    found = {
        Constraint(rule, offer.lane_id)
        for bundle in problem.bundles
        for offer in bundle.offers
        for rule in offer.bars
    }
    for lane in problem.lanes:
        found |= {Constraint(rule, lane.lane_id) for rule in _rules(lane)}
    found |= {Constraint(Rule.BLEND, blend.name) for blend in problem.blends}
    return tuple(sorted(found))


def without(problem: Problem, constraint: Constraint) -> Problem:
    """Return the problem with one constraint lifted; whatever kept the rules before still does."""
    rule, subject = constraint.rule, constraint.subject
    if rule is Rule.BLEND:
        return replace(problem, blends=tuple(b for b in problem.blends if b.name != subject))
    if rule in BARS:
        bundles = tuple(_unbarred(b, rule, subject) for b in problem.bundles)
        return replace(problem, bundles=bundles)
    lanes = (_freed(x, rule) if x.lane_id == subject else x for x in problem.lanes)
    return replace(problem, lanes=tuple(lanes))


def constraint_costs(
    problem: Problem,
    allocation: Allocation,
    *,
    most: int = MOST_TRIED,
    only: Iterable[Constraint] | None = None,
    pool: SolverPool | None = None,
) -> ConstraintCosts:
    """Return what each constraint costs, at most so many of them: who promises most goes first.

    Each search starts from `allocation`, with its seed and limits, so that no cost is below zero.
    """
    wanted = sorted(set(constraints(problem) if only is None else only))
    ranked = sorted(wanted, key=lambda c: (-_promise_mc(problem, allocation, c), c))
    tried = [_cost(problem, allocation, c, pool) for c in ranked[:most]]
    tried.sort(key=lambda c: (-c.cost_cents, c.constraint))
    return ConstraintCosts(tuple(tried), tuple(ranked[most:]))


def _cost(
    problem: Problem, base: Allocation, constraint: Constraint, pool: SolverPool | None
) -> ConstraintCost:
    stamp = base.stamp
    free = allocate(
        without(problem, constraint),
        seed=stamp.seed,
        limits=stamp.limits,
        pool=pool,
        start=base.choice,
    )
    least = max(0, base.bound_mc - free.exact_mc)
    most = base.exact_mc - free.bound_mc
    return ConstraintCost(
        constraint,
        whole_cents(base.exact_mc - free.exact_mc),
        whole_cents(least),
        whole_cents(most),
        sum(a != b for a, b in zip(base.choice, free.choice, strict=True)),
    )


def _rules(lane: Lane) -> list[Rule]:
    stands = {
        Rule.CAP_PARCELS: lane.cap_parcels is not None,
        Rule.CAP_CENTS: lane.cap_cents is not None,
        Rule.MOST_PARCELS: lane.max_parcels is not None,
        Rule.LEAST_PARCELS: lane.min_parcels > lane.taken_parcels,
        Rule.ROOM: lane.room is not None,
        Rule.SPARE_TIME: lane.spare_s is not None,
    }
    return [rule for rule, there in stands.items() if there]


def _freed(lane: Lane, rule: Rule) -> Lane:
    match rule:
        case Rule.CAP_PARCELS:
            return replace(lane, cap_parcels=None)
        case Rule.CAP_CENTS:
            return replace(lane, cap_cents=None)
        case Rule.MOST_PARCELS:
            return replace(lane, max_parcels=None)
        case Rule.LEAST_PARCELS:
            return replace(lane, min_parcels=0, short_mc=None)
        case Rule.ROOM:
            return replace(lane, room=None)
        case Rule.SPARE_TIME:
            return replace(lane, spare_s=None)
        case _:
            raise ValueError(f"{rule.value} is no rule of a lane")


def _unbarred(bundle: Bundle, rule: Rule, lane_id: str) -> Bundle:
    if not any(o.lane_id == lane_id and rule in o.bars for o in bundle.offers):
        return bundle
    offers = tuple(
        replace(o, bars=o.bars - {rule}) if o.lane_id == lane_id else o for o in bundle.offers
    )
    return replace(bundle, offers=offers)


def _promise_mc(problem: Problem, allocation: Allocation, constraint: Constraint) -> int:
    """Return what bundles could save by moving to the lanes concerned, each on its own."""
    freed = without(problem, constraint)
    lanes: dict[str, int] = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
    concerned = {constraint.subject}
    if constraint.rule is Rule.BLEND:
        concerned = {x for b in problem.blends if b.name == constraint.subject for x in b.lane_ids}
    promised = 0
    for bundle, now in zip(freed.bundles, allocation.choice, strict=True):
        asks = {LEFT: bundle.left_cents * 1000}
        for offer in bundle.offers:
            if not offer.bars:
                slopes = [b.slope_mc for b in problem.lanes[lanes[offer.lane_id]].curve]
                volume = min(slopes, default=0) * bundle.load.parcels
                asks[lanes[offer.lane_id]] = offer.price_cents * 1000 + offer.risk_mc + volume
        there = [asks[lanes[x]] for x in concerned if lanes[x] in asks]
        promised += max(0, asks[now] - min(there, default=asks[now]))
    return promised
