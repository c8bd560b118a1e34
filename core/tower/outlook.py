"""What is expected of every open stop at one moment: the one forecast that all views share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

import numpy as np

from core.domain.day import Day
from core.domain.foreseen import FORMULA, Foreseen
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.plan import Progress, ProviderStamp
from core.domain.position import Positions
from core.domain.time import seconds_between
from core.eta.arrivals import StopTime
from core.eta.forecast import RouteForecast, forecast
from core.eta.going import Answers
from core.eta.paths import PathTimes, simulate
from core.tower.look import trusted, watch_noise, with_presumed
from core.travel.protocol import TravelTimes

NO_HISTORY = "formula, no history yet"
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Spread:
    """When a stop is reached on one path of ten, on half of them, and on nine of ten."""

    p10: datetime
    p50: datetime
    p90: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """One open stop by the live forecast."""

    vehicle_id: VehicleId
    time: StopTime
    p_late_pct: int
    spread: Spread | None = None

    @property
    def late_min(self) -> int:
        """Whole minutes after the promise, rounded up."""
        return -(-self.time.late_s // 60)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The rest of the day as of event `seq`, at `now`."""

    now: datetime
    seq: int
    stops: Mapping[StopId, Expected]
    orders: Mapping[OrderId, Expected]
    returns: Mapping[VehicleId, datetime]
    model_id: str = FORMULA
    provider: str = ""
    """In words: what the times rest on."""
    overtime_pct: Mapping[VehicleId, int] = field(default_factory=dict[VehicleId, int])
    """The share of paths on which a vehicle is back after its driver's shift."""
    routes: Mapping[VehicleId, RouteForecast] = field(
        default_factory=dict[VehicleId, RouteForecast]
    )


def outlook(
    day: Day,
    travel: TravelTimes,
    positions: Positions,
    now: datetime,
    *,
    seed: int,
    answers: Answers | None = None,
) -> Outlook:
    """Return times and risks of all open stops; a pure function of its arguments.

    By the formula a stop is expected when the plain walk along its route gets there; by a model in
    force at the middle of its paths, which are those that the tower detects with.
    """
    foreseen = answers.foreseen(day) if answers is not None else None
    learned = foreseen is not None and foreseen.learned
    seen, supposed = trusted(day, positions, now), with_presumed(day, positions, now)
    if not learned:
        seen, supposed = dict(positions), day
    going = [v for v, r in sorted(day.routes.items()) if r.progress is not Progress.FINISHED]
    plans = {v: supposed.routes[v].remaining for v in going}
    noise = watch_noise(seed, day.rules.thresholds.paths)
    sampled = simulate(supposed, plans, travel, now, noise, seen, answers=answers)
    spreads = _spreads(sampled)
    stops: dict[StopId, Expected] = {}
    orders: dict[OrderId, Expected] = {}
    routes: dict[VehicleId, RouteForecast] = {}
    for vehicle_id in going:
        route = forecast(supposed, vehicle_id, travel, now, seen, answers=answers)
        if learned:
            route = _by_middle(day, route, sampled)
        routes[vehicle_id] = route
        for time in route.times:
            state = day.orders.get(time.order_id) if time.order_id is not None else None
            risk = 0
            if state is not None:
                risk = round(100 * sampled.p_late(time.stop_id, state.promise.closes))
            expected = Expected(vehicle_id, time, risk, spreads.get(time.stop_id))
            stops[time.stop_id] = expected
            if time.order_id is not None:
                orders[time.order_id] = expected
    return Outlook(
        now,
        day.seq,
        stops,
        orders,
        {v: r.return_at for v, r in routes.items()},
        foreseen.model_id if foreseen is not None else FORMULA,
        _words(foreseen, travel.stamp),
        _overtime(day, sampled),
        routes,
    )


def _words(foreseen: Foreseen | None, stamp: ProviderStamp) -> str:
    said = foreseen.provider if foreseen is not None else NO_HISTORY
    return f"{said}; over {stamp.name}"


def _by_middle(day: Day, route: RouteForecast, sampled: PathTimes) -> RouteForecast:
    """Return the forecast with every time in the middle of its paths."""
    times: list[StopTime] = []
    for time in route.times:
        start = sampled.at_share(sampled.start_s[time.stop_id], 0.5)
        state = day.orders.get(time.order_id) if time.order_id is not None else None
        late = max(0, seconds_between(state.promise.closes, start)) if state is not None else 0
        times.append(
            StopTime(
                time.stop_id,
                time.order_id,
                sampled.at_share(sampled.arrive_s[time.stop_id], 0.5),
                start,
                sampled.at_share(sampled.leave_s[time.stop_id], 0.5),
                late if state is not None else time.late_s,
            )
        )
    back = sampled.at_share(sampled.return_s[route.vehicle_id], 0.5)
    return RouteForecast(route.vehicle_id, tuple(times), back, route.provider, route.basis)


def _overtime(day: Day, sampled: PathTimes) -> dict[VehicleId, int]:
    found: dict[VehicleId, int] = {}
    for vehicle_id, back_s in sampled.return_s.items():
        driver = day.drivers.get(day.routes[vehicle_id].driver_id)
        if driver is not None:
            ends_s = seconds_between(sampled.now, driver.shift.closes)
            found[vehicle_id] = round(100 * float((back_s > ends_s).mean()))
    return found


def _spreads(sampled: PathTimes) -> dict[StopId, Spread]:
    """Return for each stop the arrivals that a tenth, half and nine tenths of the paths keep to."""
    if not sampled.arrive_s:
        return {}
    ranked = np.sort(np.stack(list(sampled.arrive_s.values())), axis=1)
    columns = [max(0, ceil(level * sampled.paths) - 1) for level in LEVELS]
    return {
        stop_id: Spread(*(sampled.now + timedelta(seconds=s) for s in row))
        for stop_id, row in zip(sampled.arrive_s, ranked[:, columns].tolist(), strict=True)
    }
