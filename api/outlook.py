"""What is expected of every route from now on: one picture that all views share."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import numpy as np

from core.domain.day import Day
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.plan import Progress
from core.domain.position import Positions
from core.eta.arrivals import StopTime
from core.eta.forecast import forecast
from core.eta.learned.leg_model import Stage
from core.eta.learned.quantiles import LEVELS
from core.eta.learned.serve import FORMULA_ID
from core.eta.life.active import Active
from core.eta.life.travel import LearnedTravel
from core.eta.paths import Noise, PathTimes, simulate
from core.travel.protocol import TravelTimes


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
    spread: "Spread | None" = None

    @property
    def late_min(self) -> int:
        """Whole minutes after the promise, rounded up."""
        return -(-self.time.late_s // 60)


@dataclass(frozen=True, slots=True)
class Outlook:
    now: datetime
    seq: int
    stops: Mapping[StopId, Expected]
    orders: Mapping[OrderId, Expected]
    returns: Mapping[VehicleId, datetime]
    model_id: str = FORMULA_ID
    provider: str = ""
    """In words: what the times rest on."""


def look(
    day: Day,
    travel: TravelTimes,
    positions: Positions,
    now: datetime,
    *,
    seed: int,
    answers: Active | None = None,
) -> Outlook:
    """Return times and risks of all open stops; a pure function of its arguments.

    Without a model that learned something the times are the travel provider's own.
    """
    plain = travel.stamp.name
    if answers is not None and answers.legs.model.stage is not Stage.FORMULA:
        travel = LearnedTravel(travel, answers.legs, day.opened.zone)
    going = {v: r for v, r in sorted(day.routes.items()) if r.progress is not Progress.FINISHED}
    noise = Noise(seed, day.rules.thresholds.paths)
    plans = {v: r.remaining for v, r in going.items()}
    sampled = simulate(day, plans, travel, now, noise, positions) if plans else None
    spreads = _spreads(sampled) if sampled is not None else {}
    stops: dict[StopId, Expected] = {}
    orders: dict[OrderId, Expected] = {}
    returns: dict[VehicleId, datetime] = {}
    for vehicle_id in going:
        route = forecast(day, vehicle_id, travel, now, positions)
        returns[vehicle_id] = route.return_at
        for time in route.times:
            state = day.orders.get(time.order_id) if time.order_id is not None else None
            risk = 0
            if sampled is not None and state is not None:
                risk = round(100 * sampled.p_late(time.stop_id, state.promise.closes))
            expected = Expected(vehicle_id, time, risk, spreads.get(time.stop_id))
            stops[time.stop_id] = expected
            if time.order_id is not None:
                orders[time.order_id] = expected
    model_id = answers.model_id if answers is not None else FORMULA_ID
    words = answers.provider if answers is not None else Stage.FORMULA.sentence
    return Outlook(now, day.seq, stops, orders, returns, model_id, f"{words}; over {plain}")


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


class Picture:
    """The latest outlook, made anew when the day moved on or the clock did."""

    FRESH_S = 20

    def __init__(self, travel: TravelTimes, seed: int, answers: Active | None = None) -> None:
        self._travel, self._seed, self._answers = travel, seed, answers
        self._lock = threading.Lock()
        self._made: Outlook | None = None

    def of(self, day: Day, positions: Positions, now: datetime) -> Outlook:
        """Return an outlook of this very event, at most `FRESH_S` simulated seconds old."""
        with self._lock:
            made = self._made
            fresh = timedelta(seconds=self.FRESH_S)
            if made is None or made.seq != day.seq or not made.now <= now < made.now + fresh:
                travel, answers = self._travel, self._answers
                made = look(day, travel, positions, now, seed=self._seed, answers=answers)
                self._made = made
            return made
