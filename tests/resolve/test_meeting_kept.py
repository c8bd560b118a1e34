"""A meeting from the option table to the ledger: approved, checked, kept, goods with the taker."""

from datetime import datetime

from core.context import CountedIds, SetClock
from core.desk.commands import AdoptPlan, Approve, Propose, RecordFindings, ReportFact
from core.desk.owner import DayOwner
from core.domain.day import Day, GoodsAt
from core.domain.fact import (
    DriverListed,
    Fact,
    HandedOver,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    StopReached,
    VehicleListed,
)
from core.domain.ids import DayId, EventId, PlanId, VehicleId
from core.domain.option import ChangeRoutes, Meeting
from core.domain.order import Order, OrderStatus
from core.domain.plan import Plan, ProviderStamp, Route, Stop, StopKind
from core.domain.proposal import Verdict, VerdictKind
from core.resolve.propose import make_proposal
from core.resolve.recommend import recommend
from core.routing.check import check_executed, hard_ones
from core.store.store import Store
from core.tower.watch import watch
from core.travel.estimate import EstimateTravel
from tests.builders import (
    DEPOT,
    a_day,
    a_driver,
    a_stop,
    a_vehicle,
    an_order,
    east,
    minute,
)

TRAVEL = EstimateTravel("UTC")
LATE, FREE = VehicleId("V1"), VehicleId("V2")
SEED = 3
EVERY_MIN = 8
LEAVES_MIN = 60
"""V1 was to leave at 08:00 and leaves at nine."""


def a_plan_route(vehicle_id: VehicleId, orders: list[Order], first_min: float = 0) -> Route:
    return Route(
        vehicle_id=vehicle_id,
        driver_id=a_driver(vehicle_id).driver_id,
        depart_at=minute(first_min),
        start=DEPOT,
        stops=tuple(a_stop(o, first_min + EVERY_MIN * (i + 1)) for i, o in enumerate(orders)),
        end=DEPOT,
        return_at=minute(first_min + EVERY_MIN * (len(orders) + 3)),
        loads=tuple(o.order_id for o in orders),
    )


class Desk:
    """An owner on its clock, with both riders on the road and one far behind."""

    def __init__(self) -> None:
        self.clock = SetClock(minute(-30))
        day_id = DayId("test:2026-11-10")
        self.owner = DayOwner(
            Store("sqlite://"), day_id, clock=self.clock, ids=CountedIds(), travel=TRAVEL
        )
        self._count = 0
        late = [
            an_order(
                f"l{i:02d}",
                east(400 + 120 * i, 100 * (i % 2)),
                closes_min=EVERY_MIN * (i + 1) + 20,
            )
            for i in range(28)
        ]
        calm = [
            an_order(f"c{i}", east(900 + 300 * i, 400), opens_min=LEAVES_MIN, closes_min=300)
            for i in range(4)
        ]
        self.tell(a_day().opened, *(OrderReceived(o) for o in (*late, *calm)))
        self.tell(*(VehicleListed(a_vehicle(v)) for v in (LATE, FREE)))
        self.tell(*(DriverListed(a_driver(v)) for v in (LATE, FREE)))
        routes = (a_plan_route(LATE, late), a_plan_route(FREE, calm, LEAVES_MIN))
        stamp = ProviderStamp("estimate")
        plan = Plan(PlanId("plan-1"), 1, routes, (), stamp, "test", 1, 1, 0)
        self.owner.submit(AdoptPlan(plan, "ada"))
        self.clock.instant = minute(LEAVES_MIN)
        self.tell(RouteDeparted(LATE, DEPOT), RouteDeparted(FREE, DEPOT))
        self.clock.instant = minute(LEAVES_MIN + 1)

    @property
    def day(self) -> Day:
        return self.owner.day

    def tell(self, *bodies: Fact, at: datetime | None = None) -> None:
        for body in bodies:
            self._count += 1
            when = at or self.clock.now()
            self.owner.submit(ReportFact(EventId(f"f{self._count}"), when, "feed:test", body))

    def deliver(self, vehicle_id: VehicleId, stop: Stop) -> None:
        assert stop.order_id is not None
        self.tell(StopReached(vehicle_id, stop.stop_id, stop.point), at=stop.arrive_at)
        self.tell(OrderDelivered(vehicle_id, stop.order_id, stop.point), at=stop.leave_at)


def approved_meeting(desk: Desk) -> Meeting:
    """Propose the meeting that leads, and have a person approve it two minutes later."""
    now = desk.clock.now()
    found = watch(desk.day, TRAVEL, {}, now, seed=SEED)
    desk.owner.submit(RecordFindings(opened=found.opened))
    (case,) = desk.day.open_cases()
    table = recommend(desk.day, case.case_id, TRAVEL, {}, now, seed=SEED)
    proposal = make_proposal(
        desk.day,
        case,
        table,
        Verdict(VerdictKind.NEEDS, "move_at_meeting", "a person decides", "dispatcher"),
        travel=TRAVEL,
        positions={},
        now=now,
        seed=SEED,
    )
    assert proposal is not None
    desk.owner.submit(Propose(proposal))
    desk.clock.instant = minute(LEAVES_MIN + 3)
    desk.owner.submit(Approve(proposal.proposal_id, "Anna", "dispatcher"))
    (change,) = [a for a in proposal.option.actions if isinstance(a, ChangeRoutes)]
    (meeting,) = change.meetings
    return meeting


def test_an_approved_meeting_is_on_both_routes_and_both_drivers_hear_of_it():
    desk = Desk()
    meeting = approved_meeting(desk)
    for vehicle_id in (LATE, FREE):
        meets = [s for s in desk.day.routes[vehicle_id].remaining if s.kind is StopKind.MEET]
        assert [s.meeting_id for s in meets] == [meeting.meeting_id]
    told = {m.to for m in desk.day.messages.values() if m.to.startswith("driver:")}
    assert told == {"driver:d-V1", "driver:d-V2"}


def test_a_meeting_that_was_kept_puts_the_goods_on_the_taker_and_the_day_as_driven_is_clean():
    desk = Desk()
    meeting = approved_meeting(desk)
    desk.clock.instant = minute(180)
    for vehicle_id in (LATE, FREE):
        for stop in desk.day.routes[vehicle_id].remaining:
            if stop.kind is StopKind.MEET:
                break
            desk.deliver(vehicle_id, stop)
    for vehicle_id in (LATE, FREE):
        stop = desk.day.routes[vehicle_id].remaining[0]
        desk.tell(StopReached(vehicle_id, stop.stop_id, stop.point), at=meeting.at)
    done = HandedOver(meeting.meeting_id, LATE, FREE, meeting.order_ids, meeting.point)
    desk.tell(done)

    for order_id in meeting.order_ids:
        state = desk.day.orders[order_id]
        assert (state.goods, state.vehicle_id) == (GoodsAt.VEHICLE, FREE)
    first = next(s for s in desk.day.routes[FREE].remaining if s.order_id in meeting.order_ids)
    desk.tell(StopReached(FREE, first.stop_id, first.point))
    assert first.order_id is not None
    desk.tell(OrderDelivered(FREE, first.order_id, first.point))
    assert desk.day.orders[first.order_id].status is OrderStatus.DELIVERED
    assert hard_ones(check_executed(desk.owner.events(0))) == ()
