"""The one pricing function: what an option, waiting included, is expected to cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.day import Day, OrderState
from core.domain.ids import CaseId, OrderId, VehicleId
from core.domain.option import (
    Option,
    OrderRisk,
    Price,
    RefuseOrder,
    TenderOrder,
)
from core.domain.position import Positions
from core.domain.rules import Cost
from core.domain.time import TimeWindow, seconds_between
from core.resolve.draft import Draft
from core.resolve.scope import Scope, scope_of
from core.resolve.simulate import Drive, Simulator, disturbed, moved_stops
from core.resolve.tally import Tally
from core.resolve.waiting import worth_of_knowing
from core.tower.stakes import Stake, stake
from core.travel.protocol import TravelTimes

Lateness = Mapping[OrderId, NDArray[np.float64]]

# Promises named beside a price: late on at least this share of the paths, or changed by that much.
SHOWN_RISK = 0.05
SHOWN_CHANGE = 0.004


def price(
    day: Day,
    case_id: CaseId,
    drafts: Sequence[Draft],
    travel: TravelTimes,
    positions: Positions,
    now: datetime,
    *,
    seed: int,
    simulator: Simulator | None = None,
) -> tuple[Option, ...]:
    """Return one option for each draft, in the same order, all priced on the same paths.

    Prices are marginal: driving counts against the present plan, lateness in full for the
    vehicles and orders of the case and as a difference for everybody else. The lines of a price
    add up to its total. `simulator` may carry paths that generation has already sampled.
    """
    sim = simulator or Simulator(day, day.cases[case_id], travel, positions, now, seed=seed)
    scope = scope_of(sim.day, sim.case)
    feasible = [d for d in drafts if d.feasible]
    tallies = {d.option_id: _tally(sim, scope, d) for d in feasible}
    baseline = tally_of_waiting(sim, scope)
    for draft in feasible:
        if draft.waits:
            worth = worth_of_knowing(
                sim,
                [v for v in scope.vehicles if sim.drivable(v)],
                baseline.tally.cents,
                [(o, tallies[o.option_id].tally.cents) for o in feasible if not o.waits],
            )
            if worth is not None:
                tallies[draft.option_id].tally.add(worth.label, 1.0, "chance", worth.price)
    table = _table_of_risks(baseline, list(tallies.values()))
    options: list[Option] = []
    for draft in drafts:
        if not draft.feasible:
            options.append(_infeasible(draft))
            continue
        played = tallies[draft.option_id]
        sim.costs[draft.option_id] = played.tally.cents
        options.append(
            Option(
                option_id=draft.option_id,
                label=draft.label,
                actions=draft.actions,
                price=_price(sim, draft, played, baseline, table),
            )
        )
    return tuple(options)


def _infeasible(draft: Draft) -> Option:
    return Option(
        option_id=draft.option_id,
        label=draft.label,
        actions=draft.actions,
        price=None,
        refused_because=draft.refused_because,
    )


@dataclass
class Played:
    """One option's tally, with the lateness of each order on the paths."""

    tally: Tally
    late: dict[OrderId, NDArray[np.float64]]
    before: dict[OrderId, NDArray[np.float64]]
    """Under the present plan, of orders that are not the case's own."""
    expected_s: dict[OrderId, float]


def tally_of_waiting(sim: Simulator, scope: Scope) -> Played:
    """Return what the present plans come to, with nobody told anything new."""
    return _tally(sim, scope, None)


def _tally(sim: Simulator, scope: Scope, draft: Draft | None) -> Played:
    day, costs = sim.day, sim.day.rules.costs
    played = Played(Tally(sim.paths), {}, {}, {})
    changed = sim.after(draft) if draft is not None else {}
    plans = {r.vehicle_id: r.stops for r in draft.new_routes()} if draft is not None else {}
    told = {o: a.window for o, a in draft.told().items()} if draft is not None else {}
    for vehicle_id in sorted(changed):
        _driving(sim, played.tally, vehicle_id, changed[vehicle_id])
    served: set[OrderId] = set()
    for vehicle_id in sorted({*scope.vehicles, *plans}):
        if not sim.drivable(vehicle_id):
            continue
        before = sim.drive(vehicle_id)
        drive = changed.get(vehicle_id, before)
        old = {s.order_id: s for s in sim.present(vehicle_id) if s.order_id is not None}
        for stop in plans.get(vehicle_id, sim.present(vehicle_id)):
            if stop.order_id is None or stop.order_id not in day.orders:
                continue
            state = day.orders[stop.order_id]
            if state.cancelled or stop.order_id in served:
                continue
            served.add(stop.order_id)
            _visit(sim, played, scope, state, drive.start_s[stop.stop_id], told)
            if stop.order_id not in scope.orders and stop.order_id in old:
                _visit_undone(sim, played, state, before.start_s[old[stop.order_id].stop_id])
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
    return played


def _driving(sim: Simulator, tally: Tally, vehicle_id: VehicleId, drive: Drive) -> None:
    before = sim.drive(vehicle_id)
    extra_min = (drive.return_s - before.return_s) / 60
    tally.add("driver minutes", extra_min, "minute", sim.day.rules.costs.driver_minute)
    per_km = sim.day.vehicles[vehicle_id].vehicle.cost_per_km_cents
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
    late = (start_s > sim.closes_s(order_id)).astype(np.float64)
    window = told.get(order_id, state.told)
    untold = np.ones_like(late)
    if window is not None:
        untold = (start_s > seconds_between(sim.now, window.closes)).astype(np.float64)
    elif order_id in told:
        untold = np.zeros_like(late)
    played.late[order_id] = late
    played.expected_s[order_id] = float(start_s.mean())
    if state.attempt_failed:
        again = sim.day.rules.behaviour.absent_again_pm / 1000
        costs = sim.day.rules.costs
        played.tally.add("failed attempts", again, "attempt", costs.failed_attempt)
        return
    _lateness(sim, played.tally, state, late, untold, order_id in scope.asking, 1.0)


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
    if not state.attempt_failed:
        at_stake = stake(sim.day, state, sim.now)
        played.late[order_id] = np.ones(sim.paths)
        if at_stake.broken_cents:
            broken = Cost(round(at_stake.broken_cents * 1000), "promise", at_stake.broken_source)
            played.tally.add(at_stake.broken_label, 1.0, "promise", broken)
        played.tally.add("customer contacts", 1.0, "contact", costs.contact)
    played.tally.add("failed attempts", 1.0, "attempt", costs.failed_attempt)


def _price(
    sim: Simulator, draft: Draft, played: Played, baseline: Played, table: Sequence[OrderId]
) -> Price:
    lines = played.tally.lines()
    difference = played.tally.cents - baseline.tally.cents
    saved = 0.0
    for order_id in sorted({*played.late, *baseline.late}):
        if sim.day.orders[order_id].promise.closes > sim.now:
            saved += _mean(baseline.late, played.before, order_id)
            saved -= _mean(played.late, {}, order_id)
    changes = draft.new_routes()
    return Price(
        total_cents=sum(line.cents for line in lines),
        lines=lines,
        standard_error_cents=round(float(difference.std()) / sim.paths**0.5),
        paths=sim.paths,
        risks=_risks(sim, played, baseline, table),
        stops_moved=len(moved_stops(sim.day, changes)),
        drivers_disturbed=len(disturbed(sim.day, changes)),
        promises_saved_milli=round(saved * 1000),
        collateral_pm=_collateral_pm(sim, played, baseline),
    )


def _collateral_pm(sim: Simulator, played: Played, baseline: Played) -> int:
    """Return by how much an option makes promises likelier to break, added up over the orders
    that have a stop already, in thousandths."""
    have_a_stop = {s.order_id for r in sim.day.routes.values() for s in r.remaining}
    more = 0.0
    for order_id in sorted(played.late):
        if order_id not in have_a_stop:
            continue
        was = baseline.late.get(order_id, played.before.get(order_id))
        if was is None:
            was, _ = _untouched(sim, baseline, order_id)
        if was is not None:
            more += max(0.0, float(played.late[order_id].mean() - was.mean()))
    return round(more * 1000)


def _mean(first: Lateness, second: Lateness, order_id: OrderId) -> float:
    late = first.get(order_id, second.get(order_id))
    return 0.0 if late is None else float(late.mean())


def _table_of_risks(baseline: Played, options: Sequence[Played]) -> tuple[OrderId, ...]:
    """Return the orders that every option speaks of: at risk in one of them, or made worse.

    All options name the same ones, so that two prices can be compared promise by promise. Where
    somebody else's promises are concerned at all, at least one is named: that none got worse is
    an answer too.
    """
    found: set[OrderId] = set()
    for played in (baseline, *options):
        if played.before:
            found.add(max(played.before, key=lambda o: (_mean(played.late, {}, o), o)))
        for order_id in played.late:
            p = _mean(played.late, {}, order_id)
            was = _mean(baseline.late, played.before, order_id)
            if max(p, was) >= SHOWN_RISK or abs(p - was) >= SHOWN_CHANGE:
                found.add(order_id)
    return tuple(sorted(found))


def _risks(
    sim: Simulator, played: Played, baseline: Played, table: Sequence[OrderId]
) -> tuple[OrderRisk, ...]:
    """Return what the option means for each order of the table, the likeliest late first."""
    found: list[tuple[float, OrderRisk]] = []
    for order_id in table:
        closes = sim.day.orders[order_id].promise.closes
        late, at_s = played.late.get(order_id), played.expected_s.get(order_id)
        if late is None:
            late, at_s = _untouched(sim, baseline, order_id)
        if late is None:
            continue
        p = float(late.mean())
        expected = closes if at_s is None else sim.now + timedelta(seconds=round(at_s))
        found.append((p, OrderRisk(order_id, round(p * 100), expected, closes)))
    found.sort(key=lambda f: (-f[0], f[1].order_id))
    return tuple(risk for _, risk in found)


def _untouched(
    sim: Simulator, baseline: Played, order_id: OrderId
) -> tuple[NDArray[np.float64] | None, float | None]:
    """Return the lateness and expected start of an order under the present plan."""
    if order_id in baseline.late:
        return baseline.late[order_id], baseline.expected_s.get(order_id)
    route = sim.day.route_of(order_id)
    if route is None or not sim.drivable(route.vehicle_id):
        return None, None
    drive = sim.drive(route.vehicle_id)
    start_s = next(drive.start_s[s.stop_id] for s in route.remaining if s.order_id == order_id)
    late = (start_s > sim.closes_s(order_id)).astype(np.float64)
    return late, float(start_s.mean())
