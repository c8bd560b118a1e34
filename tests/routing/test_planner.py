"""The morning's plan on a small day."""

from core.domain.ids import OrderId, PlanId
from core.routing.planner import plan_day
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_vehicle, an_order, east

ROADS = EstimateTravel("UTC")


def test_every_order_is_planned_once_or_left_out_with_a_reason_per_vehicle():
    orders = [an_order(f"o{i}", east(400 * i, 300 * (i % 3))) for i in range(1, 9)]
    odd = an_order("odd", needs=["crane"])
    day = a_day([*orders, odd], [a_vehicle("V1"), a_vehicle("V2")], [a_driver("V1")])
    plan = plan_day(day, ROADS, seed=1, iterations=30, plan_id=PlanId("p"))
    assert sorted(o for r in plan.routes for o in r.order_ids()) == sorted(
        o.order_id for o in orders
    )
    (left,) = plan.left_out
    assert left.order_id == OrderId("odd")
    assert [r.code for r in left.refusals] == ["skill", "no_driver"]
    assert plan == plan_day(day, ROADS, seed=1, iterations=30, plan_id=PlanId("p"))
