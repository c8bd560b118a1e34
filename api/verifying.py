"""Checking a stored day from the outside: ledger, read tables, the plan, the day as driven."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from api.maps import Maps
from core.domain.day import Day
from core.domain.decision import PlanAdopted
from core.domain.ids import DayId
from core.domain.place import Point
from core.domain.plan import Plan, ProviderStamp
from core.ledger import fold
from core.ledger.events import Event
from core.routing.build import middle_of_day
from core.routing.check import (
    Violation,
    check_executed,
    check_plan,
    executed_points,
    hard_ones,
    plan_points,
)
from core.routing.plan_times import plan_lookup
from core.store.store import Store
from core.travel.lookup import matrix_lookup
from core.travel.protocol import Matrix, SlowArea, TravelTimes


@dataclass(frozen=True, slots=True)
class Verified:
    day_id: DayId
    events: int
    problems: tuple[str, ...]
    unchecked: tuple[str, ...] = ()
    """What could not be checked here, and why."""

    def verdict(self) -> str:
        if self.problems:
            return f"{len(self.problems)} problems"
        return "clean" if not self.unchecked else "clean in what could be checked"

    def as_json(self) -> dict[str, object]:
        return {
            "day_id": self.day_id,
            "events": self.events,
            "problems": list(self.problems),
            "unchecked": list(self.unchecked),
        }


def verify_day(store: Store, day_id: DayId, maps: Maps | None = None) -> Verified:
    """Check the hash chain, the read tables against a replay, every plan, the day as driven.

    A plan is walked with the travel times that it was made with, found again in `maps`. Where
    they are missing everything but its drives is checked, and `unchecked` says so.
    """
    report = store.verify(day_id)
    problems, unchecked = list(report.problems), list[str]()
    if not problems:
        events = list(store.load(day_id))
        for number, event in enumerate(events):
            if isinstance(event.body, PlanAdopted):
                day = fold.replay(events[:number])
                wrong, missing = _plan(day, event.body.plan, maps or Maps())
                problems += wrong
                unchecked += missing
        problems += [f"as driven: {v.sentence}" for v in _driven(events, maps or Maps())]
    return Verified(day_id, report.events, tuple(problems), tuple(unchecked))


def _driven(events: Sequence[Event], maps: Maps) -> tuple[Violation, ...]:
    """Return what was hard about the day as driven, by the travel times of its plan if they are
    here: without them what decisions made of a return is only reported."""
    day = fold.replay(events)
    travel = maps.travel(day.provider, day.opened.zone) if day.provider is not None else None
    if travel is None:
        return hard_ones(check_executed(events))
    lookup = matrix_lookup(travel.slowed(()), executed_points(events), middle_of_day(day))
    return hard_ones(check_executed(events, lookup))


def _plan(day: Day, plan: Plan, maps: Maps) -> tuple[list[str], list[str]]:
    """Return what is wrong with a plan, and what could not be checked of it."""
    stamp, name = plan.provider, f"plan {plan.version}"
    travel = maps.travel(stamp, day.opened.zone)
    unchecked: list[str] = []
    if travel is None:
        made = " ".join(x for x in (stamp.name, stamp.map_date, stamp.digest[:12]) if x)
        hint = "; name its map with --roads FILE" if stamp.name == "roads" else ""
        unchecked.append(
            f"{name}: its driving times and distances were not checked, the travel times it was "
            f"made with ({made}) are not here{hint}"
        )
    lookup = plan_lookup(day, travel or _Beamed(stamp), plan_points(plan.routes))
    left = [o.order_id for o in plan.left_out]
    found = check_plan(day, plan.routes, left, lookup)
    return [f"{name}: {v.sentence}" for v in found], unchecked


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
