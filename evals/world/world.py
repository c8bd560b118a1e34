"""The world of one day: it plays, and tells only facts and positions."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.customer import Customer
from core.domain.day import Day
from core.domain.fact import (
    CustomerContacted,
    CustomerRegistered,
    Fact,
    OrderCancelled,
    OrderDelivered,
    OrderReceived,
    RoadIncidentCleared,
    RoadIncidentReported,
    TenderAnswered,
)
from core.domain.ids import (
    CarrierId,
    ContactId,
    EventId,
    OrderId,
    TenderId,
    VehicleId,
)
from core.domain.order import OrderStatus
from core.domain.place import Area, Point
from core.domain.plan import Plan
from core.domain.position import Position
from core.travel.protocol import TravelTimes
from evals.world.city import City
from evals.world.draws import Draws
from evals.world.feed import reported_jam
from evals.world.parameters import Parameters, default
from evals.world.people import call_due_s, still_waiting, told
from evals.world.rider import Rider
from evals.world.riders import Riders
from evals.world.scenario import INCIDENT, Scenario, Trouble, befall
from evals.world.traffic import Traffic

POSITION_EVERY_S = 30
CLEAR_REPORT_S = 60


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as the system hears it."""

    event_id: EventId
    at: datetime
    actor: str
    body: Fact


Heard = Told | Position


@dataclass(order=True)
class _Appointment:
    second: int
    rank: int
    what: str
    whom: str
    turn: int


@dataclass
class World:
    """One seed's day. `read` answers the day as the desk holds it.

    What `advance` returns is to be given to the desk before the next `advance`: drivers look at
    their route in it. The heap is ordered by second and by what and whom, never by insertion.
    """

    city: City
    plan: Plan
    scenario: Scenario
    travel: TravelTimes
    read: Callable[[], Day]
    parameters: Parameters = field(default_factory=default)

    def __post_init__(self) -> None:
        self.draws = Draws(self.city.seed, self.parameters)
        self.trouble: Trouble = befall(self.scenario, self.city, self.plan, self.draws, self.travel)
        points = [self.city.depot.point, *(o.point for o in self.city.orders if o.point)]
        points += [order.point for _, order in self.trouble.urgent if order.point]
        self.traffic = Traffic(
            self.travel, self.draws, self.city.midnight, [self.trouble.snarl], points
        )
        self._heap: list[_Appointment] = []
        self._told: list[tuple[int, int, Heard]] = []
        self._count = 0
        self._now = self.scenario.plan_at
        self._next_fix = 0
        self._begun = False
        self._answered: set[TenderId] = set()
        self._called: set[OrderId] = set()
        self._scripted_calls = 0
        self.riders = Riders(
            self.city, self.draws, self.traffic, self.trouble, self._tell, self._appoint
        )

    @property
    def now(self) -> datetime:
        return self.city.at(self._now)

    @property
    def finished(self) -> bool:
        return self._begun and self.riders.finished()

    def rider(self, vehicle_id: VehicleId) -> Rider:
        return self.riders.all[vehicle_id]

    def advance(self, until: datetime) -> tuple[Heard, ...]:
        """Play up to that instant and return what was heard, oldest first."""
        second = self.city.second(until)
        if not self._begun:
            self._begin()
        self.riders.read_back(self.read(), self._now)
        self._answer_tenders()
        while self._heap and self._heap[0].second <= second:
            due = heapq.heappop(self._heap)
            self._now = max(self._now, due.second)
            self._keep(due)
        self._now = second
        self._fix_positions(second)
        heard = [item for _, _, item in sorted(self._told, key=lambda t: (t[0], t[1]))]
        self._told.clear()
        return tuple(heard)

    def _tell(self, second: int, event_id: str, actor: str, body: Fact) -> None:
        self._count += 1
        told_fact = Told(EventId(event_id), self.city.at(second), actor, body)
        self._told.append((second, self._count, told_fact))

    def _appoint(self, second: int, what: str, whom: str, turn: int) -> None:
        rank = 0 if what in ("urgent", "cancel", "report", "cleared") else 1
        heapq.heappush(self._heap, _Appointment(second, rank, what, whom, turn))

    def _begin(self) -> None:
        self._begun = True
        day, snarl = self.read(), self.trouble.snarl
        self.riders.begin(day)
        self._next_fix = min(
            (self.city.second(r.depart_at) for r in self.plan.routes if r.stops),
            default=self._now,
        )
        self._appoint(snarl.reported, "report", "", 0)
        self._appoint(snarl.clears + CLEAR_REPORT_S, "cleared", "", 0)
        for number, (received, _) in enumerate(self.trouble.urgent):
            self._appoint(received, "urgent", "", number)
        for number, cancellation in enumerate(self.trouble.cancelled):
            self._appoint(cancellation.at, "cancel", "", number)
        for number in range(self.scenario.calls):
            self._appoint(self.trouble.calls[number][0], "scripted", "", number)
        for order in self.city.orders:
            self._expect_call(order.order_id, order.promise.closes)

    def _expect_call(self, order_id: OrderId, closes: datetime) -> None:
        self._appoint(self.city.second(closes) + 60, "call", order_id, 0)

    def _keep(self, due: _Appointment) -> None:
        second, day = due.second, self.read()
        match due.what:
            case "report":
                self._report_snarl(second)
            case "cleared":
                body = RoadIncidentCleared(INCIDENT)
                self._tell(second, "incident-cleared", "feed:traffic", body)
            case "urgent":
                self._receive(second, due.turn)
            case "cancel":
                self._cancel(second, due.turn, day)
            case "scripted":
                self._scripted_call(second, day)
            case "call":
                self._maybe_call(second, OrderId(due.whom), day)
            case "answer":
                self._answer(second, TenderId(due.whom), day)
            case "carried":
                body = OrderDelivered(None, OrderId(due.whom), self._door(OrderId(due.whom), day))
                self._tell(second, f"carried:{due.whom}", "feed:carrier", body)
            case _:
                self.riders.keep(due.what, VehicleId(due.whom), due.turn, second, day)

    def _door(self, order_id: OrderId, day: Day) -> Point:
        point = day.orders[order_id].order.point
        assert point is not None, "the city locates every order"
        return point

    def _report_snarl(self, second: int) -> None:
        area, speed_pct = reported_jam(self.draws, INCIDENT, self.trouble.snarl)
        clears_at = self.city.at(self.trouble.told_to_clear)
        body = RoadIncidentReported(INCIDENT, area, speed_pct, self._street(area), clears_at)
        self._tell(second, "incident", "feed:traffic", body)

    def _street(self, area: Area) -> str:
        """Return the street in the middle of the jam as reported, as a traffic feed names it."""
        named = getattr(self.travel, "nearest_street", None)
        name = str(named(area.centre)) if callable(named) else ""
        return name or self.trouble.street

    def _receive(self, second: int, number: int) -> None:
        _, order = self.trouble.urgent[number]
        customer = CustomerRegistered(Customer(order.customer_id))
        self._tell(second, f"customer:{order.customer_id}", "feed:shop", customer)
        received = OrderReceived(order, urgent=True)
        self._tell(second, f"order:{order.order_id}", "feed:shop", received)
        self._expect_call(order.order_id, order.promise.closes)

    def _cancel(self, second: int, number: int, day: Day) -> None:
        order_id = self.trouble.cancelled[number].order_id
        if day.orders[order_id].status is OrderStatus.DELIVERED:
            return
        if day.orders[order_id].ended_at is not None:
            return
        self.riders.cancelled.add(order_id)
        customer_id = day.orders[order_id].order.customer_id
        body = OrderCancelled(order_id, "customer")
        self._tell(second, f"cancelled:{order_id}", f"customer:{customer_id}", body)

    # Calls

    def _scripted_call(self, second: int, day: Day) -> None:
        """The first on the slow route who still waits, was not told and did not call yet."""
        now = self.city.at(second)
        for _, order_id in self.trouble.calls:
            state = day.orders[order_id]
            if order_id in self._called or not still_waiting(day, order_id):
                continue
            if not told(state, now) and order_id not in self.riders.cancelled:
                self._call(second, order_id, day)
                return

    def _maybe_call(self, second: int, order_id: OrderId, day: Day) -> None:
        if order_id in self._called or not still_waiting(day, order_id):
            return
        due_s = call_due_s(self.draws, day.orders[order_id], self.city.at(second))
        if due_s is None:
            return
        if due_s > 0:
            self._appoint(second + due_s, "call", order_id, 0)
        else:
            self._call(second, order_id, day)

    def _call(self, second: int, order_id: OrderId, day: Day) -> None:
        self._called.add(order_id)
        customer_id = day.orders[order_id].order.customer_id
        body = CustomerContacted(ContactId(f"call-{order_id}"), order_id, "where_is_it")
        self._tell(second, f"call:{order_id}", f"customer:{customer_id}", body)

    # Carriers

    def _answer_tenders(self) -> None:
        for tender_id, tender in sorted(self.read().tenders.items()):
            if tender_id not in self._answered and tender.accepted is None:
                self._answered.add(tender_id)
                delay = self.draws.between("carrier.answer_s", tender.order_id, tender.carrier_id)
                self._appoint(self._now + delay, "answer", tender_id, 0)

    def _answer(self, second: int, tender_id: TenderId, day: Day) -> None:
        tender = day.tenders[tender_id]
        key = (tender.order_id, tender.carrier_id)
        accepted = self.draws.uniform("carrier-accepts", *key) < self.parameters.number(
            "carrier.accepts"
        )
        body = TenderAnswered(tender_id, CarrierId(str(tender.carrier_id)), accepted)
        self._tell(second, f"answer:{tender_id}", f"carrier:{tender.carrier_id}", body)
        if not accepted:
            return
        carrier = day.carriers[tender.carrier_id].carrier
        kept = self.draws.uniform("carrier-keeps", *key) * 100 < carrier.promise_kept_pct
        luck = self.draws.uniform("carrier-when", *key)
        off_s = -luck * 900 if kept else 120 + luck * 600
        at = max(second + 60, round(self.city.second(tender.deliver_by) + off_s))
        self._appoint(at, "carried", tender.order_id, 0)

    # Positions

    def _fix_positions(self, second: int) -> None:
        while self._next_fix <= second:
            at = self.city.at(self._next_fix)
            for vehicle_id, point in self.riders.places(self._next_fix):
                self._count += 1
                fix = Position(vehicle_id, at, at, point)
                self._told.append((self._next_fix, self._count, fix))
            self._next_fix += POSITION_EVERY_S
