"""The allocation beside enumeration on small cases and beside rate shopping on large ones."""

import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from core.allocation.assign import Allocation, Limits, allocate
from core.allocation.bill import bill
from core.allocation.greedy import shopped
from evals.bench.allocation_cases import large, small
from evals.bench.allocation_others import brute_force

GAP_TARGET_PPM = 10_000
SECONDS_TARGET = 5.0
EXACT = Limits(deterministic_ms=20_000, gap_ppm=0)
"""Small cases are searched to their end."""


@dataclass(frozen=True, slots=True)
class Small:
    """One case that was enumerated; costs in thousandths of a cent."""

    seed: int
    bundles: int
    choices: int
    best_mc: int
    ours_mc: int
    proven_mc: int
    greedy_mc: int

    @property
    def exact(self) -> bool:
        return self.ours_mc == self.best_mc == self.proven_mc


@dataclass(frozen=True, slots=True)
class Large:
    """One day, by one core; seconds of the processor from the problem to the checked result."""

    seed: int
    orders: int
    carriers: int
    own_lanes: int
    ours_cents: int
    greedy_cents: int
    """The best of rate shopping by arrival or largest regret, with minima filled up or given up."""
    greedy_seconds: float
    gap_ppm: int
    cpu_seconds: float
    wall_seconds: float
    left: int
    greedy_left: int
    status: str

    @property
    def dearer_pct(self) -> float:
        """Return by how much rate shopping is dearer."""
        return 100 * (self.greedy_cents - self.ours_cents) / max(1, abs(self.ours_cents))


@dataclass(frozen=True, slots=True)
class Report:
    """What one run measured, with where."""

    seed: int
    small: tuple[Small, ...]
    large: tuple[Large, ...]
    machine: str
    python: str
    engine: str

    @property
    def good(self) -> bool:
        """Return whether every small case is exact and every large one meets the target."""
        return all(s.exact for s in self.small) and all(
            one.gap_ppm <= GAP_TARGET_PPM and one.cpu_seconds < SECONDS_TARGET for one in self.large
        )

    def as_json(self) -> dict[str, object]:
        return {
            "seed": self.seed,
            "good": self.good,
            "target": {"gap_ppm": GAP_TARGET_PPM, "seconds": SECONDS_TARGET},
            "machine": self.machine,
            "python": self.python,
            "engine": self.engine,
            "small": [{**asdict(s), "exact": s.exact} for s in self.small],
            "large": [{**asdict(x), "dearer_pct": round(x.dearer_pct, 3)} for x in self.large],
        }


def run(
    cases: int,
    seed: int,
    *,
    days: int,
    orders: int = 1000,
    carriers: int = 8,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure `cases` small cases and `days` large ones, seeds counting up from `seed`."""
    # What is compiled and imported once is not part of any case.
    made = allocate(small(seed), seed=seed)
    smalls: list[Small] = []
    for one in range(seed, seed + cases):
        tell(f"small case {one - seed + 1} of {cases}")
        smalls.append(_small(one))
    larges: list[Large] = []
    for one in range(seed, seed + days):
        tell(f"{orders} orders, {carriers} carriers: day {one - seed + 1} of {days}")
        larges.append(_large(one, orders, carriers))
    return Report(
        seed,
        tuple(smalls),
        tuple(larges),
        machine=f"{platform.system()} {platform.machine()}, {processor()}",
        python=sys.version.split()[0],
        engine=f"{made.stamp.engine} {made.stamp.version}",
    )


def figures(values: Sequence[float]) -> tuple[float, float, float]:
    """Return mean, median and largest; zeros for none."""
    if not values:
        return 0.0, 0.0, 0.0
    ranked = sorted(values)
    return sum(ranked) / len(ranked), ranked[len(ranked) // 2], ranked[-1]


def _small(seed: int) -> Small:
    problem = small(seed)
    found = brute_force(problem)
    ours = allocate(problem, seed=seed, limits=EXACT)
    cheapest = min(bill(problem, choice).exact_mc for choice in shopped(problem))
    return Small(
        seed,
        len(problem.bundles),
        found.choices,
        found.cost_mc,
        ours.exact_mc,
        ours.bound_mc,
        cheapest,
    )


def _large(seed: int, orders: int, carriers: int) -> Large:
    problem = large(seed, orders, carriers)
    began = time.process_time()
    choices = shopped(problem)
    greedy_s = time.process_time() - began
    best = min(choices, key=lambda c: bill(problem, c).exact_mc)
    began, wall = time.process_time(), time.perf_counter()
    ours: Allocation = allocate(problem, seed=seed)
    cpu_s, wall_s = time.process_time() - began, time.perf_counter() - wall
    own = sum(lane.kind.value == "own" for lane in problem.lanes)
    return Large(
        seed,
        orders,
        carriers,
        own,
        ours.total_cents,
        bill(problem, best).total_cents,
        round(greedy_s, 3),
        ours.gap_ppm,
        round(cpu_s, 3),
        round(wall_s, 3),
        len(ours.left),
        best.count(-1),
        ours.status.value,
    )


def processor() -> str:
    """Return the name that the machine gives its processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if "model name" in line]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown processor"
