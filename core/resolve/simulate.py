"""Plays options on common sampled paths: every option of a case meets the same draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.context import key_seed
from core.domain.case import Case
from core.domain.day import Day
from core.domain.foreseen import Foreseen
from core.domain.ids import OptionId, OrderId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.place import Point
from core.domain.plan import Progress, RouteState, Stop, StopKind
from core.domain.position import Positions
from core.domain.time import seconds_between
from core.domain.ways import following
from core.eta.going import Answers
from core.eta.paths import Noise, simulate
from core.resolve.draft import Draft
from core.routing.rulers import rulers
from core.tower.known import known_travel
from core.tower.look import is_down, trusted, with_presumed
from core.travel.protocol import TravelTimes

Seconds = NDArray[np.int64]
Cents = NDArray[np.float64]
Plan = tuple[Stop, ...]
_Key = tuple[VehicleId, tuple[tuple[StopId, str, datetime | None], ...]]


@dataclass(frozen=True, slots=True)
class Drive:
    """What becomes of one vehicle's plan, path by path, in seconds from now."""

    start_s: Mapping[StopId, Seconds]
    leave_s: Mapping[StopId, Seconds]
    return_s: Seconds
    metres: int


class Simulator:
    """The future of one case's vehicles under any plans, sampled once for each distinct plan.

    `purpose` names the draws: prices that are compared share it, a winner is priced again on
    another one.
    """

    def __init__(
        self,
        day: Day,
        case: Case,
        travel: TravelTimes,
        positions: Positions,
        now: datetime,
        *,
        seed: int,
        purpose: str = "resolve",
        answers: Answers | None = None,
    ) -> None:
        self.positions = trusted(day, positions, now)
        self.day = with_presumed(day, positions, now)
        """The day with the jams that standing vehicles let us presume."""
        self.case, self.now, self.seed = case, now, seed
        self._answers = answers
        self.foreseen: Foreseen | None = answers.foreseen(day) if answers is not None else None
        """Who forecasts, where that is not the formula alone."""
        self.travel = known_travel(travel, day, self.positions, _case_points(day, case))
        self.reported = day
        """The day as the ledger has it; the checker judges on this one."""
        self.rulers = rulers(day, self.travel, self.travel.points, now)
        self.lookup = self.rulers.expected
        self.paths = day.rules.thresholds.paths
        self.costs: dict[OptionId, Cents] = {}
        """Cost of each priced option on each path; filled by pricing, read by ranking."""
        self._noise = Noise(key_seed(seed, purpose), self.paths)
        self._drives: dict[_Key, Drive] = {}

    def on(self, purpose: str) -> "Simulator":
        """Return the same case on other draws."""
        return Simulator(
            self.reported,
            self.case,
            self.travel,
            self.positions,
            self.now,
            seed=self.seed,
            purpose=purpose,
            answers=self._answers,
        )

    @property
    def learned(self) -> bool:
        """Return whether a model forecasts, not the formula."""
        return self.foreseen is not None and self.foreseen.learned

    def drivable(self, vehicle_id: VehicleId) -> bool:
        """Return whether the vehicle has a future to simulate."""
        route = self.day.routes.get(vehicle_id)
        return (
            route is not None
            and route.progress is not Progress.FINISHED
            and not is_down(self.day, vehicle_id)
        )

    def present(self, vehicle_id: VehicleId) -> Plan:
        return self.day.routes[vehicle_id].remaining

    def drives(self, plans: Mapping[VehicleId, Plan]) -> dict[VehicleId, Drive]:
        """Return what becomes of each plan. Vehicles that meet are played together."""
        result: dict[VehicleId, Drive] = {}
        for group in _coupled(plans):
            keys = {v: _key(v, plans[v]) for v in group}
            alone = len(group) == 1
            if alone and keys[group[0]] in self._drives:
                result[group[0]] = self._drives[keys[group[0]]]
                continue
            together = {v: plans[v] for v in group}
            day = following(self.day, (s for stops in together.values() for s in stops))
            times = simulate(
                day,
                together,
                self.travel,
                self.now,
                self._noise,
                self.positions,
                answers=self._answers,
            )
            for v in group:
                result[v] = Drive(
                    start_s={s.stop_id: times.start_s[s.stop_id] for s in plans[v]},
                    leave_s={s.stop_id: times.leave_s[s.stop_id] for s in plans[v]},
                    return_s=times.return_s[v],
                    metres=self._metres(self.day.routes[v], plans[v]),
                )
            if alone:
                self._drives[keys[group[0]]] = result[group[0]]
        return result

    def drive(self, vehicle_id: VehicleId) -> Drive:
        """Return what becomes of the vehicle's present plan."""
        return self.drives({vehicle_id: self.present(vehicle_id)})[vehicle_id]

    def after(self, draft: Draft) -> dict[VehicleId, Drive]:
        """Return the changed vehicles under a draft."""
        return self.drives(
            {r.vehicle_id: r.stops for r in draft.new_routes() if self.drivable(r.vehicle_id)}
        )

    def _metres(self, route: RouteState, plan: Plan) -> int:
        here, total = route.last_point or route.start, 0
        for stop in plan:
            total += self.lookup(here, stop.point)[1]
            here = stop.point
        return total + self.lookup(here, route.end)[1]

    def frozen_at(self, new: NewRoute) -> datetime | None:
        """Return when the first stop that `new` changes becomes one nobody may move.

        That is when the driver is expected to leave for its parking place; None when the order of
        stops stays as it is, or the vehicle stands still anyway.
        """
        route = self.day.routes[new.vehicle_id]
        old = route.remaining
        first = _first_difference(old, new.stops)
        if first is None or not self.drivable(new.vehicle_id):
            return None
        while 0 < first < len(old) and old[first - 1].point == old[first].point:
            first -= 1
        if first == 0:
            return route.depart_at if route.progress is Progress.AT_DEPOT else self.now
        leave = self.drive(new.vehicle_id).leave_s[old[first - 1].stop_id]
        return self.now + timedelta(seconds=int(np.median(leave)))

    def first_frozen(self, draft: Draft) -> datetime | None:
        """Return the earliest instant at which part of the draft can no longer be done."""
        ends = [at for r in draft.new_routes() if (at := self.frozen_at(r)) is not None]
        return min(ends, default=None)

    def instant(self, seconds: float) -> datetime:
        return self.now + timedelta(seconds=round(seconds))

    def closes_s(self, order_id: OrderId) -> int:
        return seconds_between(self.now, self.day.orders[order_id].promise.closes)


def _first_difference(old: Plan, new: Plan) -> int | None:
    for index, (a, b) in enumerate(zip(old, new, strict=False)):
        if (a.stop_id, a.way) != (b.stop_id, b.way):
            return index
    return None if len(old) == len(new) else min(len(old), len(new))


def _key(vehicle_id: VehicleId, plan: Plan) -> _Key:
    return (
        vehicle_id,
        tuple((s.stop_id, s.way, s.arrive_at if s.kind is StopKind.MEET else None) for s in plan),
    )


def _coupled(plans: Mapping[VehicleId, Plan]) -> list[tuple[VehicleId, ...]]:
    """Return the vehicles in groups: those that meet, directly or over others, together."""
    home = {v: v for v in sorted(plans)}

    def root(v: VehicleId) -> VehicleId:
        while home[v] != v:
            v = home[v]
        return v

    for v in sorted(plans):
        for stop in plans[v]:
            if stop.meets is not None and stop.meets in home:
                home[root(stop.meets)] = root(v)
    groups: dict[VehicleId, list[VehicleId]] = {}
    for v in sorted(plans):
        groups.setdefault(root(v), []).append(v)
    return [tuple(groups[r]) for r in sorted(groups)]


def _case_points(day: Day, case: Case) -> tuple[Point, ...]:
    states = [day.orders[o] for o in case.order_ids() if o in day.orders]
    return tuple(s.order.point for s in states if s.order.point is not None)
