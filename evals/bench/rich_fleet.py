"""The rules of the big day's fleet: a second depot, with vehicles and goods of its own."""

import random
from dataclasses import replace

from core.domain.charging import Charger
from core.domain.day import Day
from core.domain.fleet import Depot, Energy, Vehicle
from core.domain.ids import ChargerId, DepotId
from core.domain.order import Order
from core.domain.place import Area, Point
from core.domain.rules import eur

SOUTH = DepotId("south")
OUTSIDE, UNEVEN = eur(0.6, "stop", "bench"), eur(0.05, "minute", "bench")
_MIDDLE = Point.at(41.16, -8.63)
_LAT, _LON = -25_000, 30_000
"""From the first depot to the second: about 3.6 km."""


def with_fleet_rules(day: Day, seed: int) -> Day:
    """Return the day with the rules of its fleet in it; drawn apart from everything else."""
    rng = random.Random(f"fleet:{seed}")
    first = day.depot
    point = Point(first.point.lat_e6 + _LAT, first.point.lon_e6 + _LON)
    doors = max(1, (first.doors or 3) // 2)
    second = replace(first, depot_id=SOUTH, point=point, doors=doors)
    opened = replace(day.opened, depots=(first, second))
    vehicles = {
        name: replace(state, vehicle=_charging(_of_depot(state.vehicle, number, first), number))
        for number, (name, state) in enumerate(day.vehicles.items())
    }
    orders = {
        name: replace(state, order=_lying(state.order, first, second, rng))
        for name, state in day.orders.items()
    }
    drivers = {
        name: replace(driver, territory=_known(number))
        for number, (name, driver) in enumerate(day.drivers.items())
    }
    costs = replace(day.rules.costs, outside_territory=OUTSIDE, uneven_minute=UNEVEN)
    limits = replace(day.rules.thresholds, even_spread_s=1800, by_the_hour=True)
    return replace(
        day,
        opened=opened,
        vehicles=vehicles,
        orders=orders,
        drivers=drivers,
        chargers={c.charger_id: c for c in _chargers(first, second)},
        rules=replace(day.rules, costs=costs, thresholds=limits),
    )


def _chargers(first: Depot, second: Depot) -> tuple[Charger, ...]:
    """One at each depot and four in the streets."""
    ends = ((1, 1), (1, -1), (-1, 1), (-1, -1))
    streets = [
        Point(_MIDDLE.lat_e6 + north * 25_000, _MIDDLE.lon_e6 + east * 35_000)
        for north, east in ends
    ]
    return tuple(
        Charger(ChargerId(f"c{n}"), point, power_w=50_000 if n < 2 else 22_000)
        for n, point in enumerate((first.point, second.point, *streets))
    )


def _charging(vehicle: Vehicle, number: int) -> Vehicle:
    """Let electric vans go 60 km, every other one of them with a third of it in the battery."""
    if vehicle.energy is not Energy.ELECTRIC:
        return vehicle
    start_m = 20_000 if number % 2 else None
    return replace(vehicle, range_m=60_000, start_range_m=start_m, wh_per_km=220, charging_w=40_000)


def _known(number: int) -> tuple[Area, ...]:
    """Half of the drivers know one of the four quarters of the town, the others all of it."""
    if number % 2:
        return ()
    north, east = (1, 1, -1, -1)[number // 2 % 4], (1, -1, 1, -1)[number // 2 % 4]
    centre = Point(_MIDDLE.lat_e6 + north * 22_000, _MIDDLE.lon_e6 + east * 30_000)
    return (Area(centre, 4_500),)


def _of_depot(vehicle: Vehicle, number: int, first: Depot) -> Vehicle:
    """Give every third vehicle to the second depot; one in eight of those ends at the first."""
    if number % 3 != 2:
        return vehicle
    return replace(vehicle, depot_id=SOUTH, ends_at=first.depot_id if number % 24 == 2 else None)


def _lying(order: Order, first: Depot, second: Depot, rng: random.Random) -> Order:
    """Half of the goods lie anywhere, the others at the depot that is nearer to their door."""
    if rng.random() < 0.5 or order.point is None:
        return order
    near = min((first, second), key=lambda d: d.point.crow_m(order.point or d.point))
    return replace(order, depot_id=near.depot_id)
