"""Several depots in one plan: whose vehicle is whose, and where goods lie."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.depots import end_of, home_of
from core.domain.fact import OrderReceived, VehicleListed
from core.domain.fleet import Depot
from core.domain.ids import DepotId, DriverId, OrderId, PlanId, VehicleId
from core.domain.option import NewRoute
from core.domain.plan import Plan, Progress, Refusal, Route, StopKind
from core.errors import Refused
from core.routing import engine_pyvrp
from core.routing.build import morning
from core.routing.check import Code, check_change, check_plan, hard_ones
from core.routing.folding import folded
from core.routing.insertion import Candidate, insertions
from core.routing.planner import plan_day
from core.routing.portfolio import improve
from core.routing.quote import Quoter
from core.routing.runs import runs_of
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
from tests.desk.scene import Scene
from tests.routing.crow import by_crow

ROADS = EstimateTravel("UTC")
SOUTH, FAR = DepotId("south"), east(4000)
NEW = OrderId("new")


def with_south(day: Day, **changes: object) -> Day:
    south = Depot(SOUTH, FAR, a_window(-120, 720))
    south = replace(south, **changes)  # pyright: ignore[reportArgumentType]
    return replace(day, opened=replace(day.opened, depots=(day.depot, south)))


def of_south(*order_ids: str) -> list[OrderId]:
    return [OrderId(o) for o in order_ids]


def a_plan_from(start: int, end: int, loads: list[OrderId]) -> list[Route]:
    """V1 delivers at 2,000 m east, 200 s from either depot by the crow."""
    stop = a_stop(an_order("a", east(2000)), 10)
    return [
        Route(
            VehicleId("V1"), DriverId("d-V1"), minute(1), east(start), (stop,), east(end),
            minute(30), tuple(loads),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("home", "ends", "lies", "start", "end", "found"),
    [
        (None, None, None, 0, 0, []),
        (SOUTH, None, None, 4000, 4000, []),
        (SOUTH, DepotId("depot"), SOUTH, 4000, 0, []),
        (None, None, None, 0, 4000, [4000]),
        (SOUTH, None, None, 0, 0, [4000, 4000]),
        (None, None, SOUTH, 0, 0, [4000]),
        (SOUTH, None, DepotId("depot"), 4000, 4000, [4000]),
    ],
)
def test_a_plan_keeps_to_the_depots_of_its_vehicles_and_goods(
    home: DepotId | None,
    ends: DepotId | None,
    lies: DepotId | None,
    start: int,
    end: int,
    found: list[int],
):
    order = replace(an_order("a", east(2000)), depot_id=lies)
    van = replace(a_vehicle("V1"), depot_id=home, ends_at=ends)
    day = with_south(a_day([order], [van], [a_driver("V1")]))
    told = check_plan(day, a_plan_from(start, end, [order.order_id]), [], by_crow)
    assert [v.code for v in told] == [Code.DEPOT] * len(found)
    # A degree is not quite as long everywhere: 4,000 m to within a few.
    assert [round(v.amount, -2) for v in told] == found
    assert all(v.hard for v in told)


def test_the_figures_stand_in_the_sentence():
    order = replace(an_order("a", east(2000)), depot_id=SOUTH)
    day = with_south(a_day([order], [a_vehicle("V1")], [a_driver("V1")]))
    (found,) = check_plan(day, a_plan_from(0, 0, [order.order_id]), [], by_crow)
    assert found.sentence == "V1 loads a 4.0 km from south, the depot where its goods lie"


def two_towns(seed: int, orders: int = 24) -> Day:
    """Two depots with two vans and a bike each; a third of the goods lies anywhere."""
    rng = random.Random(seed)
    owed = [
        replace(
            an_order(f"o{n:02}", east(rng.randrange(-2000, 6000), rng.randrange(-2000, 2000))),
            depot_id=rng.choice((None, SOUTH, DepotId("depot"))),
        )
        for n in range(orders)
    ]
    fleet = [
        replace(a_vehicle("V1"), ends_at=SOUTH if seed % 2 else None),
        a_vehicle("B1", parcels=4, can_reload=True),
        replace(a_vehicle("V2"), depot_id=SOUTH),
        replace(a_vehicle("B2", parcels=4, can_reload=True), depot_id=SOUTH),
    ]
    day = a_day(owed, fleet, [a_driver(v.vehicle_id) for v in fleet])
    return with_south(day, load_out_s=600, doors=1)


def kept_by_hand(day: Day, plan: Plan) -> bool:
    """Every route begins, reloads and ends where it should, with goods that lie there."""
    for route in plan.routes:
        vehicle = day.vehicles[route.vehicle_id].vehicle
        home = home_of(day, vehicle)
        places = [route.start, *(s.point for s in route.stops if s.kind is StopKind.RELOAD)]
        loads = [*route.loads, *(o for s in route.stops for o in s.loads)]
        lies = {day.orders[o].order.depot_id for o in loads}
        if set(places) != {home.point} or route.end != end_of(day, vehicle).point:
            return False
        if not lies <= {None, home.depot_id}:
            return False
    return True


@pytest.mark.parametrize("iterations", [0, 20])
@pytest.mark.parametrize("seed", range(3))
def test_both_depots_are_planned_together(seed: int, iterations: int):
    day = two_towns(seed)
    plan = plan_day(day, ROADS, seed=seed, iterations=iterations, plan_id=PlanId("p"))
    assert kept_by_hand(day, plan)
    assert plan.left_out == ()
    begins = [r.loads_from for r in plan.routes if r.start == FAR]
    assert None not in begins
    assert len(set(begins)) == len(begins)


def test_pyvrp_drives_each_vehicle_from_its_own_depot():
    problem = folded(morning(two_towns(1), ROADS))
    runs = runs_of(problem)
    rows = engine_pyvrp.solve(problem, runs, seed=1, iterations=50)
    served = [t for row in rows for t in row]
    assert len(served) == len(set(served)) == 24
    for run, row in zip(runs, rows, strict=True):
        assert all(problem.fits_features(run.slot, t) for t in row)


def test_goods_anywhere_come_from_the_nearer_depot():
    near, far = an_order("near", east(300)), an_order("far", east(3700))
    fleet = [a_vehicle("V1"), replace(a_vehicle("V2"), depot_id=SOUTH)]
    day = with_south(a_day([near, far], fleet, [a_driver("V1"), a_driver("V2")]))
    found = improve(morning(day, ROADS), seed=1, iterations=5)
    assert [len(row) for row in found.rows] == [1, 1]
    plan = plan_day(day, ROADS, seed=1, iterations=5, plan_id=PlanId("p"))
    assert {r.vehicle_id: r.order_ids() for r in plan.routes} == {"V1": ("near",), "V2": ("far",)}


def test_who_loads_elsewhere_says_where_the_goods_lie():
    order = replace(an_order("a", east(300)), depot_id=SOUTH)
    day = with_south(a_day([order], [a_vehicle("V1")], [a_driver("V1")]))
    plan = plan_day(day, ROADS, seed=1, iterations=5, plan_id=PlanId("p"))
    ((refusal,),) = [out.refusals for out in plan.left_out]
    assert (refusal.code, refusal.sentence) == (
        "depot",
        "the goods of a lie at depot south, V1 loads at depot; fits if they are taken there, 4.0 "
        "km away",
    )


def a_running_day(*, departed: bool) -> Day:
    """V1 of the first depot has one door left; the goods of `new` lie at the other."""
    own = an_order("o1", east(3000))
    new = replace(an_order("new", east(3300)), depot_id=SOUTH)
    progress = Progress.DRIVING if departed else Progress.AT_DEPOT
    route = a_route("V1", [own], progress=progress, depart_min=5)
    return with_south(a_day([own, new], [a_vehicle("V1")], [a_driver("V1")], [route], now_min=1))


@pytest.mark.parametrize("departed", [False, True])
def test_on_the_day_goods_are_fetched_where_they_lie(departed: bool):
    day = a_running_day(departed=departed)
    (answer,) = insertions(day, NEW, ROADS, day.now)
    assert isinstance(answer, Candidate)
    (reload,) = [s for s in answer.new_route.stops if s.kind is StopKind.RELOAD]
    assert (reload.point, reload.loads) == (FAR, (NEW,))
    points = (DEPOT, FAR, east(3000), east(3300))
    lookup = matrix_lookup(ROADS, points, day.now)
    assert hard_ones(check_change(day, [answer.new_route], [], lookup, day.now)) == ()
    quoted = Quoter(
        replace(day, orders={o: s for o, s in day.orders.items() if o != NEW}), ROADS, day.now
    )
    (window,) = quoted.quote(day.orders[NEW].order, [a_window(0, 300)]).windows
    assert window.offered


@pytest.mark.parametrize("departed", [False, True])
def test_a_change_that_loads_them_at_the_wrong_depot_is_refused(departed: bool):
    day = a_running_day(departed=departed)
    (answer,) = insertions(day, NEW, ROADS, day.now)
    assert not isinstance(answer, Refusal)
    here = [replace(s, point=DEPOT) if s.loads else s for s in answer.new_route.stops]
    wrong = [tuple(here)] if departed else [tuple(here), tuple(s for s in here if not s.loads)]
    for stops in wrong:
        change = NewRoute(VehicleId("V1"), 1, stops, answer.new_route.return_at)
        found = [
            v for v in check_change(day, [change], [], by_crow, day.now) if v.code is Code.DEPOT
        ]
        assert [(v.hard, v.order_id) for v in found] == [(True, NEW)]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_engine_ever_mixes_the_depots_up(seed: int):
    day = two_towns(seed, orders=12)
    plan = plan_day(day, ROADS, seed=seed, iterations=2, plan_id=PlanId("p"))
    assert kept_by_hand(day, plan)
    served = [o for r in plan.routes for o in r.order_ids()]
    assert sorted([*served, *(o.order_id for o in plan.left_out)]) == sorted(day.orders)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_change_of_a_running_day_does_either(seed: int):
    rng = random.Random(seed)
    day = two_towns(seed, orders=8)
    orders = [s.order for s in day.orders.values()]
    new = [replace(o, order_id=OrderId(f"n{o.order_id}")) for o in orders[6:]]
    own = [replace(o, depot_id=None) for o in orders[:6]]
    second = replace(a_route("V2", own[3:]), start=FAR, end=FAR)
    progress = rng.choice((Progress.DRIVING, Progress.AT_DEPOT))
    routes = [a_route("V1", own[:3], progress=progress), second]
    fleet = [day.vehicles[VehicleId(v)].vehicle for v in ("V1", "V2")]
    drivers = [a_driver("V1"), a_driver("V2")]
    running = with_south(a_day([*own, *new], fleet, drivers, routes, now_min=1))
    points = (DEPOT, FAR, *(o.point for o in (*own, *new) if o.point is not None))
    lookup = matrix_lookup(ROADS, points, running.now)
    for answer in insertions(running, new[0].order_id, ROADS, running.now, late_ok=True):
        if isinstance(answer, Candidate):
            found = check_change(running, [answer.new_route], [], lookup, running.now)
            assert hard_ones(found) == ()


def test_a_depot_that_nobody_knows_is_refused_at_the_door():
    scene = Scene().under_way()
    with pytest.raises(Refused, match="the day has no depot south"):
        scene.tell(VehicleListed(replace(a_vehicle("V9"), depot_id=SOUTH)))
    with pytest.raises(Refused, match="the day has no depot south"):
        scene.tell(OrderReceived(replace(an_order("o9"), depot_id=SOUTH)))
