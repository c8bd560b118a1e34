"""A day with actions of every kind, and what policy says to them."""

from dataclasses import replace

from core.domain.carrier import Carrier, CarrierKind, RateCard
from core.domain.customer import Customer
from core.domain.day import CarrierState, Day, GoodsAt
from core.domain.ids import CarrierId, MeetingId, OptionId, OrderId, VehicleId
from core.domain.option import (
    Action,
    AskDriver,
    ChangeKind,
    ChangeRoutes,
    Meeting,
    NewRoute,
    NotifyCustomer,
    Option,
    Price,
    RefuseOrder,
    TenderOrder,
)
from core.domain.order import Load, OrderStatus
from core.domain.proposal import Verdict
from core.domain.rules import PolicyRules, Rules
from core.policy.judge import JudgeContext, judge
from core.routing.check import Violation
from tests.builders import (
    DEPOT,
    a_day,
    a_driver,
    a_route,
    a_stop,
    a_vehicle,
    a_window,
    an_order,
    east,
    minute,
)

A, B, C, GONE, AGAIN = (an_order(o, east(500 * n)) for n, o in enumerate("abcgf", 1))
NEW = an_order("new", east(750))
V1, V2 = VehicleId("v1"), VehicleId("v2")
GIG = Carrier(
    CarrierId("gig"),
    CarrierKind.GIG,
    RateCard(),
    minute(600),
    a_window(),
    max_order=Load(5, 12_000, 40_000),
    daily_cap_parcels=10,
)
NO_RULE = PolicyRules(
    auto_insert=False,
    auto_resequence=False,
    auto_drop_cancelled=False,
    auto_retry_same_route=False,
    auto_notify=False,
    auto_tender_cap_cents=0,
)


def the_day(policy: PolicyRules | None = None, level: str = "supervised") -> Day:
    """V1 is at the depot with a, b, c and g (cancelled); f failed on it, `new` is on no route."""
    day = a_day(
        [A, B, C, GONE, AGAIN, NEW],
        [a_vehicle("v1", parcels=6), a_vehicle("v2")],
        [a_driver("v1"), a_driver("v2")],
        [a_route("v1", [A, B, C, GONE]), a_route("v2", [])],
        rules=Rules(policy=policy or PolicyRules()),
    )
    orders = dict(day.orders)
    orders[GONE.order_id] = replace(orders[GONE.order_id], cancelled=True)
    orders[AGAIN.order_id] = replace(
        orders[AGAIN.order_id], status=OrderStatus.FAILED, goods=GoodsAt.VEHICLE, vehicle_id=V1
    )
    customer = Customer(B.customer_id, channel="none")
    return replace(
        day,
        orders=orders,
        carriers={GIG.carrier_id: CarrierState(GIG, 1)},
        customers={B.customer_id: customer},
        autonomy={"late_route": level},
    )


def change(kind: ChangeKind, orders: str, *more: NewRoute) -> ChangeRoutes:
    known = {o.order_id[0]: o for o in (A, B, C, GONE, AGAIN, NEW)}
    stops = tuple(a_stop(known[o], 10) for o in orders)
    return ChangeRoutes(kind, (NewRoute(V1, 1, stops, minute(90)), *more))


def tender(cents: int, order_id: str = "new") -> TenderOrder:
    return TenderOrder(OrderId(order_id), GIG.carrier_id, cents, DEPOT, minute(30), minute(60))


def notify(order_id: str) -> NotifyCustomer:
    return NotifyCustomer(OrderId(order_id), "delay")


OTHER = NewRoute(V2, 1, (a_stop(C, 20),), minute(40))
MEETING = Meeting(MeetingId("m"), DEPOT, minute(9), V1, V2, (C.order_id,), 720)
INSERT = change(ChangeKind.INSERT, "abncg")
RESEQUENCE = change(ChangeKind.RESEQUENCE, "bacg")
DROP = change(ChangeKind.DROP, "abc")
RETRY = change(ChangeKind.RETRY, "abcgf")
MOVE = change(ChangeKind.MOVE_AT_DEPOT, "abg", OTHER)
MEET = replace(MOVE, kind=ChangeKind.MOVE_AT_MEETING, meetings=(MEETING,))
ASK = AskDriver(V1, "where_are_you")
REFUSE = RefuseOrder(NEW.order_id, None)
RESEQUENCES = PolicyRules(auto_resequence=True)
TENDERS = PolicyRules(auto_tender_cap_cents=1_000)


def verdict(
    subject: Action | Option,
    day: Day | None = None,
    *,
    collateral_pm: int | None = 0,
    role: str = "",
    ages: dict[VehicleId, int] | None = None,
    violations: tuple[Violation, ...] = (),
) -> Verdict:
    context = JudgeContext(
        day or the_day(),
        "late_route",
        None,
        role,
        minute(20),
        collateral_pm=collateral_pm,
        position_ages_s=ages or {},
        violations=violations,
    )
    return judge(subject, context)


def verdict_of_price(action: Action, day: Day, price: Price) -> Verdict:
    context = JudgeContext(day, "urgent_order", price, "", minute(20), waiting=price)
    return judge(an_option(action, price=price), context)


def an_option(*actions: Action, price: Price | None = None) -> Option:
    return Option(OptionId("o"), "", actions, price or Price(0, (), 0, 256))
