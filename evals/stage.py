"""Where a simulated day plays: a map, a tight city on it, and the plan that all arms share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.domain.day import Day
from core.domain.ids import PlanId
from core.domain.place import Point
from core.domain.plan import Plan
from core.routing.planner import plan_day
from core.routing.pool import SolverPool
from core.settings import Settings
from core.travel.build import ensure_roads
from core.travel.protocol import TravelTimes
from core.travel.roads import RoadTravel
from evals.play import Stage
from evals.world.city import Planner, tight_city
from evals.world.parameters import default
from evals.world.scenario import load

Progress = Callable[[str], None]
"""Told in plain words what happens next."""

BUNDLED_ZONE = "Europe/Helsinki"


@dataclass(frozen=True)
class Ground:
    """Roads, doors on them, and the zone that their clocks keep."""

    travel: TravelTimes
    streets: tuple[Point, ...]
    zone: str


def ground(
    roads: Path | None = None,
    *,
    zone: str | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Ground:
    """Return the bundled centre of Helsinki, or the extract given.

    An extract keeps UTC unless told otherwise: nothing in it says which zone it lies in.
    """
    if roads is None:
        chosen = zone or BUNDLED_ZONE
        travel = RoadTravel.load(None, chosen)
    else:
        chosen = zone or "UTC"
        graph = ensure_roads(roads, cache or Settings().cache_dir, progress)
        travel = RoadTravel.load(graph, chosen)
    streets = tuple(sorted({point for point, _ in travel.street_points()}))
    return Ground(travel, streets, chosen)


def planner(seed: int, travel: TravelTimes, pool: SolverPool | None = None) -> Planner:
    """Return the house's own planner for that seed."""

    def plan(day: Day, iterations: int) -> Plan:
        return plan_day(
            day, travel, seed=seed, iterations=iterations, plan_id=PlanId("plan-1"), pool=pool
        )

    return plan


def staged(seed: int, where: Ground, *, vehicles: int = 6, pool: SolverPool | None = None) -> Stage:
    """Return the Tuesday of that seed with its morning plan, which every arm shares."""
    city, plan = tight_city(
        seed,
        where.travel,
        where.streets,
        default(),
        planner(seed, where.travel, pool),
        vehicles=vehicles,
        zone=where.zone,
    )
    return Stage(seed, city, plan, load("tuesday"), where.travel)
