"""Orders that may wait: served today only where that is worth it."""

from dataclasses import replace

import pytest

from core.domain.day import Day
from core.domain.ids import OrderId, PlanId
from core.domain.order import Load, Order
from core.domain.plan import Plan, Refusal
from core.routing.build import morning
from core.routing.planner import plan_day
from core.routing.repair import RepairRequest, repair
from core.routing.start import places
from core.routing.walk import of_slot
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east, minute

ROADS = EstimateTravel("UTC")
FAR = OrderId("far")


def near(count: int) -> list[Order]:
    return [an_order(f"o{n}", east(200 * n + 100)) for n in range(count)]


def a_morning(prize_cents: int | None, *, parcels: int = 200) -> Day:
    """Six orders on the way east, and one 15 km out: some 44 km and an hour there and back."""
    far = replace(an_order("far", east(15_000)), prize_cents=prize_cents)
    return a_day([*near(6), far], [a_vehicle("V1", parcels=parcels)], [a_driver("V1")])


def planned(day: Day, iterations: int = 20) -> Plan:
    return plan_day(day, ROADS, seed=1, iterations=iterations, plan_id=PlanId("p"))


def out(plan: Plan) -> list[OrderId]:
    return [o.order_id for o in plan.left_out]


@pytest.mark.parametrize("iterations", [0, 20])
@pytest.mark.parametrize(
    ("prize_cents", "left"), [(None, []), (1000, ["far"]), (10_000, []), (0, ["far"])]
)
def test_the_way_out_costs_more_than_ten_euros_and_less_than_a_hundred(
    prize_cents: int | None, left: list[str], iterations: int
):
    assert out(planned(a_morning(prize_cents), iterations)) == left


def test_what_it_would_cost_stands_beside_the_prize():
    """44 km at 32 ct are 14.16; 13 minutes of driving and service each way come to about 16."""
    plan = planned(a_morning(1000))
    ((reason,),) = [o.refusals for o in plan.left_out]
    assert reason.code == "prize"
    assert reason.sentence.startswith("V1 could bring it for EUR 2")
    assert reason.sentence.endswith("more; its prize is EUR 10.00; fits for that")


def test_who_may_wait_makes_room_for_who_is_owed():
    small = [replace(o, prize_cents=100_000) for o in near(3)]
    big = an_order("big", east(900), load=Load(parcels=3))
    day = a_day([*small, big], [a_vehicle("V1", parcels=4)], [a_driver("V1")])
    plan = planned(day)
    assert OrderId("big") not in out(plan)
    assert len(out(plan)) == 2


@pytest.mark.parametrize("seed", range(4))
def test_in_a_plan_everybody_is_worth_their_way_and_nobody_left_out_would_be(seed: int):
    orders = [
        replace(
            an_order(f"o{n:02}", east(500 * (n % 9) - 2000, 700 * (n % 7) - 2000)),
            prize_cents=None if n % 3 else 25 * (n + seed),
        )
        for n in range(30)
    ]
    vans = [a_vehicle("V1"), a_vehicle("V2", parcels=9)]
    day = a_day(orders, vans, [a_driver("V1", shift_min=(0, 120)), a_driver("V2")])
    plan = plan_day(day, ROADS, seed=seed, iterations=20, plan_id=PlanId("p"))
    problem, left = morning(day, ROADS), set(out(plan))
    rows = {
        problem.slot_of(r.vehicle_id): tuple(problem.task_of(o) for o in r.order_ids())
        for r in plan.routes
    }
    for slot in range(len(problem.slots)):
        row = rows.get(slot, ())
        cost = int(of_slot(problem, slot, [row]).cost_mc[0])
        for task in row:
            less = of_slot(problem, slot, [tuple(t for t in row if t != task)])
            saved = cost - int(less.cost_mc[0])
            assert saved <= problem.tasks[task].prize_mc or not bool(less.feasible[0])
        for order_id in left:
            task = problem.task_of(order_id)
            walked = of_slot(problem, slot, places(problem, slot, row, task))
            for added, fits in zip(walked.cost_mc - cost, walked.feasible, strict=True):
                assert not fits or added > problem.tasks[task].prize_mc


def test_a_repair_does_not_take_in_what_is_not_worth_it():
    owed = near(3)
    far = replace(an_order("far", east(15_000)), prize_cents=1000)
    day = a_day([*owed, far], [a_vehicle("V1")], [a_driver("V1")], [a_route("V1", owed)])
    request = RepairRequest((day.routes[next(iter(day.routes))].vehicle_id,), (FAR,))
    for made in repair(day, ROADS, minute(0), request, seed=1, iterations=3):
        ((reason,),) = [o.refusals for o in made.unserved]
        assert isinstance(reason, Refusal)
        assert reason.code == "prize"
