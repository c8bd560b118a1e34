"""Routes: what a rider still does, when, and why it comes late."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from core.domain.case import Case
from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.plan import Progress, RouteState, StopKind
from core.errors import NotReady, Refused, UnknownId
from core.eta.forecast import RouteForecast, forecast
from core.kpi.delay import Delay, doors_ahead, explain
from core.tower.outlook import outlook
from tools.effect import Effect
from tools.lookup import the_order, the_route
from tools.registry import registry
from tools.runtime import Runtime
from tools.schema import Args


class VehicleArgs(Args):
    vehicle_id: str = Field(description="Vehicle, as the depot calls it, for example V07")


class LatenessArgs(Args):
    vehicle_id: str | None = Field(default=None, description="Vehicle whose route is late")
    order_id: str | None = Field(
        default=None, description="Order that comes late; null: the latest of the route"
    )


@dataclass(frozen=True, slots=True)
class StopLine:
    position: int
    """Counted from 1 over the whole route, as drivers count."""
    kind: StopKind
    order_id: OrderId | None
    expected_at: datetime
    promise_closes: datetime | None
    late_min: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class RouteSheet:
    vehicle_id: VehicleId
    driver_id: str
    progress: Progress
    done: int
    total: int
    return_at: datetime
    down: bool
    stops: tuple[StopLine, ...]
    """Those still ahead."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    vehicle_id: VehicleId
    stops: tuple[StopLine, ...]
    late: int
    """How many promises this route is expected to break."""


def expected(runtime: Runtime, vehicle_id: VehicleId) -> RouteForecast:
    """Return what is expected of one route now, as every view of it says."""
    day, now, positions = runtime.day, runtime.now(), runtime.owner.positions
    foreseen = runtime.answers.foreseen(day) if runtime.answers is not None else None
    if foreseen is None or not foreseen.learned:
        return forecast(day, vehicle_id, runtime.travel, now, positions)
    whole = outlook(day, runtime.travel, positions, now, seed=runtime.seed, answers=runtime.answers)
    if vehicle_id not in whole.routes:
        return forecast(day, vehicle_id, runtime.travel, now, positions, answers=runtime.answers)
    return whole.routes[vehicle_id]


def stop_lines(runtime: Runtime, ahead: RouteForecast) -> tuple[StopLine, ...]:
    """Return the stops of a forecast with their promises."""
    route = runtime.day.routes[ahead.vehicle_id]
    times = {t.stop_id: t for t in ahead.times}
    lines: list[StopLine] = []
    for i, stop in enumerate(route.remaining):
        time = times.get(stop.stop_id)
        if time is None:
            continue
        state = runtime.day.orders.get(stop.order_id) if stop.order_id is not None else None
        lines.append(
            StopLine(
                position=route.done + i + 1,
                kind=stop.kind,
                order_id=stop.order_id,
                expected_at=time.start_at,
                promise_closes=None if state is None else state.promise.closes,
                late_min=-(-time.late_s // 60),
                frozen=i < route.frozen,
            )
        )
    return tuple(lines)


@registry.tool(effect=Effect.READ)
def show_route(runtime: Runtime, args: VehicleArgs) -> RouteSheet:
    """Show one vehicle's route: driver, progress, and every stop ahead with its expected time."""
    route = the_route(runtime.day, args.vehicle_id)
    ahead = expected(runtime, route.vehicle_id)
    return RouteSheet(
        vehicle_id=route.vehicle_id,
        driver_id=route.driver_id,
        progress=route.progress,
        done=route.done,
        total=len(route.stops),
        return_at=ahead.return_at,
        down=runtime.day.vehicles[route.vehicle_id].down_since is not None,
        stops=stop_lines(runtime, ahead),
    )


@registry.tool(effect=Effect.READ)
def predict_arrivals(runtime: Runtime, args: VehicleArgs) -> Arrivals:
    """Predict when each stop of a route will be reached, and by how much it would be late."""
    route = the_route(runtime.day, args.vehicle_id)
    lines = stop_lines(runtime, expected(runtime, route.vehicle_id))
    return Arrivals(route.vehicle_id, lines, sum(1 for line in lines if line.late_min > 0))


@registry.tool(effect=Effect.READ)
def explain_lateness(runtime: Runtime, args: LatenessArgs) -> Delay:
    """Say why a route, or one order on it, comes later than planned: minutes by cause (late start,
    road, time at doors, waiting, changed stops) that add up. Give a vehicle or an order."""
    order_id = None
    if args.order_id is not None:
        route, order_id = route_ahead(runtime.day, args.order_id)
        if args.vehicle_id is not None and route.vehicle_id != args.vehicle_id:
            raise UnknownId(f"stop on route {args.vehicle_id} for order", order_id)
    elif args.vehicle_id is not None:
        route = the_route(runtime.day, args.vehicle_id)
    else:
        raise Refused("name the vehicle or the order that is late")
    return delay_of(runtime, route.vehicle_id, order_id)


def route_ahead(day: Day, wanted: str) -> tuple[RouteState, OrderId]:
    """Return the route that an order is still ahead on; otherwise a refusal that says what is."""
    state = the_order(day, wanted)
    order_id = state.order.order_id
    route = day.route_of(order_id)
    if route is not None:
        return route, order_id
    if not day.plan_version:
        raise NotReady("the day has no plan yet; run tenfour plan first")
    if state.ended_at is not None:
        raise Refused(
            f"order {order_id} is {state.status.value} since {day.clock(state.ended_at)}; "
            "only what is still ahead has causes to explain"
        )
    if state.cancelled:
        raise Refused(f"order {order_id} is cancelled; nobody goes there")
    tender = day.tenders.get(state.tender_id) if state.tender_id is not None else None
    if tender is not None:
        raise Refused(
            f"order {order_id} is with {tender.carrier_id}, due by {day.clock(tender.deliver_by)}; "
            "ask the carrier"
        )
    left = next((one for one in day.left_out if one.order_id == order_id), None)
    why = f" ({left.refusals[0].sentence})" if left is not None and left.refusals else ""
    if state.attempt_failed:
        why = " (an attempt failed)"
    raise Refused(
        f"order {order_id} is on no route{why}, so no route makes it late; "
        f"tenfour quote --order {order_id} says who could still take it"
    )


def delay_of(runtime: Runtime, vehicle_id: VehicleId, order_id: OrderId | None = None) -> Delay:
    """Explain one route's lateness by the live forecast and the day's own events."""
    ahead = expected(runtime, vehicle_id)
    return explain(runtime.day, runtime.owner.events(0), ahead, order_id)


def case_delays(runtime: Runtime, case: Case) -> tuple[Delay, ...]:
    """Return the delay of each route of a case that still has a delivery ahead."""
    delays: list[Delay] = []
    for vehicle_id in case.vehicle_ids():
        route = runtime.day.routes.get(vehicle_id)
        if route is not None and doors_ahead(route):
            delays.append(delay_of(runtime, vehicle_id))
    return tuple(delays)
