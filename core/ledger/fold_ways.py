"""Which way of an order is in force follows the plan: what a route says of its stop counts."""

from collections.abc import Iterable
from dataclasses import replace

from core.domain.alternative import FIRST
from core.domain.day import Day, OrderState
from core.domain.ids import OrderId
from core.domain.ways import has_way, state_by
from core.ledger.folding import with_order


def ways_followed(day: Day, order_ids: Iterable[OrderId]) -> Day:
    """Let these orders be served as their open stops say; without one all ways are open again.

    An order that has ended stays as it was served.
    """
    asked = dict.fromkeys(o for o in order_ids if _may_follow(day.orders.get(o)))
    if not asked:
        return day
    said = {
        s.order_id: s.way
        for r in day.routes.values()
        for s in r.remaining
        if s.order_id is not None and s.order_id in asked
    }
    for order_id in asked:
        state = day.orders[order_id]
        way = said.get(order_id, FIRST)
        if state.order.way != way and has_way(state.order, way):
            day = with_order(day, replace(state_by(state, way), revision=state.revision + 1))
    return day


def _may_follow(state: OrderState | None) -> bool:
    return state is not None and bool(state.order.alternatives) and state.open
