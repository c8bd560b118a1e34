"""Makes the neutral problem from a day: the morning's plan, or the rest of a day in progress."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from core.domain.alternative import FIRST
from core.domain.day import Day, GoodsAt
from core.domain.depots import end_of, home_of
from core.domain.ids import OrderId, VehicleId
from core.domain.order import Load
from core.domain.plan import Stop, StopKind
from core.domain.position import Positions
from core.domain.ways import state_by
from core.eta.anchor import Anchor, anchored, points_of
from core.eta.legs import Legs
from core.routing.access import no_later_than_present, with_access
from core.routing.charging import begins_m, charge_tasks, full_m, range_left, stop_gain_m
from core.routing.cost import driver_mc_per_s, late_mc, metre_mc, second_mc
from core.routing.crews import crew, middle_of_day
from core.routing.depots import with_depots
from core.routing.docks import dock_times
from core.routing.draft import Draft, as_load
from core.routing.duty import no_less_than, with_limits
from core.routing.expected import expected_times
from core.routing.fetching import (
    Fetching,
    collected_at,
    collected_in_the_morning,
    on_board,
    standing_at,
)
from core.routing.people import with_prices
from core.routing.plan_times import pace_of_plan
from core.routing.problem import NEVER, NONE, Problem, Slot, Task
from core.routing.walk import of_slot
from core.routing.ways import add_ways, fetched_alike
from core.travel.protocol import TravelTimes


def morning(day: Day, travel: TravelTimes) -> Problem:
    """Return the problem of the whole day: every located open order, windows hard."""
    pairs = crew(day)
    base = min((d.shift.opens for d in pairs.values()), default=day.now)
    draft = Draft(base)
    draft.node(day.depot.point)
    tasks: dict[OrderId, int] = {}
    for order_id in sorted(day.orders):
        state = day.orders[order_id]
        if state.open and state.order.point is not None and state.untouched:
            state = state_by(state, FIRST)
            if state.order.point is None:
                continue
            tasks[order_id] = draft.delivery(state, state.order.point, 0, hard=True)
            add_ways(draft, state, tasks[order_id], 0, hard=True)
    first = collected_in_the_morning(day, draft, tasks)
    slots: list[Slot] = []
    doors = dock_times(day, pairs)
    for vehicle_id, driver in pairs.items():
        vehicle = day.vehicles[vehicle_id].vehicle
        home, last = home_of(day, vehicle), end_of(day, vehicle)
        trip, at_home = NONE, draft.node(home.point)
        if vehicle.can_reload:
            trip = draft.add(Task(StopKind.RELOAD, at_home, home.loading_s, trip=True))
        loads_at, ready_at = doors[vehicle_id]
        closes = min(driver.shift.closes, last.opens.closes)
        slots.append(
            Slot(
                vehicle_id=vehicle_id,
                start_node=at_home,
                end_task=draft.end(last.point),
                ready_s=draft.seconds(ready_at),
                loads_s=draft.seconds(loads_at),
                latest_return_s=draft.seconds(closes),
                capacity=as_load(vehicle.capacity),
                features=vehicle.equipment | driver.skills,
                metre_mc=metre_mc(vehicle.cost_per_km_cents),
                second_mc=second_mc(vehicle.cost_per_hour_cents),
                fixed_mc=vehicle.cost_per_day_cents * 1000,
                range_m=begins_m(vehicle),
                full_m=full_m(vehicle),
                charges=tuple(draft.add(t) for t in charge_tasks(day, vehicle, draft.node)),
                rest=draft.rest(driver, hard=True),
                trip=trip,
            )
        )
    points = tuple(draft.points)
    matrix = travel.matrix(points, middle_of_day(day))
    pickup = np.full((len(slots), len(draft.tasks)), NONE, dtype=np.int64)
    for task, fetch in first.items():
        pickup[:, task] = fetch
    made = Problem(
        base,
        points,
        matrix.seconds,
        matrix.metres,
        tuple(draft.tasks),
        tuple(slots),
        pickup,
        driver_mc_per_s(day.rules),
    )
    made = fetched_alike(replace(made, pace=pace_of_plan(day, travel, base, slots)))
    made = with_depots(day, with_access(day, with_limits(day, made)))
    return with_prices(day, made, under_way=False)


def rest_of_day(
    day: Day,
    travel: TravelTimes,
    now: datetime,
    positions: Positions | None = None,
    *,
    vehicle_ids: Sequence[VehicleId] | None = None,
    orphan_ids: Sequence[OrderId] = (),
) -> Problem:
    """Return the problem from `now` on: frozen parts in front, goods on board bound, windows soft.

    `orphan_ids` are orders that no route of the problem has to keep: new ones, or those of a
    vehicle that is down. A vehicle that is down is no slot, but its goods can be fetched from it.
    """
    chosen = sorted(day.routes) if vehicle_ids is None else sorted(set(vehicle_ids))
    chosen = [v for v in chosen if v in day.routes and not day.vehicles[v].down_since]
    orphans = tuple(dict.fromkeys(orphan_ids))
    maker = _RestOfDay(day, travel, now, positions, chosen, orphans)
    made = with_prices(day, with_limits(day, maker.problem(), travel), under_way=True)
    return _no_worse_than_present(with_access(day, made))


def _no_worse_than_present(problem: Problem) -> Problem:
    """Let every route that is already over a limit keep what it has, and not one second more."""
    slots: list[Slot] = []
    starts: dict[int, dict[int, int]] = {}
    for number, slot in enumerate(problem.slots):
        present = of_slot(problem, number, [slot.sequence])
        if problem.openings is not None:
            row = zip(present.seqs[0].tolist(), present.start[0].tolist(), strict=True)
            starts[number] = dict(row)
        slots.append(
            replace(
                slot,
                latest_return_s=max(slot.latest_return_s, int(present.end_s[0])),
                rest_over_s=max(0, int(present.rest_over_s[0])),
                # Who can charge on the way has no need to be sent beyond the battery.
                range_m=slot.range_m
                + (0 if slot.charges else max(0, int(present.range_over_m[0]))),
                limits=no_less_than(slot.limits, present),
            )
        )
    return no_later_than_present(replace(problem, slots=tuple(slots)), starts)


class _RestOfDay:
    def __init__(
        self,
        day: Day,
        travel: TravelTimes,
        now: datetime,
        positions: Positions | None,
        chosen: Sequence[VehicleId],
        orphans: Sequence[OrderId],
    ) -> None:
        self.day, self.now, self.travel, self.positions = day, now, travel, positions
        self.chosen, self.orphans = chosen, orphans
        self.draft = Draft(now)
        points = {d.point: None for d in day.opened.depots}
        for vehicle_id in chosen:
            points |= dict.fromkeys(points_of(day, vehicle_id, now, positions))
            points |= dict.fromkeys(s.point for s in day.routes[vehicle_id].stops)
        for order_id in orphans:
            state = day.orders[order_id]
            if state.order.point is not None:
                points[state.order.point] = None
            holder = standing_at(day, state)
            if holder is not None:
                points[holder] = None
            if state.order.pickup is not None and state.goods is GoodsAt.SENDER:
                points[state.order.pickup.point] = None
        self.legs = Legs(day, travel, points, now)
        for point in points:
            self.draft.node(point)
        self.goods = Fetching(day, self.draft)
        self.task_of = self.goods.task_of

    def problem(self) -> Problem:
        slots = [self.slot(i, v) for i, v in enumerate(self.chosen)]
        for order_id in self.orphans:
            state = self.day.orders[order_id]
            if order_id not in self.task_of and state.order.point is not None:
                price = late_mc(state, self.day.rules)
                self.task_of[order_id] = self.draft.delivery(
                    state, state.order.point, price, hard=False
                )
                add_ways(
                    self.draft,
                    state,
                    self.task_of[order_id],
                    price,
                    hard=False,
                    redirect_mc=self.day.rules.costs.redirect.cents_milli,
                )
        self.goods.fetches(slots)
        pickup = self.goods.table(slots)
        points = tuple(self.draft.points)
        seconds, metres = expected_times(self.day, self.travel, points, self.now)
        return fetched_alike(
            Problem(
                self.now,
                points,
                seconds,
                metres,
                tuple(self.draft.tasks),
                tuple(slots),
                pickup,
                driver_mc_per_s(self.day.rules),
            )
        )

    def slot(self, number: int, vehicle_id: VehicleId) -> Slot:
        day, draft = self.day, self.draft
        route, vehicle = day.routes[vehicle_id], day.vehicles[vehicle_id].vehicle
        driver = day.drivers.get(route.driver_id)
        start = anchored(day, vehicle_id, self.legs, self.positions)
        departed = route.progress.value != "at_depot"
        frozen_count = max(0, route.frozen - (1 if start.standing is not None else 0))
        tasks: list[int] = []
        owed_rest = NONE
        rest_rule = driver.rest if driver is not None else None
        rested = any(s.kind is StopKind.REST for s in route.stops[: route.done])
        if start.standing is not None and route.remaining[0].kind is StopKind.REST:
            rested = True
        for position, stop in enumerate(start.remaining):
            frozen = position < frozen_count
            if stop.kind is StopKind.REST and not frozen:
                continue
            if not frozen and self.orphaned(stop):
                continue
            tasks.append(self.task(number, start, stop))
            rested |= stop.kind is StopKind.REST
        if not rested and rest_rule is not None and driver is not None:
            planned = any(s.kind is StopKind.REST for s in start.remaining)
            present_end = draft.seconds(route.return_at)
            closes = draft.seconds(rest_rule.window.closes)
            if planned or present_end + rest_rule.duration_s > closes:
                owed_rest = draft.rest(driver, hard=False)
        standing = route.remaining[0] if start.standing is not None else None
        if standing is not None:
            self.goods.loading |= dict.fromkeys(collected_at(standing), number)
        held = on_board(day, route, standing)
        back = tuple(o for o in held if day.orders[o].order.returns)
        slot = Slot(
            vehicle_id=vehicle_id,
            start_node=draft.node(start.point),
            end_task=draft.end(route.end),
            ready_s=draft.seconds(start.ready_at),
            loads_s=draft.seconds(start.ready_at) - home_of(day, vehicle).load_out_s,
            latest_return_s=0,
            capacity=as_load(vehicle.capacity),
            features=vehicle.equipment | (driver.skills if driver else frozenset[str]()),
            metre_mc=metre_mc(vehicle.cost_per_km_cents),
            second_mc=second_mc(vehicle.cost_per_hour_cents),
            fixed_mc=0 if departed or route.stops else vehicle.cost_per_day_cents * 1000,
            on_board=self.load(held),
            brings_back=self.load(back),
            departed=departed,
            range_m=range_left(day, self.travel, self.now, route, start.point),
            full_m=full_m(vehicle),
            charges=tuple(draft.add(t) for t in charge_tasks(day, vehicle, draft.node)),
            rest=owed_rest,
            frozen=tuple(tasks[:frozen_count]),
            sequence=tuple(tasks[frozen_count:]),
            standing=standing,
            base_revision=route.revision,
        )
        closes_s = draft.seconds(driver.shift.closes) if driver else NEVER
        return replace(slot, latest_return_s=closes_s + day.rules.thresholds.max_overtime_s)

    def orphaned(self, stop: Stop) -> bool:
        """Return whether a stop is there for an order that needs a new place."""
        own = {stop.order_id} if stop.order_id is not None else set(collected_at(stop))
        return bool(own) and own <= set(self.orphans)

    def load(self, order_ids: Sequence[OrderId]) -> tuple[int, int, int]:
        return as_load(sum((self.day.orders[o].order.load for o in order_ids), start=Load()))

    def task(self, number: int, start: Anchor, stop: Stop) -> int:
        draft, day = self.draft, self.day
        floor = start.not_before.get(stop.stop_id)
        floor_s = -NEVER if floor is None else draft.seconds(floor)
        visits = stop.kind in (StopKind.DELIVER, StopKind.COLLECT)
        if visits and stop.order_id in day.orders:
            order_id = stop.order_id
            assert order_id is not None
            state = day.orders[order_id]
            price = late_mc(state, day.rules) if state.open else 0
            task = draft.delivery(state, stop.point, price, hard=False, floor_s=floor_s)
            draft.tasks[task] = replace(
                draft.tasks[task],
                service_s=stop.service_s,
                stop=stop,
            )
            self.task_of[order_id] = task
            return task
        if stop.kind is StopKind.COLLECT:
            (order_id,) = stop.loads
            task = self.goods.collect(order_id, floor_s=floor_s)
            draft.tasks[task] = replace(draft.tasks[task], service_s=stop.service_s, stop=stop)
            self.goods.pickups.append((number, task, order_id))
            return task
        opens_s = floor_s
        if stop.kind is StopKind.MEET:
            opens_s = max(floor_s, draft.seconds(stop.arrive_at))
        vehicle = day.vehicles[self.chosen[number]].vehicle
        gain_m, at = stop_gain_m(day, vehicle, stop), draft.node(stop.point)
        task = draft.add(Task(stop.kind, at, stop.service_s, opens_s, charge_m=gain_m, stop=stop))
        for order_id in (*stop.loads, *stop.takes):
            self.goods.pickups.append((number, task, order_id))
        return task
