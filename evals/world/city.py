"""A city for one seed: depot, fleet, customers with their promises, and a day that is tight."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import exp
from zoneinfo import ZoneInfo

from core.context import keyed_rng
from core.domain.carrier import Carrier, CarrierKind, RateCard
from core.domain.customer import Customer
from core.domain.day import CarrierState, Day, OrderState, VehicleState
from core.domain.fact import DayOpened
from core.domain.fleet import Depot, Driver, Vehicle
from core.domain.ids import (
    CarrierId,
    CustomerId,
    DayId,
    DepotId,
    DriverId,
    OrderId,
    VehicleId,
)
from core.domain.order import Load, Order, OrderStatus, Priority
from core.domain.place import Point
from core.domain.plan import Plan
from core.domain.rules import Rules
from core.domain.time import TimeWindow, from_local, seconds_between
from core.travel.protocol import TravelTimes
from evals.world.parameters import Parameters
from evals.world.territory import reachable_doors, territory

SERVICE_DATE = date(2026, 11, 10)
"""The Tuesday."""
SHIFT = (time(8), time(13, 30))
TYPICAL_STOP_S = 330
"""A first guess of what a stop takes with its leg; the search corrects it."""

Planner = Callable[[Day, int], Plan]
"""Plans a morning with that many iterations."""


class SlackDay(Exception):
    """The generated day is not tight; a slack day would flatter everybody."""


@dataclass(frozen=True)
class City:
    """Everything known before the day begins."""

    seed: int
    zone: str
    depot: Depot
    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[Driver, ...]
    carriers: tuple[Carrier, ...]
    doors: tuple[Point, ...]
    """Where more orders may come from."""

    @property
    def midnight(self) -> datetime:
        return local(self.zone, time(0))

    def at(self, second: int) -> datetime:
        """Return the instant of that second of the local day."""
        return self.midnight + timedelta(seconds=second)

    def second(self, instant: datetime) -> int:
        return seconds_between(self.midnight, instant)

    def opened(self) -> DayOpened:
        iso = SERVICE_DATE.isoformat()
        return DayOpened(DayId(f"city:{iso}"), "city", iso, self.zone, (self.depot,))

    def day(self) -> Day:
        """Return the day before its plan, for the planner."""
        return Day(
            opened=self.opened(),
            now=local(self.zone, time(6)),
            seq=0,
            rules=Rules(),
            rules_digest="",
            orders={
                o.order_id: OrderState(o, OrderStatus.RECEIVED, 1, o.promise) for o in self.orders
            },
            customers={c.customer_id: c for c in self.customers},
            vehicles={v.vehicle_id: VehicleState(v, 1) for v in self.vehicles},
            drivers={d.driver_id: d for d in self.drivers},
            carriers={c.carrier_id: CarrierState(c, 1) for c in self.carriers},
        )


def local(zone: str, wall: time) -> datetime:
    """Return the instant of a wall time on the service date."""
    return from_local(datetime.combine(SERVICE_DATE, wall), ZoneInfo(zone))


def tight_city(
    seed: int,
    travel: TravelTimes,
    streets: Sequence[Point],
    parameters: Parameters,
    planner: Planner,
    *,
    vehicles: int = 6,
    zone: str = "Europe/Helsinki",
    quick: int = 20,
    thorough: int = 200,
) -> tuple[City, Plan]:
    """Return a city whose plan fills its shifts, with that plan.

    Orders are added until driving plus service fills the wanted share of the shifts. What the
    planner cannot place was never promised, so it is not part of the day. SlackDay when no number
    of orders makes the day tight.
    """
    doors = reachable_doors(
        seed, travel, territory(streets, vehicles, parameters), vehicles, local(zone, time(12))
    )
    if len(doors) <= vehicles:
        raise SlackDay("the road graph connects too few streets with the depot")
    low, high = parameters.span("fill.range")
    target = parameters.number("fill.target")
    shift_s = vehicles * (local(zone, SHIFT[1]) - local(zone, SHIFT[0])).total_seconds()
    count = round(shift_s * target / TYPICAL_STOP_S)
    for attempt in range(8):
        asked = _city(seed, doors, count, parameters, vehicles, zone)
        plan = planner(asked.day(), quick if attempt < 1 else thorough)
        share = busy_s(plan) / shift_s
        if attempt >= 1 and low + 0.01 <= share <= high - 0.01:
            city = _without(asked, {left.order_id for left in plan.left_out})
            plan = replace(plan, left_out=())
            refuse_slack(city, plan, parameters)
            return city, plan
        served = count - len(plan.left_out)
        count = max(vehicles, round(served * target / share)) + len(plan.left_out) // 2
    raise SlackDay(f"seed {seed}: no number of stops fills {low:.0%} to {high:.0%} of the shifts")


def refuse_slack(city: City, plan: Plan, parameters: Parameters) -> None:
    """Raise SlackDay unless the plan fills its shifts and half of it is open at 10:00."""
    low, high = parameters.span("fill.range")
    shifts = sum(d.shift.length_s() for d in city.drivers)
    share = busy_s(plan) / shifts
    if not low <= share <= high:
        raise SlackDay(f"driving and service fill {share:.1%} of the shifts")
    arrivals = [s.arrive_at for r in plan.routes for s in r.stops if s.order_id is not None]
    still_open = sum(1 for at in arrivals if at >= local(city.zone, time(10)))
    if still_open * 2 < len(arrivals):
        raise SlackDay(f"only {still_open} of {len(arrivals)} stops are open at 10:00")


def busy_s(plan: Plan) -> int:
    """Return planned seconds of driving and service; waiting does not count."""
    total = 0
    for route in plan.routes:
        leave = route.depart_at
        for stop in route.stops:
            total += seconds_between(leave, stop.arrive_at) + stop.service_s
            leave = stop.leave_at
        if route.stops:
            total += seconds_between(leave, route.return_at)
    return total


def _city(
    seed: int,
    doors: tuple[Point, ...],
    count: int,
    parameters: Parameters,
    vehicles: int,
    zone: str,
) -> City:
    depot_at, *places = doors
    count = min(count, len(places) - 20)
    opens = TimeWindow(local(zone, time(5, 30)), local(zone, time(18)))
    orders = tuple(_order(seed, i, places[i], parameters, zone) for i in range(count))
    fleet = tuple(_vehicle(k, parameters) for k in range(1, vehicles + 1))
    shift = TimeWindow(local(zone, SHIFT[0]), local(zone, SHIFT[1]))
    return City(
        seed=seed,
        zone=zone,
        depot=Depot(DepotId("depot"), depot_at, opens, loading_s=240),
        customers=tuple(Customer(o.customer_id) for o in orders),
        orders=orders,
        vehicles=fleet,
        drivers=tuple(Driver(DriverId(f"D{v.vehicle_id[1:]}"), shift, v.vehicle_id) for v in fleet),
        carriers=_carriers(zone),
        doors=tuple(places[-20:]),
    )


def _without(city: City, gone: set[OrderId]) -> City:
    orders = tuple(o for o in city.orders if o.order_id not in gone)
    return replace(city, orders=orders, customers=tuple(Customer(o.customer_id) for o in orders))


def _order(seed: int, index: int, door: Point, parameters: Parameters, zone: str) -> Order:
    """Return the order of that index: the same whatever else the day holds."""
    number = f"{index + 1:04d}"
    rng = keyed_rng(seed, "order", number)
    start, end = local(zone, SHIFT[0]), local(zone, SHIFT[1])
    luck, length = rng.random(), 330.0
    for share, shortest, longest in parameters.rows("promises.kinds"):
        if luck < share:
            length = float(30 * rng.randint(round(shortest) // 30, round(longest) // 30))
            break
        luck -= share
    slots = int(((end - start).total_seconds() / 60 - length) // 30)
    opens = start + timedelta(minutes=30 * rng.randint(0, max(0, slots)))
    return make_order(
        seed, number, door, parameters, TimeWindow(opens, opens + timedelta(minutes=length))
    )


def make_order(
    seed: int,
    number: str,
    door: Point,
    parameters: Parameters,
    promise: TimeWindow,
    priority: Priority | None = None,
) -> Order:
    """Return an order with parcels, service and priority of its own luck."""
    rng = keyed_rng(seed, "parcels", number)
    luck, parcels = rng.random(), 1
    for size, share in enumerate(parameters.numbers("parcels.shares"), start=1):
        if luck < share:
            parcels = size
            break
        luck -= share
    weights = [
        _lognormal(rng.gauss(0, 1), parameters, "parcel.weight", "g") for _ in range(parcels)
    ]
    sizes = [_lognormal(rng.gauss(0, 1), parameters, "parcel.volume", "ml") for _ in range(parcels)]
    if priority is None:
        priority = _priority(keyed_rng(seed, "priority", number).random(), parameters)
    service_s = parameters.number("service.base_s") + parcels * parameters.number(
        "service.per_parcel_s"
    )
    return Order(
        order_id=OrderId(f"T-{number}"),
        customer_id=CustomerId(f"c-{number}"),
        point=door,
        load=Load(parcels, sum(weights), sum(sizes)),
        promise=promise,
        service_s=round(service_s),
        priority=priority,
    )


def _priority(luck: float, parameters: Parameters) -> Priority:
    vip, express = (
        parameters.number("priority.vip_share"),
        parameters.number("priority.express_share"),
    )
    if luck < vip:
        return Priority.VIP
    return Priority.EXPRESS if luck < vip + express else Priority.STANDARD


def _lognormal(z: float, parameters: Parameters, name: str, unit: str) -> int:
    mean, sd = parameters.number(f"{name}_log_mean_{unit}"), parameters.number(f"{name}_log_sd")
    return round(min(exp(mean + sd * z), exp(mean + 2.5 * sd)))


def _vehicle(number: int, parameters: Parameters) -> Vehicle:
    return Vehicle(
        vehicle_id=VehicleId(f"V{number:02d}"),
        kind="van",
        capacity=Load(parcels=140, weight_g=500_000, volume_ml=3_000_000),
        cost_per_km_cents=round(parameters.number("vehicle.km_cents")),
        can_reload=True,
    )


def _carriers(zone: str) -> tuple[Carrier, ...]:
    return (
        Carrier(
            CarrierId("gig"),
            CarrierKind.GIG,
            RateCard(per_order_cents=790, per_km_cents=110),
            cut_off=local(zone, time(16)),
            delivers=TimeWindow(local(zone, time(8)), local(zone, time(18))),
            lead_s=3600,
            daily_cap_parcels=20,
            promise_kept_pct=92,
            max_order=Load(parcels=4, weight_g=15_000, volume_ml=120_000),
        ),
        Carrier(
            CarrierId("3pl"),
            CarrierKind.THIRD_PARTY,
            RateCard(per_order_cents=520, per_parcel_cents=80),
            cut_off=local(zone, time(9, 30)),
            delivers=TimeWindow(local(zone, time(12)), local(zone, time(18))),
            daily_cap_parcels=60,
            promise_kept_pct=95,
        ),
    )
