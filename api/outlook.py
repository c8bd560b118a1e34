"""What is expected of every route from now on: one picture that all views share."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.plan import Progress
from core.domain.position import Positions
from core.eta.arrivals import StopTime
from core.eta.forecast import forecast
from core.eta.paths import Noise, simulate
from core.travel.protocol import TravelTimes


@dataclass(frozen=True, slots=True)
class Expected:
    """One open stop by the live forecast."""

    vehicle_id: VehicleId
    time: StopTime
    p_late_pct: int

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


def look(
    day: Day, travel: TravelTimes, positions: Positions, now: datetime, *, seed: int
) -> Outlook:
    """Return times and risks of all open stops; a pure function of its arguments."""
    going = {v: r for v, r in sorted(day.routes.items()) if r.progress is not Progress.FINISHED}
    noise = Noise(seed, day.rules.thresholds.paths)
    plans = {v: r.remaining for v, r in going.items()}
    sampled = simulate(day, plans, travel, now, noise, positions) if plans else None
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
            expected = Expected(vehicle_id, time, risk)
            stops[time.stop_id] = expected
            if time.order_id is not None:
                orders[time.order_id] = expected
    return Outlook(now, day.seq, stops, orders, returns)


class Picture:
    """The latest outlook, made anew when the day moved on or the clock did."""

    FRESH_S = 20

    def __init__(self, travel: TravelTimes, seed: int) -> None:
        self._travel, self._seed = travel, seed
        self._lock = threading.Lock()
        self._made: Outlook | None = None

    def of(self, day: Day, positions: Positions, now: datetime) -> Outlook:
        """Return an outlook of this very event, at most `FRESH_S` simulated seconds old."""
        with self._lock:
            made = self._made
            fresh = timedelta(seconds=self.FRESH_S)
            if made is None or made.seq != day.seq or not made.now <= now < made.now + fresh:
                made = look(day, self._travel, positions, now, seed=self._seed)
                self._made = made
            return made
