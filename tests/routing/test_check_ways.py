"""The checker on orders with several ways: cases worked out by hand."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.decision import PlanAdopted, RouteChanged
from core.domain.fact import (
    DriverListed,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    VehicleListed,
)
from core.domain.ids import DayId, EventId, OrderId, ProposalId, VehicleId
from core.domain.option import NewRoute
from core.domain.plan import PricePart, Progress, Route, Stop
from core.ledger.events import Body, Event
from core.routing.check import Code, check_change, check_executed, check_plan, prices_broken
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
    hand_plan,
    minute,
)
from tests.builders import planned as as_route
from tests.routing.crow import by_crow
from tests.routing.otherways import by, or_else

A = or_else(
    an_order("a", east(1000)),
    by("locker", east(2000), opens_min=60, closes_min=120, cents=50),
    by("garage", east(500), max_height_cm=200),
)
B = an_order("b", east(2500))
LOCKER = replace(a_stop(A, 70), point=east(2000), service_s=60, leave_at=minute(71), way="locker")


def the_day(*, routes: Sequence[Any] = ()) -> Day:
    return a_day([A, B], [a_vehicle("V1", height_cm=250)], [a_driver("V1")], routes)


def a_plan(stop: Stop) -> Route:
    route = as_route(a_route("V1", [A, B]))
    last = replace(route.stops[1], arrive_at=minute(80), leave_at=minute(84))
    return replace(route, stops=(stop, last), return_at=minute(100))


def found(stop: Stop) -> list[tuple[Code, int]]:
    return [(v.code, v.amount) for v in check_plan(the_day(), [a_plan(stop)], [], by_crow)]


def test_a_stop_in_another_way_is_right_where_that_way_is():
    """The door is at 1,000 m, the locker at 2,000 m opens at nine; the stop begins at 09:10."""
    assert found(LOCKER) == []
    assert found(replace(a_stop(A, 10))) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"point": east(1000)}, (Code.PLACE, 1000)),
        ({"service_s": 45}, (Code.TIMING, 15)),
        ({"arrive_at": minute(121), "leave_at": minute(122)}, (Code.WINDOW, 60)),
        ({"leave_at": minute(70)}, (Code.TIMING, 60)),
        ({"way": "attic"}, (Code.WAY, 1)),
        ({"way": ""}, (Code.PLACE, 1000)),
        ({"way": "garage", "point": east(500)}, (Code.ACCESS, 50)),
    ],
)
def test_what_is_wrong_with_a_way_is_named_with_its_figure(
    changes: dict[str, Any], fault: tuple[Code, int]
):
    assert fault in found(replace(LOCKER, **changes))


def test_a_locker_that_is_not_open_yet_is_waited_for():
    """Reached at 08:10 it can be left at 09:01, not at 08:11."""
    early = replace(LOCKER, arrive_at=minute(10), leave_at=minute(11))
    assert found(early) == [(Code.TIMING, 50 * 60)]
    assert found(replace(early, leave_at=minute(61))) == []


def test_the_sentence_says_which_ways_there_are():
    (wrong,) = (
        v
        for v in check_plan(the_day(), [a_plan(replace(LOCKER, way="attic"))], [], by_crow)
        if v.code is Code.WAY
    )
    assert wrong.hard
    assert wrong.sentence == "V1 would serve a by attic; its ways are: the first, garage, locker"


def test_an_order_is_served_in_one_way_and_no_more():
    twice = (a_stop(A, 10), replace(LOCKER, arrive_at=minute(70)))
    route = replace(a_plan(LOCKER), stops=(*twice, a_plan(LOCKER).stops[1]))
    wrong = [v for v in check_plan(the_day(), [route], [], by_crow) if v.code is Code.ORDER_TWICE]
    assert [(v.order_id, v.amount) for v in wrong] == [("a", 2)]


def test_its_price_is_counted_again_from_the_routes():
    day, routes = the_day(), [a_plan(LOCKER)]
    assert prices_broken(day, routes, [PricePart("ways", 1, 50)]) == []
    (short,) = prices_broken(day, routes, [])
    assert (short.code, short.amount) == (Code.PRICE, 50)
    (other,) = prices_broken(day, routes, [PricePart("ways", 0, 50)])
    assert (other.code, other.amount) == (Code.PRICE, 1)
    assert prices_broken(day, [a_plan(a_stop(A, 10))], [PricePart("ways", 0, 0)]) == []


def on_the_road() -> Day:
    """V1 drives to b with both on board; a comes last, at its door."""
    return the_day(routes=[a_route("V1", [B, A], progress=Progress.DRIVING)])


def changed(day: Day, stop: Stop) -> NewRoute:
    route = day.routes[VehicleId("V1")]
    return NewRoute(route.vehicle_id, route.revision, (a_stop(B, 10), stop), minute(90))


def redirected(**changes: Any) -> tuple[Day, NewRoute]:
    day = on_the_road()
    return day, changed(day, replace(LOCKER, **changes))


def faults(day: Day, new: NewRoute) -> list[tuple[Code, bool, int]]:
    wrong = check_change(day, [new], [], by_crow, minute(1))
    return [(v.code, v.hard, v.amount) for v in wrong]


def test_a_change_may_send_an_order_to_its_locker():
    assert faults(*redirected()) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"point": east(1000)}, (Code.PLACE, True, 1000)),
        ({"way": "attic"}, (Code.WAY, True, 1)),
        ({"way": "garage", "point": east(500)}, (Code.ACCESS, True, 50)),
    ],
)
def test_that_it_was_on_the_route_before_excuses_nothing_of_another_way(
    changes: dict[str, Any], fault: tuple[Code, bool, int]
):
    assert fault in faults(*redirected(**changes))


def test_a_redirect_is_held_against_its_own_window():
    """Free at 08:14 it reaches the locker before it opens; an hour later it is still in time."""
    day, new = redirected()
    shut = or_else(A, by("locker", east(2000), closes_min=5))
    late = a_day([shut, B], [a_vehicle("V1")], [a_driver("V1")], list(day.routes.values()))
    assert (Code.WINDOW, False) in [f[:2] for f in faults(late, new)]
    assert Code.WINDOW not in [f[0] for f in faults(day, new)]


def told(*bodies: tuple[float, Body]) -> list[Event]:
    return [
        Event(DayId("d"), n, EventId(f"e{n}"), minute(at), minute(at), "x", body)
        for n, (at, body) in enumerate(bodies, 1)
    ]


def driven(stop: Stop, height_cm: int | None = None) -> list[tuple[Code, bool]]:
    """The day as driven: planned at the door, changed at 08:30, served at 09:10."""
    plan = hand_plan([a_route("V1", [B, A])])
    new = changed(on_the_road(), stop)
    events = told(
        (-60, VehicleListed(a_vehicle("V1", height_cm=height_cm))),
        (-60, DriverListed(a_driver("V1"))),
        *((-60, OrderReceived(o)) for o in (A, B)),
        (-1, PlanAdopted(plan)),
        (0, RouteDeparted(plan.routes[0].vehicle_id, DEPOT)),
        (30, RouteChanged(new, ProposalId("p"))),
        (40, OrderDelivered(plan.routes[0].vehicle_id, OrderId("b"), east(2500))),
        (70, OrderDelivered(plan.routes[0].vehicle_id, OrderId("a"), stop.point)),
    )
    return [(v.code, v.hard) for v in check_executed(events)]


def test_a_day_that_was_driven_is_held_against_the_way_that_was_decided():
    garage = replace(LOCKER, way="garage", point=east(500))
    assert driven(LOCKER, 250) == []
    assert driven(garage, 190) == []
    assert (Code.ACCESS, True) in driven(garage, 250)
    assert (Code.WAY, True) in driven(replace(LOCKER, way="attic"))


def test_what_a_customer_agreed_to_for_the_door_does_not_bind_the_locker():
    """Agreed: at home until 08:05. The plan goes to the locker, in the locker's own hours."""
    day = the_day()
    held = replace(day.orders[OrderId("a")], promise=a_window(0, 5))
    day = replace(day, orders={**day.orders, OrderId("a"): held})
    assert check_plan(day, [a_plan(LOCKER)], [], by_crow) == ()
    at_door = check_plan(day, [a_plan(a_stop(A, 10))], [], by_crow)
    assert [(v.code, v.amount) for v in at_door] == [(Code.WINDOW, 300)]


@given(
    st.sampled_from(["", "locker", "garage", "attic"]),
    st.sampled_from([east(1000), east(2000), east(500), east(3000)]),
    st.integers(2, 140),
    st.sampled_from([30, 60, 240]),
)
def test_a_stop_passes_where_place_time_and_service_are_those_of_its_way_and_nowhere_else(
    way: str, point: Any, arrive_min: int, service_s: int
):
    """Derived by hand: (place, from minute, until minute, seconds) of each way of a."""
    ways = {"": (east(1000), 0, 330, 240), "locker": (east(2000), 60, 120, 60)}
    begins = max(arrive_min, ways.get(way, (point, 0, 0, 0))[1])
    stop = replace(
        a_stop(A, 0),
        way=way,
        point=point,
        service_s=service_s,
        arrive_at=minute(arrive_min + 2),
        leave_at=minute(begins + 2 + service_s / 60),
    )
    route = replace(a_plan(stop), stops=(stop,), return_at=minute(200), loads=(OrderId("a"),))
    day = a_day([A], [a_vehicle("V1", height_cm=250)], [a_driver("V1")])
    right = way in ways
    if right:
        place, opens, closes, lasts = ways[way]
        starts = max(arrive_min + 2, opens)
        right = place == point and service_s >= lasts and starts <= closes
    wrong = check_plan(day, [route], [], lambda a, b: (60, 100) if a != b else (0, 0))
    assert (wrong == ()) == right, (stop, wrong)
