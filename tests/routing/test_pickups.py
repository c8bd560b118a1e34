"""Goods that are collected at one door and brought to another by the same vehicle."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.day import Day, GoodsAt
from core.domain.fact import AttemptFailed, OrderCollected, OrderDelivered
from core.domain.ids import OrderId, VehicleId
from core.domain.order import FailReason, Order, OrderStatus
from core.domain.plan import Plan, Progress, StopKind
from core.ledger.fold_collected import order_collected
from core.ledger.fold_routes import attempt_failed, order_delivered
from core.routing.build import morning, rest_of_day
from core.routing.check import change_points, check_change, hard_ones
from core.routing.expected import expected_lookup
from core.routing.insertion import Candidate, insertions
from core.routing.pairs import one_door, pair_rows, two_doors
from core.routing.quote import Quoter
from core.routing.repair import RepairRequest, repair
from core.routing.walk import of_slot
from tests.builders import (
    a_day,
    a_driver,
    a_route,
    a_vehicle,
    a_window,
    an_order,
    east,
    minute,
)
from tests.routing.collecting import (
    ROADS,
    checked,
    drawn_orders,
    drawn_place,
    fullest,
    names,
    one_road,
    planned,
    sent,
    two_vans_for,
)

V1, V2, P = VehicleId("V1"), VehicleId("V2"), OrderId("p")


def places(plan: Plan) -> list[str]:
    (route,) = plan.routes
    return names(route.stops)


@pytest.mark.parametrize("iterations", [0, 20])
def test_it_is_collected_on_the_way_and_brought_behind(iterations: int):
    plan = planned(one_road(), iterations)
    assert sorted(places(plan)) == ["collect:p", "deliver:a", "deliver:b", "deliver:p"]
    assert places(plan).index("collect:p") < places(plan).index("deliver:p")
    (route,) = plan.routes
    assert set(route.loads) == {"a", "b"}
    (stop,) = [s for s in route.stops if s.kind is StopKind.COLLECT]
    assert (stop.loads, stop.order_id, stop.point) == ((P,), None, east(2000))
    assert checked(one_road(), plan) == ()


def test_what_one_walk_of_four_doors_costs_is_found():
    """One way out and back: 8 km with every door on the way, whatever the engine began with."""
    day = one_road()
    problem = morning(day, ROADS)
    a, b, p = (problem.task_of(OrderId(o)) for o in "abp")
    c = int(problem.pickup[0, p])
    best = int(of_slot(problem, 0, [(a, c, b, p)]).cost_mc[0])
    assert planned(day).cost_cents <= round(best / 1000)


def test_goods_count_from_where_they_are_collected():
    """4 at departure, 2 after a, 5 with p, 3 after b: 5 fit at once if a comes first."""
    problem = morning(one_road(5), ROADS)
    a, b, p = (problem.task_of(OrderId(o)) for o in "abp")
    c = int(problem.pickup[0, p])
    walked = of_slot(problem, 0, [(a, c, b, p), (c, a, b, p), (a, b, c, p), (a, p, c, b)])
    assert walked.load_over[:3, 0].tolist() == [0, 2, -1]
    assert walked.pickups_ok.tolist() == [True, True, True, False]


def test_a_sender_who_cannot_wait_is_named_with_the_time_that_would_do():
    day = one_road(closes_min=1)
    plan = planned(day)
    ((reason,),) = [o.refusals for o in plan.left_out]
    assert reason.code == "window"
    assert reason.sentence == (
        "its sender waits until 08:01, V1 arrives 08:07; fits if the sender waits until 08:10"
    )
    assert checked(day, plan) == ()


def test_both_doors_as_one_begin_only_when_neither_is_missed():
    """Two minutes at the sender and the way of 2 km: between 0 and the sender's last moment."""
    problem = morning(one_road(closes_min=60), ROADS)
    p = problem.task_of(P)
    c = int(problem.pickup[0, p])
    way = int(problem.seconds[problem.node[c], problem.node[p]])
    joined = one_door(problem).tasks[p]
    assert (joined.opens_s, joined.closes_s) == (0, 3600)
    assert joined.service_s == 120 + way + 240
    assert two_doors(problem, ((p,),)) == ((c, p),)


def test_a_receiver_who_opens_long_after_the_sender_closes_is_served_all_the_same():
    """No beginning of both doors as one keeps these windows; the driver does b in between."""
    orders = [
        an_order("b", east(3000)),
        sent(an_order("p", east(4000), opens_min=120), east(2000), closes_min=30),
    ]
    day = a_day(orders, [a_vehicle("V1")], [a_driver("V1")])
    plan = planned(day)
    assert plan.left_out == ()
    assert checked(day, plan) == ()


def on_the_road(*more: Order, room: int = 200) -> Day:
    """V1 has left with a and b and drives to a; V2 with c, far in the north."""
    a, b, c = an_order("a", east(1000)), an_order("b", east(3000)), an_order("c", east(0, 6000))
    routes = [
        a_route("V1", [a, b], progress=Progress.DRIVING),
        a_route("V2", [c], progress=Progress.DRIVING),
    ]
    vans = [a_vehicle("V1", parcels=room), a_vehicle("V2")]
    return a_day([a, b, c, *more], vans, [a_driver("V1"), a_driver("V2")], routes)


def a_pair(closes_min: float = 330) -> Order:
    return sent(an_order("p", east(4000)), east(2000), closes_min=closes_min)


def inserted(day: Day) -> Candidate:
    best = insertions(day, P, ROADS, minute(1))[0]
    assert isinstance(best, Candidate)
    return best


def test_mid_day_both_doors_are_inserted_and_the_checker_agrees():
    day = on_the_road(a_pair())
    best = inserted(day)
    assert best.vehicle_id == V1
    assert names(best.new_route.stops) == ["deliver:a", "collect:p", "deliver:b", "deliver:p"]
    lookup = expected_lookup(day, ROADS, change_points(day, [best.new_route]), minute(1))
    assert hard_ones(check_change(day, [best.new_route], [], lookup, minute(1))) == ()


def with_pair() -> Day:
    day = on_the_road(a_pair())
    route = replace(day.routes[V1], stops=inserted(day).new_route.stops)
    return replace(day, routes={**day.routes, V1: route})


def test_once_collected_the_goods_stay_on_their_vehicle():
    day = with_pair()
    collected = order_collected(OrderCollected(V1, P, east(2000)), day, minute(20))
    state = collected.orders[P]
    assert (state.status, state.goods, state.vehicle_id) == (
        OrderStatus.LOADED,
        GoodsAt.VEHICLE,
        V1,
    )
    assert names(collected.routes[V1].remaining) == ["deliver:a", "deliver:b", "deliver:p"]
    problem = rest_of_day(collected, ROADS, minute(21))
    assert problem.slots[problem.slot_of(V1)].on_board[0] == 3
    assert int(problem.pickup[problem.slot_of(V2), problem.task_of(P)]) < -1
    delivered = order_delivered(OrderDelivered(V1, P, east(4000)), collected, minute(40))
    assert delivered.orders[P].status is OrderStatus.DELIVERED
    assert P not in delivered.routes[V1].on_board


def test_before_it_is_collected_another_vehicle_may_do_both():
    problem = rest_of_day(with_pair(), ROADS, minute(2))
    p = problem.task_of(P)
    assert len({int(problem.pickup[s, p]) for s in (0, 1)}) == 1
    row = pair_rows(problem, problem.slot_of(V2), (), p)[0]
    assert row == (int(problem.pickup[1, p]), p)


def test_whoever_else_collects_it_brings_it():
    day = order_collected(OrderCollected(V2, P, east(2000)), with_pair(), minute(20))
    assert names(day.routes[V1].remaining) == ["deliver:a", "deliver:b"]
    assert day.orders[P].vehicle_id == V2


def test_nobody_brings_what_could_not_be_collected():
    body = AttemptFailed(V1, P, east(2000), FailReason.RECEIVER_ABSENT)
    day = attempt_failed(body, with_pair(), minute(20))
    assert names(day.routes[V1].remaining) == ["deliver:a", "deliver:b"]
    assert (day.orders[P].status, day.orders[P].goods) == (OrderStatus.FAILED, GoodsAt.SENDER)


def test_who_stands_at_the_sender_has_the_goods_when_free():
    day = with_pair()
    route = day.routes[V1]
    a, c, b, p = route.stops
    there = replace(
        route,
        stops=(a, c, b, p),
        done=1,
        progress=Progress.AT_STOP,
        since=minute(10),
        last_point=c.point,
        on_board=frozenset({OrderId("b")}),
    )
    problem = rest_of_day(replace(day, routes={V1: there}), ROADS, minute(11))
    assert problem.slots[0].on_board[0] == 2
    assert bool(of_slot(problem, 0, [problem.slots[0].sequence]).feasible[0])


def test_a_breakdown_before_it_is_collected_gives_both_doors_to_another():
    day = with_pair()
    down = replace(day.vehicles[V1], down_since=minute(1))
    day = replace(day, vehicles={**day.vehicles, V1: down})
    request = RepairRequest((V2,), (P,))
    for made in repair(day, ROADS, minute(2), request, seed=1, iterations=3):
        (change,) = made.changes
        stops = names(change.stops)
        assert stops.index("collect:p") < stops.index("deliver:p")
        old = replace(day.routes[V1], stops=day.routes[V1].stops[:1])
        now = replace(day, routes={**day.routes, V1: old})
        lookup = expected_lookup(now, ROADS, change_points(now, [change]), minute(2))
        assert hard_ones(check_change(now, [change], [], lookup, minute(2))) == ()


def test_a_window_is_quoted_for_goods_of_a_sender():
    day = on_the_road()
    asked = sent(an_order("new", east(4000)), east(2000, 300))
    quote = Quoter(day, ROADS, minute(1)).quote(asked, [a_window(0, 90), a_window(0.5, 1)])
    soon, never = quote.windows
    assert soon.vehicle_id == V1
    assert never.refusal is not None


@st.composite
def any_day(draw: st.DrawFn) -> Day:
    orders: list[Order] = []
    for order in drawn_orders(draw, 8):
        kind = draw(st.sampled_from(["bring", "return", "pair", "pair"]))
        if kind == "pair":
            early = draw(st.sampled_from([0, 40]))
            order = sent(order, drawn_place(draw), opens_min=early, closes_min=early + 90)
        orders.append(replace(order, returns=kind == "return"))
    return two_vans_for(draw, orders)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_day(), st.sampled_from([0, 4]))
def test_nothing_is_lost_and_everything_is_collected_first_by_whoever_brings_it(
    day: Day, iterations: int
):
    plan = planned(day, iterations)
    assert checked(day, plan) == ()
    seen = [o for r in plan.routes for o in r.order_ids()] + [o.order_id for o in plan.left_out]
    assert sorted(seen) == sorted(day.orders)
    for route in plan.routes:
        room = day.vehicles[route.vehicle_id].vehicle.capacity.parcels
        assert fullest(day, route.loads, route.stops) <= room
        for place, stop in enumerate(route.stops):
            order_id = stop.order_id
            if order_id is None or day.orders[order_id].order.pickup is None:
                continue
            before = [o for s in route.stops[:place] for o in s.loads]
            assert before.count(order_id) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_day())
def test_a_change_of_a_running_day_holds_for_every_order_that_is_collected(day: Day):
    plan = planned(day, 0)
    states = {r.vehicle_id: a_route(r.vehicle_id, []) for r in plan.routes}
    routes = {
        r.vehicle_id: replace(
            states[r.vehicle_id],
            stops=r.stops,
            loads=r.loads,
            depart_at=r.depart_at,
            return_at=r.return_at,
        )
        for r in plan.routes
    }
    extra = sent(an_order("p", east(900)), east(-900))
    more = a_day([extra]).orders
    running = replace(day, routes=routes, orders={**day.orders, **more})
    now = minute(0) - timedelta(minutes=5)
    for answer in insertions(running, P, ROADS, now):
        if isinstance(answer, Candidate):
            change = answer.new_route
            lookup = expected_lookup(running, ROADS, change_points(running, [change]), now)
            assert hard_ones(check_change(running, [change], [], lookup, now)) == ()
