"""Who drives what today, and when most of them do."""

from collections.abc import Mapping
from datetime import datetime

from core.domain.day import Day
from core.domain.fleet import Driver
from core.domain.ids import VehicleId


def crew(day: Day) -> Mapping[VehicleId, Driver]:
    """Return who drives what: by roster; vehicles without a driver get standby drivers, by id."""
    drivers = [day.drivers[d] for d in sorted(day.drivers)]
    pairs = {d.vehicle_id: d for d in reversed(drivers) if d.vehicle_id is not None}
    standby = [d for d in drivers if d.vehicle_id is None]
    for vehicle_id in sorted(day.vehicles):
        if vehicle_id not in pairs and standby:
            pairs[vehicle_id] = standby.pop(0)
    return {
        v: pairs[v] for v in sorted(day.vehicles) if v in pairs and not day.vehicles[v].down_since
    }


def middle_of_day(day: Day) -> datetime:
    """Return the middle of all shifts: the hour whose travel times a morning plan is made with."""
    shifts = [d.shift for d in crew(day).values()]
    if not shifts:
        return day.now
    opens, closes = min(s.opens for s in shifts), max(s.closes for s in shifts)
    return opens + (closes - opens) / 2
