"""Checking a stored day from the outside: ledger, read tables, the plan, the day as driven."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.domain.decision import PlanAdopted
from core.domain.ids import DayId
from core.domain.place import Point
from core.domain.plan import ProviderStamp
from core.ledger import fold
from core.ledger.events import Event
from core.routing.build import middle_of_day
from core.routing.check import check_executed, check_plan, hard_ones, plan_points
from core.store.store import Store
from core.travel.estimate import EstimateTravel
from core.travel.lookup import matrix_lookup
from core.travel.protocol import Matrix, SlowArea, TravelTimes


@dataclass(frozen=True, slots=True)
class Verified:
    day_id: DayId
    events: int
    problems: tuple[str, ...]

    def verdict(self) -> str:
        return "clean" if not self.problems else f"{len(self.problems)} problems"

    def as_json(self) -> dict[str, object]:
        return {"day_id": self.day_id, "events": self.events, "problems": list(self.problems)}


def verify_day(store: Store, day_id: DayId) -> Verified:
    """Check the hash chain, the read tables against a replay, every plan, the day as driven."""
    report = store.verify(day_id)
    problems = list(report.problems)
    if not problems:
        events = list(store.load(day_id))
        problems += _plans(events)
        problems += [f"as driven: {v.sentence}" for v in hard_ones(check_executed(events))]
    return Verified(day_id, report.events, tuple(problems))


def _plans(events: list[Event]) -> list[str]:
    found: list[str] = []
    for number, event in enumerate(events):
        if isinstance(event.body, PlanAdopted):
            day = fold.replay(events[:number])
            plan = event.body.plan
            lookup = matrix_lookup(
                _travel(plan.provider, day.opened.zone),
                plan_points(plan.routes),
                middle_of_day(day),
            )
            left = [o.order_id for o in plan.left_out]
            found += [
                f"plan {plan.version}: {v.sentence}"
                for v in check_plan(day, plan.routes, left, lookup)
            ]
    return found


def _travel(stamp: ProviderStamp, zone: str) -> TravelTimes:
    """Return the travel times a plan was made with, or ones in which every drive takes no time.

    A plan on a map that is not here is checked in everything but its drives.
    """
    estimate = EstimateTravel(zone)
    if stamp.name == estimate.stamp.name:
        return estimate
    return _Beamed(stamp)


@dataclass(frozen=True, slots=True)
class _Beamed:
    """Travel in no time: a bound below every map."""

    stamp: ProviderStamp

    def matrix(self, points: Sequence[Point], at: datetime) -> Matrix:
        del at
        nothing = np.zeros((len(points), len(points)), dtype=np.int64)
        return Matrix(nothing, nothing)

    def geometry(self, start: Point, end: Point) -> tuple[Point, ...]:
        return (start, end)

    def slowed(self, areas: Sequence[SlowArea]) -> TravelTimes:
        del areas
        return self
