"""A small town with a plan made by hand, and a ledger that only folds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.domain.customer import Customer
from core.domain.day import Day
from core.domain.decision import PlanAdopted
from core.domain.fact import (
    CarrierListed,
    CustomerRegistered,
    DriverListed,
    Fact,
    OrderReceived,
    VehicleListed,
)
from core.domain.fleet import Depot
from core.domain.ids import DepotId, EventId, PlanId
from core.domain.order import Order
from core.domain.plan import Plan, ProviderStamp, Route
from core.ledger import fold
from core.ledger.events import Body, Event
from core.travel.estimate import EstimateTravel
from evals.play import Stage
from evals.world.city import City
from evals.world.scenario import load
from evals.world.world import Heard, Told, World
from tests.builders import DEPOT, a_driver, a_stop, a_vehicle, a_window, an_order, east, minute


def orders(count: int, *, closes_min: float = 330) -> list[Order]:
    return [
        an_order(f"o{n:02d}", east(250 * (n % 5), 200 * (n // 5)), closes_min=closes_min)
        for n in range(count)
    ]


def a_town(seed: int, count: int = 40, *, vans: int = 2) -> City:
    """A town on UTC, so that its local times are the builders' minutes."""
    owed = tuple(orders(count))
    return City(
        seed=seed,
        zone="UTC",
        depot=Depot(DepotId("depot"), DEPOT, a_window(-120, 720)),
        customers=tuple(Customer(o.customer_id) for o in owed),
        orders=owed,
        vehicles=tuple(a_vehicle(f"V{n}") for n in range(1, vans + 1)),
        drivers=tuple(a_driver(f"V{n}") for n in range(1, vans + 1)),
        carriers=(),
        doors=tuple(east(100 * n) for n in range(1, 5)),
    )


def a_plan(city: City, *, backwards: bool = False, every_min: float = 7) -> Plan:
    """Deal the orders out to the vans in turn; each drives its own forwards or backwards."""
    routes: list[Route] = []
    for n, driver in enumerate(city.drivers):
        own = list(city.orders[n :: len(city.drivers)])
        own = own[::-1] if backwards else own
        stops = tuple(a_stop(o, every_min * (i + 1)) for i, o in enumerate(own))
        assert driver.vehicle_id is not None
        routes.append(
            Route(
                driver.vehicle_id,
                driver.driver_id,
                minute(0),
                DEPOT,
                stops,
                DEPOT,
                minute(every_min * (len(own) + 1)),
                tuple(o.order_id for o in own),
            )
        )
    return Plan(PlanId("p"), 1, tuple(routes), (), ProviderStamp("estimate"), "hand", 0, 0, 0)


def a_stage(city: City, plan: Plan) -> Stage:
    """The town with its plan, for arms to play on."""
    return Stage(city.seed, city, plan, load("tuesday"), EstimateTravel("UTC"))


class Log:
    """A ledger in memory that only folds: enough for drivers to read their routes."""

    def __init__(self, city: City, plan: Plan) -> None:
        self._city = city
        opened = city.opened()
        self.events: list[Event] = []
        event = self._event("open", city.at(6 * 3600), opened)
        self.day: Day = fold.opened_day(event)
        facts: list[Fact] = [CustomerRegistered(c) for c in city.customers]
        facts += [OrderReceived(o) for o in city.orders]
        facts += [VehicleListed(v) for v in city.vehicles]
        facts += [DriverListed(d) for d in city.drivers]
        facts += [CarrierListed(c) for c in city.carriers]
        for n, body in enumerate([*facts, PlanAdopted(plan)]):
            self.write(f"setup:{n}", city.at(6 * 3600), body)

    def _event(self, event_id: str, at: datetime, body: Body) -> Event:
        opened = self._city.opened()
        seq = len(self.events) + 1
        event = Event(opened.day_id, seq, EventId(event_id), at, at, "test", body)
        self.events.append(event)
        return event

    def write(self, event_id: str, at: datetime, body: Body) -> None:
        self.day = fold.apply(self.day, self._event(event_id, at, body))


def a_world(city: City, plan: Plan) -> tuple[World, Log]:
    log = Log(city, plan)
    world = World(city, plan, load("tuesday"), EstimateTravel("UTC"), lambda: log.day)
    return world, log


def played(
    city: City, plan: Plan, *, until_min: float = 450, step_s: int = 30
) -> tuple[World, Log, list[Heard]]:
    """Play a day with nobody at the desk."""
    world, log = a_world(city, plan)
    heard: list[Heard] = []
    now = minute(-5)
    while now < minute(until_min) and not world.finished:
        now += timedelta(seconds=step_s)
        for item in world.advance(now):
            heard.append(item)
            if isinstance(item, Told):
                log.write(item.event_id, item.at, item.body)
    return world, log, heard


def facts(heard: Sequence[Heard]) -> list[Told]:
    return [h for h in heard if isinstance(h, Told)]
