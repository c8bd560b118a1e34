"""Rules about goods: what is on board where, how much of it, and where it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.domain.day import Day, GoodsAt
from core.domain.fleet import Vehicle
from core.domain.ids import OrderId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import Load
from core.domain.plan import Progress, RouteState, Stop, StopKind
from core.routing.check.collected import comes_on_board, stays_on_board
from core.routing.check.kept import NOTHING, Kept
from core.routing.check.violation import Code, Violation, minutes, over


@dataclass(frozen=True, slots=True)
class Overload:
    """By how much a vehicle is over in one dimension, at its fullest."""

    dimension: str
    amount: int
    words: str
    where: str


def load_of(day: Day, order_ids: Iterable[OrderId]) -> Load:
    total = Load()
    for order_id in order_ids:
        state = day.orders.get(order_id)
        if state is not None:
            total = total + state.order.load
    return total


def overloads(
    day: Day, vehicle: Vehicle, aboard: Iterable[OrderId], stops: Sequence[Stop]
) -> tuple[Overload, ...]:
    """Return the worst overload of each dimension along the stops, departure included."""
    worst: dict[str, Overload] = {}

    def weigh(now_aboard: dict[OrderId, None], where: str) -> None:
        for name, amount, words in over(load_of(day, now_aboard), vehicle.capacity):
            if name not in worst or amount > worst[name].amount:
                worst[name] = Overload(name, amount, words, where)

    held = dict.fromkeys(aboard)
    weigh(held, "at departure" if stops else "now")
    for stop in stops:
        held = dict.fromkeys(stays_on_board(day, stop, held))
        for gone in _leaving(stop):
            held.pop(gone, None)
        held.update(dict.fromkeys(_coming(stop)))
        weigh(held, f"after {stop.stop_id}")
    return tuple(worst[name] for name in sorted(worst))


def delivered(stops: Iterable[Stop]) -> tuple[OrderId, ...]:
    """Return the orders that these stops serve, by bringing goods or by collecting a return; a
    stop of another kind serves nobody."""
    serves = (StopKind.DELIVER, StopKind.COLLECT)
    return tuple(s.order_id for s in stops if s.kind in serves and s.order_id is not None)


def _leaving(stop: Stop) -> tuple[OrderId, ...]:
    if stop.kind is StopKind.DELIVER and stop.order_id is not None:
        return (stop.order_id,)
    return stop.gives if stop.kind is StopKind.MEET else ()


def _coming(stop: Stop) -> tuple[OrderId, ...]:
    if stop.kind is StopKind.RELOAD:
        return stop.loads
    if stop.kind is StopKind.COLLECT:
        return comes_on_board(stop)
    return stop.takes if stop.kind is StopKind.MEET else ()


def aboard_before(day: Day, route: RouteState, stops: Sequence[Stop]) -> tuple[OrderId, ...]:
    """Return what is on board before the first of `stops`, sorted.

    Until it departs, a vehicle loads whatever it then gives away without a reload or a meeting.
    """
    if route.progress is not Progress.AT_DEPOT:
        return tuple(sorted(route.on_board))
    taken_later = {order_id for stop in stops for order_id in _coming(stop)}
    wanted = {order_id for stop in stops for order_id in _leaving(stop)} - taken_later
    at_depot = {o for o in wanted if o in day.orders and day.orders[o].goods is GoodsAt.DEPOT}
    return tuple(sorted(at_depot))


def overloads_of_change(day: Day, change: NewRoute) -> tuple[Overload, ...]:
    """Return where a changed route overloads its vehicle, needing no travel times."""
    route, state = day.routes.get(change.vehicle_id), day.vehicles.get(change.vehicle_id)
    if route is None or state is None:
        return ()
    aboard = aboard_before(day, route, change.stops)
    return overloads(day, state.vehicle, aboard, change.stops)


def capacity_broken(
    vehicle_id: VehicleId, found: Sequence[Overload], before: Sequence[Overload] = ()
) -> list[Violation]:
    """Return a violation for each overload; hard where it is worse than `before`."""
    was = {o.dimension: o.amount for o in before}
    return [
        Violation(
            Code.CAPACITY,
            o.amount > was.get(o.dimension, 0),
            vehicle_id,
            None,
            f"{vehicle_id} is over its {o.dimension} {o.where}: {o.words}",
            o.amount,
        )
        for o in found
    ]


def goods_broken(
    day: Day, vehicle_id: VehicleId, aboard: Sequence[OrderId], stops: Sequence[Stop]
) -> list[Violation]:
    """Return each delivery or hand-over of goods that are not on board by then."""
    found: list[Violation] = []
    held = set(aboard)
    for stop in stops:
        held = set(stays_on_board(day, stop, held))
        for order_id in _leaving(stop):
            if order_id not in held:
                found.append(_absent(day, vehicle_id, order_id))
            held.discard(order_id)
        for order_id in _coming(stop):
            if order_id in held:
                text = f"{vehicle_id} takes {order_id} at {stop.stop_id}, though it has it on board"
                found.append(Violation(Code.GOODS_ON_BOARD, True, vehicle_id, order_id, text))
            held.add(order_id)
    return found


def _absent(day: Day, vehicle_id: VehicleId, order_id: OrderId) -> Violation:
    state = day.orders.get(order_id)
    if state is None:
        text = f"{vehicle_id} is to hand over {order_id}, an order that the day lacks"
        return Violation(Code.UNKNOWN_ORDER, True, vehicle_id, order_id, text)
    if state.goods is GoodsAt.VEHICLE and state.vehicle_id != vehicle_id:
        where, code = f"they are on {state.vehicle_id}", Code.GOODS_ON_BOARD
    elif state.goods is GoodsAt.DEPOT:
        where, code = "they are at the depot and no reload takes them on", Code.RELOAD
    elif state.goods is GoodsAt.SENDER:
        where, code = "no stop before collects them", Code.COLLECT
    else:
        where, code = f"they are with the {state.goods.value}", Code.GOODS_ON_BOARD
    text = f"{vehicle_id} cannot hand over the goods of {order_id}: {where}"
    return Violation(code, True, vehicle_id, order_id, text)


def reload_broken(
    day: Day, vehicle: Vehicle, stops: Sequence[Stop], *, kept: Kept = NOTHING, under_way: bool
) -> list[Violation]:
    """Return what is wrong with taking goods on.

    Reloads in `kept` are taken as they are. Any vehicle may come back for goods on a day that is
    `under_way`; a morning plan asks who may.
    """
    found: list[Violation] = []

    def add(text: str, order_id: OrderId | None = None, amount: int = 1) -> None:
        text = f"{vehicle.vehicle_id} {text}"
        found.append(Violation(Code.RELOAD, True, vehicle.vehicle_id, order_id, text, amount))

    for stop in stops:
        if stop.kind is not StopKind.RELOAD:
            for order_id in stop.loads if stop.kind is not StopKind.COLLECT else ():
                add(f"loads {order_id} at {stop.stop_id}, which is no reload", order_id)
            continue
        if stop in kept:
            continue
        if not under_way and not vehicle.can_reload:
            add(f"may not come back for a second load, as {stop.stop_id} asks")
        depot = next((d for d in day.opened.depots if d.point == stop.point), None)
        if depot is None:
            nearest = min(d.point.crow_m(stop.point) for d in day.opened.depots)
            add(f"reloads at {stop.stop_id}, {nearest} m from the depot", amount=nearest)
        elif stop.service_s < depot.loading_s:
            short = depot.loading_s - stop.service_s
            add(
                f"has {minutes(stop.service_s)} to reload at {stop.stop_id}; loading takes "
                f"{minutes(depot.loading_s)}",
                amount=short,
            )
        for order_id in stop.loads:
            state = day.orders.get(order_id)
            if state is None:
                text = f"{vehicle.vehicle_id} loads {order_id}, an order that the day lacks"
                code = Code.UNKNOWN_ORDER
                found.append(Violation(code, True, vehicle.vehicle_id, order_id, text))
            elif state.goods is not GoodsAt.DEPOT:
                add(f"cannot load {order_id}: its goods are at the {state.goods.value}", order_id)
    return found
