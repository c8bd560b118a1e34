"""Orders of the rich day that may be served in several ways: lockers, shops, another window."""

from dataclasses import replace
from datetime import timedelta

from core.context import keyed_rng
from core.domain.alternative import Alternative
from core.domain.day import Day
from core.domain.order import Order
from core.domain.place import Point
from core.domain.time import TimeWindow

_EVERY = 6
"""One order in so many."""
_LOCKERS = 16
_MIDDLE = Point.at(41.16, -8.63)
_HOUR = timedelta(hours=1)


def with_alternatives(day: Day, seed: int) -> Day:
    """Return the day in which every sixth order has one other way, or two; nothing else changes."""
    lockers = [_place(seed, number) for number in range(_LOCKERS)]
    orders = dict(day.orders)
    for number, name in enumerate(sorted(orders)):
        if number % _EVERY != 4:
            continue
        state = orders[name]
        orders[name] = replace(state, order=_with_ways(state.order, day, lockers, seed))
    return replace(day, orders=orders)


def _with_ways(order: Order, day: Day, lockers: list[Point], seed: int) -> Order:
    point = order.point
    if point is None:
        return order
    rng = keyed_rng(seed, "rich.ways", order.order_id)
    near = min(lockers, key=lambda p: (p.crow_m(point), p))
    opens = day.depot.opens.opens
    all_day = TimeWindow(opens + 2 * _HOUR, opens + 15 * _HOUR)
    locker = Alternative(
        "locker", near, all_day, rng.randint(30, 90), price_cents=rng.choice((0, 30, 60))
    )
    evening = Alternative(
        "evening",
        point,
        TimeWindow(opens + 10 * _HOUR, opens + 14 * _HOUR),
        order.service_s,
        hours=order.hours,
        max_height_cm=order.max_height_cm,
    )
    noon = (opens + 4 * _HOUR, opens + 7 * _HOUR)
    shop = Alternative(
        "shop",
        Point(point.lat_e6 + rng.randint(-6_000, 6_000), point.lon_e6 + rng.randint(-8_000, 8_000)),
        all_day,
        rng.randint(60, 180),
        price_cents=50,
        hours=(TimeWindow(*noon), TimeWindow(opens + 9 * _HOUR, opens + 13 * _HOUR)),
    )
    ways = rng.choice(((locker,), (locker, shop), (evening,), (locker, evening)))
    return replace(order, alternatives=ways)


def _place(seed: int, number: int) -> Point:
    rng = keyed_rng(seed, "rich.locker", str(number))
    return Point(
        _MIDDLE.lat_e6 + rng.randint(-40_000, 40_000), _MIDDLE.lon_e6 + rng.randint(-55_000, 55_000)
    )
