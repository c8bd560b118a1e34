"""The Tuesday with nobody at the screen: all arms on one seed, as one plain dictionary."""

from pathlib import Path
from time import perf_counter

from core.routing.pool import SolverPool
from evals.arms import Arm, run_arm
from evals.play import Stage
from evals.score import ArmResult
from evals.stage import Progress, ground, staged


def compare(
    stage: Stage, progress: Progress | None = None, pool: SolverPool | None = None
) -> tuple[dict[str, ArmResult], dict[str, float]]:
    """Play every arm; return their figures, and the seconds that each took."""
    tell = progress or _silent
    results: dict[str, ArmResult] = {}
    seconds: dict[str, float] = {}
    for arm in Arm:
        tell(f"playing the day: {arm.value.replace('_', ' ')}")
        began = perf_counter()
        results[arm.value] = run_arm(arm, stage, pool)
        seconds[arm.value] = round(perf_counter() - began, 2)
    return results, seconds


def headless(
    seed: int,
    roads: Path | None = None,
    vehicles: int = 6,
    progress: Progress | None = None,
    *,
    zone: str | None = None,
) -> dict[str, object]:
    """Play all arms of one seed. Everything but `timing` is equal for equal seeds."""
    tell = progress or _silent
    began = perf_counter()
    tell("opening the map")
    where = ground(roads, zone=zone, progress=progress)
    opened_s = perf_counter() - began
    tell("building a day that fills its shifts, and planning it")
    stage = staged(seed, where, vehicles=vehicles)
    planned_s = perf_counter() - began - opened_s
    results, seconds = compare(stage, progress)
    timing = {
        "map": round(opened_s, 2),
        "plan": round(planned_s, 2),
        **seconds,
        "total": round(perf_counter() - began, 2),
    }
    arms = {name: result.as_dict() for name, result in results.items()}
    return {"seed": seed, "arms": arms, "timing": timing}


def _silent(step: str) -> None:
    del step
