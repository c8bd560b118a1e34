"""Mending the rest of a day: nothing lost, nothing frozen touched, goods stay where they are."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.plan import Progress, StopKind
from core.routing.build import rest_of_day
from core.routing.check import change_points, check_change, hard_ones
from core.routing.moved import kept_in_order
from core.routing.pool import SolverPool
from core.routing.repair import Repaired, RepairRequest, repair, resequence
from core.routing.search import Search, insert_soft
from core.travel.estimate import EstimateTravel
from core.travel.lookup import matrix_lookup
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east, minute

ROADS = EstimateTravel("UTC")
NOW = minute(1)


def a_running_day(*, vehicles: int = 3, per: int = 5, seed: int = 0, down: str = "") -> Day:
    rng = random.Random(seed)
    orders = [
        an_order(
            f"o{v}{i}",
            east(rng.randint(-3000, 3000), rng.randint(-3000, 3000)),
            closes_min=rng.choice([60, 120, 300]),
        )
        for v in range(vehicles)
        for i in range(per)
    ]
    routes = [
        a_route(f"V{v}", orders[v * per : (v + 1) * per], progress=Progress.DRIVING)
        for v in range(vehicles)
    ]
    names = [f"V{v}" for v in range(vehicles)]
    day = a_day(
        [*orders, an_order("new", east(900, 200))],
        [a_vehicle(n) for n in names],
        [a_driver(n) for n in names],
        routes,
        now_min=1,
    )
    if down:
        state = replace(
            day.vehicles[VehicleId(down)],
            down_since=minute(0),
            down_cause="engine",
            point=east(700),
        )
        day = replace(day, vehicles={**day.vehicles, VehicleId(down): state})
    return day


def hard(day: Day, result: Repaired) -> list[str]:
    lookup = matrix_lookup(ROADS, change_points(day, result.changes), NOW)
    found = check_change(day, result.changes, result.meetings, lookup, NOW)
    return [v.sentence for v in hard_ones(found)]


def all_vehicles(day: Day) -> tuple[VehicleId, ...]:
    return tuple(sorted(day.routes))


def test_a_route_in_a_bad_order_is_resequenced_and_keeps_its_first_stop():
    orders = [an_order(f"o{i}", east(900 * i)) for i in (1, 5, 2, 4, 3)]
    route = a_route("V1", orders, progress=Progress.DRIVING)
    day = a_day(orders, [a_vehicle("V1")], [a_driver("V1")], [route], now_min=1)
    better = resequence(day, VehicleId("V1"), ROADS, NOW)
    (change,) = better.changes
    assert change.stops[0].order_id == "o1"
    assert better.moved <= 3
    present = resequence(day, VehicleId("V1"), ROADS, NOW, moved_stop_cents=100_000)
    assert present.changes == ()
    assert better.cost_cents < present.cost_cents


def test_one_stop_that_is_put_elsewhere_counts_as_one():
    assert kept_in_order([3, 0, 1, 2]) == 3
    assert kept_in_order([0, 1, 2]) == 3


def test_the_goods_of_a_van_that_is_down_are_met_at_the_van():
    day = a_running_day(down="V2")
    orphans = tuple(OrderId(f"o2{i}") for i in range(5))
    results = repair(
        day, ROADS, NOW, RepairRequest(all_vehicles(day), orphans), seed=1, iterations=3
    )
    for result in results:
        assert result.unserved == ()
        assert sorted(o for m in result.meetings for o in m.order_ids) == sorted(orphans)
        assert all(m.giver == "V2" and m.point == east(700) for m in result.meetings)
        standing = next(c for c in result.changes if c.vehicle_id == "V2")
        assert {s.kind for s in standing.stops} == {StopKind.MEET}
        assert hard(day, result) == []


def test_without_meetings_the_goods_of_a_van_that_is_down_stay_there():
    day = a_running_day(down="V2")
    request = RepairRequest(all_vehicles(day), (OrderId("o20"),), meetings=False)
    result = repair(day, ROADS, NOW, request, seed=1, iterations=1)[0]
    assert [r.code for r in result.unserved[0].refusals] == ["frozen", "frozen"]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), per=st.integers(2, 6))
def test_no_order_is_lost_or_doubled_and_nothing_frozen_moves(seed: int, per: int):
    day = a_running_day(per=per, seed=seed)
    request = RepairRequest(all_vehicles(day), (OrderId("new"),), moved_stop_cents=40)
    for result in repair(day, ROADS, NOW, request, seed=seed, iterations=2):
        after = {c.vehicle_id: c.stops for c in result.changes}
        for vehicle_id, route in day.routes.items():
            stops = after.get(vehicle_id, route.remaining)
            assert stops[: route.frozen] == route.remaining[: route.frozen]
            own = {s.order_id for s in stops if s.order_id} - {"new"}
            assert own == route.on_board
        served = [s.order_id for stops in after.values() for s in stops if s.order_id == "new"]
        assert len(served) == 1
        assert hard(day, result) == []


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_repair_is_never_worse_than_insertion(seed: int):
    day = a_running_day(seed=seed)
    problem = rest_of_day(day, ROADS, NOW, orphan_ids=(OrderId("new"),))
    search = Search(problem, [problem.task_of(OrderId("new"))], 0)
    start, _ = insert_soft(
        search, tuple(s.sequence for s in problem.slots), [problem.task_of(OrderId("new"))]
    )
    request = RepairRequest(all_vehicles(day), (OrderId("new"),))
    best = repair(day, ROADS, NOW, request, seed=seed, iterations=2)[0]
    assert best.cost_cents <= round(search.total(start) / 1000)


def test_two_spawned_processes_give_the_same_repair():
    day = a_running_day()
    request = RepairRequest(all_vehicles(day), (OrderId("new"),))
    with SolverPool(1) as one, SolverPool(1) as other:
        first = repair(day, ROADS, NOW, request, seed=3, iterations=4, pool=one)
        second = repair(day, ROADS, NOW, request, seed=3, iterations=4, pool=other)
    assert first == second == repair(day, ROADS, NOW, request, seed=3, iterations=4)
