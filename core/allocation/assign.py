"""One joint decision over own fleet, third parties and gig: who brings what, proven how well."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.allocation.bill import LEFT, BillLine, Choice, bill, breaches, whole_cents
from core.allocation.problem import BundleId, LaneId, Problem
from core.allocation.proof import Leaf, prove
from core.allocation.start import start as begin
from core.domain.ids import OrderId
from core.ledger.canonical import digest
from core.routing.pool import SolverPool

if TYPE_CHECKING:
    from core.allocation.engine_cpsat import Solved

DETERMINISTIC_MS = 600
"""Limit of the search in the engine's own time: some seconds of one core for 1,000 orders."""
GAP_PPM = 100
"""Good enough: a hundredth of a percent above the bound."""


_NEAR = 300
"""How many choices beside the cheapest of each bundle are open where the prices point."""


class Status(StrEnum):
    OPTIMAL = "optimal"
    """The bound meets the cost."""
    FEASIBLE = "feasible"


@dataclass(frozen=True, slots=True)
class Limits:
    """When a search ends: the same for every machine."""

    deterministic_ms: int = DETERMINISTIC_MS
    gap_ppm: int = GAP_PPM

    def __post_init__(self) -> None:
        if self.deterministic_ms <= 0 or self.gap_ppm < 0:
            raise ValueError(f"a search cannot end by {self}")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What made an answer: equal stamps mean equal answers."""

    engine: str
    version: str
    seed: int
    limits: Limits
    problem_digest: str


@dataclass(frozen=True, slots=True)
class Assigned:
    bundle_id: BundleId
    order_ids: tuple[OrderId, ...]
    lane_id: LaneId
    price_cents: int
    """Without what the day's volume changes; that stands in the lines."""
    risk_cents: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who brings what, the arithmetic of its price, and how far below it any other could lie."""

    choice: Choice
    assigned: tuple[Assigned, ...]
    left: tuple[BundleId, ...]
    lines: tuple[BillLine, ...]
    total_cents: int
    exact_mc: int
    """The same before the lines were rounded: what the search compared."""
    bound_mc: int
    """No allocation that keeps the rules is cheaper: the better of the engine's and the prices'."""
    status: Status
    stamp: Stamp

    @property
    def gap_ppm(self) -> int:
        """Return how far the cost lies above the bound, in millionths of the cost, rounded up."""
        over = self.exact_mc - self.bound_mc
        return -(-over * 1_000_000 // max(1, abs(self.exact_mc)))


def allocate(
    problem: Problem,
    *,
    seed: int = 1,
    limits: Limits | None = None,
    pool: SolverPool | None = None,
    start: Choice | None = None,
) -> Allocation:
    """Return the cheapest allocation found; never dearer than `start` or than rate shopping.

    It keeps every rule by the exact arithmetic of `bill`, whatever the engine says. The same
    problem, seed and limits give the same answer in every process. A pool runs it elsewhere.
    """
    ends = limits or Limits()
    if pool is not None:
        return pool.run(allocate, problem, seed=seed, limits=ends, start=start)
    proof = prove(problem)
    first = begin(problem, proof)
    if start is not None:
        if breaches(problem, start):
            raise ValueError(f"a start breaks a rule: {breaches(problem, start)[0].sentence}")
        first = min(start, first, key=lambda c: bill(problem, c).exact_mc)
    solved = _searched(problem, first, proof.leaves, seed, ends)
    broken = breaches(problem, solved.choice)
    if broken:
        raise RuntimeError(f"{solved.engine} broke a rule: {broken[0].sentence}")
    made = bill(problem, solved.choice)
    bound_mc = max(b for b in (solved.bound_mc, proof.bound_mc) if b is not None)
    if bound_mc > made.exact_mc:
        raise RuntimeError(
            f"it is claimed that nothing costs less than {bound_mc}, and {made.exact_mc} was found"
        )
    return Allocation(
        choice=solved.choice,
        assigned=_assigned(problem, solved.choice),
        left=tuple(
            b.bundle_id for b, x in zip(problem.bundles, solved.choice, strict=True) if x == LEFT
        ),
        lines=made.lines,
        total_cents=made.total_cents,
        exact_mc=made.exact_mc,
        bound_mc=bound_mc,
        status=Status.OPTIMAL if bound_mc == made.exact_mc else Status.FEASIBLE,
        stamp=Stamp(solved.engine, solved.version, seed, ends, digest(problem)),
    )


def why_left(problem: Problem, allocation: Allocation, bundle_id: BundleId) -> tuple[str, ...]:
    """Return one sentence for each lane: which rule keeps it out, or what it would cost more.

    ValueError for a bundle that the problem does not hold.
    """
    at = [b.bundle_id for b in problem.bundles].index(bundle_id)
    bundle, now = problem.bundles[at], bill(problem, allocation.choice).exact_mc
    sentences: list[str] = []
    for number, lane in enumerate(problem.lanes):
        offer = next((o for o in bundle.offers if o.lane_id == lane.lane_id), None)
        if offer is None:
            sentences.append(f"{lane.lane_id} makes no offer for {bundle_id}")
            continue
        moved = (*allocation.choice[:at], number, *allocation.choice[at + 1 :])
        broken = breaches(problem, moved)
        if broken:
            sentences.append(broken[0].sentence)
            continue
        more = whole_cents(bill(problem, moved).exact_mc - now)
        sentences.append(f"{lane.lane_id} would cost {more} cents more than leaving {bundle_id}")
    return tuple(sentences)


def _searched(
    problem: Problem, first: Choice, leaves: Sequence[Leaf], seed: int, ends: Limits
) -> "Solved":
    """Search where the prices point, each lane on one piece, and then everywhere."""
    from core.allocation.engine_cpsat import Within, solve

    choice, share_s = first, ends.deterministic_ms / 1000 / (len(leaves) + 1)
    for leaf in leaves:
        choice = solve(
            problem,
            choice,
            seed=seed,
            deterministic_s=share_s,
            gap_ppm=ends.gap_ppm,
            within=Within(leaf.pieces, leaf.near(_NEAR)),
        ).choice
    return solve(problem, choice, seed=seed, deterministic_s=share_s, gap_ppm=ends.gap_ppm)


def _assigned(problem: Problem, choice: Choice) -> tuple[Assigned, ...]:
    found: list[Assigned] = []
    for bundle, number in zip(problem.bundles, choice, strict=True):
        if number == LEFT:
            continue
        lane_id = problem.lanes[number].lane_id
        offer = next(o for o in bundle.offers if o.lane_id == lane_id)
        risk = whole_cents(offer.risk_mc)
        found.append(Assigned(bundle.bundle_id, bundle.order_ids, lane_id, offer.price_cents, risk))
    return tuple(found)
