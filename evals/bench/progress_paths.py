"""How fast and how repeatable the joint paths of a whole fleet's routes are."""

import time
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np

from core.domain.day import Day
from core.domain.ids import PlanId
from core.eta.noise import Noise
from core.eta.paths import PathTimes, simulate
from core.routing.planner import plan_day
from core.travel.estimate import EstimateTravel
from evals.bench.quote import a_day, adopted

ROUTES, STOPS, PATHS, TIMES = 20, 20, 256, 11


@dataclass(frozen=True, slots=True)
class PathsTaken:
    """So many sampled futures of so many routes at once, each time with fresh draws."""

    routes: int
    stops: int
    paths: int
    p50_cpu_ms: float
    worst_cpu_ms: float
    p_late: float
    """Mean over all stops, to show that something was sampled."""
    p_overtime: float
    """Mean chance of a route to be back a quarter of an hour after its planned return, or later."""
    same_again: bool
    """Whether the same seed gives the same arrivals to the second."""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def measured(seed: int = 1) -> PathsTaken:
    """Sample a planned day of twenty vans and four hundred orders again and again."""
    travel = EstimateTravel("UTC")
    day = a_day(ROUTES * STOPS, ROUTES, seed)
    plan = plan_day(day, travel, seed=seed, iterations=0, plan_id=PlanId("plan-1"))
    day = adopted(day, plan)
    took: list[float] = []
    for number in range(TIMES):
        began = time.process_time()
        _played(day, travel, seed + number)
        took.append((time.process_time() - began) * 1000)
    first, again = _played(day, travel, seed), _played(day, travel, seed)
    closes = {
        s.stop_id: day.orders[s.order_id].promise.closes
        for r in day.routes.values()
        for s in r.remaining
        if s.order_id is not None
    }
    late = [first.p_late(stop, at) for stop, at in closes.items()]
    over = [
        float((first.return_s[v] > (r.return_at - day.now).total_seconds() + 900).mean())
        for v, r in day.routes.items()
    ]
    return PathsTaken(
        routes=len(day.routes),
        stops=len(closes),
        paths=PATHS,
        # The first time reads what all others find ready.
        p50_cpu_ms=round(median(took[1:]), 1),
        worst_cpu_ms=round(max(took[1:]), 1),
        p_late=round(float(np.mean(late)), 4),
        p_overtime=round(float(np.mean(over)), 4),
        same_again=all(np.array_equal(first.arrive_s[s], again.arrive_s[s]) for s in closes),
    )


def _played(day: Day, travel: EstimateTravel, seed: int) -> PathTimes:
    plans = {v: r.remaining for v, r in day.routes.items()}
    return simulate(day, plans, travel, day.now, Noise(seed, PATHS))
