"""Orders that are served another way, as people are told of them."""

from dataclasses import replace

from api.planning import price_lines
from core.domain.ids import VehicleId
from core.domain.plan import PricePart, Progress
from core.outbox.templates import render
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east, hand_plan
from tests.routing.otherways import by, or_else

LOCKER = by("locker", east(900), opens_min=60, closes_min=120, cents=50)


def test_a_plan_says_what_its_ways_cost():
    plan = replace(hand_plan([]), cost_cents=1234, prices=(PricePart("ways", 2, 80),))
    assert price_lines(plan) == [
        "of EUR 12.34 in all, EUR 0.80 are for 2 orders served another way than their first"
    ]


def test_a_driver_reads_where_an_order_goes():
    order = or_else(an_order("a", east(500)), LOCKER)
    route = a_route("V1", [order], progress=Progress.DRIVING)
    route = replace(route, stops=tuple(replace(s, way="locker") for s in route.stops))
    day = a_day([order], [a_vehicle("V1")], [a_driver("V1")], [route])
    words = render("route_changed", day, vehicle_id=VehicleId("V1"))
    assert words == "Your route has changed. Next: 08:10 order a to locker."
