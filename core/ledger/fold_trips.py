"""What scans tell of the time that legs and stops took, kept beside the route itself.

A scan that comes late, or says that time ran backwards, tells nothing of a pace and changes
nothing here; the route is moved by it all the same.
"""

from dataclasses import replace
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import VehicleId
from core.domain.place import Point
from core.domain.plan import Stop
from core.domain.trip import Passed, Trip
from core.ledger.folding import put


def set_off(day: Day, vehicle_id: VehicleId, at: datetime, point: Point) -> Day:
    """Begin a trip: only a scan of the departure itself says when a vehicle left."""
    return _with(day, vehicle_id, Trip(at, point, at))


def arrived(day: Day, vehicle_id: VehicleId, at: datetime) -> Day:
    trip = day.trips.get(vehicle_id)
    if trip is None or at < trip.left_at:
        return day
    return _with(day, vehicle_id, replace(trip, reached_at=at))


def finished(day: Day, vehicle_id: VehicleId, stop: Stop, at: datetime) -> Day:
    """Put a stop behind the driver, with what the leg and the stop took."""
    trip = day.trips.get(vehicle_id)
    if trip is None or at < trip.left_at:
        return day
    reached = trip.reached_at if trip.reached_at is not None and trip.reached_at <= at else None
    passed = Passed(
        stop.stop_id,
        stop.order_id,
        trip.point,
        stop.point,
        trip.left_at,
        reached,
        at,
        stop.service_s,
    )
    after = Trip(trip.departed_at, stop.point, at, None, (*trip.passed, passed))
    return _with(day, vehicle_id, after)


def _with(day: Day, vehicle_id: VehicleId, trip: Trip) -> Day:
    return replace(day, trips=put(day.trips, vehicle_id, trip))
