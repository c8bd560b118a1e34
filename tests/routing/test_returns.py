"""Returns: collected at a door, brought to the depot, in the way of what is still to be brought."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.day import Day, GoodsAt
from core.domain.fact import OrderCollected, RouteReturned, StopFinished
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.order import Order, OrderStatus
from core.domain.plan import Progress, Stop, StopKind
from core.ledger.fold_collected import order_collected
from core.ledger.fold_routes import route_returned, stop_finished
from core.routing.build import morning, rest_of_day
from core.routing.check import Code, change_points, check_change, check_plan, hard_ones
from core.routing.expected import expected_lookup
from core.routing.insertion import Candidate, insertions
from core.routing.quote import Quoter
from core.routing.repair import RepairRequest, repair
from core.routing.walk import of_slot
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
from tests.builders import planned as as_route
from tests.routing.collecting import (
    ROADS,
    a_return,
    checked,
    drawn_orders,
    fullest,
    names,
    parcels,
    planned,
    two_vans_for,
)
from tests.routing.crow import by_crow

V1, R = VehicleId("V1"), OrderId("r")


def collect(order: Order, arrive_min: float) -> Stop:
    stop = a_stop(order, arrive_min)
    return replace(stop, stop_id=StopId(f"collect:{order.order_id}"), kind=StopKind.COLLECT)


def one_road(room: int, *, can_reload: bool = False) -> Day:
    """Two deliveries of two parcels each and a return of three, on one road to the east."""
    orders = [
        an_order("a", east(1000), load=parcels(2)),
        an_order("b", east(2000), load=parcels(2)),
        a_return("r", east(1500), count=3),
    ]
    van = a_vehicle("V1", parcels=room, can_reload=can_reload)
    return a_day(orders, [van], [a_driver("V1")])


@pytest.mark.parametrize("iterations", [0, 20])
def test_a_return_is_collected_once_there_is_room_for_it(iterations: int):
    """4 at departure, 2 after a, 0 after b: with room for 4 the three fit only behind b."""
    plan = planned(one_road(4), iterations)
    (route,) = plan.routes
    assert plan.left_out == ()
    assert names(route.stops)[-1] == "collect:r"
    assert set(route.loads) == {"a", "b"}
    assert checked(one_road(4), plan) == ()


def test_with_room_for_five_it_may_come_between():
    """After a there are 2 on board, and 5 with the return; before a there would be 7."""
    problem = morning(one_road(5), ROADS)
    a, b, r = (problem.task_of(OrderId(o)) for o in "abr")
    walked = of_slot(problem, 0, [(a, r, b), (r, a, b), (a, b, r)])
    assert walked.load_over[:, 0].tolist() == [0, 2, -1]


def test_at_the_depot_returns_are_put_off_before_the_second_load():
    problem = morning(one_road(4, can_reload=True), ROADS)
    a, b, r = (problem.task_of(OrderId(o)) for o in "abr")
    trip = problem.slots[0].trip
    walked = of_slot(problem, 0, [(a, r, trip, b), (r, trip, a, b), (a, trip, r, b)])
    # 2, 0, 3 | 2: three at most. 0, 3 | 4: four. 2 | 2, 5: five, one too many.
    assert walked.load_over[:, 0].tolist() == [-1, 0, 1]


def test_nobody_collects_more_than_fits_and_the_reason_says_by_how_much():
    day = a_day([a_return("r", east(900), count=7)], [a_vehicle("V1", parcels=5)], [a_driver("V1")])
    ((reason,),) = [o.refusals for o in planned(day).left_out]
    assert reason.code == "capacity"
    assert reason.sentence == "V1 would carry 2 parcels over its 5; fits with 2 less"


def test_the_checker_counts_what_comes_on_board():
    day = one_road(4)
    a, b, r = (day.orders[OrderId(o)].order for o in "abr")
    route = as_route(a_route("V1", [a, b], every_min=30))
    stops = (route.stops[0], collect(r, 45), a_stop(b, 70))
    bad = replace(route, stops=stops, return_at=minute(120))
    (found,) = check_plan(day, [bad], [], by_crow)
    assert (found.code, found.amount) == (Code.CAPACITY, 1)
    assert found.sentence == "V1 is over its parcels after collect:r: 5 parcels, room for 4"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": StopKind.DELIVER}, Code.COLLECT),
        ({"point": east(400)}, Code.PLACE),
        ({"service_s": 60}, Code.TIMING),
        ({"order_id": OrderId("a")}, Code.COLLECT),
        ({"arrive_at": minute(340), "leave_at": minute(345)}, Code.WINDOW),
    ],
)
def test_the_checker_names_what_is_wrong_with_a_collection(changes: dict[str, Any], code: Code):
    day = one_road(9)
    route = as_route(a_route("V1", [day.orders[OrderId(o)].order for o in "ab"], every_min=30))
    good = replace(
        route,
        stops=(*route.stops, collect(day.orders[R].order, 90)),
        return_at=minute(200),
    )
    assert check_plan(day, [good], [], by_crow) == ()
    wrong = replace(good.stops[2], **changes)
    bad = replace(good, stops=(*route.stops, wrong), return_at=minute(400))
    assert code in {v.code for v in check_plan(day, [bad], [], by_crow)}


def on_the_road(returns: list[Order], room: int = 200) -> Day:
    """V1 has left with a and b and drives to a."""
    orders = [an_order("a", east(1000)), an_order("b", east(2000))]
    route = a_route("V1", orders, progress=Progress.DRIVING)
    return a_day([*orders, *returns], [a_vehicle("V1", parcels=room)], [a_driver("V1")], [route])


def inserted(day: Day) -> Candidate:
    (best,) = insertions(day, R, ROADS, minute(1))
    assert isinstance(best, Candidate)
    return best


def test_a_vehicle_on_the_road_collects_without_coming_back_for_goods():
    day = on_the_road([a_return("r", east(1500))])
    route = inserted(day).new_route
    assert names(route.stops) == ["deliver:a", "collect:r", "deliver:b"]
    lookup = expected_lookup(day, ROADS, change_points(day, [route]), minute(1))
    assert hard_ones(check_change(day, [route], [], lookup, minute(1))) == ()


def test_mid_day_it_waits_until_there_is_room():
    day = on_the_road([a_return("r", east(1500), count=2)], room=2)
    assert names(inserted(day).new_route.stops) == ["deliver:a", "deliver:b", "collect:r"]


def test_a_repair_finds_a_place_for_it():
    day = on_the_road([a_return("r", east(1500))])
    for made in repair(day, ROADS, minute(1), RepairRequest((V1,), (R,)), seed=1, iterations=5):
        assert made.unserved == ()
        assert "collect:r" in names(made.changes[0].stops)


def test_a_window_is_quoted_for_a_return():
    day = on_the_road([])
    quote = Quoter(day, ROADS, minute(1)).quote(a_return("new", east(1500)), [a_window(0, 60)])
    assert quote.best is not None
    assert quote.best.added_cents < 300


@pytest.mark.parametrize("by_order", [True, False])
def test_a_scan_puts_it_on_board_and_the_end_of_the_route_on_the_shelf(by_order: bool):
    day = on_the_road([a_return("r", east(1500))])
    day = replace(day, routes={V1: replace(day.routes[V1], stops=inserted(day).new_route.stops)})
    here, at = east(1500), minute(20)
    if by_order:
        day = order_collected(OrderCollected(V1, R, here), day, at)
    else:
        day = stop_finished(StopFinished(V1, StopId("collect:r"), here), day, at)
    state = day.orders[R]
    assert (state.status, state.goods) == (OrderStatus.COLLECTED, GoodsAt.VEHICLE)
    assert state.vehicle_id == V1
    assert not state.open
    assert R in day.routes[V1].on_board
    assert names(day.routes[V1].remaining) == ["deliver:a", "deliver:b"]
    slot = rest_of_day(day, ROADS, minute(21)).slots[0]
    assert (slot.on_board[0], slot.brings_back[0]) == (3, 1)
    home = route_returned(RouteReturned(V1, DEPOT), day, minute(60)).orders[R]
    assert (home.goods, home.status) == (GoodsAt.DEPOT, OrderStatus.COLLECTED)


@st.composite
def mixed(draw: st.DrawFn) -> Day:
    orders = drawn_orders(draw, 9)
    return two_vans_for(draw, [replace(o, returns=draw(st.booleans())) for o in orders])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mixed(), st.sampled_from([0, 4]))
def test_every_order_is_served_once_and_no_van_is_ever_too_full(day: Day, iterations: int):
    plan = planned(day, iterations)
    assert checked(day, plan) == ()
    seen = [o for r in plan.routes for o in r.order_ids()] + [o.order_id for o in plan.left_out]
    assert sorted(seen) == sorted(day.orders)
    for route in plan.routes:
        room = day.vehicles[route.vehicle_id].vehicle.capacity.parcels
        assert fullest(day, route.loads, route.stops) <= room
