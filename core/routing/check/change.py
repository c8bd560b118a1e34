"""The check of a change to a day in progress: what a commit must not break."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import MeetingId, OrderId, VehicleId
from core.domain.option import Meeting, NewRoute
from core.domain.place import Point
from core.domain.plan import Progress, RouteState, Stop, StopKind
from core.domain.time import seconds_between
from core.routing.check.access import access_broken
from core.routing.check.battery import battery_broken, chargers_broken, charges
from core.routing.check.charge import charge_broken
from core.routing.check.collected import collected_broken, collected_twice
from core.routing.check.depots import sources_changed
from core.routing.check.docks import unready
from core.routing.check.duty import limits_broken, worked_along
from core.routing.check.fitness import down_broken, needs_broken, range_broken, stops_broken
from core.routing.check.kept import Kept, timeless
from core.routing.check.loads import (
    aboard_before,
    capacity_broken,
    delivered,
    goods_broken,
    overloads,
    reload_broken,
)
from core.routing.check.meetings import meetings_broken, stuck
from core.routing.check.times import (
    late_promises,
    rest_broken,
    rest_missing_s,
    shift_broken,
    shift_excess_s,
    stated_too_early,
)
from core.routing.check.violation import Code, Lookup, Violation
from core.routing.check.walk import Leg, Walked, leg_in_progress, metres, walk
from core.routing.check.ways import as_visited, ways_broken


def change_points(day: Day, changes: Sequence[NewRoute]) -> tuple[Point, ...]:
    """Return every point that `check_change` looks up, each once, sorted."""
    points: set[Point] = set()
    for change in changes:
        points |= {s.point for s in change.stops}
        route = day.routes.get(change.vehicle_id)
        if route is not None:
            points |= {route.start, route.end, *(s.point for s in route.stops)}
            points |= {route.last_point} if route.last_point is not None else set[Point]()
    return tuple(sorted(points))


@dataclass(frozen=True, slots=True)
class _Pair:
    """One route changed, beside what keeping it would mean."""

    day: Day
    """With each order in the way that the change serves it."""
    was: Day
    route: RouteState
    change: NewRoute
    new: tuple[Leg, Walked]
    kept: tuple[Leg, Walked]

    @property
    def down(self) -> bool:
        return self.day.vehicles[self.route.vehicle_id].down_since is not None


def check_change(
    day: Day,
    changes: Sequence[NewRoute],
    meetings: Sequence[Meeting],
    lookup: Lookup,
    now: datetime,
    *,
    let_go: Collection[OrderId] = (),
    driven_m: Mapping[VehicleId, int] | None = None,
) -> tuple[Violation, ...]:
    """Return what a change breaks. Hard violations forbid it; lateness, stale times and what
    was no better before are reported softly, and so is overtime within what is agreed.

    `let_go` names orders that the same decision gives to a carrier, refuses or leaves for
    another day. `driven_m` says how far vehicles have driven; without it the stops that are
    done say so.
    """
    found: list[Violation] = []
    known = [c for c in changes if c.vehicle_id in day.routes and c.vehicle_id in day.vehicles]
    for change in changes:
        if change not in known:
            text = f"{change.vehicle_id} has no route on this day that could be changed"
            found.append(Violation(Code.UNKNOWN_VEHICLE, True, change.vehicle_id, None, text))
    for vehicle_id, times in Counter(c.vehicle_id for c in known).items():
        if times > 1:
            text = f"one change gives {vehicle_id} {times} routes"
            found.append(Violation(Code.UNKNOWN_VEHICLE, True, vehicle_id, None, text, times))
    new = {c.vehicle_id: c for c in known}
    after = {v: new[v].stops if v in new else r.remaining for v, r in sorted(day.routes.items())}
    found += _covered(day, new, after, frozenset(let_go))
    found += _loaded_twice(day, new, after, frozenset(let_go))
    found += collected_twice(after, new)
    kept = {v: Kept(r.remaining) for v, r in day.routes.items()}
    found += meetings_broken(after, meetings, new, day.rules.thresholds.meeting_s, kept)
    for pair in _pairs(day, tuple(new.values()), lookup, now):
        found += _frozen(pair)
        found += _load(pair)
        found += _drive(pair, lookup, driven_m)
        found += _wheel(pair, lookup)
    return tuple(found)


def check_times(
    day: Day, changes: Sequence[NewRoute], lookup: Lookup, now: datetime
) -> tuple[Violation, ...]:
    """Return the part of `check_change` that depends on travel times: for asking about the same
    change by other ones, once everything else is known."""
    known = tuple(c for c in changes if c.vehicle_id in day.routes and c.vehicle_id in day.vehicles)
    return tuple(v for p in _pairs(day, known, lookup, now) for v in _drive(p, lookup, None))


def _pairs(day: Day, changed: Sequence[NewRoute], lookup: Lookup, now: datetime) -> Iterator[_Pair]:
    """Walk the changed routes together, and again as they would be kept."""
    present = {c.vehicle_id: day.routes[c.vehicle_id].remaining for c in changed}
    kept_walk = _walk_all(day, present, lookup, now)
    was, day = day, as_visited(day, (s for c in changed for s in c.stops))
    new_walk = _walk_all(day, {c.vehicle_id: c.stops for c in changed}, lookup, now)
    for change in changed:
        name = change.vehicle_id
        yield _Pair(day, was, day.routes[name], change, new_walk[name], kept_walk[name])


def _walk_all(
    day: Day, stops_of: Mapping[VehicleId, Sequence[Stop]], lookup: Lookup, now: datetime
) -> dict[VehicleId, tuple[Leg, Walked]]:
    """Walk these routes; whoever they meet outside of them comes when their plan says."""
    legs = {v: leg_in_progress(day, day.routes[v], s, lookup, now) for v, s in stops_of.items()}
    outside: dict[tuple[MeetingId, VehicleId], datetime] = {}
    for vehicle_id, route in sorted(day.routes.items()):
        for stop in route.stops if vehicle_id not in legs else ():
            if stop.meeting_id is not None:
                outside[(stop.meeting_id, vehicle_id)] = stop.arrive_at
    walked = walk(day, tuple(legs.values()), lookup, outside)
    return {v: (legs[v], walked[v]) for v in legs}


def _covered(
    day: Day,
    new: Mapping[VehicleId, NewRoute],
    after: Mapping[VehicleId, Sequence[Stop]],
    let_go: frozenset[OrderId],
) -> list[Violation]:
    visits = Counter(o for stops in after.values() for o in delivered(stops))
    touched = {o for c in new.values() for o in delivered(c.stops)} | let_go
    found: list[Violation] = []
    for order_id in sorted(touched):
        state = day.orders.get(order_id)
        tendered = state is not None and state.tender_id is not None
        times = visits[order_id] + tendered + (order_id in let_go)
        if times > 1:
            where = sorted(v for v, stops in after.items() if _visits(stops, order_id))
            others = " and somebody else" if tendered or order_id in let_go else ""
            text = f"{order_id} is taken care of {times} times: by {', '.join(where)}{others}"
            found.append(Violation(Code.ORDER_TWICE, True, None, order_id, text, times))
    for vehicle_id in new:
        route = day.routes[vehicle_id]
        down = day.vehicles[vehicle_id].down_since is not None
        for order_id in sorted(set(delivered(route.remaining))):
            state = day.orders.get(order_id)
            if state is None or not state.open or order_id in let_go or visits[order_id]:
                continue
            text = f"{order_id} would lose its stop on {vehicle_id} and get no other"
            # Nobody loses what a vehicle that stands still could not have delivered.
            found.append(Violation(Code.ORDER_LOST, not down, vehicle_id, order_id, text))
    return found


def _loaded_twice(
    day: Day,
    new: Mapping[VehicleId, NewRoute],
    after: Mapping[VehicleId, Sequence[Stop]],
    let_go: frozenset[OrderId],
) -> list[Violation]:
    """Return goods at the depot that a changed route takes on board and somebody else does too."""
    fetched = {
        v: [
            *(o for s in stops if s.kind is StopKind.RELOAD for o in s.loads),
            *(aboard_before(day, r, stops) if r.progress is Progress.AT_DEPOT else ()),
        ]
        for v, stops in after.items()
        if (r := day.routes[v]).progress is not Progress.FINISHED
    }
    times = Counter(o for orders in fetched.values() for o in orders)
    elsewhere = let_go | {o for o, state in day.orders.items() if state.tender_id is not None}
    times.update(elsewhere)
    found: list[Violation] = []
    for order_id in sorted({o for v in new if v in fetched for o in fetched[v] if times[o] > 1}):
        where = ", ".join(sorted(v for v, orders in fetched.items() if order_id in orders))
        others = " and somebody else" if order_id in elsewhere else ""
        text = (
            f"{order_id} would be taken from the depot {times[order_id]} times: by {where}{others}"
        )
        found.append(Violation(Code.ORDER_TWICE, True, None, order_id, text, times[order_id]))
    return found


def _visits(stops: Sequence[Stop], order_id: OrderId) -> bool:
    return order_id in delivered(stops)


def _frozen(pair: _Pair) -> list[Violation]:
    """Return whether done stops come back, or the committed parking place is touched."""
    route, stops, vehicle_id = pair.route, pair.change.stops, pair.route.vehicle_id
    found: list[Violation] = []
    done = {s.stop_id for s in route.stops[: route.done]}
    again = [
        s.stop_id
        for s in stops
        if s.stop_id in done and not _retried(pair.day, s) and s.kind is not StopKind.RELOAD
    ]
    if again:
        text = f"{vehicle_id} has done {again[0]} already; the change asks for it again"
        found.append(Violation(Code.FROZEN, True, vehicle_id, None, text, len(again)))
    if pair.down:
        return [*found, *down_broken(pair.day, route, stops)]
    frozen = route.remaining[: route.frozen]
    held = [timeless(s) for s in stops[: len(frozen)]]
    if held != [timeless(s) for s in frozen]:
        moved = sum(1 for n, s in enumerate(frozen) if n >= len(held) or held[n] != timeless(s))
        first = frozen[0].stop_id
        text = (
            f"{vehicle_id} is committed to {len(frozen)} stops from {first} on; the change "
            f"touches {moved} of them"
        )
        order_id = frozen[0].order_id
        found.append(Violation(Code.FROZEN, True, vehicle_id, order_id, text, moved))
    return found


def _retried(day: Day, stop: Stop) -> bool:
    state = day.orders.get(stop.order_id) if stop.order_id is not None else None
    return state is not None and state.attempt_failed


def _load(pair: _Pair) -> list[Violation]:
    day, route, stops = pair.day, pair.route, pair.change.stops
    vehicle = day.vehicles[route.vehicle_id].vehicle
    aboard = aboard_before(day, route, stops)
    before = overloads(day, vehicle, aboard_before(day, route, route.remaining), route.remaining)
    kept_orders = frozenset(delivered(route.remaining))
    kept = Kept(route.remaining)
    return [
        *capacity_broken(route.vehicle_id, overloads(day, vehicle, aboard, stops), before),
        *goods_broken(day, route.vehicle_id, aboard, stops),
        *collected_broken(day, route.vehicle_id, stops, kept=kept),
        *reload_broken(day, vehicle, stops, kept=kept, under_way=True),
        *needs_broken(day, vehicle, day.drivers.get(route.driver_id), stops, kept_orders),
        *stops_broken(day, route.vehicle_id, stops, kept),
        *ways_broken(pair.was, route.vehicle_id, stops),
        *unready(day, route, aboard),
        *sources_changed(day, route, aboard, stops),
    ]


def _drive(
    pair: _Pair, lookup: Lookup, driven_m: Mapping[VehicleId, int] | None
) -> list[Violation]:
    day, route, change = pair.day, pair.route, pair.change
    leg, walked = pair.new
    vehicle = day.vehicles[route.vehicle_id].vehicle
    found = [
        *access_broken(day, vehicle, walked, kept=(pair.was, pair.kept[1])),
        *late_promises(day, walked, hard=False),
        *stated_too_early(day, leg, change.return_at, lookup, hard=False),
        *stuck(walked),
    ]
    kept = pair.kept[1]
    driver = leg.driver
    if driver is not None and change.stops:
        _, late = shift_excess_s(driver, route.depart_at, walked.return_at)
        _, late_kept = shift_excess_s(driver, route.depart_at, kept.return_at)
        worse = late > max(late_kept, day.rules.thresholds.max_overtime_s)
        found += shift_broken(day, route.vehicle_id, driver, 0, late, hard=worse)
        if not _rested(route):
            short = rest_missing_s(driver, route.depart_at, walked)
            worse = short > rest_missing_s(driver, route.depart_at, kept)
            found += rest_broken(day, route.vehicle_id, driver, short, hard=worse)
    return [*found, *_range(pair, lookup, driven_m)]


def _range(
    pair: _Pair, lookup: Lookup, driven_m: Mapping[VehicleId, int] | None
) -> list[Violation]:
    """Return what is beyond the range: metres in all, or leg by leg where somebody charges."""
    day, route, change, leg = pair.day, pair.route, pair.change, pair.new[0]
    vehicle = day.vehicles[route.vehicle_id].vehicle
    if vehicle.start_range_m is not None or charges((*route.stops, *change.stops)):
        return [
            *chargers_broken(day, route.vehicle_id, change.stops),
            *battery_broken(day, route, pair.new[0], pair.kept[0], lookup),
        ]
    charge = day.vehicles[route.vehicle_id].charge
    if charge is not None:
        return charge_broken(day, route, charge, pair.new[0], pair.kept[0], lookup)
    if vehicle.range_m is not None:
        behind = (driven_m or {}).get(route.vehicle_id)
        if behind is None:
            behind = _driven(route, lookup)
        ahead = metres([leg.start, *(s.point for s in change.stops), route.end], lookup)
        keeping = metres(
            [pair.kept[0].start, *(s.point for s in route.remaining), route.end], lookup
        )
        return range_broken(vehicle, behind + ahead, hard=ahead > keeping)
    return []


def _wheel(pair: _Pair, lookup: Lookup) -> list[Violation]:
    """Return what the driver would drive and work beyond the limits, by the times expected now."""
    leg, route = pair.new[0], pair.route
    if leg.driver is None or not pair.change.stops:
        return []
    done = route.stops[: route.done]
    new, kept = (
        worked_along(
            route.start,
            (*done, *side[0].stops),
            route.end,
            lookup,
            departs=route.depart_at,
            duty_s=seconds_between(route.depart_at, side[1].return_at),
        )
        for side in (pair.new, pair.kept)
    )
    return limits_broken(route.vehicle_id, leg.driver, new, kept)


def _rested(route: RouteState) -> bool:
    return any(s.kind is StopKind.REST for s in route.stops[: route.done])


def _driven(route: RouteState, lookup: Lookup) -> int:
    """Return the metres behind a vehicle: from the depot along its done stops to its last proof."""
    points = [route.start, *(s.point for s in route.stops[: route.done])]
    if route.last_point is not None:
        points.append(route.last_point)
    return metres(points, lookup)
