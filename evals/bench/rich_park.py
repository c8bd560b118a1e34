"""A far place of the rich day that only electric vans may come to, beyond what a battery lasts."""

from dataclasses import replace

from core.domain.access import Zone
from core.domain.charging import Charger
from core.domain.day import Day, OrderState
from core.domain.ids import ChargerId, OrderId, ZoneId
from core.domain.place import Area, Point
from core.domain.time import TimeWindow

_EVERY, _FIRST = 100, 37
"""One order in so many lies there."""
_MIDDLE = Point.at(41.16, -8.63)
PARK = Point(_MIDDLE.lat_e6 + 40_000, _MIDDLE.lon_e6 + 290_000)
"""About 25 km from the depot: there and back is more than the 60 km of a full battery."""
_SPREAD = 8_000


def with_park(day: Day) -> Day:
    """Return the day with some orders in the park, which wait all day, and a charger beside it."""
    orders: dict[OrderId, OrderState] = dict(day.orders)
    opens, closes = day.depot.opens.opens, day.depot.opens.closes
    for number, name in enumerate(sorted(orders)):
        if number % _EVERY != _FIRST:
            continue
        state, step = orders[name], number // _EVERY
        point = Point(PARK.lat_e6 + step * 3_000 % _SPREAD, PARK.lon_e6 + step * 5_000 % _SPREAD)
        window = TimeWindow(opens, closes)
        order = replace(
            state.order, point=point, promise=window, hours=(), needs=frozenset(), depot_id=None
        )
        orders[name] = replace(state, order=order, promise=window)
    zone = Zone(ZoneId("park"), Area(PARK, 2_500), frozenset({"electric"}))
    charger = Charger(ChargerId("c6"), PARK, power_w=22_000)
    return replace(
        day,
        orders=orders,
        zones={**day.zones, zone.zone_id: zone},
        chargers={**day.chargers, charger.charger_id: charger},
    )
