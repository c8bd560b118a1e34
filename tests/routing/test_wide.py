"""Repairs of many vehicles at once: the compiled search behind the same door."""

import pytest

from core.domain.ids import OrderId, VehicleId
from core.domain.plan import StopKind
from core.routing.build import rest_of_day
from core.routing.engine_midday import NAME
from core.routing.repair import ENGINE, Repaired, RepairRequest, repair
from core.routing.search import Search, insert_soft
from core.routing.wide import WIDE, is_wide, mended
from tests.routing.test_repair import NOW, ROADS, a_running_day, all_vehicles, hard


def breakdown(*, vehicles: int = WIDE + 1, iterations: int = 1) -> tuple[Repaired, ...]:
    """Return repairs after V0 broke down with six orders on board."""
    day = a_running_day(vehicles=vehicles, per=6, down="V0")
    orphans = tuple(OrderId(f"o0{i}") for i in range(6))
    request = RepairRequest(all_vehicles(day), (*orphans, OrderId("new")))
    return repair(day, ROADS, NOW, request, seed=1, iterations=iterations)


def test_many_vehicles_are_searched_by_the_compiled_engine_and_few_are_not():
    assert {r.engine for r in breakdown()} == {NAME}
    assert {r.engine for r in breakdown(vehicles=4)} == {ENGINE}


def test_goods_of_a_van_that_is_down_are_met_and_nothing_hard_is_broken():
    day = a_running_day(vehicles=WIDE + 1, per=6, down="V0")
    for result in breakdown():
        assert result.unserved == ()
        met = sorted(o for m in result.meetings for o in m.order_ids)
        assert met == [f"o0{i}" for i in range(6)]
        assert hard(day, result) == []
        served = [
            s.order_id
            for c in result.changes
            for s in c.stops
            if s.order_id is not None and s.kind is StopKind.DELIVER
        ]
        assert len(served) == len(set(served))
        for change in result.changes:
            route = day.routes[change.vehicle_id]
            if change.vehicle_id != VehicleId("V0"):
                assert change.stops[: route.frozen] == route.remaining[: route.frozen]


def test_plans_lie_along_the_dial_of_stability():
    results = breakdown(iterations=2)
    by_cost = sorted(results, key=lambda r: r.cost_cents)
    assert len(results) >= 2
    assert by_cost[0].moved == max(r.moved for r in results)
    assert min(r.moved for r in results) < max(r.moved for r in results)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("moved_mc", [0, 40_000])
def test_it_is_never_worse_than_insertion_and_the_same_every_time(seed: int, moved_mc: int):
    day = a_running_day(vehicles=WIDE, per=5, seed=seed)
    problem = rest_of_day(day, ROADS, NOW, orphan_ids=(OrderId("new"),))
    new = problem.task_of(OrderId("new"))
    assert is_wide(problem)
    exact = Search(problem, [new], moved_mc)
    start, left = insert_soft(exact, tuple(s.sequence for s in problem.slots), [new])
    rows, without = mended(problem, [new], moved_mc, seed=seed, iterations=1)
    assert (len(without), exact.total(rows)) <= (len(left), exact.total(start))
    assert mended(problem, [new], moved_mc, seed=seed, iterations=1) == (rows, without)
