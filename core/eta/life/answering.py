"""Who forecasts the routes of a day, as its own ledger says: model, pace and what is still open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from threading import RLock
from typing import TypeVar

import numpy as np

from core.domain.day import Day
from core.domain.fact import ForecasterChosen
from core.domain.foreseen import Foreseen
from core.domain.ids import StopId, VehicleId
from core.domain.place import Point
from core.domain.plan import RouteState, Stop, StopKind
from core.domain.time import seconds_between
from core.domain.trip import Passed
from core.eta.doors.records import UNKNOWN, access_of, stairs_of
from core.eta.going import AS_SAID, Going
from core.eta.learned.serve import FORMULA_ID
from core.eta.legs import Legs
from core.eta.life.active import Active, as_chosen
from core.eta.life.harvest import cell, code, wall_s
from core.eta.life.means import HOUR_S, Door, Leg, Mean, Means, leg
from core.eta.life.registry import Registry
from core.eta.noise import SPREAD
from core.eta.underway.outlook import Tempos
from core.eta.underway.tempo import Pace
from core.travel.keep import Memory
from core.travel.protocol import TravelTimes

Q = TypeVar("Q")

_AT_DOORS = (StopKind.DELIVER, StopKind.COLLECT)
# Nobody's luck is smaller than this: a log spread of a tenth.
LEAST_OWN = 0.1
_MODELS_KEPT = 4
_PACES_KEPT = 2_000
_STEPS = 8


@dataclass(frozen=True, slots=True)
class Paces:
    """What one vehicle's day says of its pace."""

    driving: Pace
    service: Pace


class DayAnswers:
    """Answers for the days of one place over one provider. Safe to ask from several threads."""

    def __init__(
        self, registry: Registry, travel: TravelTimes, made: Iterable[Active] = ()
    ) -> None:
        self._registry, self._travel = registry, travel.slowed(())
        self._lock = RLock()
        self._models = Memory[ForecasterChosen, Means](_MODELS_KEPT)
        self._paces = Memory[tuple[object, ...], Paces](_PACES_KEPT)
        for model in made:
            self.keep(model)

    def keep(self, model: Active) -> ForecasterChosen:
        """Remember a model that is read already; return the fact that names it."""
        chosen = ForecasterChosen(model.model_id, model.digest, model.provider)
        self._models.get(chosen, lambda: Means(model))
        return chosen

    def foreseen(self, day: Day) -> Foreseen | None:
        chosen = self._chosen(day)
        if chosen is None:
            return None
        model = self._means(chosen).model
        return Foreseen(model.model_id, model.provider)

    def going(
        self, day: Day, plans: Mapping[VehicleId, Sequence[Stop]], legs: Legs
    ) -> dict[VehicleId, Going]:
        chosen = self._chosen(day)
        if chosen is None:
            return dict.fromkeys(plans, AS_SAID)
        means = self._means(chosen)
        if means.model.model_id == FORMULA_ID:
            return dict.fromkeys(plans, AS_SAID)
        with self._lock:
            routes = {v: _asked(day, day.routes[v], stops, legs) for v, stops in plans.items()}
            drives = _answered(routes, lambda r: r.legs, means.legs)
            serves = _answered(routes, lambda r: r.doors, means.doors)
            return {
                v: _going(routes[v], drives[v], serves[v], self._pace(day, v, means)) for v in plans
            }

    def _chosen(self, day: Day) -> ForecasterChosen | None:
        return day.forecaster

    def _means(self, chosen: ForecasterChosen) -> Means:
        return self._models.get(
            chosen, lambda: Means(as_chosen(self._registry, chosen, self._travel.stamp.name))
        )

    def _pace(self, day: Day, vehicle_id: VehicleId, means: Means) -> Paces:
        """Return the pace that a vehicle's stops behind it show, shrunk by how many there are."""
        route, trip = day.routes[vehicle_id], day.trips.get(vehicle_id)
        passed = trip.passed if trip is not None else ()
        shown = tuple((p, _drove_s(day, p), _stood_s(day, p)) for p in passed)
        key = (self._chosen(day), day.opened.day_id, route.driver_id, shown)
        return self._paces.get(key, lambda: self._shown(day, route, shown, means))

    def _shown(
        self, day: Day, route: RouteState, shown: Sequence[tuple[Passed, int, int]], means: Means
    ) -> Paces:
        tempos, driver = Tempos(), code("driver", str(route.driver_id))
        if not shown:
            return Paces(tempos.driving.before(driver), tempos.service.before(driver))
        passed = [p for p, _, _ in shown]
        hours = [_hour(day, p.left_at) for p in passed]
        formula = [self._seconds(p.origin, p.point, p.left_at) for p in passed]
        legs = [
            leg(h, cell(p.origin), cell(p.point), s)
            for p, h, s in zip(passed, hours, formula, strict=True)
        ]
        doors = [_door(day, route, p, h) for p, h in zip(passed, hours, strict=True)]
        planned = [s * m.ratio for s, m in zip(formula, means.legs(legs), strict=True)]
        served = [d.formula_s * m.ratio for d, m in zip(doors, means.doors(doors), strict=True)]
        drove, stood = np.array([pieces[1:] for pieces in shown], dtype=np.float64).T
        return Paces(
            tempos.driving.after(drove, np.array(planned), driver),
            tempos.service.after(stood, np.array(served), driver),
        )

    def _seconds(self, start: Point, end: Point, at: datetime) -> float:
        if start == end:
            return 0.0
        return float(self._travel.matrix([start, end], at).seconds[0, 1])


class OneAnswers(DayAnswers):
    """The same model for every day, whatever their ledgers say: how it would have done."""

    def __init__(self, registry: Registry, travel: TravelTimes, model: Active) -> None:
        super().__init__(registry, travel)
        self._model = self.keep(model)

    def _chosen(self, day: Day) -> ForecasterChosen | None:
        del day
        return self._model


@dataclass(frozen=True, slots=True)
class _Route:
    """What is asked of one route: a leg to each stop and home, and each service at a door."""

    stops: tuple[StopId, ...]
    legs: tuple[Leg, ...]
    served: tuple[StopId, ...]
    doors: tuple[Door, ...]


def _asked(day: Day, route: RouteState, stops: Sequence[Stop], legs: Legs) -> _Route:
    """Put the legs and doors of a route into words, each at the hour that the plan has for it."""
    here, asked = route.last_point or route.start, list[Leg]()
    served: list[StopId] = []
    doors: list[Door] = []
    ends = [(s.point, s.arrive_at) for s in stops]
    for point, planned_at in (*ends, (route.end, route.return_at)):
        hour = _hour(day, max(planned_at, legs.now))
        normal = float(legs.seconds[legs.index[here], legs.index[point]])
        asked.append(leg(hour, cell(here), cell(point), normal))
        here = point
    for stop, question in zip(stops, asked, strict=False):
        if stop.kind in _AT_DOORS and stop.service_s > 0:
            served.append(stop.stop_id)
            doors.append(_door(day, route, stop, question.hour))
    return _Route(tuple(s.stop_id for s in stops), tuple(asked), tuple(served), tuple(doors))


def _hour(day: Day, at: datetime) -> int:
    return wall_s(at, day.opened.zone) // HOUR_S


def _door(day: Day, route: RouteState, stop: Stop | Passed, hour: int) -> Door:
    state = day.orders.get(stop.order_id) if stop.order_id is not None else None
    return Door(
        hour,
        code("driver", str(route.driver_id)),
        code("door", f"{stop.point.lat_e6},{stop.point.lon_e6}"),
        state.order.load.parcels if state is not None else 0,
        stairs_of(state.order) if state is not None else UNKNOWN,
        access_of(state.order) if state is not None else UNKNOWN,
        stop.service_s,
    )


def _answered(
    routes: Mapping[VehicleId, _Route],
    of: Callable[[_Route], Sequence[Q]],
    ask: Callable[[Sequence[Q]], list[Mean]],
) -> dict[VehicleId, list[Mean]]:
    """Ask for all routes at once: one question to a model costs as much as four hundred."""
    means = iter(ask([question for route in routes.values() for question in of(route)]))
    return {v: [next(means) for _ in of(route)] for v, route in routes.items()}


def _going(route: _Route, drive: list[Mean], serve: list[Mean], paces: Paces) -> Going:
    """Return what is expected of a route: the model's means at the pace that it has shown."""
    road, hand = paces.driving.factor, paces.service.factor
    towards = dict(zip(route.stops, drive[:-1], strict=True))
    at_door = dict(zip(route.served, serve, strict=True))
    shared = SPREAD.congestion**2 + SPREAD.driver_pace**2
    return Going(
        {i: m.ratio * road for i, m in towards.items()},
        drive[-1].ratio * road,
        {i: m.ratio * hand for i, m in at_door.items()},
        {i: _own(m.sd, shared) for i, m in towards.items() if m.sd is not None},
        {i: _own(m.sd, SPREAD.service_driver**2) for i, m in at_door.items() if m.sd is not None},
        paces.driving.variance,
        paces.service.variance,
    )


def _own(sd: float, shared: float) -> float:
    """Return what is a piece's own luck, once what it shares with others is taken out."""
    return sqrt(max(sd**2 - shared, LEAST_OWN**2))


def _drove_s(day: Day, passed: Passed) -> int:
    """Return the seconds of a leg; 0, which tells nothing, where nobody saw it end or a jam was in
    its way."""
    if passed.reached_at is None or _jammed(day, passed, passed.reached_at):
        return 0
    return seconds_between(passed.left_at, passed.reached_at)


def _stood_s(day: Day, passed: Passed) -> int:
    """Return the seconds of a service, waiting for the promised window not counted."""
    state = day.orders.get(passed.order_id) if passed.order_id is not None else None
    if passed.reached_at is None or state is None:
        return 0
    return seconds_between(max(passed.reached_at, state.promise.opens), passed.ended_at)


def _jammed(day: Day, passed: Passed, reached_at: datetime) -> bool:
    """Return whether a reported incident lay on the straight way while the leg was driven: what it
    cost says nothing of the pace after it."""
    for incident in day.incidents.values():
        over = incident.cleared_at or incident.clears_at
        if incident.reported_at > reached_at or (over is not None and over < passed.left_at):
            continue
        if any(incident.area.holds(p) for p in _between(passed.origin, passed.point)):
            return True
    return False


def _between(start: Point, end: Point) -> list[Point]:
    return [
        Point(
            start.lat_e6 + (end.lat_e6 - start.lat_e6) * i // _STEPS,
            start.lon_e6 + (end.lon_e6 - start.lon_e6) * i // _STEPS,
        )
        for i in range(_STEPS + 1)
    ]
