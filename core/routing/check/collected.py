"""Rules about goods that are collected: where, when, by whom, and that they are brought."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from core.domain.day import Day, GoodsAt
from core.domain.ids import OrderId, VehicleId
from core.domain.order import Order
from core.domain.plan import Stop, StopKind
from core.domain.time import TimeWindow
from core.routing.check.kept import NOTHING, Kept
from core.routing.check.violation import Code, Violation, minutes


def comes_on_board(stop: Stop) -> tuple[OrderId, ...]:
    """Return the orders whose goods are collected at a stop."""
    if stop.kind is not StopKind.COLLECT:
        return ()
    return (*([stop.order_id] if stop.order_id is not None else []), *stop.loads)


def collected_broken(
    day: Day,
    vehicle_id: VehicleId,
    stops: Sequence[Stop],
    loads: Iterable[OrderId] = (),
    kept: Kept = NOTHING,
) -> list[Violation]:
    """Return what is wrong with collecting goods: `loads` are those of the first load.

    Soft for stops in `kept`, as far as it is about where and how long.
    """
    found: list[Violation] = []

    def add(text: str, order_id: OrderId, code: Code = Code.COLLECT, *, hard: bool = True) -> None:
        found.append(Violation(code, hard, vehicle_id, order_id, f"{vehicle_id} {text}"))

    for order_id in (o for o in loads if _with_sender(day, o)):
        add(f"loads {order_id} at the depot, but its goods are with the sender", order_id)
    brought = {s.order_id: n for n, s in enumerate(stops) if s.kind is StopKind.DELIVER}
    given = {o: n for n, s in enumerate(stops) for o in s.gives}
    for number, stop in enumerate(stops):
        order_id = stop.order_id
        state = day.orders.get(order_id) if order_id is not None else None
        if stop.kind is StopKind.DELIVER and state is not None and state.order.returns:
            add(f"would deliver {order_id}, which comes to the depot", state.order.order_id)
        for order_id in comes_on_board(stop):
            state = day.orders.get(order_id)
            if state is None:
                add(
                    f"collects {order_id}, an order that the day lacks",
                    order_id,
                    Code.UNKNOWN_ORDER,
                )
                continue
            if state.goods is not GoodsAt.SENDER:
                text = f"cannot collect {order_id}: its goods are at the {state.goods.value}"
                add(text, order_id, Code.GOODS_ON_BOARD)
            if order_id == stop.order_id:
                if not state.order.returns:
                    add(f"collects {order_id} at a door to which it is to be brought", order_id)
                continue
            found += _at_sender(vehicle_id, state.order, stop, hard=stop not in kept)
            if max(brought.get(order_id, -1), given.get(order_id, -1)) < number:
                add(f"collects {order_id} and does not bring it", order_id)
    return found


def _at_sender(vehicle_id: VehicleId, order: Order, stop: Stop, *, hard: bool) -> list[Violation]:
    pickup, name = order.pickup, order.order_id
    if pickup is None:
        text = f"{vehicle_id} is to collect {name} at {stop.stop_id}; nobody sends it"
        return [Violation(Code.COLLECT, True, vehicle_id, name, text)]
    found: list[Violation] = []
    if pickup.point != stop.point:
        away = pickup.point.crow_m(stop.point)
        text = f"{vehicle_id} would collect {name} {away} m from where its goods are"
        found.append(Violation(Code.PLACE, hard, vehicle_id, name, text, away))
    if stop.service_s < pickup.service_s:
        short = pickup.service_s - stop.service_s
        text = (
            f"{vehicle_id} has {minutes(stop.service_s)} to collect {name}; that takes "
            f"{minutes(pickup.service_s)}"
        )
        found.append(Violation(Code.TIMING, hard, vehicle_id, name, text, short))
    return found


def collected_twice(
    after: Mapping[VehicleId, Sequence[Stop]], changed: Iterable[VehicleId]
) -> list[Violation]:
    """Return goods that a changed route collects and another stop does too."""
    touched = {o for v in changed for s in after[v] for o in comes_on_board(s)}
    times = Counter(o for stops in after.values() for s in stops for o in comes_on_board(s))
    found: list[Violation] = []
    for order_id in sorted(o for o in touched if times[o] > 1):
        text = f"{order_id} would be collected {times[order_id]} times"
        found.append(Violation(Code.ORDER_TWICE, True, None, order_id, text, times[order_id]))
    return found


def stays_on_board(day: Day, stop: Stop, held: Iterable[OrderId]) -> tuple[OrderId, ...]:
    """Return what is still on board when a stop begins: at the depot returns are put off first."""
    if stop.kind is not StopKind.RELOAD:
        return tuple(held)
    return tuple(o for o in held if not (o in day.orders and day.orders[o].order.returns))


def to_collect(day: Day, stop: Stop) -> tuple[OrderId, TimeWindow] | None:
    """Return for whose goods a sender was told when somebody comes; None for any other stop."""
    if stop.kind is not StopKind.COLLECT or stop.order_id is not None:
        return None
    for order_id in stop.loads:
        state = day.orders.get(order_id)
        if state is not None and state.order.pickup is not None:
            return order_id, state.order.pickup.window
    return None


def _with_sender(day: Day, order_id: OrderId) -> bool:
    return order_id in day.orders and day.orders[order_id].goods is GoodsAt.SENDER
