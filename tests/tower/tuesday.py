"""The Tuesday at 10:00, built small: a snarl over three riders, a slow rider, an urgent order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.domain.case import Case
from core.domain.day import Day, Incident
from core.domain.fact import CustomerContacted, DriverReported
from core.domain.ids import CaseId, ContactId, IncidentId, OrderId, VehicleId
from core.domain.order import Order, Priority
from core.domain.place import Area, Point
from core.domain.plan import Progress
from core.domain.position import Position, Positions
from core.tower.watch import watch
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east, minute

TRAVEL = EstimateTravel("UTC")
TEN = 120
"""Minutes from 08:00 to 10:00."""
SEED = 7
STOPS = 12
FAR_END = east(2050)


def rider(number: int) -> VehicleId:
    return VehicleId(f"R{number}")


def order_of(number: int, place: int) -> OrderId:
    return OrderId(f"{number}-{place:02d}")


def street(number: int) -> list[Order]:
    """Twelve doors along one rider's street, out and back; each promise closes 25 min after the
    plan reaches it."""
    half = STOPS // 2
    return [
        an_order(
            order_of(number, i),
            east(
                300 + 350 * (i if i < half else STOPS - i),
                north=(number - 4) * 700 + (0 if i < half else 300),
            ),
            opens_min=TEN - 60 + 7 * i,
            closes_min=TEN + 7 * (i - 3) + 25,
        )
        for i in range(STOPS)
    ]


def a_quiet_day(now_min: float = TEN) -> Day:
    """Six riders, four doors done, all on time."""
    orders = [o for n in range(1, 7) for o in street(n)]
    return a_day(
        orders,
        [a_vehicle(rider(n), can_reload=True) for n in range(1, 7)],
        [a_driver(rider(n)) for n in range(1, 7)],
        [
            a_route(
                rider(n),
                street(n),
                depart_min=TEN - 35,
                every_min=7,
                done=4,
                progress=Progress.DRIVING,
                since_min=TEN - 2,
            )
            for n in range(1, 7)
        ],
        now_min=now_min,
    )


def with_snarl(day: Day) -> Day:
    """Roads around the streets of riders 1 to 3 run at a tenth of normal for 75 minutes."""
    incident = Incident(
        incident_id=IncidentId("I-1"),
        area=Area(east(1400, north=-1500), 1250),
        speed_pct=10,
        street="Esplanadi",
        reported_at=day.now,
        clears_at=minute(TEN + 75),
    )
    return replace(day, incidents={incident.incident_id: incident})


def with_jam(day: Day, speed_pct: int = 2) -> Day:
    """A jam of 300 m around the far end of rider 4's street, two doors ahead of the rider."""
    incident = Incident(
        incident_id=IncidentId("I-2"),
        area=Area(FAR_END, 300),
        speed_pct=speed_pct,
        street="Bulevardi",
        reported_at=day.now,
        clears_at=minute(TEN + 75),
    )
    return replace(day, incidents={**day.incidents, incident.incident_id: incident})


def with_urgent(day: Day, point: Point | None = None) -> Day:
    """A priority order that came in after the routes were frozen."""
    order = an_order(
        "U-1",
        point if point is not None else east(900, 500),
        opens_min=TEN,
        closes_min=TEN + 75,
        priority=Priority.VIP,
    )
    state = a_day([order], now_min=TEN).orders[order.order_id]
    urgent = replace(state, urgent=True, received_at=day.now)
    return replace(day, orders={**day.orders, order.order_id: urgent})


def with_slow_rider(day: Day, number: int = 6, late_s: int = 2700) -> Day:
    """A driver who says that everything takes longer."""
    vehicle = rider(number)
    first = day.routes[vehicle].remaining[0].order_id
    word = (day.now, DriverReported(vehicle, first, late_s))
    return replace(day, reports={**day.reports, vehicle: word})


def with_callers(day: Day, orders: Sequence[OrderId]) -> Day:
    calls = tuple(
        (day.now, CustomerContacted(ContactId(f"call-{o}"), o, "where_is_it")) for o in orders
    )
    return replace(day, contacts=(*day.contacts, *calls))


def the_tuesday() -> Day:
    day = with_slow_rider(with_urgent(with_snarl(a_quiet_day())))
    return with_callers(day, [order_of(6, 5), order_of(6, 6)])


def with_cases(day: Day, cases: Sequence[Case]) -> Day:
    return replace(day, cases={**day.cases, **{c.case_id: c for c in cases}})


def watched(day: Day) -> tuple[Day, Mapping[str, CaseId]]:
    """Return the day with the cases that the tower opens, and their ids by cause."""
    found = watch(day, TRAVEL, {}, day.now, seed=SEED)
    return with_cases(day, found.opened), {c.cause: c.case_id for c in found.opened}


def fixes(vehicle: VehicleId, place: Point, since_min: float, until_min: float) -> Positions:
    """Positions of one vehicle that stands, one a minute."""
    count = round(until_min - since_min) + 1
    seen = tuple(
        Position(vehicle, minute(since_min + i), minute(since_min + i), place) for i in range(count)
    )
    return {vehicle: seen}
