"""How people name a place on the road: by its street, by the order whose door it is."""

from core.domain.day import Day
from core.domain.ids import OrderId
from core.domain.place import Point
from core.travel.protocol import TravelTimes


def named(day: Day, travel: TravelTimes | None, point: Point) -> str:
    """Return the street next to a point with the door that stands there, as far as known."""
    found = getattr(travel, "nearest_street", None)
    street = str(found(point)) if callable(found) else ""
    door = door_at(day, point)
    if street and door is not None:
        return f"{street} (door of {door})"
    if street:
        return street
    return f"the door of {door}" if door is not None else f"{point.lat:.5f}, {point.lon:.5f}"


def door_at(day: Day, point: Point) -> OrderId | None:
    """Return the first order, by id, that is delivered exactly there."""
    return min((o for o, s in day.orders.items() if s.order.point == point), default=None)
