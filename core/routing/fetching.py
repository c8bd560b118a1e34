"""How vehicles on the road get at goods: at the depot, from one that is down, from a sender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.domain.day import Day, GoodsAt, OrderState
from core.domain.depots import lie_at_home, source_of
from core.domain.ids import OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import RouteState, Stop, StopKind
from core.routing.cost import late_mc
from core.routing.draft import Draft
from core.routing.problem import ELSEWHERE, NEVER, NONE, Ints, Slot, Task


def standing_at(day: Day, state: OrderState) -> Point | None:
    """Return where the goods of an order stand with a vehicle that is down."""
    if state.goods is not GoodsAt.VEHICLE or state.vehicle_id is None:
        return None
    holder = day.vehicles[state.vehicle_id]
    if holder.down_since is None:
        return None
    route = day.routes.get(state.vehicle_id)
    return holder.point or (route.last_point if route else None) or day.depot.point


def collected_at(stop: Stop) -> tuple[OrderId, ...]:
    """Return the orders whose goods come on board at a stop with a sender."""
    if stop.kind is not StopKind.COLLECT:
        return ()
    return stop.loads if stop.order_id is None else (stop.order_id,)


def on_board(day: Day, route: RouteState, standing: Stop | None) -> tuple[OrderId, ...]:
    """Return the orders that a vehicle carries once it is free; who still stands at a sender's door
    has those goods by then."""
    if route.progress.value == "at_depot":
        return ()
    held = set(route.on_board)
    if standing is not None:
        held.discard(standing.order_id or OrderId(""))
        held.update(collected_at(standing))
    return tuple(sorted(o for o in held if o in day.orders))


@dataclass
class Fetching:
    """Collects what each slot must fetch first, while a problem is made."""

    day: Day
    draft: Draft
    task_of: dict[OrderId, int] = field(default_factory=dict[OrderId, int])
    pickups: list[tuple[int, int, OrderId]] = field(default_factory=list[tuple[int, int, OrderId]])
    """(slot, pickup, order): goods that this slot must fetch first."""
    senders: dict[OrderId, int] = field(default_factory=dict[OrderId, int])
    """The one task that collects the goods of an order, for whoever does it."""
    loading: dict[OrderId, int] = field(default_factory=dict[OrderId, int])
    """Who stands at a sender's door right now."""

    def collect(self, order_id: OrderId, *, floor_s: int = -NEVER) -> int:
        """Return the task that collects the goods of an order."""
        state = self.day.orders[order_id]
        pickup = state.order.pickup
        assert pickup is not None
        if order_id not in self.senders:
            price = late_mc(state, self.day.rules) if state.open else 0
            self.senders[order_id] = self.draft.pickup(pickup, price, hard=False, floor_s=floor_s)
        return self.senders[order_id]

    def fetches(self, slots: Sequence[Slot]) -> None:
        """Add what a vehicle on the road would need to get at goods that it has not on board."""
        meet = self.day.rules.thresholds.meeting_s
        known = {(slot, order) for slot, _, order in self.pickups}
        for number, slot in enumerate(slots):
            vehicle = self.day.vehicles[slot.vehicle_id].vehicle
            made: dict[tuple[Point, VehicleId | None, bool], int] = {}
            for order_id, task in list(self.task_of.items()):
                if (number, order_id) in known:
                    continue
                state = self.day.orders[order_id]
                if state.goods is GoodsAt.SENDER:
                    if state.order.pickup is not None and order_id not in self.loading:
                        self.pickups.append((number, self.collect(order_id), order_id))
                    continue
                depot = source_of(self.day, state.order, vehicle)
                place, seconds, kind = depot.point, depot.loading_s, StopKind.RELOAD
                if state.goods is GoodsAt.VEHICLE:
                    holder = standing_at(self.day, state)
                    if holder is None or state.vehicle_id == slot.vehicle_id:
                        continue
                    place, seconds, kind = holder, meet, StopKind.MEET
                elif state.goods is not GoodsAt.DEPOT or self.loaded_at_start(slot, state):
                    continue
                # What is not ready yet is fetched by itself: the other goods need not wait for it.
                release_s = self.draft.tasks[task].release_s
                later = kind is StopKind.RELOAD and release_s > 0
                source = (place, state.vehicle_id if kind is StopKind.MEET else None, later)
                if source not in made:
                    reloads = kind is StopKind.RELOAD and not later
                    present = self.present_reload(slot, place) if reloads else NONE
                    if present == NONE:
                        present = self.draft.add(Task(kind, self.draft.node(place), seconds))
                    made[source] = present
                if later:
                    self.draft.opens_later(made[source], release_s)
                self.pickups.append((number, made[source], order_id))

    def present_reload(self, slot: Slot, place: Point) -> int:
        tasks, node = self.draft.tasks, self.draft.node(place)
        loads = [t for t in slot.sequence if tasks[t].kind is StopKind.RELOAD]
        return next((t for t in loads if tasks[t].node == node), NONE)

    def loaded_at_start(self, slot: Slot, state: OrderState) -> bool:
        """Return whether a vehicle that has not left yet has the goods on board when it does."""
        vehicle = self.day.vehicles[slot.vehicle_id].vehicle
        return not slot.departed and lie_at_home(self.day, state.order, vehicle)

    def table(self, slots: Sequence[Slot]) -> Ints:
        """Return (slots, tasks): the task that brings the goods on board, NONE or ELSEWHERE."""
        table = np.full((len(slots), len(self.draft.tasks)), NONE, dtype=np.int64)
        for order_id, task in self.task_of.items():
            state = self.day.orders[order_id]
            for number, slot in enumerate(slots):
                table[number, task] = NONE if self._reachable(state, number, slot) else ELSEWHERE
        for number, pickup, order_id in self.pickups:
            task = self.task_of.get(order_id)
            if task is not None:
                table[number, task] = pickup
        return table

    def _reachable(self, state: OrderState, number: int, slot: Slot) -> bool:
        order = state.order
        if state.goods is GoodsAt.SENDER:
            return order.returns or self.loading.get(order.order_id) == number
        return state.vehicle_id == slot.vehicle_id or (
            state.goods is GoodsAt.DEPOT and self.loaded_at_start(slot, state)
        )


def collected_in_the_morning(
    day: Day, draft: Draft, tasks: Mapping[OrderId, int]
) -> Mapping[int, int]:
    """Add the collections of a morning; return which of them each delivery needs first."""
    found: dict[int, int] = {}
    for order_id, task in tasks.items():
        state = day.orders[order_id]
        if state.goods is GoodsAt.SENDER and state.order.pickup is not None:
            found[task] = draft.pickup(state.order.pickup, 0, hard=True)
    return found
