"""Orders with several ways: the morning's plan uses one of them, and says what it costs."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.alternative import Alternative
from core.domain.day import Day
from core.domain.ids import OrderId
from core.domain.order import Order, Priority
from core.domain.plan import Plan, PricePart
from core.domain.ways import served_by
from core.routing.build import morning
from core.routing.check import Violation, prices_broken
from core.routing.engine_pyvrp import solve
from core.routing.folding import folded
from core.routing.runs import runs_of
from core.routing.walk import of_slot
from core.routing.ways import first_ways, one_way_each, used_ways
from tests.builders import a_day, a_driver, a_vehicle, an_order, east
from tests.routing.collecting import (
    ROADS,
    checked,
    drawn_orders,
    drawn_place,
    parcels,
    planned,
    sent,
    two_vans_for,
)
from tests.routing.otherways import by, or_else

A, B = OrderId("a"), OrderId("b")


def faults(day: Day, plan: Plan) -> list[Violation]:
    return [*checked(day, plan), *prices_broken(day, plan.routes, plan.prices)]


def used(plan: Plan) -> dict[str, str]:
    """Return each order that is served, with its way."""
    return {s.order_id: s.way for r in plan.routes for s in r.stops if s.order_id is not None}


def one_van(*orders: Order, **driver: object) -> Day:
    return a_day(orders, [a_vehicle("V1")], [a_driver("V1", **driver)])  # pyright: ignore


@pytest.mark.parametrize("iterations", [0, 20])
def test_a_locker_on_the_way_is_used_where_the_door_is_far(iterations: int):
    far = an_order("a", east(6000))
    day = one_van(or_else(far, by("locker", east(1000))), an_order("b", east(1200)))
    plan = planned(day, iterations)
    assert used(plan) == {"a": "locker", "b": ""}
    assert faults(day, plan) == []
    stop = next(s for s in plan.routes[0].stops if s.order_id == "a")
    assert (stop.point, stop.service_s, stop.stop_id) == (east(1000), 60, "deliver:a")


@pytest.mark.parametrize(("cents", "way"), [(0, "locker"), (100_000, "")])
def test_its_price_decides_and_stands_in_the_cost(cents: int, way: str):
    far = an_order("a", east(6000))
    day = one_van(or_else(far, by("locker", east(1000), cents=cents)))
    plan = planned(day)
    assert used(plan) == {"a": way}
    assert faults(day, plan) == []


def test_the_walk_asks_the_price_of_a_way_beside_the_way_there():
    """Both at one place: what is different is the price and three minutes less of service."""
    order = or_else(an_order("a", east(1000)), by("locker", east(1000), cents=50))
    problem = morning(one_van(order), ROADS)
    home, locker = problem.ways_of(problem.task_of(A))
    at_home, there = of_slot(problem, 0, [(home,), (locker,)]).cost_mc.tolist()
    assert there - at_home == 50_000 - 180 * problem.second_price_mc(0)
    assert (problem.tasks[locker].way, problem.tasks[locker].instead_of) == ("locker", home)


def test_what_ways_cost_is_stated_and_counted_again():
    order = or_else(an_order("a", east(6000)), by("locker", east(1000), cents=50))
    day = one_van(order, an_order("b", east(1200)))
    plan = planned(day)
    assert plan.prices == (PricePart("ways", 1, 50),)
    (wrong,) = prices_broken(day, plan.routes, [PricePart("ways", 1, 20)])
    text = "the plan states 1 and 20 cents for ways; its routes make it 1 and 50 cents"
    assert (wrong.code, wrong.amount, wrong.sentence) == ("price", 30, text)


def test_the_cost_of_a_plan_holds_its_ways():
    free = or_else(an_order("a", east(6000)), by("locker", east(1000)))
    priced = or_else(an_order("a", east(6000)), by("locker", east(1000), cents=50))
    costs = [planned(one_van(order)).cost_cents for order in (free, priced)]
    assert costs[1] - costs[0] == 50


def test_another_window_at_the_same_door_is_another_way():
    """The driver comes at nine; the promise is over by then, the evening window is not."""
    shut = an_order("a", east(900), closes_min=30)
    day = one_van(or_else(shut, by("later", east(900), opens_min=60)), shift_min=(60, 330))
    plan = planned(day)
    assert used(plan) == {"a": "later"}
    assert faults(day, plan) == []


def test_hours_and_height_are_those_of_the_way():
    order = an_order("a", east(900))
    low = by("garage", east(300), max_height_cm=200)
    shut = by("shop", east(300), hours=((300, 320),))
    day = a_day([or_else(order, low, shut)], [a_vehicle("V1", height_cm=250)], [a_driver("V1")])
    problem = morning(day, ROADS)
    home, garage, shop = problem.ways_of(problem.task_of(A))
    assert [problem.fits_features(0, t) for t in (home, garage, shop)] == [True, False, True]
    walked = of_slot(problem, 0, [(home,), (shop,)])
    assert walked.start[1, 0] - walked.start[0, 0] > 290 * 60
    assert used(planned(day)) == {"a": ""}


def test_who_fits_in_no_way_is_left_out_with_the_reasons_of_each():
    order = an_order("a", east(900), closes_min=30)
    late = or_else(order, by("locker", east(900), closes_min=45))
    plan = planned(one_van(late, shift_min=(60, 330)))
    ((home, locker),) = [o.refusals for o in plan.left_out]
    assert (home.code, home.way, locker.code, locker.way) == ("window", "", "window", "locker")
    assert locker.sentence.startswith("by locker: its window closes 08:45, V1 arrives 09:0")
    assert "fits if the window goes to 09:0" in locker.sentence


def test_what_is_brought_for_a_sender_may_go_to_a_locker():
    order = sent(an_order("a", east(9000), closes_min=40), east(500))
    day = one_van(or_else(order, by("locker", east(1500))), shift_min=(30, 330))
    plan = planned(day)
    assert used(plan)["a"] == "locker"
    assert faults(day, plan) == []


def test_an_important_order_takes_a_place_in_any_of_its_ways():
    """Two parcels fit. The third, who matters most, has a door that nobody reaches in time."""
    shut = an_order("v", east(900), priority=Priority.VIP, closes_min=1)
    orders = [or_else(shut, by("locker", east(950))), an_order("a"), an_order("b", east(700))]
    day = a_day(orders, [a_vehicle("V1", parcels=2)], [a_driver("V1")])
    plan = planned(day)
    assert used(plan)["v"] == "locker"
    assert len(plan.left_out) == 1
    assert faults(day, plan) == []


def test_pyvrp_serves_one_of_a_group_and_pays_its_price():
    cheap = or_else(an_order("a", east(6000)), by("locker", east(1000), cents=10))
    dear = or_else(an_order("b", east(1100)), by("locker", east(1000), cents=5000))
    problem = folded(morning(one_van(cheap, dear), ROADS))
    (row,) = solve(problem, runs_of(problem), seed=1, iterations=50)
    ways = {problem.tasks[t].order_id: problem.tasks[t].way for t in row}
    assert len(row) == 2
    assert ways == {"a": "locker", "b": ""}


def test_engines_that_know_no_groups_get_the_first_way_alone():
    order = or_else(an_order("a", east(6000)), by("locker", east(1000), cents=10))
    problem = morning(one_van(order), ROADS)
    plain = first_ways(problem)
    assert list(plain.owed) == [problem.task_of(A)]
    assert not plain.has_ways
    assert not plain.prices_ways
    alone = morning(one_van(an_order("a")), ROADS)
    assert first_ways(alone) is alone


def test_a_search_may_reckon_with_the_ways_that_were_found():
    """a by its locker, b by its first way, c left out: it is reckoned with by its first."""
    orders = [or_else(an_order(o, east(600)), by("locker", east(900), cents=9)) for o in "abc"]
    problem = morning(one_van(*orders), ROADS)
    locker = {o: problem.ways_of(problem.task_of(OrderId(o)))[1] for o in "abc"}
    b, c = problem.task_of(B), problem.task_of(OrderId("c"))
    used = used_ways(problem, ((locker["a"], b),))
    assert used == [locker["a"], b, c]
    plain = one_way_each(problem, used)
    assert set(plain.owed) == set(used)
    assert [plain.tasks[t].way for t in used] == ["locker", "", ""]
    assert not plain.has_ways
    assert not plain.prices_ways


def test_a_day_planned_again_has_every_way_open_again():
    far = or_else(an_order("a", east(6000)), by("locker", east(1000)))
    day = one_van(far)
    held = day.orders[A]
    there = replace(held, order=served_by(far, "locker"), promise=served_by(far, "locker").promise)
    again = replace(day, orders={A: there})
    assert planned(again).routes == planned(day).routes


def with_ways(draw: st.DrawFn) -> Day:
    orders: list[Order] = []
    for order in drawn_orders(draw, 8):
        ways: list[Alternative] = []
        for name in draw(st.sampled_from([(), ("locker",), ("locker", "shop"), ("late",)])):
            opens = draw(st.sampled_from([0, 60, 150]))
            ways.append(
                by(
                    name,
                    drawn_place(draw),
                    opens_min=opens,
                    closes_min=opens + draw(st.sampled_from([60, 180])),
                    service_s=draw(st.sampled_from([0, 60, 600])),
                    cents=draw(st.sampled_from([0, 50, 400])),
                    hours=draw(st.sampled_from([(), ((30, 90), (120, 300))])),
                )
            )
        senders = draw(st.sampled_from([False, False, False, True]))
        order = sent(order, drawn_place(draw)) if senders else order
        orders.append(or_else(order, *ways))
    return two_vans_for(draw, orders)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from([0, 3]))
def test_nobody_is_lost_or_served_twice_and_every_plan_is_right(data: st.DataObject, rounds: int):
    day = with_ways(data.draw)  # pyright: ignore
    plan = planned(day, rounds)
    assert faults(day, plan) == []
    visits = [s.order_id for r in plan.routes for s in r.stops if s.order_id is not None]
    assert sorted([*visits, *(o.order_id for o in plan.left_out)]) == sorted(day.orders)
    for route in plan.routes:
        for stop in route.stops:
            if stop.order_id is None:
                continue
            meant = served_by(day.orders[stop.order_id].order, stop.way)
            assert (stop.point, stop.service_s) == (meant.point, meant.service_s)
            begins = stop.leave_at.timestamp() - stop.service_s
            assert meant.promise.opens.timestamp() <= begins <= meant.promise.closes.timestamp()


@pytest.mark.slow  # a search with several hundred places
def test_many_orders_by_lockers_cost_no_more_than_without():
    orders = [
        or_else(
            an_order(f"o{n}", east(100 * n - 2000, 170 * (n % 13) - 1000), load=parcels(1)),
            by("locker", east(500 * (n % 5)), cents=20),
        )
        for n in range(60)
    ]
    vans = [a_vehicle(f"V{n}") for n in range(3)]
    drivers = [a_driver(f"V{n}") for n in range(3)]
    day = a_day(orders, vans, drivers)
    plain = a_day([replace(o, alternatives=()) for o in orders], vans, drivers)
    with_lockers, without = planned(day, 10), planned(plain, 10)
    assert faults(day, with_lockers) == []
    assert with_lockers.left_out == ()
    assert with_lockers.cost_cents < without.cost_cents
