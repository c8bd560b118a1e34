"""Repairs of days in progress: our search beside other solvers, all from the same plan."""

import platform
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path

from core.domain.plan import StopKind
from core.errors import Refused
from core.routing.engine_midday import warm_up
from core.routing.public.budget import Seconds
from evals.bench.allocation import processor
from evals.bench.repair_cases import STOPS, VEHICLES, Case, a_case, files
from evals.bench.repair_judge import Verdict, judge
from evals.bench.repair_model import Offer
from evals.bench.repair_others import OTHERS
from evals.bench.repair_ours import STABLE_S, Ours, inserted, ours
from evals.bench.repair_targets import judged
from evals.bench.target import Target

OURS, STABLE = "tenfour", "tenfour, stable"
_PACKAGES = {"pyvrp": "pyvrp", "ortools": "ortools", "vroom": "pyvroom"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What one engine made of one case in some seconds."""

    engine: str
    seconds: float
    driving_s: int
    cost_s: int
    dropped: int
    moved: int
    meetings: int
    """Stops at which goods are handed over; their minutes are in the plan."""
    problem: str | None
    """The first rule that the plan breaks; such a plan is not compared."""
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Row:
    """One case."""

    number: int
    file: str
    kind: str
    change: str
    stops: int
    orphans: int
    best_engine: str
    """Whose plan the judge holds for the best: fewest left out, then least driving."""
    best_cost_s: int
    best_dropped: int
    first_s: float | None
    """When our search first left out no more than the best plan does; None: not in its seconds."""
    plans: tuple[Plan, ...]

    def plan(self, engine: str, seconds: float) -> Plan:
        return next(p for p in self.plans if (p.engine, p.seconds) == (engine, seconds))

    def judge_dropped(self, seconds: float) -> int:
        """Return how many the judge leaves out: every engine with its seconds, the best of them.

        Plans of other seconds, and stable ones, are none of its own.
        """
        known = [p for p in self.plans if p.seconds == seconds and p.engine != STABLE]
        return min((p.dropped for p in known if p.problem is None), default=self.best_dropped)

    def gap_pct(self, plan: Plan) -> float | None:
        """Return how far a plan is above the best, orders left out priced; None: breaks a rule."""
        if plan.problem is not None:
            return None
        return 100.0 * (plan.cost_s / self.best_cost_s - 1.0)


@dataclass(frozen=True, slots=True)
class Report:
    """What one run measured, with where."""

    rows: tuple[Row, ...]
    missing: tuple[str, ...]
    engines: dict[str, str]
    seconds: float
    judge_seconds: float
    seed: int
    machine: str
    python: str

    def targets(self) -> tuple[Target, ...]:
        return judged(
            [
                (
                    row.kind,
                    row.first_s,
                    row.gap_pct(free := row.plan(OURS, self.seconds)),
                    max(0, free.dropped - row.judge_dropped(self.judge_seconds)),
                    row.gap_pct(stable := row.plan(STABLE, self.seconds)),
                    100.0 * stable.moved / max(1, row.stops - row.orphans),
                )
                for row in self.rows
            ]
        )

    def as_json(self) -> dict[str, object]:
        return {
            "machine": self.machine,
            "python": self.python,
            "engines": self.engines,
            "missing": list(self.missing),
            "seconds": self.seconds,
            "judge_seconds": self.judge_seconds,
            "seed": self.seed,
            "stability_price_s": STABLE_S,
            "targets": [asdict(t) | {"met": t.met} for t in self.targets()],
            "rows": [asdict(r) for r in self.rows],
        }


def run(
    data: Path,
    *,
    cases: int,
    seed: int,
    seconds: float = 1.0,
    judge_seconds: float = 10.0,
    vehicles: int = VEHICLES,
    stops: int = STOPS,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure so many cases one after the other; every engine has a process of its own, one works.

    Seconds are CPU seconds of one core, but VROOM's: its limit is one of the wall.
    """
    if not 0 < cases <= 10_000:
        raise Refused("--cases wants a number from 1 to 10000")
    if not (0 < seconds <= 3600 and 0 < judge_seconds <= 3600):
        raise Refused("seconds are more than 0 and at most 3600")
    paths = files(data, vehicles + stops + 10)
    known, missing = engines()
    pools = {e: ProcessPoolExecutor(1, mp_context=get_context("spawn")) for e in known}
    rows: list[Row] = []
    try:
        for number in range(cases):
            case = a_case(paths, number, seed, vehicles=vehicles, stops=stops)
            tell(f"{number + 1} of {cases}: {case.kind}, {case.change}")
            rows.append(measured(case, pools, seconds, judge_seconds, seed))
    finally:
        for pool in pools.values():
            pool.shutdown()
    return Report(
        tuple(rows),
        missing,
        known,
        seconds,
        judge_seconds,
        seed,
        machine=f"{platform.system()} {platform.machine()}, {processor()}",
        python=sys.version.split()[0],
    )


def engines() -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the version of each engine that is installed, and a sentence for each that is not."""
    known, missing = {OURS: version("tenfour")}, list[str]()
    for name, package in _PACKAGES.items():
        try:
            known[name] = version(package)
        except PackageNotFoundError:
            missing.append(f"{name}: {package} is not installed; it comes with the extra 'bench'")
    return known, tuple(missing)


def measured(
    case: Case,
    pools: dict[str, ProcessPoolExecutor],
    seconds: float,
    judge_seconds: float,
    seed: int,
) -> Row:
    """Let every engine mend one case, briefly and as part of the judge."""
    plans: list[Plan] = []
    timed: list[Ours] = []
    for budget, moved_s in ((seconds, 0), (seconds, STABLE_S), (judge_seconds, 0)):
        found, cpu_s = pools[OURS].submit(_ours, case, budget, seed, moved_s).result()
        name = STABLE if moved_s else OURS
        plans.append(_plan(case, name, budget, found.plan, cpu_s))
        timed.append(found)
    for name, pool in pools.items():
        if name == OURS:
            continue
        for budget in dict.fromkeys((seconds, judge_seconds)):
            plan, cpu_s = pool.submit(_other, name, case, budget, seed).result()
            plans.append(_plan(case, name, budget, plan, cpu_s))
    holding = [p for p in plans if p.problem is None]
    best = min(holding, key=lambda p: (p.dropped, p.driving_s))
    return Row(
        case.number,
        case.file,
        case.kind,
        case.change,
        sum(t.order_id is not None for t in case.problem.tasks),
        len(case.orphans),
        best.engine,
        best.cost_s,
        best.dropped,
        timed[0].first_s(best.dropped),
        tuple(plans),
    )


def _ours(case: Case, seconds: float, seed: int, moved_s: int) -> tuple[Ours, float]:
    warm_up()
    began = time.process_time()
    budget = Seconds(seconds, time.process_time, began)
    found = ours(case, budget, time.process_time, seed=seed, moved_s=moved_s)
    return found, round(time.process_time() - began, 3)


def _other(
    name: str, case: Case, seconds: float, seed: int
) -> tuple[Sequence[Sequence[int]], float]:
    offer = Offer(case.problem, case.orphans, inserted(case))
    OTHERS[name](offer, 0.01, seed)  # Imports and whatever is set up once come before the clock.
    began = time.process_time()
    plan = OTHERS[name](offer, seconds, seed)
    return plan, round(time.process_time() - began, 3)


def _plan(
    case: Case, engine: str, seconds: float, plan: Sequence[Sequence[int]], cpu_s: float
) -> Plan:
    verdict: Verdict = judge(case.problem, plan, case.orphans)
    tasks = case.problem.tasks
    meetings = sum(tasks[t].kind is StopKind.MEET for row in plan for t in row)
    return Plan(
        engine,
        seconds,
        verdict.driving_s,
        verdict.cost_s,
        verdict.dropped,
        verdict.moved,
        meetings,
        verdict.problem,
        cpu_s,
    )
