"""Who is left out of a morning in which not all fit."""

import random
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import PlanId
from core.domain.order import Load, Priority
from core.domain.plan import Plan
from core.routing.build import morning
from core.routing.planner import plan_day
from core.routing.walk import of_slot
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_vehicle, an_order, east

ROADS = EstimateTravel("UTC")
RANKS = {Priority.STANDARD: 1, Priority.EXPRESS: 2, Priority.VIP: 3}


def planned(day: Day, iterations: int = 0) -> Plan:
    return plan_day(day, ROADS, seed=1, iterations=iterations, plan_id=PlanId("p"))


def a_full_day(seed: int, vans: int = 2) -> Day:
    """A day with room for about half of the parcels."""
    rng = random.Random(seed)
    orders = [
        an_order(
            f"o{n:02}",
            east(rng.randint(-5000, 5000), rng.randint(-5000, 5000)),
            opens_min=rng.choice((0, 0, 60)),
            closes_min=rng.choice((120, 330)),
            load=Load(rng.randint(4, 9)),
            priority=rng.choice(tuple(Priority)),
        )
        for n in range(14)
    ]
    names = [f"V{n + 1}" for n in range(vans)]
    fleet = [a_vehicle(name, parcels=24) for name in names]
    return a_day(orders, fleet, [a_driver(name, rest_min=(90, 200, 30)) for name in names])


def test_with_room_for_one_it_is_the_one_that_matters_most():
    orders = [
        an_order("near", east(500), load=Load(8)),
        an_order("dear", east(4000), load=Load(8), priority=Priority.VIP),
        an_order("fast", east(900), load=Load(8), priority=Priority.EXPRESS),
    ]
    day = a_day(orders, [a_vehicle("V1", parcels=10)], [a_driver("V1")])
    for iterations in (0, 20):
        plan = planned(day, iterations)
        assert [o for r in plan.routes for o in r.order_ids()] == ["dear"]
        assert [o.order_id for o in plan.left_out] == ["fast", "near"]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_nobody_is_left_out_for_the_sake_of_one_who_matters_less(seed: int):
    day = a_full_day(seed)
    plan, problem = planned(day), morning(day, ROADS)
    rank = {o: RANKS[state.order.priority] for o, state in day.orders.items()}
    served = [o for r in plan.routes for o in r.order_ids()]
    assert sorted([*served, *(o.order_id for o in plan.left_out)]) == sorted(day.orders)
    assert plan.left_out
    for left, route in product(plan.left_out, plan.routes):
        slot = problem.slot_of(route.vehicle_id)
        row = [problem.task_of(o) for o in route.order_ids()]
        task = problem.task_of(left.order_id)
        for place, other in enumerate(route.order_ids()):
            if rank[other] < rank[left.order_id]:
                rest = [*row[:place], *row[place + 1 :]]
                rows = [[*rest[:i], task, *rest[i:]] for i in range(len(rest) + 1)]
                assert not of_slot(problem, slot, rows).feasible.any()


def test_a_day_into_which_all_fit_is_planned_as_ever():
    orders = [an_order(f"o{n}", east(300 * n), priority=Priority.VIP) for n in range(1, 6)]
    day = a_day(orders, [a_vehicle("V1")], [a_driver("V1")])
    assert planned(day).left_out == ()
