"""Doors with hours of their own, and zones where not every vehicle may stop at every time."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.access import Zone
from core.domain.day import Day
from core.domain.fact import ZoneListed
from core.domain.fleet import Energy
from core.domain.ids import DriverId, EventId, OrderId, PlanId, VehicleId, ZoneId
from core.domain.order import Order
from core.domain.place import Area
from core.domain.plan import Plan, Progress, Refusal, Route
from core.domain.time import TimeWindow
from core.eta.forecast import forecast
from core.ledger import fold
from core.ledger.events import Event
from core.routing.build import morning
from core.routing.check import Code, Violation, check_change, check_plan, hard_ones
from core.routing.insertion import Candidate, insertions
from core.routing.planner import plan_day
from core.routing.repair import RepairRequest, repair
from core.routing.walk import of_slot
from core.travel.estimate import EstimateTravel
from core.travel.lookup import matrix_lookup
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
from tests.routing.crow import by_crow

ROADS = EstimateTravel("UTC")
NEW = OrderId("new")
CENTRE = Area(east(1200), 500)
OLD_TOWN = Zone(ZoneId("old-town"), CENTRE, frozenset({"electric", "cargo-bike"}))
MARKET = Zone(ZoneId("market"), CENTRE, frozenset({"cargo-bike"}), (a_window(0, 30),))
ARCH = Zone(ZoneId("arch"), CENTRE, max_height_cm=230)


def in_town(day: Day, *zones: Zone) -> Day:
    return replace(day, zones={z.zone_id: z for z in zones})


def open_at(order: Order, *windows: tuple[float, float]) -> Order:
    return replace(order, hours=tuple(a_window(*w) for w in windows))


def one_stop(order: Order, *zones: Zone, depart_min: float = 0, **van: Any) -> list[Violation]:
    """A plan of V1 driving 120 s to one door, serving 4 min there, as honestly timed as can be."""
    day = in_town(a_day([order], [a_vehicle("V1", **van)], [a_driver("V1")]), *zones)
    stop = a_stop(order, depart_min + 2)
    route = Route(
        VehicleId("V1"),
        DriverId("d-V1"),
        minute(depart_min),
        DEPOT,
        (stop,),
        DEPOT,
        minute(300),
        (order.order_id,),
    )
    stated = route.stops[0]
    later = replace(stated, leave_at=minute(290))
    return list(check_plan(day, [replace(route, stops=(later,))], [], by_crow))


def test_a_diesel_has_no_business_in_a_low_emission_zone():
    (found,) = one_stop(an_order("a", east(1200)), OLD_TOWN)
    assert (found.code, found.hard, found.amount, found.order_id) == (Code.ACCESS, True, 1, "a")
    assert found.sentence == (
        "V1 (van, diesel) may not stop for a in zone old-town, which admits cargo-bike, electric"
    )
    assert one_stop(an_order("a", east(1200)), OLD_TOWN, energy=Energy.ELECTRIC) == []
    assert one_stop(an_order("a", east(1200)), OLD_TOWN, kind="Cargo-Bike") == []
    assert one_stop(an_order("a", east(-1200)), OLD_TOWN) == []


def test_a_van_of_260_cm_is_30_cm_too_high_for_an_arch_of_230():
    (found,) = one_stop(an_order("a", east(1200)), ARCH, height_cm=260)
    assert (found.code, found.amount) == (Code.ACCESS, 30)
    assert "260 cm high, 30 cm more than zone arch around a allows" in found.sentence
    garage = replace(an_order("a", east(-1200)), max_height_cm=210)
    (found,) = one_stop(garage, height_cm=260)
    assert found.amount == 50
    assert one_stop(garage, height_cm=210) == []
    assert one_stop(garage) == []


@pytest.mark.parametrize(
    ("departs", "late_s"),
    # The market closes at 08:30 and four minutes have to fit, so 08:26 is the last beginning.
    [(0, 0), (24, 0), (25, 60), (60, 36 * 60)],
)
def test_the_whole_service_has_to_fit_into_the_hours_of_a_zone(departs: float, late_s: int):
    found = one_stop(an_order("a", east(1200)), MARKET, depart_min=departs)
    assert [v.amount for v in found] == ([late_s] if late_s else [])
    assert all(v.code is Code.ACCESS and v.hard for v in found)


@pytest.mark.parametrize(
    ("departs", "late_s"),
    # Open 08:10 to 08:20 and 09:00 to 09:30; who comes between waits for nine.
    [(0, 0), (18, 0), (19, 0), (50, 0), (88, 0), (89, 60)],
)
def test_a_shop_that_closes_at_noon_is_begun_in_one_of_its_windows(departs: float, late_s: int):
    shop = open_at(an_order("a", east(1200)), (10, 20), (60, 90))
    found = one_stop(shop, depart_min=departs)
    assert [v.amount for v in found] == ([late_s] if late_s else [])


def test_a_driver_who_comes_in_the_pause_waits_for_the_next_window():
    shop = open_at(an_order("a", east(1200)), (10, 20), (60, 90))
    day = a_day(
        [shop, an_order("b", east(1300))],
        [a_vehicle("V1")],
        [a_driver("V1", shift_min=(22, 330))],
    )
    problem = morning(day, ROADS)
    (row,) = [[problem.task_of(OrderId(o)) for o in "ab"]]
    walked = of_slot(problem, 0, [row])
    assert problem.instant(int(walked.start[0, 0])) == minute(60)
    assert bool(walked.feasible[0])
    late = of_slot(morning(replace(day, orders=day.orders), ROADS), 0, [row[::-1]])
    assert problem.instant(int(late.start[0, 1])) == minute(60)


def test_what_is_expected_of_a_route_waits_for_the_door_too():
    shop = open_at(an_order("a", east(1200)), (60, 90))
    day = a_day([shop], [a_vehicle("V1")], [a_driver("V1")], [a_route("V1", [shop])])
    (time,) = forecast(day, VehicleId("V1"), ROADS, minute(0)).times
    assert time.start_at == minute(60)


def a_fleet(day: Day, vans: Iterable[str]) -> Day:
    return replace(day, vehicles={v: s for v, s in day.vehicles.items() if v in set(vans)})


def test_insertion_says_which_zone_stands_in_the_way_and_who_gets_in():
    new = an_order("new", east(1200))
    day = a_day(
        [new],
        [a_vehicle("V1"), a_vehicle("B1", kind="cargo-bike")],
        [a_driver("V1"), a_driver("B1")],
        [a_route("V1", []), a_route("B1", [])],
    )
    first, second = insertions(in_town(day, OLD_TOWN), NEW, ROADS, minute(1))
    assert isinstance(first, Candidate)
    assert first.vehicle_id == "B1"
    assert second == Refusal(
        VehicleId("V1"),
        "access",
        "V1 (diesel) may not stop in zone old-town, which admits cargo-bike or electric; B1 may",
    )


def test_insertion_says_until_when_somebody_would_have_to_open():
    new = open_at(an_order("new", east(9000)), (0, 5))
    day = a_day([new], [a_vehicle("V1")], [a_driver("V1")], [a_route("V1", [])])
    (answer,) = insertions(day, NEW, ROADS, minute(1))
    assert isinstance(answer, Refusal)
    assert answer.code == "access"
    assert answer.sentence.startswith("its door can be served 08:00 to 08:05, V1 would begin 08:20")
    assert answer.sentence.endswith(
        "if V1 is there 16 min earlier, or if somebody opens until 08:25"
    )


def test_a_route_that_is_too_late_for_a_door_already_may_keep_it_but_not_make_it_later():
    shop = open_at(an_order("o1", east(2400)), (0, 5))
    other = an_order("new", east(1200))
    route = a_route("V1", [shop], progress=Progress.AT_DEPOT, depart_min=10)
    day = a_day([shop, other], [a_vehicle("V1")], [a_driver("V1")], [route], now_min=10)
    (best,) = insertions(day, NEW, ROADS, minute(10))
    assert isinstance(best, Candidate)
    assert [s.order_id for s in best.new_route.stops] == ["o1", "new"]
    lookup = matrix_lookup(ROADS, (DEPOT, east(2400), east(1200)), minute(10))
    found = check_change(day, [best.new_route], [], lookup, minute(10))
    assert [(v.hard, v.order_id) for v in found if v.code is Code.ACCESS] == [(False, "o1")]
    assert hard_ones(found) == ()
    turned = replace(best.new_route, stops=best.new_route.stops[::-1])
    hard = hard_ones(check_change(day, [turned], [], lookup, minute(10)))
    assert [v.code for v in hard] == [Code.ACCESS]


def test_a_zone_is_a_fact_of_the_day():
    day = a_day()
    event = Event(
        day.opened.day_id, 2, EventId("z"), minute(0), minute(0), "feed", ZoneListed(ARCH)
    )
    assert fold.apply(day, event).zones == {"arch": ARCH}


def a_town(seed: int, orders: int) -> Day:
    """Two vans and a bike; a market, an old town, shops with a pause, low garages."""
    rng = random.Random(seed)
    owed: list[Order] = []
    for n in range(orders):
        point = east(rng.randrange(-2000, 2000), rng.randrange(-2000, 2000))
        order = an_order(f"o{n:02}", point, opens_min=rng.choice((0, 0, 60)))
        if rng.random() < 0.4:
            order = open_at(order, (0, 100), (rng.choice((130, 160)), 300))
        if rng.random() < 0.2:
            order = replace(order, max_height_cm=rng.choice((200, 250)))
        owed.append(order)
    vans = [
        a_vehicle("V1", height_cm=240),
        a_vehicle("V2", height_cm=190, energy=Energy.ELECTRIC),
        a_vehicle("B1", parcels=8, kind="cargo-bike", can_reload=True),
    ]
    drivers = [a_driver(v.vehicle_id, rest_min=(120, 200, 20)) for v in vans]
    near = Area(east(rng.randrange(-800, 800)), 700)
    old = Zone(ZoneId("old-town"), near, frozenset({"electric", "cargo-bike"}))
    hours = (a_window(0, 90), a_window(240, 300))
    market = Zone(ZoneId("market"), CENTRE, frozenset({"cargo-bike"}), hours)
    return in_town(a_day(owed, vans, drivers), old, market)


def wrongly_visited(day: Day, plan: Plan) -> list[str]:
    """Derive from the plan's own times, in plain comparisons, who should not be where they are."""
    wrong: list[str] = []
    for route in plan.routes:
        vehicle = day.vehicles[route.vehicle_id].vehicle
        for stop in route.stops:
            if stop.order_id is None:
                continue
            order = day.orders[stop.order_id].order
            begins = stop.leave_at - (minute(stop.service_s / 60) - minute(0))
            if not _inside(order.hours, begins, begins):
                wrong.append(f"{stop.order_id} is shut")
            if (vehicle.height_cm or 0) > (order.max_height_cm or 1000):
                wrong.append(f"{stop.order_id} is low")
            for zone in day.zones.values():
                if not zone.area.holds(stop.point):
                    continue
                if vehicle.kind in zone.admits or vehicle.energy.value in zone.admits:
                    continue
                if not zone.hours or not _inside(zone.hours, begins, stop.leave_at):
                    wrong.append(f"{stop.order_id} in {zone.zone_id}")
    return wrong


def _inside(hours: tuple[TimeWindow, ...], begins: datetime, ends: datetime) -> bool:
    return not hours or any(w.opens <= begins and ends <= w.closes for w in hours)


@pytest.mark.parametrize("iterations", [0, 20])
@pytest.mark.parametrize("seed", range(6))
def test_a_morning_plan_keeps_to_every_door_and_zone(seed: int, iterations: int):
    day = a_town(seed, orders=40)
    plan = plan_day(day, ROADS, seed=seed, iterations=iterations, plan_id=PlanId("p"))
    assert wrongly_visited(day, plan) == []
    served = sum(len(r.order_ids()) for r in plan.routes)
    assert served + len(plan.left_out) == 40
    assert served >= 30
    for out in plan.left_out:
        assert all(r.sentence for r in out.refusals)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_insertion_and_no_repair_brings_anybody_where_they_may_not_be(seed: int):
    day = a_town(seed, orders=12)
    rng = random.Random(seed)
    names = sorted(day.orders)
    rng.shuffle(names)
    own, new = names[:8], names[8:]
    routes = [
        a_route(v, [day.orders[o].order for o in own[n::3]])
        for n, v in enumerate(("B1", "V1", "V2"))
    ]
    day = replace(day, routes={r.vehicle_id: r for r in routes}, plan_version=1)
    points = (DEPOT, *(s.order.point for s in day.orders.values() if s.order.point is not None))
    lookup = matrix_lookup(ROADS, points, minute(1))
    for answer in insertions(day, new[0], ROADS, minute(1), late_ok=True):
        if isinstance(answer, Candidate):
            found = check_change(day, [answer.new_route], [], lookup, minute(1))
            assert not [v for v in hard_ones(found) if v.code is Code.ACCESS]
    vehicles = tuple(r.vehicle_id for r in routes)
    for made in repair(
        day, ROADS, minute(1), RepairRequest(vehicles, tuple(new)), seed=seed, iterations=3
    ):
        found = check_change(day, made.changes, made.meetings, lookup, minute(1))
        assert not [v for v in hard_ones(found) if v.code is Code.ACCESS]
