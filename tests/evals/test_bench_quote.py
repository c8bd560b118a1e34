"""The quote benchmark on a small day: it asks what it says it asks."""

from datetime import timedelta

from core.domain.ids import PlanId
from core.routing.build import middle_of_day
from core.routing.check import check_plan, plan_points
from core.routing.planner import plan_day
from core.travel.estimate import EstimateTravel
from core.travel.lookup import matrix_lookup
from evals.bench.quote import a_day, adopted, lines, measured, on_the_road, run


def test_the_day_asked_about_is_a_planned_one_and_later_one_on_the_road():
    day, travel = a_day(40, 4, 3), EstimateTravel("UTC")
    plan = plan_day(day, travel, seed=3, iterations=0, plan_id=PlanId("p"))
    left = [o.order_id for o in plan.left_out]
    lookup = matrix_lookup(travel, plan_points(plan.routes), middle_of_day(day))
    assert check_plan(day, plan.routes, left, lookup) == ()
    waiting = adopted(day, plan)
    later = on_the_road(waiting, max(r.depart_at for r in plan.routes) + timedelta(hours=2))
    assert sum(len(r.remaining) for r in later.routes.values()) < sum(
        len(r.remaining) for r in waiting.routes.values()
    )


def test_figures_are_of_fresh_processes_and_name_both_moments():
    report = run(stops=30, vehicles=3, quotes=5, processes=1, seed=2)
    assert [a.moment for a in report.asked] == ["at the depot", "on the road"]
    assert all(a.windows > 3 and a.p50_ms <= a.p95_ms <= a.worst_ms for a in report.asked)
    assert lines(report)[-1].startswith("p95 under 50 ms")
    assert measured(30, 3, 5, 2)[0].stops == report.asked[0].stops
