"""A day of one van whose forecasts are known beforehand: fixed arrivals, ten minutes each way."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.decision import PlanAdopted, RouteChanged
from core.domain.fact import Fact, OrderDelivered, RouteDeparted, StopReached
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.plan import Plan
from core.domain.position import Positions
from core.eta.quality.follow import Follower
from core.eta.quality.rows import Followed, Say, Spoken
from core.ledger.events import Event
from tests.builders import DEPOT, a_route, a_stop, an_order, east, hand_plan, minute, morning_facts
from tests.eta.life.depot import ledger

VAN = VehicleId("V1")
ORDERS = [an_order(f"o{n}", east(1_000 * n)) for n in (1, 2, 3)]
PLANNED = {f"o{n}": 60.0 * n for n in (1, 2, 3)}
"""Minutes after eight at which the plan reaches each order."""


def planned(late: Mapping[str, float] | None = None) -> Say:
    """Return who says the planned times of the open stops, each so many minutes later."""

    def say(day: Day, positions: Positions, now: datetime) -> Spoken:
        del positions, now
        told: dict[StopId, tuple[datetime, datetime, datetime]] = {}
        ten = timedelta(minutes=10)
        for stop in (s for r in day.routes.values() for s in r.remaining):
            off = timedelta(minutes=(late or {}).get(str(stop.order_id), 0.0))
            mid = stop.arrive_at + off
            told[stop.stop_id] = (mid - ten, mid, mid + ten)
        return Spoken("spoken", told)

    return say


def begun() -> list[tuple[float, Fact]]:
    """What a day of one van with three orders, an hour apart, begins with."""
    return [(-60.0, fact) for fact in morning_facts(["V1"], ORDERS)]


def plan() -> Plan:
    """The plan that reaches them one, two and three hours after eight."""
    return hand_plan([a_route("V1", ORDERS, every_min=60)])


def visit(order: str, at: float, stays: float = 4.0) -> list[tuple[float, Fact]]:
    """What is reported of one stop: reached, then delivered."""
    order_id = OrderId(order)
    point = next(o.point for o in ORDERS if o.order_id == order_id)
    assert point is not None
    return [
        (at, StopReached(VAN, StopId(f"deliver:{order}"), point)),
        (at + stays, OrderDelivered(VAN, order_id, point)),
    ]


def departed() -> tuple[float, Fact]:
    return (0.0, RouteDeparted(VAN, DEPOT))


def turned_around(after: float) -> tuple[float, RouteChanged]:
    """Our change: the third order before the second."""
    stops = (a_stop(ORDERS[2], after + 30), a_stop(ORDERS[1], after + 60))
    return after, RouteChanged(NewRoute(VAN, 1, stops, minute(after + 90)), None, 2)


def followed(events: list[Event], say: Say | None = None, until: float = 300) -> Followed:
    """Return the day as followed up to so many minutes after eight."""
    follower = Follower(say or planned())
    follower.hear(events)
    assert follower.advance(minute(until))
    return follower.followed()


def a_whole_day(*arrivals: tuple[str, float]) -> list[Event]:
    """Return a day on which these orders were reached, in minutes after eight."""
    road = [departed(), *(one for o, at in arrivals for one in visit(o, at))]
    return ledger([*begun(), (-60.0, PlanAdopted(plan())), *road])
