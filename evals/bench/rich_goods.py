"""Goods of the rich day that are collected: returns, and goods of one door for another."""

from dataclasses import replace
from datetime import timedelta

from core.context import keyed_rng
from core.domain.day import Day, OrderState, goods_at_first
from core.domain.ids import OrderId
from core.domain.order import Order, Pickup
from core.domain.place import Point
from core.domain.time import TimeWindow

_RETURNS, _SENDERS = 25, 40
"""One order in so many."""
_EARLIER = timedelta(hours=3)


def with_collected(day: Day, seed: int) -> Day:
    """Return the day with some orders that come to the depot and some that do not come from it.

    Only orders whose goods lie at no certain depot and are not late themselves are changed.
    """
    orders: dict[OrderId, OrderState] = {}
    for number, (name, state) in enumerate(sorted(day.orders.items())):
        order = state.order
        if order.depot_id is None and order.release_at is None:
            order = _collected(order, number, seed)
        orders[name] = replace(state, order=order, goods=goods_at_first(order))
    return replace(day, orders={name: orders[name] for name in day.orders})


def _collected(order: Order, number: int, seed: int) -> Order:
    if number % _RETURNS == 7:
        return replace(order, returns=True)
    if number % _SENDERS != 11 or order.point is None:
        return order
    rng = keyed_rng(seed, "rich.sender", order.order_id)
    sender = Point(
        order.point.lat_e6 + rng.randint(-15_000, 15_000),
        order.point.lon_e6 + rng.randint(-20_000, 20_000),
    )
    opens = order.promise.opens - _EARLIER
    window = TimeWindow(opens, order.promise.closes)
    return replace(order, pickup=Pickup(sender, window, service_s=rng.randint(90, 300)))
