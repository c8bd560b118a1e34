"""Times on the rest of a route."""

from dataclasses import replace

from core.domain.plan import Progress, StopKind
from core.routing.timetable import retimed
from core.travel.estimate import EstimateTravel
from tests.builders import (
    a_day,
    a_driver,
    a_route,
    a_stop,
    a_vehicle,
    an_order,
    east,
    minute,
)

ROADS = EstimateTravel("UTC")


def test_frozen_stops_stay_as_they_are_and_the_rest_follows_the_new_order():
    orders = [an_order(f"o{i}", east(800 * (i + 1))) for i in range(3)]
    route = a_route("V1", orders, progress=Progress.DRIVING)
    day = a_day(orders, [a_vehicle("V1")], [a_driver("V1")], [route], now_min=1)
    first, second, third = route.stops
    new = retimed(day, route.vehicle_id, [first, third, second], ROADS, minute(1))
    assert [s.order_id for s in new.stops] == ["o0", "o2", "o1"]
    assert new.stops[0] == first
    assert new.stops[1].leave_at <= new.stops[2].arrive_at <= new.return_at


def test_a_van_waits_for_the_window_to_open():
    order = an_order("o1", east(500), opens_min=60, service_s=300)
    route = a_route("V1", [order], progress=Progress.AT_DEPOT)
    day = a_day([order], [a_vehicle("V1")], [a_driver("V1")], [route])
    new = retimed(day, route.vehicle_id, route.stops, ROADS, minute(0))
    assert new.stops[0].arrive_at < minute(60)
    assert new.stops[0].leave_at == minute(65)


def test_a_rest_that_is_owed_is_put_inside_its_window():
    orders = [an_order(f"o{i}", east(600 * (i + 1)), service_s=900) for i in range(6)]
    route = a_route("V1", orders)
    rest = replace(
        a_stop(orders[0], 60),
        stop_id="rest:d-V1",
        kind=StopKind.REST,
        order_id=None,
        service_s=1800,
    )
    route = replace(route, stops=(*route.stops, rest))
    driver = a_driver("V1", rest_min=(40, 100, 30))
    day = a_day(orders, [a_vehicle("V1")], [driver], [route])
    new = retimed(day, route.vehicle_id, route.stops[:-1], ROADS, minute(0))
    placed = next(s for s in new.stops if s.kind is StopKind.REST)
    assert placed.leave_at <= minute(100)
    assert placed.leave_at >= minute(70)
    assert len(new.stops) == 7
