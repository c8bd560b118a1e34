"""Small builders that set what does not matter, so that a test sets what does."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.domain.day import Day, GoodsAt, OrderState, VehicleState, goods_at_first
from core.domain.fact import DayOpened, DriverListed, Fact, OrderReceived, VehicleListed
from core.domain.fleet import BreakRule, Depot, Driver, Vehicle
from core.domain.ids import CustomerId, DayId, DepotId, DriverId, OrderId, PlanId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import Load, Order, OrderStatus, Priority
from core.domain.place import Point
from core.domain.plan import Plan, Progress, ProviderStamp, Route, RouteState, Stop, StopKind
from core.domain.rules import Rules
from core.domain.time import TimeWindow
from core.eta.forecast import forecast
from core.travel.protocol import TravelTimes

EIGHT = datetime(2026, 11, 10, 8, 0, tzinfo=UTC)
"""08:00 on the Tuesday; builders count minutes from here."""
DEPOT = Point.at(60.1700, 24.9400)


def minute(m: float) -> datetime:
    return EIGHT + timedelta(minutes=m)


def east(metres: int, north: int = 0) -> Point:
    """A point that many metres from the depot, on the latitude of Helsinki."""
    return Point(DEPOT.lat_e6 + round(north * 8.993), DEPOT.lon_e6 + round(metres * 18.08))


def a_window(opens_min: float = 0, closes_min: float = 330) -> TimeWindow:
    return TimeWindow(minute(opens_min), minute(closes_min))


def an_order(
    order_id: str,
    point: Point | None = None,
    *,
    opens_min: float = 0,
    closes_min: float = 330,
    service_s: int = 240,
    load: Load | None = None,
    priority: Priority = Priority.STANDARD,
    needs: Iterable[str] = (),
) -> Order:
    return Order(
        order_id=OrderId(order_id),
        customer_id=CustomerId(f"c-{order_id}"),
        point=point if point is not None else east(500),
        load=load or Load(parcels=1, weight_g=1000, volume_ml=5000),
        promise=a_window(opens_min, closes_min),
        service_s=service_s,
        priority=priority,
        needs=frozenset(needs),
    )


def a_vehicle(vehicle_id: str, *, parcels: int = 200, **changes: object) -> Vehicle:
    values: dict[str, object] = {
        "vehicle_id": VehicleId(vehicle_id),
        "kind": "van",
        "capacity": Load(parcels=parcels, weight_g=900_000, volume_ml=9_000_000),
        "cost_per_km_cents": 32,
        **changes,
    }
    return Vehicle(**values)  # pyright: ignore[reportArgumentType]  # a builder takes any field


def a_driver(
    vehicle_id: str,
    *,
    shift_min: tuple[float, float] = (0, 330),
    rest_min: tuple[float, float, float] | None = None,
    skills: Iterable[str] = (),
) -> Driver:
    rest = None
    if rest_min is not None:
        opens, closes, lasts = rest_min
        rest = BreakRule(a_window(opens, closes), duration_s=round(lasts * 60))
    return Driver(
        driver_id=DriverId(f"d-{vehicle_id}"),
        shift=a_window(*shift_min),
        vehicle_id=VehicleId(vehicle_id),
        rest=rest,
        skills=frozenset(skills),
    )


def a_stop(order: Order, arrive_min: float, leave_min: float | None = None) -> Stop:
    assert order.point is not None
    arrive = minute(arrive_min)
    leave = (
        minute(leave_min) if leave_min is not None else arrive + timedelta(seconds=order.service_s)
    )
    return Stop(
        stop_id=StopId(f"deliver:{order.order_id}"),
        kind=StopKind.DELIVER,
        point=order.point,
        service_s=order.service_s,
        arrive_at=arrive,
        leave_at=leave,
        order_id=order.order_id,
    )


def a_route(
    vehicle_id: str,
    orders: Sequence[Order],
    *,
    depart_min: float = 0,
    every_min: float = 10,
    done: int = 0,
    progress: Progress = Progress.AT_DEPOT,
    since_min: float = 0,
) -> RouteState:
    """A route that reaches one order every `every_min` minutes and carries what is not done."""
    stops = tuple(a_stop(o, depart_min + every_min * (i + 1)) for i, o in enumerate(orders))
    departed = progress is not Progress.AT_DEPOT
    last = stops[done - 1].point if done else DEPOT
    return RouteState(
        vehicle_id=VehicleId(vehicle_id),
        driver_id=DriverId(f"d-{vehicle_id}"),
        revision=1,
        depart_at=minute(depart_min),
        start=DEPOT,
        stops=stops,
        end=DEPOT,
        return_at=minute(depart_min + every_min * (len(orders) + 1)),
        loads=tuple(o.order_id for o in orders),
        done=done,
        progress=progress,
        since=minute(since_min) if departed else None,
        last_point=last if departed else None,
        on_board=frozenset(o.order_id for o in orders[done:]) if departed else frozenset(),
    )


def a_day(
    orders: Sequence[Order] = (),
    vehicles: Sequence[Vehicle] = (),
    drivers: Sequence[Driver] = (),
    routes: Sequence[RouteState] = (),
    *,
    now_min: float = 0,
    rules: Rules | None = None,
) -> Day:
    """A day as if its ledger had been folded; orders on a departed route are on board."""
    on_board = {o: r.vehicle_id for r in routes for o in r.on_board}
    delivered = {
        s.order_id: r.vehicle_id
        for r in routes
        for s in r.stops[: r.done]
        if s.order_id is not None
    }

    def state(order: Order) -> OrderState:
        if order.order_id in delivered:
            return OrderState(
                order,
                OrderStatus.DELIVERED,
                1,
                order.promise,
                GoodsAt.CUSTOMER,
                ended_at=minute(now_min),
            )
        if order.order_id in on_board:
            vehicle = on_board[order.order_id]
            return OrderState(
                order, OrderStatus.LOADED, 1, order.promise, GoodsAt.VEHICLE, vehicle_id=vehicle
            )
        where = goods_at_first(order)
        return OrderState(order, OrderStatus.RECEIVED, 1, order.promise, where)

    depot = Depot(DepotId("depot"), DEPOT, a_window(-120, 720))
    opened = DayOpened(DayId("test:2026-11-10"), "test", "2026-11-10", "UTC", (depot,))
    return Day(
        opened=opened,
        now=minute(now_min),
        seq=0,
        rules=rules or Rules(),
        rules_digest="test-rules",
        orders={o.order_id: state(o) for o in orders},
        vehicles={v.vehicle_id: VehicleState(v, 1) for v in vehicles},
        drivers={d.driver_id: d for d in drivers},
        routes={r.vehicle_id: r for r in routes},
        plan_version=1 if routes else 0,
    )


def morning_facts(vans: Iterable[str], orders: Iterable[Order]) -> list[Fact]:
    """What a shop in Helsinki tells of its day before it is planned."""
    depot = Depot(DepotId("depot"), DEPOT, a_window(-120, 720))
    day_id, zone = DayId("test:2026-11-10"), "Europe/Helsinki"
    facts: list[Fact] = [DayOpened(day_id, "test", "2026-11-10", zone, (depot,))]
    for van in vans:
        facts += [VehicleListed(a_vehicle(van)), DriverListed(a_driver(van))]
    return [*facts, *(OrderReceived(o) for o in orders)]


def planned(state: RouteState) -> Route:
    """Return a route as a plan holds it."""
    return Route(
        vehicle_id=state.vehicle_id,
        driver_id=state.driver_id,
        depart_at=state.depart_at,
        start=state.start,
        stops=state.stops,
        end=state.end,
        return_at=state.return_at,
        loads=state.loads,
    )


def hand_plan(routes: Sequence[RouteState]) -> Plan:
    """Return a plan that leaves nothing out, as if somebody had written it down."""
    return Plan(
        plan_id=PlanId("plan-1"),
        version=1,
        routes=tuple(planned(r) for r in routes),
        left_out=(),
        provider=ProviderStamp("estimate"),
        engine="hand",
        seed=0,
        iterations=0,
        cost_cents=1000,
    )


def turned(day: Day, van: VehicleId, travel: TravelTimes, now: datetime) -> NewRoute:
    """Return the rest of a route with its last two stops turned around, timed by the forecast."""
    route = day.routes[van]
    *first, a, b = route.remaining
    stops = [*first, b, a]
    expected = forecast(day, van, travel, now, stops=stops)
    timed = tuple(
        replace(stop, arrive_at=t.arrive_at, leave_at=t.leave_at) if i >= route.frozen else stop
        for i, (stop, t) in enumerate(zip(stops, expected.times, strict=True))
    )
    return NewRoute(van, route.revision, timed, expected.return_at)
