"""Rules about orders that may be served in several ways: one of them, as that way has it.

The other rules then read the day as if each order had only the way that its stop says.
"""

from collections.abc import Iterable, Sequence

from core.domain.alternative import FIRST
from core.domain.day import Day, OrderState
from core.domain.ids import VehicleId
from core.domain.order import Order
from core.domain.plan import Stop, StopKind
from core.domain.ways import following, has_way, served_by
from core.routing.check.violation import Code, Violation

AT_DOORS = (StopKind.DELIVER, StopKind.COLLECT)


def in_way(order: Order, way: str) -> Order | None:
    """Return the order with that way in force; None where it has no such way."""
    return served_by(order, way) if has_way(order, way) else None


def as_visited(day: Day, stops: Iterable[Stop]) -> Day:
    """Return the day in which each order is as the stop has it that serves it; itself where no
    stop asks for another way than the one in force. What a customer agreed to for the way in force
    is nothing that another way has to keep. An order that is wrongly served twice is as the first
    of its stops has it."""
    return following(day, reversed([s for s in stops if s.kind in AT_DOORS]))


def ways_broken(day: Day, vehicle_id: VehicleId, stops: Sequence[Stop]) -> list[Violation]:
    """Return each stop that serves an order in a way that it does not have."""
    found: list[Violation] = []
    for stop in stops:
        state = _visited(day, stop)
        if state is None or in_way(state.order, stop.way) is not None:
            continue
        order = state.order
        known = sorted({order.way, *(a.way for a in order.alternatives)})
        names = ", ".join(w or "the first" for w in known)
        asked = stop.way or "the first way"
        text = f"{vehicle_id} would serve {order.order_id} by {asked}; its ways are: {names}"
        found.append(Violation(Code.WAY, True, vehicle_id, order.order_id, text))
    return found


def other_ways_used(day: Day, stops: Iterable[Stop]) -> tuple[int, int]:
    """Return how many orders stops serve another way than the first, and the cents of all ways."""
    count, cents = 0, 0
    for stop in stops:
        state = _visited(day, stop)
        order = in_way(state.order, stop.way) if state is not None else None
        if order is not None:
            count += stop.way != FIRST
            cents += order.way_cents
    return count, cents


def _visited(day: Day, stop: Stop) -> OrderState | None:
    if stop.kind not in AT_DOORS or stop.order_id is None:
        return None
    return day.orders.get(stop.order_id)
