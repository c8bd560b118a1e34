"""The formula ETA of one route: expected times at every stop, from where the vehicle is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.plan import ProviderStamp, Stop
from core.domain.position import Positions
from core.eta.anchor import anchored, points_of
from core.eta.arrivals import StopTime, bounds_of, visit
from core.eta.going import Answers, goings
from core.eta.legs import Legs, live
from core.travel.protocol import TravelTimes

__all__ = ["RouteForecast", "forecast", "live"]


@dataclass(frozen=True, slots=True)
class RouteForecast:
    """What is expected of one route from now on."""

    vehicle_id: VehicleId
    times: tuple[StopTime, ...]
    """One for each remaining stop, in order, the one where the driver stands included."""
    return_at: datetime
    provider: ProviderStamp
    basis: str = "plan"
    """What the vehicle's place was taken from: plan, proof or position."""

    def of_order(self, order_id: OrderId) -> StopTime | None:
        return next((t for t in self.times if t.order_id == order_id), None)


def forecast(
    day: Day,
    vehicle_id: VehicleId,
    travel: TravelTimes,
    now: datetime,
    positions: Positions | None = None,
    stops: Sequence[Stop] | None = None,
    *,
    not_before: datetime | None = None,
    answers: Answers | None = None,
) -> RouteForecast:
    """Return the expected times of the remaining stops, or of `stops` in their place.

    Open incidents count until they are expected to clear. `not_before` holds the vehicle still
    until then: what if it is out of action for a while. `answers` may know more than the formula.
    """
    given = tuple(stops or ())
    legs = Legs(day, travel, points_of(day, vehicle_id, now, positions, given), now)
    chosen = day.routes[vehicle_id].remaining if stops is None else given
    going = goings(answers, day, {vehicle_id: chosen}, legs)[vehicle_id]
    timed = going.timed(chosen)
    start = anchored(
        day, vehicle_id, legs, positions, stops=timed, not_before=not_before, drive=going.drive
    )
    times: list[StopTime] = [] if start.standing is None else [start.standing]
    place, leave = start.point, start.ready_at
    for stop in start.remaining:
        seconds = legs.leg_s(place, stop.point, leave) * going.drive.get(stop.stop_id, 1.0)
        arrive = leave + timedelta(seconds=round(seconds))
        bound = bounds_of(day, vehicle_id, stop)
        times.append(visit(stop, arrive, bound, start.not_before))
        place, leave = stop.point, times[-1].leave_at
    end = day.routes[vehicle_id].end
    back = leave + timedelta(seconds=round(legs.leg_s(place, end, leave) * going.home))
    return RouteForecast(vehicle_id, tuple(times), back, travel.stamp, start.basis)
