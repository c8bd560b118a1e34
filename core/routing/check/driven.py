"""The day as its ledger tells it, read again by the checker with a few lists of its own."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.domain.access import Zone
from core.domain.alternative import FIRST
from core.domain.charging import Charger
from core.domain.day import Day, OrderState
from core.domain.fact import DayOpened
from core.domain.fleet import Driver, Vehicle
from core.domain.ids import (
    ChargerId,
    DayId,
    DriverId,
    MeetingId,
    OrderId,
    StopId,
    TenderId,
    VehicleId,
    ZoneId,
)
from core.domain.order import Load, Order, OrderStatus
from core.domain.place import Point
from core.domain.plan import Progress, Route, RouteState, Stop, StopKind
from core.domain.rules import Rules
from core.domain.time import TimeWindow
from core.routing.check.violation import Code, Violation, over
from core.routing.check.ways import AT_DOORS, in_way


@dataclass
class Van:
    """One vehicle, as far as the ledger was read."""

    vehicle: Vehicle
    stops: list[Stop] = field(default_factory=list[Stop])
    """Open stops, the committed one first."""
    done: list[Stop] = field(default_factory=list[Stop])
    loads: tuple[OrderId, ...] = ()
    aboard: set[OrderId] = field(default_factory=set[OrderId])
    shelved: set[OrderId] = field(default_factory=set[OrderId])
    """What it brought back to the depot."""
    driver_id: DriverId | None = None
    route: Route | None = None
    """What the plan gave it."""
    return_at: datetime | None = None
    """What the desk last said of its return."""
    departed_at: datetime | None = None
    returned_at: datetime | None = None
    since: datetime | None = None
    last_point: Point | None = None
    standing: bool = False
    down: bool = False
    down_at: Point | None = None
    trail: list[tuple[datetime, Point]] = field(default_factory=list[tuple[datetime, Point]])
    """Where it was seen, and when."""
    reached: dict[StopId, datetime] = field(default_factory=dict[StopId, datetime])
    """Arrivals by stop."""
    meets_at: dict[MeetingId, Point] = field(default_factory=dict[MeetingId, Point])
    """Arrivals at meetings."""
    rested: dict[StopId, datetime] = field(default_factory=dict[StopId, datetime])
    """When its rests ended."""
    agreed: "Agreed" = field(default_factory=lambda: Agreed())

    @property
    def out(self) -> bool:
        return self.departed_at is not None and self.returned_at is None

    def frozen(self) -> list[Stop]:
        if not self.out or self.down or not self.stops:
            return []
        count = 0
        while count < len(self.stops) and self.stops[count].point == self.stops[0].point:
            count += 1
        return self.stops[:count]

    def seen(self, at: datetime, point: Point, *, standing: bool) -> None:
        """Place the vehicle, unless something more recent is known."""
        self.trail.append((at, point))
        if self.since is None or at >= self.since:
            self.since, self.last_point, self.standing = at, point, standing

    def finish(self, stops: Iterable[Stop]) -> None:
        for stop in list(stops):
            self.stops.remove(stop)
            self.done.append(stop)

    def points(self) -> list[Point]:
        """Return where it was seen, in the order of event times."""
        return [p for _, p in sorted(self.trail, key=lambda t: t[0])]

    def as_route(self) -> RouteState | None:
        """Return the route in execution as the other checks read it."""
        plan = self.route
        if plan is None or self.driver_id is None:
            return None
        progress = Progress.AT_STOP if self.standing else Progress.DRIVING
        if self.departed_at is None:
            progress = Progress.AT_DEPOT
        elif self.returned_at is not None:
            progress = Progress.FINISHED
        return RouteState(
            vehicle_id=plan.vehicle_id,
            driver_id=self.driver_id,
            revision=0,
            depart_at=plan.depart_at,
            start=plan.start,
            stops=(*self.done, *self.stops),
            end=plan.end,
            return_at=self.return_at or plan.return_at,
            loads=self.loads,
            done=len(self.done),
            progress=progress,
            since=self.since,
            last_point=self.last_point,
            on_board=frozenset(self.aboard),
        )


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the desk itself made of a route against the rules, beside what happened on the road."""

    late: bool = False
    """Its return lies beyond shift and overtime, and later than keeping the route."""
    far: bool = False
    """It is further than the vehicle goes, and further than keeping the route."""
    restless: bool = False
    """Its rest was taken off although it is not back in time to rest after it."""


@dataclass
class Road:
    """The day as far as it was read."""

    opened: DayOpened | None = None
    rules: Rules = field(default_factory=Rules)
    orders: dict[OrderId, Order] = field(default_factory=dict[OrderId, Order])
    ways: dict[OrderId, str] = field(default_factory=dict[OrderId, str])
    """In which of its ways an order is to be served, as plan and decisions have it."""
    promises: dict[tuple[OrderId, str], TimeWindow] = field(
        default_factory=dict[tuple[OrderId, str], TimeWindow]
    )
    """What a customer agreed to for a way."""
    drivers: dict[DriverId, Driver] = field(default_factory=dict[DriverId, Driver])
    vans: dict[VehicleId, Van] = field(default_factory=dict[VehicleId, Van])
    zones: dict[ZoneId, Zone] = field(default_factory=dict[ZoneId, Zone])
    chargers: dict[ChargerId, Charger] = field(default_factory=dict[ChargerId, Charger])
    delivered: dict[OrderId, str] = field(default_factory=dict[OrderId, str])
    collected: dict[OrderId, VehicleId] = field(default_factory=dict[OrderId, VehicleId])
    """Who has collected goods of a sender."""
    cancelled: dict[OrderId, bool] = field(default_factory=dict[OrderId, bool])
    """True when somebody was already on the way to that door."""
    tendered: dict[TenderId, OrderId] = field(default_factory=dict[TenderId, OrderId])
    with_carrier: set[OrderId] = field(default_factory=set[OrderId])
    found: list[Violation] = field(default_factory=list[Violation])

    def add(
        self,
        code: Code,
        text: str,
        vehicle_id: VehicleId | None = None,
        order_id: OrderId | None = None,
        *,
        amount: int = 1,
        hard: bool = True,
    ) -> None:
        self.found.append(Violation(code, hard, vehicle_id, order_id, text, amount))

    def driver(self, van: Van) -> Driver | None:
        return self.drivers.get(van.driver_id) if van.driver_id is not None else None

    def clock(self, instant: datetime) -> str:
        return self._bare(instant).clock(instant)

    def day(self, now: datetime) -> Day:
        """Return what the walk of a route asks the day for: promises, drivers, depots."""
        return replace(
            self._bare(now),
            orders={o: self._state(o) for o in self.orders},
            drivers=self.drivers,
        )

    def _state(self, order_id: OrderId) -> OrderState:
        order = self.order(order_id)
        told = self.promises.get((order_id, self.ways.get(order_id, FIRST)), order.promise)
        return OrderState(order, OrderStatus.RECEIVED, 1, told)

    def order(self, order_id: OrderId) -> Order:
        """Return an order as it is to be served."""
        order = self.orders[order_id]
        return in_way(order, self.ways.get(order_id, FIRST)) or order

    def follow(self, vehicle_id: VehicleId, stops: Iterable[Stop]) -> None:
        """Let orders be served as their stops say."""
        for stop in stops:
            order = self.orders.get(stop.order_id) if stop.order_id is not None else None
            if order is None or stop.kind not in AT_DOORS:
                continue
            if in_way(order, stop.way) is None:
                text = (
                    f"{vehicle_id} was to serve {order.order_id} by {stop.way or 'the first way'}"
                )
                self.add(Code.WAY, f"{text}, which is none of its ways", vehicle_id, order.order_id)
            self.ways[order.order_id] = stop.way

    def _bare(self, now: datetime) -> Day:
        opened = self.opened or DayOpened(DayId(""), "", "", "UTC", ())
        return Day(opened=opened, now=now, seq=0, rules=self.rules, rules_digest="")

    def holder(self, order_id: OrderId) -> VehicleId | None:
        return next((v for v, van in self.vans.items() if order_id in van.aboard), None)

    def depart(self, van: Van, at: datetime, point: Point) -> None:
        """Any scan proves that a vehicle has left with what was planned to be on board."""
        if van.departed_at is not None:
            van.departed_at = min(van.departed_at, at)
            return
        van.departed_at = at
        van.seen(at, point, standing=False)
        self.load(van, van.loads, "at departure")

    def load(self, van: Van, order_ids: Iterable[OrderId], where: str) -> None:
        """Take goods on board at the depot; what another vehicle has on the road is not there."""
        vehicle_id = van.vehicle.vehicle_id
        for order_id in order_ids:
            holder = self.holder(order_id)
            if holder is not None and holder != vehicle_id:
                text = f"{vehicle_id} took {order_id} on board {where}; it was on {holder}"
                self.add(Code.GOODS_ON_BOARD, text, vehicle_id, order_id)
            elif order_id not in self.delivered:
                van.aboard.add(order_id)
        self.weigh(van, where)

    def weigh(self, van: Van, where: str) -> None:
        total = Load()
        for order_id in van.aboard:
            if order_id in self.orders:
                total = total + self.orders[order_id].load
        vehicle_id = van.vehicle.vehicle_id
        for name, amount, words in over(total, van.vehicle.capacity):
            text = f"{vehicle_id} was over its {name} {where}: {words}"
            self.add(Code.CAPACITY, text, vehicle_id, amount=amount)


def adopted(van: Van, route: Route) -> None:
    """Give a vehicle what the plan says, unless it has left with an older one."""
    if van.departed_at is not None:
        return
    van.route, van.driver_id, van.return_at = route, route.driver_id, route.return_at
    van.stops, van.loads = list(route.stops), route.loads
    van.agreed = Agreed()


def rests(stops: Iterable[Stop]) -> list[Stop]:
    return [s for s in stops if s.kind is StopKind.REST]


def with_agreed(van: Van, **what: bool) -> None:
    van.agreed = replace(van.agreed, **what)
