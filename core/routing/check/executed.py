"""The check of a day as it was executed, from its ledger alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.domain.alternative import FIRST
from core.domain.decision import (
    PlanAdopted,
    ProposalUndone,
    RouteChanged,
    RulesAdopted,
)
from core.domain.fact import (
    AttemptFailed,
    ChargerListed,
    CustomerConsented,
    DayOpened,
    DriverListed,
    HandedOver,
    OrderCollected,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    RouteReturned,
    StopFinished,
    StopReached,
    VehicleDown,
    VehicleListed,
    VehicleUp,
    ZoneListed,
)
from core.domain.ids import ProposalId, VehicleId
from core.domain.option import NewRoute
from core.domain.place import Point
from core.domain.plan import StopKind
from core.routing.check.collected import comes_on_board
from core.routing.check.driven import Agreed, Road, Van, adopted
from core.routing.check.ended import ended, on_board
from core.routing.check.fitness import STANDS_WITHIN_M
from core.routing.check.handed import handed_over
from core.routing.check.kept import timeless
from core.routing.check.violation import Code, Lookup, Violation
from core.routing.check.worked import (
    Decided,
    decision_agreed,
    left,
    plan_agreed,
    worked,
)


class Happened(Protocol):
    """An event of the ledger, as far as the checker reads it."""

    @property
    def at(self) -> datetime: ...

    @property
    def body(self) -> object: ...


def executed_points(events: Iterable[Happened]) -> tuple[Point, ...]:
    """Return every point that `check_executed` looks up, each once, sorted."""
    points: set[Point] = set()
    for event in events:
        match event.body:
            case PlanAdopted(plan=plan):
                for route in plan.routes:
                    points |= {route.start, route.end, *(s.point for s in route.stops)}
            case RouteChanged(route=route):
                points |= {s.point for s in route.stops}
            case ProposalUndone(routes=routes):
                points |= {s.point for r in routes for s in r.stops}
            case (
                RouteDeparted(point=point)
                | StopReached(point=point)
                | StopFinished(point=point)
                | OrderDelivered(point=point)
                | OrderCollected(point=point)
                | AttemptFailed(point=point)
                | HandedOver(point=point)
                | RouteReturned(point=point)
            ):
                points.add(point)
            case _:
                pass
    return tuple(sorted(points))


def check_executed(
    events: Iterable[Happened],
    lookup: Lookup | None = None,
    *,
    driven_m: Mapping[VehicleId, int] | None = None,
) -> tuple[Violation, ...]:
    """Return what went against the rules as the day was driven; events in ledger order.

    Each delivery is made once, by whoever carried the goods, may bring them, and not after a
    cancellation; no vehicle was ever over its capacity; goods changed hands at one place and were
    loaded at a depot; no decision touched a committed parking place or gave a stop to somebody
    who neither carries, meets for nor loads its goods. A delivery to a cancelled order is soft
    when the driver was on the way to that door.

    Shift, rest and range are hard where the desk agreed to break them, and soft where the road
    did. `lookup` is the plan's own travel, over `executed_points`: without it nobody can tell
    whether keeping a route would have been later still, so that what a decision makes of a return
    is reported softly, and metres are the crow's. `driven_m` are odometers, if there are any.
    """
    reading = _Reading(Road(), lookup)
    for event in events:
        reading.next(event.body, event.at)
    reading.flush()
    worked(reading.road, lookup, driven_m or {})
    return tuple(reading.road.found)


@dataclass
class _Reading:
    """Reads the ledger; the routes of one decision are judged together."""

    road: Road
    lookup: Lookup | None
    decided: list[Decided] = field(default_factory=list[Decided])
    decided_at: datetime | None = None
    before: dict[tuple[ProposalId, VehicleId], Agreed] = field(
        default_factory=dict[tuple[ProposalId, VehicleId], Agreed]
    )
    """What was agreed before a decision, in case it is undone."""

    def next(self, body: object, at: datetime) -> None:
        if not isinstance(body, RouteChanged):
            self.flush()
        _listed(self.road, body)
        _driven(self.road, body, at)
        ended(self.road, body, at)
        match body:
            case PlanAdopted(plan=plan):
                for route in plan.routes:
                    van = self.road.vans.get(route.vehicle_id)
                    if van is not None and van.departed_at is None:
                        adopted(van, route)
                        self.road.follow(route.vehicle_id, route.stops)
                        plan_agreed(self.road, van, route, self.lookup)
            case RouteChanged(route=route, proposal_id=proposal_id):
                self.change(route, proposal_id, at)
            case ProposalUndone(routes=routes, proposal_id=proposal_id):
                for route in routes:
                    _changed(self.road, route)
                    van = self.road.vans.get(route.vehicle_id)
                    if van is not None:
                        van.agreed = self.before.get((proposal_id, route.vehicle_id), van.agreed)
            case _:
                pass

    def change(self, new: NewRoute, proposal_id: ProposalId | None, at: datetime) -> None:
        van = self.road.vans.get(new.vehicle_id)
        before = van.as_route() if van is not None else None
        if van is not None and before is not None:
            if proposal_id is not None:
                self.before.setdefault((proposal_id, new.vehicle_id), van.agreed)
            self.decided.append(Decided(before, new))
            self.decided_at = at
        _changed(self.road, new)

    def flush(self) -> None:
        if self.decided and self.decided_at is not None:
            decision_agreed(self.road, self.decided, self.decided_at, self.lookup)
        self.decided = []


def _listed(road: Road, body: object) -> None:
    match body:
        case DayOpened():
            road.opened = body
        case RulesAdopted(rules=rules):
            road.rules = rules
        case OrderReceived(order=order):
            road.orders.setdefault(order.order_id, order)
        case CustomerConsented(order_id=order_id, window=window):
            road.promises[order_id, road.ways.get(order_id, FIRST)] = window
        case VehicleListed(vehicle=vehicle):
            road.vans.setdefault(vehicle.vehicle_id, Van(vehicle)).vehicle = vehicle
        case DriverListed(driver=driver):
            road.drivers[driver.driver_id] = driver
        case ChargerListed(charger=charger):
            road.chargers[charger.charger_id] = charger
        case ZoneListed(zone=zone):
            road.zones[zone.zone_id] = zone
        case _:
            pass


def _driven(road: Road, body: object, at: datetime) -> None:
    match body:
        case RouteDeparted(vehicle_id=vehicle_id, point=point) if vehicle_id in road.vans:
            left(road, road.vans[vehicle_id], at, point, there=True)
        case RouteReturned(vehicle_id=vehicle_id, point=point) if vehicle_id in road.vans:
            van = road.vans[vehicle_id]
            left(road, van, at, point)
            if van.returned_at is None:
                van.seen(at, point, standing=False)
                van.returned_at = at
                van.shelved, van.aboard = set(van.aboard), set()
        case VehicleDown(vehicle_id=vehicle_id, point=point) if vehicle_id in road.vans:
            van = road.vans[vehicle_id]
            van.down, van.down_at = True, point
        case VehicleUp(vehicle_id=vehicle_id) if vehicle_id in road.vans:
            van = road.vans[vehicle_id]
            van.down, van.down_at = False, None
        case StopReached() if body.vehicle_id in road.vans:
            _reached(road, body, at)
        case StopFinished(vehicle_id=vehicle_id) if vehicle_id in road.vans:
            _finished(road, body, at)
        case HandedOver():
            for vehicle_id in (body.giver, body.taker):
                if vehicle_id in road.vans:
                    left(road, road.vans[vehicle_id], at, body.point)
            handed_over(road, body)
            for vehicle_id in (body.giver, body.taker):
                if vehicle_id in road.vans:
                    road.vans[vehicle_id].seen(at, body.point, standing=False)
        case _:
            pass


def _reached(road: Road, body: StopReached, at: datetime) -> None:
    van = road.vans[body.vehicle_id]
    left(road, van, at, body.point)
    latest = van.since is None or at >= van.since
    van.reached[body.stop_id] = at
    for place, stop in enumerate(van.stops):
        if stop.stop_id == body.stop_id:
            if latest:
                van.stops.insert(0, van.stops.pop(place))
            if stop.meeting_id is not None:
                van.meets_at[stop.meeting_id] = body.point
            break
    van.seen(at, body.point, standing=True)


def _finished(road: Road, body: StopFinished, at: datetime) -> None:
    van, vehicle_id = road.vans[body.vehicle_id], body.vehicle_id
    left(road, van, at, body.point)
    ended = [s for s in van.stops if s.stop_id == body.stop_id]
    van.finish(ended)
    van.seen(at, body.point, standing=False)
    for stop in ended:
        if stop.kind is StopKind.RELOAD:
            depots = road.opened.depots if road.opened is not None else ()
            away = min((d.point.crow_m(body.point) for d in depots), default=0)
            if away > STANDS_WITHIN_M:
                text = f"{vehicle_id} reloaded at {stop.stop_id}, {away} m from the depot"
                road.add(Code.RELOAD, text, vehicle_id, amount=away)
            van.aboard -= {o for o in van.aboard if o in road.orders and road.orders[o].returns}
            road.load(van, stop.loads, f"after {stop.stop_id}")
        elif stop.kind is StopKind.COLLECT:
            for order_id in comes_on_board(stop):
                on_board(road, van, order_id)
        elif stop.kind is StopKind.REST:
            van.rested[stop.stop_id] = at


def _changed(road: Road, new: NewRoute) -> None:
    van = road.vans.get(new.vehicle_id)
    if van is None:
        return
    frozen = van.frozen()
    if [timeless(s) for s in new.stops[: len(frozen)]] != [timeless(s) for s in frozen]:
        text = f"a decision moved {frozen[0].stop_id}, to which {new.vehicle_id} was committed"
        road.add(Code.FROZEN, text, new.vehicle_id, amount=len(frozen))
    comes = {o for s in new.stops for o in (*s.takes, *comes_on_board(s))}
    comes |= {o for s in new.stops for o in s.loads if road.holder(o) in (None, new.vehicle_id)}
    if van.departed_at is not None:
        for order_id in (s.order_id for s in new.stops if s.order_id is not None):
            if order_id not in van.aboard | comes:
                text = f"a decision gave {order_id} to {new.vehicle_id}, which cannot have it"
                road.add(Code.GOODS_ON_BOARD, text, new.vehicle_id, order_id)
    else:
        leaves = (o for s in new.stops for o in (s.order_id, *s.gives) if o is not None)
        van.loads = tuple(dict.fromkeys(o for o in leaves if o not in comes))
    van.stops, van.return_at = list(new.stops), new.return_at
    road.follow(new.vehicle_id, new.stops)
