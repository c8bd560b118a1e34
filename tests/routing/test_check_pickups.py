"""What the checker says of goods that are collected at one door and brought to another."""

from dataclasses import replace

from core.domain.day import Day
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.plan import Route, Stop, StopKind
from core.routing.check import Code, check_plan
from tests.builders import (
    a_route,
    east,
    minute,
)
from tests.builders import planned as as_route
from tests.routing.collecting import (
    one_road,
)
from tests.routing.crow import by_crow

V1, V2, P = VehicleId("V1"), VehicleId("V2"), OrderId("p")


def by_hand(day: Day) -> Route:
    """a, then p at its sender, b, then p at its door, twenty minutes each."""
    a, b, p = (day.orders[OrderId(o)].order for o in "abp")
    made = as_route(a_route("V1", [a, b, p], every_min=20))
    pickup = p.pickup
    assert pickup is not None
    collect = Stop(
        StopId("collect:p"),
        StopKind.COLLECT,
        pickup.point,
        120,
        minute(30),
        minute(32),
        loads=(P,),
    )
    stops = (made.stops[0], collect, made.stops[1], made.stops[2])
    return replace(made, stops=stops, loads=(a.order_id, b.order_id), return_at=minute(120))


def codes(day: Day, route: Route) -> set[Code]:
    return {v.code for v in check_plan(day, [route], [], by_crow)}


def test_the_checker_agrees_with_a_route_by_hand():
    assert codes(one_road(5), by_hand(one_road(5))) == set()


def test_the_checker_wants_goods_collected_before_they_are_brought():
    day, route = one_road(), by_hand(one_road())
    a, c, b, p = route.stops
    late = replace(c, arrive_at=minute(80), leave_at=minute(82))
    assert Code.COLLECT in codes(day, replace(route, stops=(a, b, p, late)))
    assert Code.COLLECT in codes(day, replace(route, stops=(a, b, p)))


def test_the_checker_wants_what_is_collected_to_be_brought():
    day, route = one_road(), by_hand(one_road())
    a, c, b, _ = route.stops
    assert codes(day, replace(route, stops=(a, c, b))) == {Code.COLLECT, Code.ORDER_LOST}


def test_the_checker_knows_where_the_goods_are_and_for_how_long_somebody_loads():
    day, route = one_road(), by_hand(one_road())
    a, c, b, p = route.stops
    elsewhere = replace(route, stops=(a, replace(c, point=east(2100)), b, p))
    assert codes(day, elsewhere) == {Code.PLACE}
    hasty = replace(route, stops=(a, replace(c, service_s=60), b, p))
    assert codes(day, hasty) == {Code.TIMING}


def test_the_checker_holds_the_sender_to_the_time_that_was_told():
    day = one_road(closes_min=20)
    (found,) = check_plan(day, [by_hand(day)], [], by_crow)
    assert (found.code, found.amount) == (Code.WINDOW, 600)
    assert found.sentence == "V1 reaches p at 08:30, 10 min after its window closes at 08:20"


def test_the_checker_counts_goods_on_board_between_the_two_doors():
    day = one_road(4)
    (found,) = check_plan(day, [by_hand(day)], [], by_crow)
    assert (found.code, found.amount) == (Code.CAPACITY, 1)
    assert found.sentence.startswith("V1 is over its parcels after collect:p: 5 parcels")


def test_the_checker_knows_goods_that_are_not_at_the_depot():
    day, route = one_road(), by_hand(one_road())
    a, _, b, p = route.stops
    loaded = replace(route, stops=(a, b, p), loads=(*route.loads, P))
    assert codes(day, loaded) == {Code.COLLECT}


# The day in progress -----------------------------------------------------------------------
