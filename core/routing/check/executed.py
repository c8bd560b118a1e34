"""The check of a day as it was executed, from its ledger alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.domain.decision import OrderTendered, PlanAdopted, ProposalUndone, RouteChanged
from core.domain.fact import (
    AttemptFailed,
    HandedOver,
    OrderCancelled,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    RouteReturned,
    StopFinished,
    StopReached,
    TenderAnswered,
    VehicleDown,
    VehicleListed,
    VehicleUp,
)
from core.domain.fleet import Vehicle
from core.domain.ids import OrderId, TenderId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import Load, Order
from core.domain.plan import Stop, StopKind
from core.routing.check.violation import Code, Violation, over


class Happened(Protocol):
    """An event of the ledger, as far as the checker reads it."""

    @property
    def at(self) -> datetime: ...

    @property
    def body(self) -> object: ...


@dataclass
class _Van:
    vehicle: Vehicle
    stops: list[Stop] = field(default_factory=list[Stop])
    """Open stops, the committed one first."""
    loads: tuple[OrderId, ...] = ()
    aboard: set[OrderId] = field(default_factory=set[OrderId])
    out: bool = False
    down: bool = False

    def frozen(self) -> list[Stop]:
        if not self.out or self.down or not self.stops:
            return []
        count = 0
        while count < len(self.stops) and self.stops[count].point == self.stops[0].point:
            count += 1
        return self.stops[:count]


@dataclass
class _Road:
    """The day as far as it was read."""

    orders: dict[OrderId, Order] = field(default_factory=dict[OrderId, Order])
    vans: dict[VehicleId, _Van] = field(default_factory=dict[VehicleId, _Van])
    delivered: dict[OrderId, str] = field(default_factory=dict[OrderId, str])
    cancelled: dict[OrderId, bool] = field(default_factory=dict[OrderId, bool])
    """True when somebody was already on the way to that door."""
    tendered: dict[TenderId, OrderId] = field(default_factory=dict[TenderId, OrderId])
    with_carrier: set[OrderId] = field(default_factory=set[OrderId])
    found: list[Violation] = field(default_factory=list[Violation])

    def add(
        self,
        code: Code,
        text: str,
        vehicle_id: VehicleId | None = None,
        order_id: OrderId | None = None,
        *,
        amount: int = 1,
        hard: bool = True,
    ) -> None:
        self.found.append(Violation(code, hard, vehicle_id, order_id, text, amount))

    def weigh(self, van: _Van, where: str) -> None:
        total = Load()
        for order_id in van.aboard:
            if order_id in self.orders:
                total = total + self.orders[order_id].load
        vehicle_id = van.vehicle.vehicle_id
        for name, amount, words in over(total, van.vehicle.capacity):
            text = f"{vehicle_id} was over its {name} {where}: {words}"
            self.add(Code.CAPACITY, text, vehicle_id, amount=amount)

    def holder(self, order_id: OrderId) -> VehicleId | None:
        return next((v for v, van in self.vans.items() if order_id in van.aboard), None)


def check_executed(events: Iterable[Happened]) -> tuple[Violation, ...]:
    """Return what went against the rules as the day was driven; events in ledger order.

    Each delivery is made once, by whoever carried the goods and not after a cancellation; no
    vehicle was ever over its capacity; no decision touched a committed parking place or gave
    a stop to somebody who neither carries, meets for nor loads its goods. A delivery to a
    cancelled order is soft when the driver was on the way to that door.
    """
    road = _Road()
    for event in events:
        _listed(road, event.body)
        _driven(road, event.body)
        _ended(road, event.body)
        _decided(road, event.body)
    return tuple(road.found)


def _listed(road: _Road, body: object) -> None:
    match body:
        case OrderReceived(order=order):
            road.orders.setdefault(order.order_id, order)
        case VehicleListed(vehicle=vehicle):
            road.vans.setdefault(vehicle.vehicle_id, _Van(vehicle)).vehicle = vehicle
        case PlanAdopted(plan=plan):
            for route in plan.routes:
                van = road.vans.get(route.vehicle_id)
                if van is not None and not van.out:
                    van.stops, van.loads = list(route.stops), route.loads
        case _:
            pass


def _driven(road: _Road, body: object) -> None:
    match body:
        case RouteDeparted(vehicle_id=vehicle_id) if vehicle_id in road.vans:
            van = road.vans[vehicle_id]
            if not van.out:
                van.out = True
                van.aboard |= set(van.loads)
                road.weigh(van, "at departure")
        case RouteReturned(vehicle_id=vehicle_id) if vehicle_id in road.vans:
            road.vans[vehicle_id].out = False
        case VehicleDown(vehicle_id=vehicle_id) if vehicle_id in road.vans:
            road.vans[vehicle_id].down = True
        case VehicleUp(vehicle_id=vehicle_id) if vehicle_id in road.vans:
            road.vans[vehicle_id].down = False
        case StopReached(vehicle_id=vehicle_id, stop_id=stop_id) if vehicle_id in road.vans:
            van = road.vans[vehicle_id]
            place = next((n for n, s in enumerate(van.stops) if s.stop_id == stop_id), 0)
            van.stops.insert(0, van.stops.pop(place)) if van.stops else None
        case StopFinished(vehicle_id=vehicle_id, stop_id=stop_id) if vehicle_id in road.vans:
            van = road.vans[vehicle_id]
            for stop in [s for s in van.stops if s.stop_id == stop_id]:
                van.stops.remove(stop)
                if stop.kind is StopKind.RELOAD:
                    van.aboard |= set(stop.loads)
                    road.weigh(van, f"after {stop_id}")
        case HandedOver():
            _handed(road, body)
        case _:
            pass


def _handed(road: _Road, body: HandedOver) -> None:
    giver, taker = road.vans.get(body.giver), road.vans.get(body.taker)
    if giver is None or taker is None:
        return
    for order_id in body.order_ids:
        if order_id not in giver.aboard:
            text = f"{body.giver} gave {order_id} to {body.taker} without having it"
            road.add(Code.GOODS_ON_BOARD, text, body.giver, order_id)
        giver.aboard.discard(order_id)
        taker.aboard.add(order_id)
    for van in (giver, taker):
        van.stops = [s for s in van.stops if s.meeting_id != body.meeting_id]
    road.weigh(taker, f"after meeting {body.meeting_id}")


def _ended(road: _Road, body: object) -> None:
    match body:
        case OrderDelivered():
            _delivered(road, body)
        case AttemptFailed(vehicle_id=vehicle_id, order_id=order_id) if vehicle_id in road.vans:
            van = road.vans[vehicle_id]
            if order_id not in van.aboard:
                text = f"{vehicle_id} tried to deliver {order_id} without having it on board"
                road.add(Code.GOODS_ON_BOARD, text, vehicle_id, order_id)
            van.stops = [s for s in van.stops if s.order_id != order_id]
        case OrderCancelled(order_id=order_id):
            on_the_way = any(
                s.order_id == order_id for van in road.vans.values() for s in van.frozen()
            )
            road.cancelled.setdefault(order_id, on_the_way)
        case OrderTendered(tender_id=tender_id, order_id=order_id):
            road.tendered[tender_id] = order_id
            holder = road.holder(order_id)
            if holder is not None:
                text = f"{order_id} was offered to a carrier while {holder} had it on board"
                road.add(Code.GOODS_ON_BOARD, text, holder, order_id)
        case TenderAnswered(tender_id=tender_id, accepted=True):
            if tender_id in road.tendered:
                road.with_carrier.add(road.tendered[tender_id])
        case _:
            pass


def _delivered(road: _Road, body: OrderDelivered) -> None:
    order_id, vehicle_id = body.order_id, body.vehicle_id
    who = vehicle_id or "a carrier"
    if order_id not in road.orders:
        text = f"{who} delivered {order_id}, an order that the day lacks"
        road.add(Code.UNKNOWN_ORDER, text, vehicle_id, order_id)
        return
    if order_id in road.delivered:
        text = f"{order_id} was delivered twice: by {road.delivered[order_id]} and by {who}"
        road.add(Code.ORDER_TWICE, text, vehicle_id, order_id, amount=2)
        return
    road.delivered[order_id] = who
    if order_id in road.cancelled:
        text = f"{who} delivered {order_id} after it was cancelled"
        hard = not road.cancelled[order_id]
        road.add(Code.CANCELLED, text, vehicle_id, order_id, hard=hard)
    holder = road.holder(order_id)
    if vehicle_id is None:
        if order_id not in road.with_carrier:
            text = f"a carrier delivered {order_id} without having accepted it"
            road.add(Code.GOODS_ON_BOARD, text, None, order_id)
    elif holder != vehicle_id:
        text = f"{vehicle_id} delivered {order_id}, which was on {holder or 'no vehicle'}"
        road.add(Code.GOODS_ON_BOARD, text, vehicle_id, order_id)
    for van in road.vans.values():
        van.aboard.discard(order_id)
        van.stops = [s for s in van.stops if s.order_id != order_id]


def _decided(road: _Road, body: object) -> None:
    match body:
        case RouteChanged(route=route):
            _changed(road, route)
        case ProposalUndone(routes=routes):
            for route in routes:
                _changed(road, route)
        case _:
            pass


def _changed(road: _Road, new: NewRoute) -> None:
    van = road.vans.get(new.vehicle_id)
    if van is None:
        return
    frozen = [s.stop_id for s in van.frozen()]
    if [s.stop_id for s in new.stops[: len(frozen)]] != frozen:
        text = f"a decision moved {frozen[0]}, to which {new.vehicle_id} was committed"
        road.add(Code.FROZEN, text, new.vehicle_id, amount=len(frozen))
    comes = {o for s in new.stops for o in (*s.loads, *s.takes)}
    if van.out:
        for order_id in (s.order_id for s in new.stops if s.order_id is not None):
            if order_id not in van.aboard | comes:
                text = f"a decision gave {order_id} to {new.vehicle_id}, which cannot have it"
                road.add(Code.GOODS_ON_BOARD, text, new.vehicle_id, order_id)
    else:
        leaves = (o for s in new.stops for o in (s.order_id, *s.gives) if o is not None)
        van.loads = tuple(dict.fromkeys(o for o in leaves if o not in comes))
    van.stops = list(new.stops)
