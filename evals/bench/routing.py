"""Our search beside other engines on public files: one core each, turn by turn, one judge."""

import platform
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from core.errors import Refused
from core.routing.public.judge import judge
from evals.bench.allocation import processor
from evals.bench.routing_cases import Case, cases
from evals.bench.routing_others import Run, takes, timed, versions
from evals.bench.routing_targets import judged
from evals.bench.target import Target

OURS = "tenfour"


@dataclass(frozen=True, slots=True)
class Row:
    """One engine on one file with one budget and seed."""

    file: str
    family: str
    groups: tuple[str, ...]
    customers: int
    engine: str
    seconds: float
    seed: int
    cost: float
    best: float
    gap_pct: float | None
    """None where the plan breaks a rule or has more vehicles where they count first."""
    vehicles: int
    cpu_s: float
    problem: str | None


@dataclass(frozen=True, slots=True)
class Mean:
    """What one engine reached on a group of files with one budget."""

    group: str
    engine: str
    seconds: float
    files: int
    without: int
    """Plans that are not counted in the mean: they break a rule, or have too many vehicles."""
    gap_pct: float
    worst_pct: float


@dataclass(frozen=True, slots=True)
class Report:
    """What one run measured, with where."""

    rows: tuple[Row, ...]
    missing: tuple[str, ...]
    engines: dict[str, str]
    machine: str
    python: str

    def means(self) -> tuple[Mean, ...]:
        """Return group by group what each engine reached with each budget."""
        keys = {(g, r.seconds, r.engine): None for r in self.rows for g in r.groups}
        order = {engine: i for i, engine in enumerate(self.engines)}
        return tuple(
            self._mean(*key) for key in sorted(keys, key=lambda k: (k[0], k[1], order[k[2]]))
        )

    def _mean(self, group: str, seconds: float, engine: str) -> Mean:
        mine = [
            r for r in self.rows if group in r.groups and (r.seconds, r.engine) == (seconds, engine)
        ]
        gaps = [r.gap_pct for r in mine if r.gap_pct is not None]
        files = len({r.file for r in mine})
        mean = sum(gaps) / len(gaps) if gaps else 0.0
        return Mean(
            group, engine, seconds, files, len(mine) - len(gaps), mean, max(gaps, default=0.0)
        )

    def targets(self) -> tuple[Target, ...]:
        return judged(
            [(r.groups, r.engine, r.seconds, r.file, r.seed, r.gap_pct) for r in self.rows]
        )

    def as_json(self) -> dict[str, object]:
        return {
            "machine": self.machine,
            "python": self.python,
            "engines": self.engines,
            "missing": list(self.missing),
            "means": [asdict(m) for m in self.means()],
            "targets": [asdict(t) | {"met": t.met} for t in self.targets()],
            "rows": [asdict(r) for r in self.rows],
        }


def run(
    data: Path,
    *,
    seconds: Sequence[float],
    engines: Sequence[str],
    seeds: Sequence[int],
    families: Sequence[str],
    wanted: Sequence[str] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure every engine on every file, one after the other; skip what is missing and say so.

    Engines take turns file by file, so that whatever else the machine does meets all of them. Each
    has one process of its own, and only one of them works at a time.
    """
    known = versions(list(engines))
    if not seconds or any(not 0 < s <= 86_400 for s in seconds):
        raise Refused("--seconds wants figures above 0, such as 5,30")
    found = cases(data, families, wanted)
    rows: list[Row] = []
    pools = {e: ProcessPoolExecutor(1, mp_context=get_context("spawn")) for e in engines}
    try:
        for number, case in enumerate(found.cases, 1):
            for budget in seconds:
                for seed in seeds:
                    for engine, pool in pools.items():
                        words = f"{number} of {len(found.cases)}: {case.name}, {engine}"
                        tell(f"{words}, {budget:g} s, seed {seed}")
                        row = _row(case, engine, budget, seed, pool)
                        rows += [row] if row is not None else []
    finally:
        for pool in pools.values():
            pool.shutdown()
    return Report(
        tuple(rows),
        found.missing,
        known,
        machine=f"{platform.system()} {platform.machine()}, {processor()}",
        python=sys.version.split()[0],
    )


def _row(
    case: Case, engine: str, seconds: float, seed: int, pool: ProcessPoolExecutor
) -> Row | None:
    instance = case.load()
    if not takes(engine, instance):
        return None
    ran: Run = pool.submit(timed, engine, instance, seconds, seed).result()
    verdict = judge(instance, ran.routes)
    gap = case.gap_pct(verdict)
    return Row(
        file=case.name,
        family=case.family,
        groups=case.groups(instance.size - 1),
        customers=instance.size - 1,
        engine=engine,
        seconds=seconds,
        seed=seed,
        cost=round(verdict.cost, 4),
        best=case.best.cost,
        gap_pct=None if gap is None else round(gap, 4),
        vehicles=verdict.vehicles,
        cpu_s=ran.cpu_s,
        problem=verdict.problem,
    )
