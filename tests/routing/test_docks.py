"""The depot in the morning: loading takes time at a few doors, and some goods come later."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.fleet import Depot
from core.domain.ids import DriverId, OrderId, PlanId, VehicleId
from core.domain.plan import Plan, Progress, Refusal, Route, StopKind
from core.routing.check import Code, Violation, check_change, check_plan, hard_ones
from core.routing.insertion import Candidate, insertions
from core.routing.planner import plan_day
from core.routing.quote import Quoter
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


def with_docks(day: Day, load_out_s: int, doors: int | None = None) -> Day:
    depot: Depot = replace(day.depot, load_out_s=load_out_s, doors=doors)
    return replace(day, opened=replace(day.opened, depots=(depot,)))


def loading(froms: list[float], doors: int | None, depart_min: float = 20) -> list[Violation]:
    """One van for each of these beginnings; loading takes ten minutes, all leave at 08:20."""
    orders = [an_order(f"o{n}", east(600)) for n in range(len(froms))]
    names = [f"V{n}" for n in range(len(froms))]
    day = a_day(orders, [a_vehicle(n) for n in names], [a_driver(n) for n in names])
    routes = [
        Route(
            VehicleId(name),
            DriverId(f"d-{name}"),
            minute(depart_min),
            DEPOT,
            (a_stop(order, depart_min + 1),),
            DEPOT,
            minute(depart_min + 6),
            (order.order_id,),
            loads_from=minute(at),
        )
        for name, order, at in zip(names, orders, froms, strict=True)
    ]
    return list(check_plan(with_docks(day, 600, doors), routes, [], by_crow))


@pytest.mark.parametrize(
    ("froms", "doors", "found"),
    [
        ([0, 0, 10], None, []),
        ([0, 0, 10], 2, []),
        ([0, 0, 10], 1, [1, 1]),
        ([0, 9, 10], 2, []),
        ([0, 9, 9], 2, [1, 1]),
        ([0, 0, 0], 1, [2, 2, 2]),
        ([-2], None, [120]),
        ([12], None, [120]),
    ],
)
def test_no_more_vans_load_than_there_are_doors_and_each_for_ten_minutes(
    froms: list[float], doors: int | None, found: list[int]
):
    told = loading(froms, doors)
    assert [v.amount for v in told] == found
    assert all(v.code is Code.DOCK and v.hard for v in told)


def test_the_figures_stand_in_the_sentence():
    (found,) = loading([12], None)
    assert found.sentence == "V0 loads from 08:12 and leaves 2 min before the 10 min are over"


def test_goods_that_are_ready_after_loading_began_are_named_with_the_minutes():
    order = replace(an_order("a", east(600)), release_at=minute(15))
    day = a_day([order], [a_vehicle("V1")], [a_driver("V1")])
    route = Route(
        VehicleId("V1"),
        DriverId("d-V1"),
        minute(5),
        DEPOT,
        (a_stop(order, 6),),
        DEPOT,
        minute(11),
        (order.order_id,),
    )
    (found,) = check_plan(day, [route], [], by_crow)
    assert (found.code, found.amount, found.order_id) == (Code.RELEASE, 600, "a")
    assert "the goods of a are ready 10 min later, at 08:15" in found.sentence


def a_morning(seed: int, *, doors: int | None) -> Day:
    """Three vans, one from nine on, and a bike that comes back; some goods come an hour later."""
    rng = random.Random(seed)
    orders = [
        replace(
            an_order(f"o{n:02}", east(rng.randrange(-2000, 2000), rng.randrange(-2000, 2000))),
            release_at=rng.choice((None, None, minute(60), minute(120))),
        )
        for n in range(32)
    ]
    vans = [a_vehicle("V1"), a_vehicle("V2"), a_vehicle("V3")]
    vans.append(a_vehicle("B1", parcels=5, can_reload=True))
    drivers = [a_driver(v.vehicle_id) for v in vans]
    drivers[2] = a_driver("V3", shift_min=(60, 330))
    return with_docks(a_day(orders, vans, drivers), 900, doors)


def loaded_when(day: Day, plan: Plan) -> dict[OrderId, datetime]:
    """When each order is taken on board, by the plan's own times."""
    at: dict[OrderId, datetime] = {}
    for route in plan.routes:
        assert route.loads_from is not None
        assert route.loads_from + timedelta(minutes=15) <= route.depart_at
        at |= dict.fromkeys(route.loads, route.loads_from)
        for stop in route.stops:
            begins = stop.leave_at - timedelta(seconds=stop.service_s)
            at |= dict.fromkeys(stop.loads, begins)
    return at


@pytest.mark.parametrize("iterations", [0, 20])
@pytest.mark.parametrize("seed", range(4))
def test_a_morning_plan_loads_nothing_before_it_is_there_and_nobody_without_a_door(
    seed: int, iterations: int
):
    day = a_morning(seed, doors=2)
    plan = plan_day(day, ROADS, seed=seed, iterations=iterations, plan_id=PlanId("p"))
    for order_id, at in loaded_when(day, plan).items():
        ready = day.orders[order_id].order.release_at
        assert ready is None or at >= ready
    begins = [r.loads_from for r in plan.routes if r.loads_from is not None]
    for one in begins:
        assert sum(b <= one < b + timedelta(minutes=15) for b in begins) <= 2
    served = sum(len(r.order_ids()) for r in plan.routes)
    assert served + len(plan.left_out) == 32
    late = [s for s in day.orders.values() if s.order.release_at is not None]
    assert served >= 32 - len(late)


def test_a_van_that_loads_too_early_says_so_and_by_how_much():
    order = replace(an_order("new", east(600)), release_at=minute(45))
    day = a_day([order], [a_vehicle("V1")], [a_driver("V1")], [a_route("V1", [], depart_min=20)])
    (answer,) = insertions(with_docks(day, 600), NEW, ROADS, minute(0))
    assert isinstance(answer, Refusal)
    assert answer.code == "release"
    assert answer.sentence == (
        "its goods are ready at 08:45, V1 loads at 08:10; fits if they are ready 35 min earlier, "
        "or if V1 loads 35 min later"
    )


def test_a_van_on_the_road_comes_back_for_them_when_they_are_ready():
    late = replace(an_order("new", east(600)), release_at=minute(90))
    own = [an_order("o1", east(3000)), an_order("o2", east(2500))]
    route = a_route("V1", own, progress=Progress.DRIVING)
    day = a_day([*own, late], [a_vehicle("V1")], [a_driver("V1")], [route], now_min=1)
    (answer,) = insertions(day, NEW, ROADS, minute(1))
    assert isinstance(answer, Candidate)
    (reload,) = [s for s in answer.new_route.stops if s.kind is StopKind.RELOAD]
    assert reload.leave_at >= minute(90) + timedelta(seconds=day.depot.loading_s)
    lookup = matrix_lookup(ROADS, (DEPOT, east(3000), east(2500), east(600)), minute(1))
    assert hard_ones(check_change(day, [answer.new_route], [], lookup, minute(1))) == ()
    sooner = [
        replace(s, leave_at=s.leave_at - timedelta(minutes=30)) for s in answer.new_route.stops
    ]
    told = check_change(
        day, [replace(answer.new_route, stops=tuple(sooner))], [], lookup, minute(1)
    )
    assert Code.TIMING in {v.code for v in told}
    quoted = Quoter(
        replace(day, orders={o: s for o, s in day.orders.items() if o != NEW}), ROADS, minute(1)
    )
    early, fits = quoted.quote(late, [a_window(0, 80), a_window(90, 200)]).windows
    assert not early.offered
    assert fits.begins_at is not None
    assert fits.begins_at >= minute(95)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_change_of_a_running_day_loads_goods_that_are_not_there(seed: int):
    rng = random.Random(seed)
    day = a_morning(seed, doors=None)
    orders = [s.order for s in day.orders.values() if s.order.release_at is None]
    late = [s.order for s in day.orders.values() if s.order.release_at is not None]
    if not late or len(orders) < 6:
        return
    routes = [
        a_route("V1", orders[:3], progress=Progress.DRIVING),
        a_route("V2", orders[3:6], depart_min=rng.choice((20, 80, 140))),
    ]
    vehicles = [s.vehicle for s in day.vehicles.values()]
    running = a_day([*orders, *late], vehicles, list(day.drivers.values()), routes, now_min=1)
    running = with_docks(running, 900)
    points = (DEPOT, *(o.point for o in (*orders, *late) if o.point is not None))
    lookup = matrix_lookup(ROADS, points, running.now)
    for answer in insertions(running, late[0].order_id, ROADS, running.now, late_ok=True):
        if isinstance(answer, Candidate):
            found = hard_ones(check_change(running, [answer.new_route], [], lookup, running.now))
            assert not [v for v in found if v.code in (Code.RELEASE, Code.TIMING, Code.DOCK)]
