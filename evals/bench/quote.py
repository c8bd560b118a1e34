"""How fast a promise quote is answered: a planned day, before and after its vans have left."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from statistics import median
from typing import Literal

from core.domain.day import Day, GoodsAt, OrderState, VehicleState
from core.domain.fact import DayOpened
from core.domain.fleet import BreakRule, Depot, Driver, Vehicle
from core.domain.ids import CustomerId, DayId, DepotId, DriverId, OrderId, PlanId, VehicleId
from core.domain.order import Load, Order, OrderStatus
from core.domain.place import Point
from core.domain.plan import Plan, Progress, Route, RouteState
from core.domain.rules import Rules
from core.domain.time import TimeWindow
from core.routing.planner import plan_day
from core.routing.quote import Quoter, windows_ahead
from core.travel.estimate import EstimateTravel
from core.travel.protocol import TravelTimes

Moment = Literal["at the depot", "on the road"]
SIX = datetime(2026, 11, 10, 6, 0, tzinfo=UTC)
MIDDLE = Point.at(60.17, 24.94)
REACH_E6 = (45_000, 90_000)
"""Orders lie in a box of about 10 km by 10 km around the depot."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One process: a day read, then so many quotes of all windows of the rest of the day."""

    moment: Moment
    routes: int
    stops: int
    windows: int
    offered_pct: int
    ready_ms: float
    """Making the day ready, once for as long as nothing happens."""
    p50_ms: float
    p95_ms: float
    worst_ms: float
    p95_cpu_ms: float
    """The same without what the machine did meanwhile."""


@dataclass(frozen=True, slots=True)
class Report:
    asked: tuple[Asked, ...]
    limit_ms: float

    @property
    def good(self) -> bool:
        return all(p95 <= self.limit_ms for _, _, p95 in self.medians())

    def medians(self) -> list[tuple[str, float, float]]:
        """Return for each moment the median of making ready, and of the p95, over processes."""
        found: list[tuple[str, float, float]] = []
        for moment in dict.fromkeys(a.moment for a in self.asked):
            own = [a for a in self.asked if a.moment == moment]
            found.append((moment, median(a.ready_ms for a in own), median(a.p95_ms for a in own)))
        return found

    def as_json(self) -> dict[str, object]:
        return {
            "good": self.good,
            "limit_ms": self.limit_ms,
            "medians": [
                {"moment": m, "ready_ms": ready, "p95_ms": p95} for m, ready, p95 in self.medians()
            ],
            "processes": [asdict(a) for a in self.asked],
        }


def run(
    *,
    stops: int = 400,
    vehicles: int = 20,
    quotes: int = 200,
    processes: int = 5,
    seed: int = 1,
    limit_ms: float = 50.0,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure in so many fresh processes, one after another, each at both moments of the day."""
    found: list[Asked] = []
    for number in range(processes):
        tell(f"process {number + 1} of {processes}")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found += pool.submit(measured, stops, vehicles, quotes, seed + number).result()
    return Report(tuple(found), limit_ms)


def measured(stops: int, vehicles: int, quotes: int, seed: int) -> list[Asked]:
    """Plan a day, then ask about it before anybody leaves, and when all are on the road."""
    travel = EstimateTravel("UTC")
    day = a_day(stops, vehicles, seed)
    plan = plan_day(day, travel, seed=seed, iterations=0, plan_id=PlanId("plan-1"))
    at_depot = adopted(day, plan)
    leaving = max(r.depart_at for r in plan.routes) + timedelta(minutes=30)
    moments: tuple[tuple[Moment, Day], ...] = (
        ("at the depot", at_depot),
        ("on the road", on_the_road(at_depot, leaving)),
    )
    return [_asked(moment, one, travel, quotes, seed) for moment, one in moments]


def _asked(moment: Moment, day: Day, travel: TravelTimes, quotes: int, seed: int) -> Asked:
    rng = random.Random(seed)
    windows = windows_ahead(day, day.now, 60, 60)
    began = time.perf_counter()
    quoter = Quoter(day, travel, day.now)
    quoter.quote(_order("warm", rng), windows)
    ready_ms = (time.perf_counter() - began) * 1000
    took: list[float] = []
    spent: list[float] = []
    offered = 0
    for number in range(quotes):
        order = _order(f"q{number}", rng)
        began, busy = time.perf_counter(), time.process_time()
        made = quoter.quote(order, windows)
        spent.append((time.process_time() - busy) * 1000)
        took.append((time.perf_counter() - began) * 1000)
        offered += sum(w.offered for w in made.windows)
    took.sort()
    spent.sort()
    return Asked(
        moment=moment,
        routes=len(day.routes),
        stops=sum(len(r.remaining) for r in day.routes.values()),
        windows=len(windows),
        offered_pct=round(100 * offered / max(1, quotes * len(windows))),
        ready_ms=round(ready_ms, 1),
        p50_ms=round(median(took), 1),
        p95_ms=round(took[int(0.95 * (len(took) - 1))], 1),
        worst_ms=round(took[-1], 1),
        p95_cpu_ms=round(spent[int(0.95 * (len(spent) - 1))], 1),
    )


def a_day(stops: int, vehicles: int, seed: int) -> Day:
    """Return a day of vans with a rest owed; four orders of ten have windows of one or two hours,
    one of ten needs a skill that half of the drivers have."""
    rng = random.Random(seed)
    hours = TimeWindow(SIX, SIX + timedelta(hours=16))
    shift = TimeWindow(SIX + timedelta(hours=2), SIX + timedelta(hours=11))
    depot = Depot(DepotId("depot"), MIDDLE, hours)
    opened = DayOpened(DayId("bench:2026-11-10"), "bench", "2026-11-10", "UTC", (depot,))
    orders = [_order(f"o{n:04}", rng) for n in range(stops)]
    noon = TimeWindow(SIX + timedelta(hours=5), SIX + timedelta(hours=8))
    vans, drivers = list[Vehicle](), list[Driver]()
    for n in range(vehicles):
        name = VehicleId(f"V{n:02}")
        room = Load(
            parcels=-(-stops * 11 // (vehicles * 10)), weight_g=900_000, volume_ml=9_000_000
        )
        vans.append(Vehicle(name, "van", room, cost_per_km_cents=32))
        skills = frozenset({"id-check"}) if n % 2 else frozenset[str]()
        rest = BreakRule(noon, 45 * 60)
        drivers.append(Driver(DriverId(f"d{n:02}"), shift, name, rest, skills))
    return Day(
        opened=opened,
        now=SIX,
        seq=0,
        rules=Rules(),
        rules_digest="bench",
        orders={o.order_id: _state(o) for o in orders},
        vehicles={v.vehicle_id: VehicleState(v, 1) for v in vans},
        drivers={d.driver_id: d for d in drivers},
    )


def _order(name: str, rng: random.Random) -> Order:
    lat, lon = (rng.randint(-reach, reach) for reach in REACH_E6)
    opens, closes = 2.0, 11.0
    if rng.random() < 0.4:
        opens = rng.choice((2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0))
        closes = opens + rng.choice((1.0, 2.0))
    return Order(
        OrderId(name),
        CustomerId(f"c-{name}"),
        Point(MIDDLE.lat_e6 + lat, MIDDLE.lon_e6 + lon),
        Load(parcels=1, weight_g=rng.randint(200, 9_000), volume_ml=rng.randint(1_000, 60_000)),
        TimeWindow(SIX + timedelta(hours=opens), SIX + timedelta(hours=closes)),
        service_s=rng.randint(120, 420),
        needs=frozenset({"id-check"}) if rng.random() < 0.1 else frozenset[str](),
    )


def _state(order: Order) -> OrderState:
    return OrderState(order, OrderStatus.RECEIVED, 1, order.promise)


def adopted(day: Day, plan: Plan) -> Day:
    """Return the day with the plan in force, an hour before its first departure."""
    routes = {r.vehicle_id: _in_force(r) for r in plan.routes}
    now = min(r.depart_at for r in plan.routes) - timedelta(hours=1)
    return replace(day, routes=routes, plan_version=1, now=now)


def _in_force(route: Route) -> RouteState:
    return RouteState(
        route.vehicle_id,
        route.driver_id,
        1,
        route.depart_at,
        route.start,
        route.stops,
        route.end,
        route.return_at,
        route.loads,
    )


def on_the_road(day: Day, now: datetime) -> Day:
    """Return the day at `now` as if every stop planned before had been done on time."""
    orders, routes = dict(day.orders), dict[VehicleId, RouteState]()
    for vehicle_id, route in day.routes.items():
        done = sum(s.leave_at <= now for s in route.stops)
        gone = {s.order_id for s in route.stops[:done]}
        for order_id in route.loads:
            state = orders[order_id]
            orders[order_id] = replace(
                state, status=OrderStatus.LOADED, goods=GoodsAt.VEHICLE, vehicle_id=vehicle_id
            )
            if order_id in gone:
                orders[order_id] = replace(
                    state, status=OrderStatus.DELIVERED, goods=GoodsAt.CUSTOMER
                )
        last = route.stops[done - 1] if done else None
        routes[vehicle_id] = replace(
            route,
            done=done,
            progress=Progress.DRIVING,
            since=last.leave_at if last is not None else route.depart_at,
            last_point=last.point if last is not None else route.start,
            on_board=frozenset(o for o in route.loads if o not in gone),
        )
    return replace(day, orders=orders, routes=routes, now=now)


def lines(report: Report) -> Sequence[str]:
    """Return the figures for people."""
    said = [
        f"{a.moment}: {a.routes} routes, {a.stops} stops ahead, {a.windows} windows each "
        f"({a.offered_pct} % offered): ready {a.ready_ms} ms, p50 {a.p50_ms}, p95 {a.p95_ms}, "
        f"worst {a.worst_ms} ms; p95 in CPU time {a.p95_cpu_ms} ms"
        for a in report.asked
    ]
    said += [
        f"median of processes, {moment}: ready {ready:.1f} ms, p95 {p95:.1f} ms"
        for moment, ready, p95 in report.medians()
    ]
    verdict = "met" if report.good else "missed"
    return [*said, f"p95 under {report.limit_ms:g} ms: {verdict}"]
