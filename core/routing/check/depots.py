"""Rules of a day with several depots: whose vehicle is whose, and where goods lie."""

from collections.abc import Iterable, Sequence

from core.domain.day import Day
from core.domain.fleet import Depot
from core.domain.ids import DepotId, OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import Progress, Route, RouteState, Stop, StopKind
from core.routing.check.violation import Code, Violation


def homes_broken(day: Day, route: Route) -> list[Violation]:
    """Return where a plan's route starts, reloads or ends at another depot than its vehicle's."""
    if len(day.opened.depots) < 2 or not route.stops:
        return []
    vehicle = day.vehicles[route.vehicle_id].vehicle
    home = vehicle.depot_id or day.opened.depots[0].depot_id
    places = [("starts", route.start, home), ("ends", route.end, vehicle.ends_at or home)]
    places += [("reloads", s.point, home) for s in route.stops if s.kind is StopKind.RELOAD]
    found: list[Violation] = []
    for verb, point, own in places:
        away = _away_m(day, point, own)
        if away > 0:
            text = f"{route.vehicle_id} {verb} {away} m from {own}, its depot for that"
            found.append(Violation(Code.DEPOT, True, route.vehicle_id, None, text, away))
    return found


def sources_broken(
    day: Day,
    vehicle_id: VehicleId,
    start: Point,
    loads: Iterable[OrderId],
    stops: Sequence[Stop],
    *,
    kept: frozenset[OrderId] = frozenset(),
) -> list[Violation]:
    """Return goods that a vehicle loads where they do not lie; soft for those in `kept`.

    `loads` come on board at `start`, before anybody leaves.
    """
    if len(day.opened.depots) < 2:
        return []
    loading = [(start, o) for o in sorted(set(loads))]
    loading += [(s.point, o) for s in stops if s.kind is StopKind.RELOAD for o in s.loads]
    found: list[Violation] = []
    for point, order_id in loading:
        state = day.orders.get(order_id)
        lies = state.order.depot_id if state is not None else None
        away = _away_m(day, point, lies) if lies is not None else 0
        if away > 0:
            text = (
                f"{vehicle_id} loads {order_id} {away / 1000:.1f} km from {lies}, the depot where "
                f"its goods lie"
            )
            hard = order_id not in kept
            found.append(Violation(Code.DEPOT, hard, vehicle_id, order_id, text, away))
    return found


def sources_changed(
    day: Day, route: RouteState, aboard: Sequence[OrderId], stops: Sequence[Stop]
) -> list[Violation]:
    """Return goods that a changed route loads where they do not lie; what is on board is on board,
    and what was wrong before is soft."""
    leaves = route.progress is Progress.AT_DEPOT
    was = sources_broken(
        day, route.vehicle_id, route.start, route.loads if leaves else (), route.remaining
    )
    kept = frozenset(v.order_id for v in was if v.order_id is not None)
    loads = aboard if leaves else ()
    return sources_broken(day, route.vehicle_id, route.start, loads, stops, kept=kept)


def _away_m(day: Day, point: Point, depot_id: DepotId) -> int:
    """Return how far a point is from that depot; a depot that nobody knows is nowhere near."""
    depot: Depot | None = next((d for d in day.opened.depots if d.depot_id == depot_id), None)
    if depot is None:
        return 1
    return 0 if depot.point == point else max(1, depot.point.crow_m(point))
