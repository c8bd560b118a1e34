"""Orders: finding one, and saying where it is."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from core.domain.day import Day, GoodsAt, OrderState
from core.domain.ids import CarrierId, OrderId, VehicleId
from core.domain.order import OrderStatus, Priority
from tools.effect import Effect
from tools.lookup import the_order
from tools.registry import registry
from tools.routes import expected, stop_lines
from tools.runtime import Runtime
from tools.schema import Args

# More than this is no answer to a question.
MOST_FOUND = 20


class FindOrderArgs(Args):
    text: str = Field(description="Part of an order number or customer number", min_length=1)


class OrderArgs(Args):
    order_id: str = Field(description="Order number, for example PT-1207")


@dataclass(frozen=True, slots=True)
class OrderLine:
    order_id: OrderId
    status: OrderStatus
    priority: Priority
    vehicle_id: VehicleId | None
    promise_closes: datetime


@dataclass(frozen=True, slots=True)
class Orders:
    found: int
    orders: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class OrderPlace:
    """Where an order is, and when it comes."""

    order_id: OrderId
    status: OrderStatus
    priority: Priority
    goods: GoodsAt
    cancelled: bool
    vehicle_id: VehicleId | None
    stops_before: int | None
    """Stops that the driver has to do before it; None when it is on no route."""
    expected_at: datetime | None
    promise_opens: datetime
    promise_closes: datetime
    late_min: int
    ended_at: datetime | None
    carrier_id: CarrierId | None
    deliver_by: datetime | None
    """When the carrier owes it."""


@registry.tool(effect=Effect.READ)
def find_order(runtime: Runtime, args: FindOrderArgs) -> Orders:
    """Find orders by part of their number or of the customer's number, open ones first."""
    day, wanted = runtime.day, args.text.casefold()
    hits = [
        s
        for s in day.orders.values()
        if wanted in s.order.order_id.casefold() or wanted in s.order.customer_id.casefold()
    ]
    hits.sort(key=lambda s: (not s.open, s.order.order_id))
    return Orders(len(hits), tuple(_line(day, s) for s in hits[:MOST_FOUND]))


def _line(day: Day, state: OrderState) -> OrderLine:
    route = day.route_of(state.order.order_id)
    return OrderLine(
        order_id=state.order.order_id,
        status=state.status,
        priority=state.order.priority,
        vehicle_id=state.vehicle_id if route is None else route.vehicle_id,
        promise_closes=state.promise.closes,
    )


@registry.tool(effect=Effect.READ)
def where_is_order(runtime: Runtime, args: OrderArgs) -> OrderPlace:
    """Say where one order is: its status, who carries it, how many stops come before it, when it is
    expected and by how many minutes that misses its promise."""
    day = runtime.day
    state = the_order(day, args.order_id)
    order_id = state.order.order_id
    route = day.route_of(order_id)
    before, at, late_min = None, None, 0
    if route is not None:
        before = next(i for i, s in enumerate(route.remaining) if s.order_id == order_id)
        for line in stop_lines(runtime, expected(runtime, route.vehicle_id)):
            if line.order_id == order_id:
                at, late_min = line.expected_at, line.late_min
    tender = day.tenders.get(state.tender_id) if state.tender_id is not None else None
    return OrderPlace(
        order_id=order_id,
        status=state.status,
        priority=state.order.priority,
        goods=state.goods,
        cancelled=state.cancelled,
        vehicle_id=state.vehicle_id if route is None else route.vehicle_id,
        stops_before=before,
        expected_at=at,
        promise_opens=state.promise.opens,
        promise_closes=state.promise.closes,
        late_min=late_min,
        ended_at=state.ended_at,
        carrier_id=None if tender is None else tender.carrier_id,
        deliver_by=None if tender is None else tender.deliver_by,
    )
