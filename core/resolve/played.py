"""What comes of one option, counted on every path: driving, lateness, fees, disturbance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.day import Day, OrderState
from core.domain.ids import OrderId, VehicleId
from core.domain.option import RefuseOrder, TenderOrder
from core.domain.plan import Stop
from core.domain.rules import Cost
from core.domain.time import TimeWindow, seconds_between
from core.domain.ways import following, redirects
from core.eta.battery import short_of
from core.resolve.draft import Draft
from core.resolve.failing import by_the_hour
from core.resolve.scope import Scope
from core.resolve.simulate import Drive, Simulator
from core.resolve.tally import Tally
from core.routing.moved import disturbed, moved_stops
from core.routing.people import more_outside
from core.tower.stakes import Stake, stake


@dataclass
class Played:
    """One option's tally, with the lateness of each order on the paths."""

    tally: Tally
    late: dict[OrderId, NDArray[np.float64]]
    before: dict[OrderId, NDArray[np.float64]]
    """Under the present plan, of orders that are not the case's own."""
    expected_s: dict[OrderId, float]


def play(sim: Simulator, scope: Scope, draft: Draft | None) -> Played:
    """Return what an option comes to; without one, the present plans with nobody told anything."""
    day, costs = sim.day, sim.day.rules.costs
    played = Played(Tally(sim.paths), {}, {}, {})
    changed = sim.after(draft) if draft is not None else {}
    plans = {r.vehicle_id: r.stops for r in draft.new_routes()} if draft is not None else {}
    after = following(day, (s for stops in plans.values() for s in stops))
    told = {o: a.window for o, a in draft.told().items()} if draft is not None else {}
    for vehicle_id in sorted(changed):
        _driving(sim, played.tally, vehicle_id, changed[vehicle_id])
    served: set[OrderId] = set()
    for vehicle_id in sorted({*scope.vehicles, *plans}):
        if not sim.drivable(vehicle_id):
            continue
        drive = changed.get(vehicle_id, sim.drive(vehicle_id))
        stops = plans.get(vehicle_id, sim.present(vehicle_id))
        beyond = _stranded(sim, played.tally, vehicle_id, stops)
        for stop in stops:
            if stop.order_id is None or stop.order_id not in day.orders:
                continue
            state = after.orders[stop.order_id]
            if state.cancelled or stop.order_id in served or stop.order_id in beyond:
                continue
            served.add(stop.order_id)
            _visit(sim, played, scope, state, drive.start_s[stop.stop_id], told)
            present = present_start_s(sim, stop.order_id)
            if stop.order_id not in scope.orders and present is not None:
                _visit_undone(sim, played, day.orders[stop.order_id], present)
    if draft is not None:
        served |= _given_away(sim, played, draft)
    for order_id in scope.owed:
        if order_id not in served:
            _unserved(sim, played, day.orders[order_id])
    if draft is not None and draft.new_routes():
        moved = len(moved_stops(day, draft.new_routes()))
        drivers = len(disturbed(day, draft.new_routes()))
        played.tally.add("moved stops", float(moved), "stop", costs.moved_stop)
        played.tally.add("disturbed drivers", float(drivers), "driver", costs.disturbed_driver)
        _redirected(day, played.tally, [s for stops in plans.values() for s in stops])
        if costs.outside_territory.cents_milli:
            away = float(more_outside(day, draft.new_routes()))
            played.tally.add("stops outside territories", away, "stop", costs.outside_territory)
    return played


def _redirected(day: Day, tally: Tally, stops: Sequence[Stop]) -> None:
    """Add what it costs to send orders another way than was planned, and what ways cost."""
    sent = redirects(day, stops)
    tally.add("redirected orders", float(len(sent)), "order", day.rules.costs.redirect)
    for one in sent:
        label = f"{one.way or 'the first way'} for {one.order_id}"
        tally.add(label, 1.0, "order", Cost(one.cents * 1000, "order", "import: alternatives"))


def _stranded(
    sim: Simulator, tally: Tally, vehicle_id: VehicleId, stops: Sequence[Stop]
) -> tuple[OrderId, ...]:
    """Add what it costs that a battery ends on the way; return the orders that lie behind that."""
    short = short_of(sim.day, vehicle_id, stops, lambda a, b: sim.lookup(a, b)[1])
    if short is None:
        return ()
    tally.add("stranded vehicles", 1.0, "vehicle", sim.day.rules.costs.stranded)
    return short.beyond


def present_start_s(sim: Simulator, order_id: OrderId) -> NDArray[np.int64] | None:
    """Return when an order is served under the present plan, whoever serves it."""
    route = sim.day.route_of(order_id)
    if route is None or not sim.drivable(route.vehicle_id):
        return None
    stop_id = next(s.stop_id for s in route.remaining if s.order_id == order_id)
    return sim.drive(route.vehicle_id).start_s.get(stop_id)


def _driving(sim: Simulator, tally: Tally, vehicle_id: VehicleId, drive: Drive) -> None:
    before = sim.drive(vehicle_id)
    extra_min = (drive.return_s - before.return_s) / 60
    tally.add("driver minutes", extra_min, "minute", sim.day.rules.costs.driver_minute)
    vehicle = sim.day.vehicles[vehicle_id].vehicle
    if vehicle.cost_per_hour_cents:
        tally.add(
            f"vehicle hours at {vehicle.cost_per_hour_cents} ct",
            extra_min / 60,
            "hour",
            Cost(vehicle.cost_per_hour_cents * 1000, "hour", "import: vehicle"),
        )
    per_km = vehicle.cost_per_km_cents
    if per_km:
        tally.add(
            f"kilometres at {per_km} ct",
            (drive.metres - before.metres) / 1000,
            "km",
            Cost(per_km * 1000, "km", "import: vehicle"),
        )


def _lateness(
    sim: Simulator,
    tally: Tally,
    state: OrderState,
    late: NDArray[np.float64],
    untold: NDArray[np.float64],
    asks: bool,
    sign: float,
) -> None:
    """Add broken promise, absence and calls of one order; `untold` marks paths it comes as news."""
    at_stake: Stake = stake(sim.day, state, sim.now)
    costs = sim.day.rules.costs
    if at_stake.broken_cents:
        tally.add(
            at_stake.broken_label,
            sign * late,
            "promise",
            Cost(round(at_stake.broken_cents * 1000), "promise", at_stake.broken_source),
        )
    absent = np.where(untold > 0, at_stake.absent_extra, at_stake.absent_extra_told)
    tally.add("failed attempts", sign * late * absent, "attempt", costs.failed_attempt)
    call = np.where(untold > 0, at_stake.call, at_stake.call_told)
    worried = np.ones_like(late) if asks else late
    tally.add("customer contacts", sign * worried * call, "contact", costs.contact)


def _visit(
    sim: Simulator,
    played: Played,
    scope: Scope,
    state: OrderState,
    start_s: NDArray[np.int64],
    told: Mapping[OrderId, TimeWindow | None],
) -> None:
    order_id = state.order.order_id
    closes_s = seconds_between(sim.now, state.promise.closes)
    late = (start_s > closes_s).astype(np.float64)
    window = told.get(order_id, state.told)
    untold = np.ones_like(late)
    if window is not None:
        untold = (start_s > seconds_between(sim.now, window.closes)).astype(np.float64)
    elif order_id in told:
        untold = np.zeros_like(late)
    played.late[order_id] = late
    played.expected_s[order_id] = float(start_s.mean())
    if state.attempt_failed:
        behaviour, costs = sim.day.rules.behaviour, sim.day.rules.costs
        # Whoever was not at home may well be at a shop: there it is a first attempt.
        elsewhere = state.order.point != sim.day.orders[order_id].order.point
        again = behaviour.absent_pm if elsewhere else behaviour.absent_again_pm
        played.tally.add("failed attempts", again / 1000, "attempt", costs.failed_attempt)
        return
    _lateness(sim, played.tally, state, late, untold, order_id in scope.asking, 1.0)
    by_the_hour(sim, played.tally, state, start_s, 1.0)


def _visit_undone(
    sim: Simulator, played: Played, state: OrderState, start_s: NDArray[np.int64]
) -> None:
    """Take off what the present plan costs for an order of somebody else's case."""
    if state.attempt_failed:
        again = sim.day.rules.behaviour.absent_again_pm / 1000
        costs = sim.day.rules.costs
        played.tally.add("failed attempts", -again, "attempt", costs.failed_attempt)
        return
    late = (start_s > sim.closes_s(state.order.order_id)).astype(np.float64)
    played.before[state.order.order_id] = late
    untold = np.ones_like(late)
    if state.told is not None:
        untold = (start_s > seconds_between(sim.now, state.told.closes)).astype(np.float64)
    _lateness(sim, played.tally, state, late, untold, False, -1.0)
    by_the_hour(sim, played.tally, state, start_s, -1.0)


def _given_away(sim: Simulator, played: Played, draft: Draft) -> set[OrderId]:
    """Add tenders and refusals; return the orders that they take care of."""
    done: set[OrderId] = set()
    costs, day = sim.day.rules.costs, sim.day
    nobody, everybody = np.zeros(sim.paths), np.ones(sim.paths)
    for action in draft.actions:
        if isinstance(action, TenderOrder):
            state = day.orders[action.order_id]
            fee = Cost(action.price_cents * 1000, "order", "import: carrier rates")
            played.tally.add(f"fee of {action.carrier_id} for {action.order_id}", 1.0, "order", fee)
            kept = day.carriers[action.carrier_id].carrier.promise_kept_pct / 100
            breaks = 1.0 if action.deliver_by > state.promise.closes else 1.0 - kept
            late = np.full(sim.paths, breaks)
            played.late[action.order_id] = late
            played.expected_s[action.order_id] = seconds_between(sim.now, action.deliver_by)
            _lateness(sim, played.tally, state, late, everybody, False, 1.0)
            done.add(action.order_id)
        elif isinstance(action, RefuseOrder):
            state = day.orders[action.order_id]
            played.late[action.order_id] = everybody
            _lateness(sim, played.tally, state, everybody, nobody, False, 1.0)
            again = 1.0 - stake(day, state, sim.now).absent_extra_told
            played.tally.add("failed attempts", again, "attempt", costs.failed_attempt)
            done.add(action.order_id)
    return done


def _unserved(sim: Simulator, played: Played, state: OrderState) -> None:
    """Add what an order costs that nobody delivers today: its promise, a contact, another day."""
    costs, order_id = sim.day.rules.costs, state.order.order_id
    if state.urgent or not state.attempt_failed:
        played.late[order_id] = np.ones(sim.paths)
    if not state.attempt_failed:
        at_stake = stake(sim.day, state, sim.now)
        if at_stake.broken_cents:
            broken = Cost(round(at_stake.broken_cents * 1000), "promise", at_stake.broken_source)
            played.tally.add(at_stake.broken_label, 1.0, "promise", broken)
        played.tally.add("customer contacts", 1.0, "contact", costs.contact)
    played.tally.add("failed attempts", 1.0, "attempt", costs.failed_attempt)
