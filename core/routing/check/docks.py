"""Rules about the depot in the morning: doors, loading times, goods that are not ready yet."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.fleet import Depot
from core.domain.ids import OrderId, VehicleId
from core.domain.plan import Progress, Route, RouteState
from core.domain.time import seconds_between
from core.routing.check.violation import Code, Violation, minutes


def docks_broken(day: Day, routes: Sequence[Route]) -> list[Violation]:
    """Return what is wrong with the times at which a plan's vehicles load."""
    found: list[Violation] = []
    at_doors: list[tuple[datetime, Route]] = []
    for route in routes:
        depot = next((d for d in day.opened.depots if d.point == route.start), None)
        if depot is None or not route.stops:
            continue
        begins = route.loads_from or route.depart_at - timedelta(seconds=depot.load_out_s)
        if depot.load_out_s:
            at_doors.append((begins, route))
            found += _loading(day, depot, route, begins)
        found += _late_goods(day, route.vehicle_id, route.loads, begins, frozenset())
    return [*found, *_crowded(day, at_doors)]


def unready(day: Day, route: RouteState, aboard: Iterable[OrderId]) -> list[Violation]:
    """Return goods that are not ready when a changed route that still stands at the depot loads;
    soft for what it was to load before."""
    if route.progress is not Progress.AT_DEPOT:
        return []
    depart = max(day.now, route.depart_at)
    here = next((d for d in day.opened.depots if d.point == route.start), day.depot)
    begins = depart - timedelta(seconds=here.load_out_s)
    return _late_goods(day, route.vehicle_id, aboard, begins, frozenset(route.loads))


def _loading(day: Day, depot: Depot, route: Route, begins: datetime) -> list[Violation]:
    shift = day.drivers[route.driver_id].shift
    opens = max(shift.opens, depot.opens.opens)
    early = seconds_between(begins, opens)
    short = seconds_between(route.depart_at, begins) + depot.load_out_s
    found: list[Violation] = []
    if early > 0:
        text = (
            f"{route.vehicle_id} loads {minutes(early)} before anybody is there, {day.clock(opens)}"
        )
        found.append(Violation(Code.DOCK, True, route.vehicle_id, None, text, early))
    if short > 0:
        text = (
            f"{route.vehicle_id} loads from {day.clock(begins)} and leaves {minutes(short)} before "
            f"the {minutes(depot.load_out_s)} are over"
        )
        found.append(Violation(Code.DOCK, True, route.vehicle_id, None, text, short))
    return found


def _late_goods(
    day: Day,
    vehicle_id: VehicleId,
    loads: Iterable[OrderId],
    begins: datetime,
    kept: frozenset[OrderId],
) -> list[Violation]:
    found: list[Violation] = []
    for order_id in sorted(set(loads)):
        state = day.orders.get(order_id)
        ready = state.order.release_at if state is not None else None
        if ready is None or ready <= begins:
            continue
        late = seconds_between(begins, ready)
        text = (
            f"{vehicle_id} loads at {day.clock(begins)}; the goods of {order_id} are ready "
            f"{minutes(late)} later, at {day.clock(ready)}"
        )
        hard = order_id not in kept
        found.append(Violation(Code.RELEASE, hard, vehicle_id, order_id, text, late))
    return found


def _crowded(day: Day, at_doors: Sequence[tuple[datetime, Route]]) -> list[Violation]:
    """Return each beginning at which more vehicles load than there are doors."""
    found: list[Violation] = []
    for begins, route in sorted(at_doors, key=lambda x: (x[0], x[1].vehicle_id)):
        depot = next(d for d in day.opened.depots if d.point == route.start)
        if depot.doors is None:
            continue
        lasts = timedelta(seconds=depot.load_out_s)
        there = sum(
            other.start == route.start and at <= begins < at + lasts for at, other in at_doors
        )
        if there > depot.doors:
            text = (
                f"{there} vehicles load at {day.clock(begins)}, {route.vehicle_id} among them; "
                f"there are {depot.doors} doors"
            )
            over = there - depot.doors
            found.append(Violation(Code.DOCK, True, route.vehicle_id, None, text, over))
    return found
