"""Days of a simulated town in the ledgers of one operation: imported, planned, driven, told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import cos, radians
from zoneinfo import ZoneInfo

from core.context import CountedIds, SetClock
from core.desk.commands import AdoptPlan, AdoptRules, ReportFact
from core.desk.owner import DayOwner
from core.domain.customer import Customer
from core.domain.fact import (
    AttemptFailed,
    CustomerRegistered,
    DayOpened,
    DriverListed,
    Fact,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    RouteReturned,
    StopFinished,
    StopReached,
    VehicleListed,
)
from core.domain.fleet import Depot, Driver, Vehicle
from core.domain.ids import (
    CustomerId,
    DayId,
    DepotId,
    DriverId,
    EventId,
    OrderId,
    PlanId,
    VehicleId,
)
from core.domain.order import Access, FailReason, Load, Order
from core.domain.place import Point
from core.domain.plan import RouteState
from core.domain.rules import Rules
from core.domain.time import TimeWindow, from_local, seconds_between
from core.errors import CopilotError
from core.routing.planner import plan_day
from core.store.store import Store
from core.travel.estimate import EstimateTravel
from evals.bench.history_truth import TownDay, TownDays

ZONE = "Europe/Helsinki"
OPERATION = "town"
FIRST = date(2026, 9, 7)
"""A Monday; every day of the week is one of deliveries."""
CENTRE = Point.at(60.18, 24.94)
METRES_A_DEGREE = 111_200.0
SHIFT = (time(8), time(17))
PLAN_ITERATIONS = 150
WINDOWS = ((time(8), time(17)), (time(8), time(12)), (time(12), time(17)))
WAYS_IN = (Access.STREET, Access.CODE, Access.GATE, Access.RECEPTION, Access.YARD)


Told = tuple[datetime, str, Fact]
"""When, by whom, what."""
Who = Mapping[OrderId, int]
"""The customer of each order."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a day is."""

    orders: int = 160
    vans: int = 4


def service_date(day: int) -> date:
    return FIRST + timedelta(days=day)


def day_id_of(day: int) -> DayId:
    return DayId(f"{OPERATION}:{service_date(day).isoformat()}")


def write_day(store: Store, of: TownDays, day: int, size: Size) -> None:
    """Import a day, plan it by the house's own planner and drive it to its end."""
    clock = SetClock(_at(day, time(5)))
    owner, who = imported(store, clock, of, day, size)
    told = sorted(_driven(owner, of, day, who), key=lambda one: one[0])
    clock.instant = max(clock.instant, *(at for at, _, _ in told))
    _tell(owner, told, "p")


def imported(
    store: Store, clock: SetClock, of: TownDays, day: int, size: Size
) -> tuple[DayOwner, Who]:
    """Return a day with its plan in force, and which customer each order is of."""
    travel = EstimateTravel(ZONE)
    owner = DayOwner(store, day_id_of(day), clock=clock, ids=CountedIds(), travel=travel)
    orders = _orders(of, day, size)
    bodies: list[Fact] = [_opened(day)]
    for n in range(size.vans):
        bodies += [VehicleListed(_van(n)), DriverListed(_driver(n, day))]
    bodies += [CustomerRegistered(Customer(o.customer_id)) for o, _ in orders]
    bodies += [OrderReceived(o) for o, _ in orders]
    _tell(owner, [(clock.now(), "feed:import", body) for body in bodies], "i")
    owner.submit(AdoptRules(Rules(), "script"))
    clock.instant = _at(day, time(6))
    plan = plan_day(
        owner.day, travel, seed=day, iterations=PLAN_ITERATIONS, plan_id=PlanId("plan-1")
    )
    owner.submit(AdoptPlan(plan, "script"))
    return owner, {o.order_id: customer for o, customer in orders}


def _driven(owner: DayOwner, of: TownDays, day: int, who: Who) -> Iterator[Told]:
    for _, route in sorted(owner.day.routes.items()):
        if route.stops:
            yield from _route(owner, of, day, who, route)


def _route(owner: DayOwner, of: TownDays, day: int, who: Who, route: RouteState) -> Iterator[Told]:
    """Yield what a driver tells who follows the plan, stop after stop."""
    today, driver = of.on(day), int(str(route.vehicle_id).removeprefix("V"))
    v, actor, midnight = route.vehicle_id, f"driver:{route.vehicle_id}", _at(day, time(0))
    began = seconds_between(midnight, route.depart_at) + today.late_s(driver)
    now, here = began, _metres(route.start)

    def at(second: int) -> datetime:
        return midnight + timedelta(seconds=second)

    yield at(now), actor, RouteDeparted(v, route.start)
    for nth, stop in enumerate(route.stops):
        there = _metres(stop.point)
        if there != here:
            now += today.leg_s(driver, nth, here, there, now)
        here = there
        yield at(now), actor, StopReached(v, stop.stop_id, stop.point)
        if stop.order_id is None:
            now += stop.service_s
            yield at(now), actor, StopFinished(v, stop.stop_id, stop.point)
            continue
        state, customer = owner.day.orders[stop.order_id], who[stop.order_id]
        now = max(now, seconds_between(midnight, state.promise.opens))
        parcels = state.order.load.parcels
        if today.is_out(customer, now):
            now += today.card_s(customer)
            absent = FailReason.RECEIVER_ABSENT
            yield at(now), actor, AttemptFailed(v, stop.order_id, stop.point, absent)
        else:
            now += today.service_s(driver, customer, parcels, (now - began) / 3600)
            yield at(now), actor, OrderDelivered(v, stop.order_id, stop.point)
    now += today.leg_s(driver, len(route.stops), here, _metres(route.end), now)
    yield at(now), actor, RouteReturned(v, route.end)


def _orders(of: TownDays, day: int, size: Size) -> list[tuple[Order, int]]:
    customers, parcels = of.ordering(day, size.orders)
    people = of.people
    made: list[tuple[Order, int]] = []
    for n, (customer, count) in enumerate(zip(customers.tolist(), parcels.tolist(), strict=True)):
        # Half of the customers are promised the whole day, the others a half of it.
        opens, closes = WINDOWS[0 if customer % 2 else 1 + customer // 2 % 2]
        floor = int(people.floor[customer])
        order = Order(
            order_id=OrderId(f"{service_date(day):%m%d}-{n:03d}"),
            customer_id=CustomerId(f"c-{customer:04d}"),
            point=_point(float(people.east_m[customer]), float(people.north_m[customer])),
            load=Load(count, 1_500 * count, 10_000 * count),
            promise=TimeWindow(_at(day, opens), _at(day, closes)),
            service_s=TownDay.planned_s(of.place, count),
            floor=floor,
            lift=bool(people.lift[customer]),
            access=WAYS_IN[int(people.access[customer])],
        )
        made.append((order, customer))
    return made


def _opened(day: int) -> DayOpened:
    opens = TimeWindow(_at(day, time(5)), _at(day, time(21)))
    depot = Depot(DepotId("depot"), CENTRE, opens, loading_s=300)
    iso = service_date(day).isoformat()
    return DayOpened(day_id_of(day), OPERATION, iso, ZONE, (depot,))


def _van(number: int) -> Vehicle:
    room = Load(parcels=200, weight_g=900_000, volume_ml=9_000_000)
    return Vehicle(VehicleId(f"V{number}"), "van", room, cost_per_km_cents=32)


def _driver(number: int, day: int) -> Driver:
    shift = TimeWindow(_at(day, SHIFT[0]), _at(day, SHIFT[1]))
    return Driver(DriverId(f"D{number}"), shift, VehicleId(f"V{number}"))


def _tell(owner: DayOwner, told: Sequence[Told], prefix: str) -> None:
    facts = [
        ReportFact(EventId(f"{prefix}{n}"), at, actor, body)
        for n, (at, actor, body) in enumerate(told)
    ]
    for answer in owner.submit_all(facts):
        if isinstance(answer, CopilotError):
            raise answer


def _at(day: int, wall: time) -> datetime:
    return from_local(datetime.combine(service_date(day), wall), ZoneInfo(ZONE))


def _point(east_m: float, north_m: float) -> Point:
    lat = CENTRE.lat + north_m / METRES_A_DEGREE
    lon = CENTRE.lon + east_m / (METRES_A_DEGREE * cos(radians(CENTRE.lat)))
    return Point.at(lat, lon)


def _metres(point: Point) -> tuple[float, float]:
    north = (point.lat - CENTRE.lat) * METRES_A_DEGREE
    east = (point.lon - CENTRE.lon) * METRES_A_DEGREE * cos(radians(CENTRE.lat))
    return east, north
