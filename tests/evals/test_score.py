"""A played day is priced as options are."""

from dataclasses import replace

from core.domain.carrier import Carrier, CarrierKind, RateCard
from core.domain.decision import OrderTendered, RouteChanged
from core.domain.fact import (
    AttemptFailed,
    CarrierListed,
    CustomerContacted,
    Fact,
    OrderCancelled,
    OrderDelivered,
    RouteDeparted,
    StopReached,
    TenderAnswered,
)
from core.domain.ids import (
    CarrierId,
    ContactId,
    OrderId,
    ProposalId,
    StopId,
    TenderId,
    VehicleId,
)
from core.domain.option import NewRoute
from core.domain.order import FailReason
from evals.report import losses, table, where_it_lost
from evals.score import ArmResult, Driven, score
from evals.suite import floors, judge, summary
from tests.builders import DEPOT, a_window, minute
from tests.evals.towns import Log, a_plan, a_town, orders

V1 = VehicleId("V1")


def a_log(closes_min: float = 330) -> Log:
    city = a_town(seed=1, count=4, vans=1)
    city = replace(city, orders=tuple(orders(4, closes_min=closes_min)))
    return Log(city, a_plan(city))


def door(log: Log, order_id: str, at_min: float, *, fails: bool = False) -> None:
    point = log.day.orders[OrderId(order_id)].order.point
    assert point is not None
    reached = StopReached(V1, StopId(f"deliver:{order_id}"), point)
    log.write(f"reached:{order_id}", minute(at_min), reached)
    body: Fact = OrderDelivered(V1, OrderId(order_id), point)
    if fails:
        body = AttemptFailed(V1, OrderId(order_id), point, FailReason.RECEIVER_ABSENT)
    log.write(f"ended:{order_id}", minute(at_min + 4), body)


def scored(log: Log, driven: tuple[Driven, ...] = ()) -> ArmResult:
    return score(
        log.day,
        log.events,
        driven,
        checker=(),
        policy_found=(),
        refused_commands=(),
        returned_at=(),
        digest="",
    )


def test_an_hour_and_ten_kilometres_cost_13_50_and_3_20():
    result = scored(a_log(), (Driven(V1, 3600, 10_000, 32),))
    assert (result.costs.driver_cents, result.costs.km_cents) == (1350, 320)


def test_a_late_a_failed_and_an_unvisited_order_are_three_broken_promises():
    log = a_log(closes_min=60)
    log.write("out", minute(0), RouteDeparted(V1, DEPOT))
    door(log, "o00", 30)
    door(log, "o01", 61)
    door(log, "o02", 50, fails=True)
    result = scored(log)
    assert (result.stops, result.delivered, result.on_time) == (4, 2, 1)
    assert (result.late, result.failed, result.promises_broken) == (1, 1, 3)
    assert result.costs.broken_cents == 3 * 500
    assert result.costs.failed_cents == 2 * 1530
    assert [o.late_s for o in result.broken] == [60, 0, 0]


def test_a_failed_attempt_made_good_on_the_day_costs_no_other_attempt():
    log = a_log()
    log.write("out", minute(0), RouteDeparted(V1, DEPOT))
    door(log, "o00", 30, fails=True)
    for n in (1, 2, 3):
        door(log, f"o0{n}", 30 + 10 * n)
    route = log.day.routes[V1]
    again = replace(route.stops[0], arrive_at=minute(80), leave_at=minute(84))
    changed = RouteChanged(NewRoute(V1, route.revision, (again,), minute(90)), ProposalId("P"))
    log.write("retry", minute(70), changed)
    point = route.stops[0].point
    reached = StopReached(V1, StopId("deliver:o00"), point)
    log.write("reached:again", minute(80), reached)
    log.write("delivered:o00", minute(84), OrderDelivered(V1, OrderId("o00"), point))
    result = scored(log)
    assert (result.failed, result.attempts_failed, result.on_time) == (0, 1, 4)
    assert result.costs.failed_cents == 0


def test_a_cancelled_order_was_not_owed():
    log = a_log()
    log.write("cancel", minute(5), OrderCancelled(OrderId("o00")))
    assert scored(log).stops == 3


def test_calls_and_accepted_tenders_and_told_drivers_cost_money():
    log = a_log()
    card = RateCard(per_order_cents=900)
    gig = Carrier(CarrierId("gig"), CarrierKind.GIG, card, minute(300), a_window())
    log.write("gig", minute(0), CarrierListed(gig))
    log.write("call", minute(5), CustomerContacted(ContactId("k"), OrderId("o00"), "where_is_it"))
    for n, accepted in enumerate((True, False)):
        tender = OrderTendered(
            TenderId(f"T{n}"), ProposalId("P"), OrderId(f"o0{n}"), "gig", 900, minute(60), minute(9)
        )
        log.write(f"tender:{n}", minute(6), tender)
        answer = TenderAnswered(TenderId(f"T{n}"), CarrierId("gig"), accepted)
        log.write(f"answer:{n}", minute(7), answer)
    route = log.day.routes[V1]
    new = NewRoute(V1, route.revision, tuple(reversed(route.stops)), route.return_at)
    log.write("change", minute(8), RouteChanged(new, ProposalId("P"), stops_moved=3))
    costs = scored(log).costs
    assert (costs.contact_cents, costs.carrier_cents, costs.disturbance_cents) == (500, 900, 320)


def late_by(at_min: float) -> ArmResult:
    log = a_log(closes_min=60)
    log.write("out", minute(0), RouteDeparted(V1, DEPOT))
    for n in range(4):
        door(log, f"o0{n}", at_min + n)
    return scored(log)


def test_the_report_names_what_only_the_copilot_broke():
    good, bad = late_by(20), late_by(60)
    assert [o.order_id for o in losses(bad, good)] == ["o03", "o02", "o01"]
    words = where_it_lost({"do_nothing": good, "copilot": bad})
    assert words[0] == "It spent EUR 15.00 more on broken promises."
    assert "o03 (standard) was 3 min late; with nothing done it was on time." in words
    assert table({"do_nothing": good, "copilot": bad}) is not None


def test_a_seed_on_which_the_copilot_costs_more_falls_short():
    good, bad = late_by(20), late_by(60)
    held = judge(1, {"do_nothing": bad, "insert_only": bad, "copilot": good}, floors())
    short = judge(2, {"do_nothing": good, "insert_only": good, "copilot": bad}, floors())
    assert held.short == ()
    assert short.short == (
        "saves -1500 ct over doing nothing",
        "costs 1500 ct more than inserting only",
    )
    words = summary([held, short])
    assert words == ("1 of 2 seeds hold every floor; median saving EUR 0.00, worst EUR -15.00.")
