"""Which depot a vehicle calls its own, and where an order's goods lie."""

from core.domain.day import Day
from core.domain.fleet import Depot, Vehicle
from core.domain.ids import DepotId
from core.domain.order import Order


def home_of(day: Day, vehicle: Vehicle) -> Depot:
    """Return the depot where a vehicle starts and reloads: the day's first one if it names none."""
    return _named(day, vehicle.depot_id) or day.depot


def end_of(day: Day, vehicle: Vehicle) -> Depot:
    """Return the depot where a vehicle ends its day: its own if it names no other."""
    return _named(day, vehicle.ends_at) or home_of(day, vehicle)


def source_of(day: Day, order: Order, vehicle: Vehicle | None) -> Depot:
    """Return the depot where that vehicle gets an order's goods: where they lie, or its own where
    every depot has them; the day's first one for somebody who has none."""
    own = day.depot if vehicle is None else home_of(day, vehicle)
    return _named(day, order.depot_id) or own


def lie_at_home(day: Day, order: Order, vehicle: Vehicle) -> bool:
    """Return whether a vehicle has an order's goods on board when it leaves its own depot."""
    return source_of(day, order, vehicle) == home_of(day, vehicle)


def _named(day: Day, depot_id: DepotId | None) -> Depot | None:
    """Return that depot; None where nobody named one. The desk lets no other name in."""
    return next((d for d in day.opened.depots if d.depot_id == depot_id), None)
