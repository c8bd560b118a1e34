"""Where batteries are charged, and what that takes."""

from dataclasses import dataclass

from core.domain.fleet import Vehicle
from core.domain.ids import ChargerId
from core.domain.place import Point


@dataclass(frozen=True, slots=True)
class Charger:
    """A place where electric vehicles of ours may charge, at the depot or in the street."""

    charger_id: ChargerId
    point: Point
    power_w: int

    def __post_init__(self) -> None:
        if self.power_w <= 0:
            raise ValueError(f"charger {self.charger_id}: nothing charges with {self.power_w} W")


def can_charge(vehicle: Vehicle) -> bool:
    """Return whether a vehicle has a battery that somebody has described."""
    return vehicle.range_m is not None and vehicle.wh_per_km is not None


def charging_s(vehicle: Vehicle, charger: Charger, metres: int) -> int:
    """Return how long a vehicle stands at a charger for so many metres more."""
    watts = _watts(vehicle, charger)
    # A watt-hour is 3,600 joules and a kilometre a thousand metres: 18 to 5.
    return -(-metres * (vehicle.wh_per_km or 0) * 18 // (5 * watts))


def gained_m(vehicle: Vehicle, charger: Charger, seconds: int) -> int:
    """Return for how many metres more a vehicle charges in that time."""
    if vehicle.wh_per_km is None:
        return 0
    return seconds * 5 * _watts(vehicle, charger) // (18 * vehicle.wh_per_km)


def _watts(vehicle: Vehicle, charger: Charger) -> int:
    return min(charger.power_w, vehicle.charging_w or charger.power_w)
