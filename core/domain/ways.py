"""Which of its ways an order is served in: its own fields are those of the way in force.

The other ways, the first among them, stand in its alternatives, each with the window that was
agreed for it last. So whoever reads point, promise and service of an order reads what counts now.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.domain.alternative import FIRST, Alternative
from core.domain.day import Day, OrderState
from core.domain.ids import OrderId
from core.domain.order import Order
from core.domain.plan import Stop


def has_way(order: Order, way: str) -> bool:
    return way == order.way or any(a.way == way for a in order.alternatives)


def other_ways(order: Order) -> tuple[str, ...]:
    """Return the ways that are not in force, in the order in which they were given."""
    return tuple(a.way for a in order.alternatives)


def served_by(order: Order, way: str) -> Order:
    """Return the order with that way in force; ValueError where it has no such way.

    The way that was in force takes its place among the alternatives, so that going to another way
    and back gives the same order.
    """
    if way == order.way:
        return order
    if FIRST not in (order.way, way):
        return served_by(served_by(order, FIRST), way)
    place = next((n for n, a in enumerate(order.alternatives) if a.way == way), None)
    if place is None:
        raise ValueError(f"order {order.order_id} cannot be served by {way!r}")
    new = order.alternatives[place]
    left = Alternative(
        way=order.way,
        point=order.point,
        window=order.promise,
        service_s=order.service_s,
        price_cents=order.way_cents,
        hours=order.hours,
        max_height_cm=order.max_height_cm,
        floor=order.floor,
        lift=order.lift,
        access=order.access,
    )
    others = (*order.alternatives[:place], left, *order.alternatives[place + 1 :])
    return replace(
        order,
        point=new.point,
        promise=new.window,
        service_s=new.service_s,
        hours=new.hours,
        max_height_cm=new.max_height_cm,
        floor=new.floor,
        lift=new.lift,
        access=new.access,
        alternatives=others,
        way=new.way,
        way_cents=new.price_cents,
    )


def state_by(state: OrderState, way: str) -> OrderState:
    """Return the state with that way in force: what was agreed last for a way is kept with it."""
    if way == state.order.way:
        return state
    order = served_by(replace(state.order, promise=state.promise), way)
    return replace(state, order=order, promise=order.promise)


def following(day: Day, stops: Iterable[Stop]) -> Day:
    """Return the day as it would be if these stops were in force: each order in the way in which
    they serve it. Itself where nothing changes by that."""
    found: dict[OrderId, OrderState] = {}
    for stop in stops:
        state = day.orders.get(stop.order_id) if stop.order_id is not None else None
        if state is None or state.order.way == stop.way or not has_way(state.order, stop.way):
            continue
        found[state.order.order_id] = state_by(state, stop.way)
    return replace(day, orders={**day.orders, **found}) if found else day


@dataclass(frozen=True, slots=True)
class Redirect:
    """An order that is served another way than the one in force."""

    order_id: OrderId
    way: str
    before: str
    cents: int
    """What its way costs more than the one before."""


def redirects(day: Day, stops: Iterable[Stop]) -> tuple[Redirect, ...]:
    """Return the orders that these stops serve another way than the one in force, by id."""
    found: dict[OrderId, Redirect] = {}
    for stop in stops:
        state = day.orders.get(stop.order_id) if stop.order_id is not None else None
        if state is None or state.order.way == stop.way or not has_way(state.order, stop.way):
            continue
        order = state.order
        more = served_by(order, stop.way).way_cents - order.way_cents
        found[order.order_id] = Redirect(order.order_id, stop.way, order.way, more)
    return tuple(found[o] for o in sorted(found))


def day_by(day: Day, order_id: OrderId | None, way: str) -> Day:
    """Return the day as it would be with that way in force for one order."""
    state = day.orders.get(order_id) if order_id is not None else None
    if state is None or state.order.way == way:
        return day
    return replace(day, orders={**day.orders, state.order.order_id: state_by(state, way)})
