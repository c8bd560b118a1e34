"""One big day with every rule of the model in it: planned, timed, and checked once more."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from core.domain.access import Zone
from core.domain.day import Day, OrderState, VehicleState
from core.domain.fact import DayOpened
from core.domain.fleet import BreakRule, Depot, Driver, Energy, Vehicle
from core.domain.ids import CustomerId, DayId, DepotId, DriverId, OrderId, PlanId, VehicleId, ZoneId
from core.domain.order import Load, Order, OrderStatus, Priority
from core.domain.place import Area, Point
from core.domain.plan import StopKind
from core.domain.rules import Rules
from core.domain.time import TimeWindow
from core.routing.check import check_plan, plan_points, prices_broken
from core.routing.engine_kernel import warm_up
from core.routing.plan_times import plan_lookup
from core.routing.planner import plan_day
from core.travel.estimate import EstimateTravel
from evals.bench.rich_fleet import with_fleet_rules
from evals.bench.rich_goods import with_collected
from evals.bench.rich_park import with_park
from evals.bench.rich_used import used
from evals.bench.rich_ways import with_alternatives

FIVE = datetime(2026, 11, 10, 5, 0, tzinfo=UTC)
MIDDLE = Point.at(41.16, -8.63)
OLD_TOWN, MARKET, BRIDGE = (
    Area(Point.at(41.150, -8.615), 900),
    Area(Point.at(41.165, -8.640), 600),
    Area(Point.at(41.140, -8.650), 700),
)


def at(hour: float) -> datetime:
    return FIVE + timedelta(hours=hour - 5)


def span(opens: float, closes: float) -> TimeWindow:
    return TimeWindow(at(opens), at(closes))


@dataclass(frozen=True, slots=True)
class Report:
    orders: int
    vehicles: int
    seed: int
    iterations: int
    seconds: float
    cpu_seconds: float
    served: int
    routes: int
    reloads: int
    rests: int
    charges: int
    collects: int
    with_ways: int
    """Orders that may be served in several ways."""
    other_ways: int
    """Of them served another way than the first."""
    used: dict[str, int]
    """How often each rule came to count in the plan."""
    left_out_by: dict[str, int]
    """Orders left out, by the reason that most of their vehicles gave; `prize` where any did."""
    violations: int
    cost_cents: int
    engine: str
    limit_s: float

    @property
    def good(self) -> bool:
        return self.violations == 0 and self.seconds <= self.limit_s

    def as_json(self) -> dict[str, object]:
        return {"good": self.good, **asdict(self)}


def run(
    *,
    orders: int = 1000,
    vehicles: int = 50,
    iterations: int = 30,
    seed: int = 1,
    limit_s: float = 60.0,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Plan such a day; what is compiled is loaded before the clock."""
    warm_up()
    day, travel = a_rich_day(orders, vehicles, seed), EstimateTravel("UTC")
    began, busy = time.perf_counter(), time.process_time()
    plan = plan_day(
        day, travel, seed=seed, iterations=iterations, plan_id=PlanId("rich"), progress=tell
    )
    seconds, spent = time.perf_counter() - began, time.process_time() - busy
    lookup = plan_lookup(day, travel, plan_points(plan.routes))
    found = (
        *check_plan(day, plan.routes, [o.order_id for o in plan.left_out], lookup),
        *prices_broken(day, plan.routes, plan.prices),
    )
    reasons = Counter(_reason([r.code for r in out.refusals]) for out in plan.left_out)
    kinds = Counter(s.kind for r in plan.routes for s in r.stops)
    return Report(
        orders=orders,
        vehicles=vehicles,
        seed=seed,
        iterations=iterations,
        seconds=round(seconds, 1),
        cpu_seconds=round(spent, 1),
        served=orders - len(plan.left_out),
        routes=len(plan.routes),
        reloads=kinds[StopKind.RELOAD],
        rests=kinds[StopKind.REST],
        charges=kinds[StopKind.CHARGE],
        collects=kinds[StopKind.COLLECT],
        with_ways=sum(bool(s.order.alternatives) for s in day.orders.values()),
        other_ways=sum(bool(s.way) for r in plan.routes for s in r.stops),
        used=used(day, plan),
        left_out_by=dict(sorted(reasons.items())),
        violations=len(found),
        cost_cents=plan.cost_cents,
        engine=plan.engine,
        limit_s=limit_s,
    )


def _reason(codes: Sequence[str]) -> str:
    """Return what kept an order out: its prize where somebody could have brought it."""
    return "prize" if "prize" in codes else Counter(codes).most_common(1)[0][0]


def a_rich_day(orders: int, vehicles: int, seed: int) -> Day:
    """Return a day of vans, electric vans and bikes with zones, doors, docks and limits."""
    rng = random.Random(seed)
    depot = Depot(
        DepotId("depot"), MIDDLE, span(5, 22), loading_s=600, load_out_s=900, doors=vehicles // 3
    )
    opened = DayOpened(DayId("rich:2026-11-10"), "rich", "2026-11-10", "UTC", (depot,))
    owed = [_order(n, rng) for n in range(orders)]
    fleet = [_vehicle(n) for n in range(vehicles)]
    zones = (
        Zone(ZoneId("old-town"), OLD_TOWN, frozenset({"electric", "human"})),
        Zone(ZoneId("market"), MARKET, frozenset({"cargo bike"}), (span(6, 10.5), span(19, 21))),
        Zone(ZoneId("bridge"), BRIDGE, max_height_cm=250),
    )
    drivers = [_driver(v, n, rng) for n, v in enumerate(fleet)]
    day = Day(
        opened=opened,
        now=FIVE,
        seq=0,
        rules=Rules(),
        rules_digest="rich",
        orders={o.order_id: OrderState(o, OrderStatus.RECEIVED, 1, o.promise) for o in owed},
        vehicles={v.vehicle_id: VehicleState(v, 1) for v in fleet},
        drivers={d.driver_id: d for d in drivers},
        zones={z.zone_id: z for z in zones},
    )
    whole = with_park(with_fleet_rules(day, seed))
    return with_alternatives(with_collected(whole, seed), seed)


def _order(number: int, rng: random.Random) -> Order:
    point = Point(
        MIDDLE.lat_e6 + rng.randint(-45_000, 45_000), MIDDLE.lon_e6 + rng.randint(-60_000, 60_000)
    )
    opens, closes = 7.0, 19.0
    if rng.random() < 0.4:
        opens = float(rng.randint(7, 16))
        closes = opens + rng.choice((1.0, 2.0, 3.0))
    hours: tuple[TimeWindow, ...] = ()
    if closes - opens > 6 and rng.random() < 0.2:
        hours = (span(8, 12), span(14, 18))
    needs: set[str] = set()
    if rng.random() < 0.1:
        needs.add(rng.choice(("id-check", "two-person", "chilled")))
    early = closes > 12 and rng.random() < 0.1
    return Order(
        OrderId(f"o{number:04}"),
        CustomerId(f"c{number:04}"),
        point,
        Load(rng.choice((1, 1, 1, 2, 3)), rng.randint(200, 9_000), rng.randint(1_000, 60_000)),
        span(opens, closes),
        service_s=rng.randint(90, 420),
        priority=rng.choice((Priority.STANDARD,) * 8 + (Priority.EXPRESS, Priority.VIP)),
        needs=frozenset(needs),
        hours=hours,
        max_height_cm=rng.choice((210, 240)) if rng.random() < 0.05 else None,
        release_at=at(9) if early else None,
        prize_cents=200 if number % 20 == 0 else None,
    )


def _vehicle(number: int) -> Vehicle:
    """Of ten: five diesel vans, three electric ones, two bikes that come back."""
    name, kind = VehicleId(f"V{number:02}"), number % 10
    gear = frozenset({"chilled"}) if number % 4 == 0 else frozenset[str]()
    if kind < 5:
        room = Load(120, 900_000, 9_000_000)
        return Vehicle(
            name, "van", room, equipment=gear, cost_per_km_cents=32, height_cm=260,
            cost_per_hour_cents=150, cost_per_day_cents=2500,
        )  # fmt: skip
    if kind < 8:
        room = Load(80, 600_000, 6_000_000)
        return Vehicle(
            name, "van", room, Energy.ELECTRIC, gear, cost_per_km_cents=14, range_m=160_000,
            height_cm=205, cost_per_hour_cents=200, cost_per_day_cents=3000,
        )  # fmt: skip
    room = Load(20, 120_000, 1_200_000)
    return Vehicle(
        name, "cargo bike", room, Energy.HUMAN, cost_per_km_cents=3, range_m=55_000,
        can_reload=True, cost_per_day_cents=800,
    )  # fmt: skip


def _driver(vehicle: Vehicle, number: int, rng: random.Random) -> Driver:
    begins = rng.choice((6.0, 7.0, 7.0, 9.0))
    noon = span(begins + 3.5, begins + 6.5)
    return Driver(
        DriverId(f"d{number:02}"),
        span(begins, begins + 9),
        vehicle.vehicle_id,
        BreakRule(noon, 45 * 60),
        frozenset({"id-check"} if number % 2 else {"two-person"}),
        most_driving_s=6 * 3600,
        most_driving_on_end_s=9 * 1800,
        most_duty_s=17 * 1800,
    )


def lines(report: Report) -> Sequence[str]:
    """Return the figures for people."""
    out = ", ".join(f"{n} {code}" for code, n in report.left_out_by.items()) or "nobody"
    verdict = "met" if report.good else "missed"
    return (
        f"{report.served} of {report.orders} orders on {report.routes} of {report.vehicles} "
        f"vehicles in {report.seconds} s, {report.cpu_seconds} CPU s ({report.iterations} "
        f"iterations, {report.engine})",
        f"{report.reloads} reloads, {report.rests} rests, {report.charges} charging stops, "
        f"{report.collects} places where goods are collected, "
        f"{report.other_ways} of {report.with_ways} orders with other ways served by one, "
        f"EUR {report.cost_cents / 100:.2f}; "
        f"left out: {out}",
        "used: " + ", ".join(f"{n} {what}" for what, n in report.used.items()),
        f"{report.violations} violations; plan under {report.limit_s:g} s: {verdict}",
    )
