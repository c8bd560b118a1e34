"""A day of far more orders than fit: those who matter go first, and everybody has a reason."""

from collections import Counter

import pytest

from core.domain.day import Day
from core.domain.ids import PlanId
from core.domain.order import Priority
from core.domain.plan import Plan
from core.routing.planner import plan_day
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_vehicle, an_order, east

KINDS = (Priority.STANDARD,) * 28 + (Priority.EXPRESS, Priority.VIP)


def a_full_day() -> Day:
    """Two vans and a bike that comes back, with 1,200 orders; every tenth needs what nobody has."""
    orders = [
        an_order(
            f"o{i:04}",
            east(131 * i % 5003 - 2500, 197 * i % 4007 - 2000),
            closes_min=330 if i % 7 else 120,
            needs=["crane"] if i % 10 == 3 else [],
            priority=KINDS[i % len(KINDS)],
        )
        for i in range(1200)
    ]
    fleet = [a_vehicle("V1"), a_vehicle("V2"), a_vehicle("B1", parcels=9, can_reload=True)]
    drivers = [a_driver(v.vehicle_id, rest_min=(150, 220, 30)) for v in fleet]
    return a_day(orders, fleet, drivers)


def planned(iterations: int, told: list[str]) -> Plan:
    return plan_day(
        a_full_day(),
        EstimateTravel("UTC"),
        seed=1,
        iterations=iterations,
        plan_id=PlanId("p"),
        progress=told.append,
    )


@pytest.mark.slow  # a compiled search over 1,200 places, twice
@pytest.mark.parametrize("iterations", [0, 10])
def test_every_order_of_a_full_day_is_planned_or_has_a_reason_for_each_vehicle(iterations: int):
    told: list[str] = []
    plan = planned(iterations, told)
    day = a_full_day()
    served = [o for r in plan.routes for o in r.order_ids()]
    out = [o.order_id for o in plan.left_out]
    assert sorted([*served, *out]) == sorted(day.orders)
    assert len(served) > 60
    for one in plan.left_out:
        assert [r.vehicle_id for r in one.refusals] == ["B1", "V1", "V2"]
        assert all(r.sentence for r in one.refusals)
    codes = Counter(r.code for one in plan.left_out for r in one.refusals)
    assert codes["skill"] == 3 * 120
    assert {"shift", "window", "skill"} <= set(codes)
    assert any("giving reasons: 500 of" in words for words in told)
    assert plan == planned(iterations, [])


@pytest.mark.slow  # a compiled search over 1,200 places
@pytest.mark.parametrize("iterations", [0, 10])
def test_who_matters_more_is_served_before_those_who_do_not(iterations: int):
    plan = planned(iterations, [])
    day = a_full_day()
    served = {o for r in plan.routes for o in r.order_ids()}
    able = [s.order for s in day.orders.values() if not s.order.needs]
    share = {
        kind: sum(o.order_id in served for o in able if o.priority is kind)
        / sum(o.priority is kind for o in able)
        for kind in Priority
    }
    assert share[Priority.VIP] > 0.9
    assert share[Priority.EXPRESS] > 2 * share[Priority.STANDARD]
