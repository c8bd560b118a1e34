"""Planning an imported day: plan, check, adopt, and say what was left out and why."""

import time
from dataclasses import dataclass

from core.desk.commands import AdoptPlan
from core.desk.owner import DayOwner
from core.domain.day import Day
from core.domain.ids import PlanId
from core.domain.plan import Plan
from core.errors import NotReady
from core.routing.check import Violation, check_plan, plan_points
from core.routing.plan_times import plan_lookup
from core.routing.planner import Progress, plan_day
from core.routing.pool import SolverPool
from core.travel.protocol import TravelTimes


def price_lines(plan: Plan) -> list[str]:
    """Return what of a plan's cost is neither way nor time, where anything is asked for it."""
    what = {
        "territory": "stops outside their driver's own territory",
        "evenness": "minutes of working longer than the mean route",
        "ways": "orders served another way than their first",
    }
    return [
        f"of EUR {plan.cost_cents / 100:.2f} in all, EUR {p.cents / 100:.2f} are for {p.count} "
        f"{what[p.name]}"
        for p in plan.prices
    ]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan in force, with what the checker says of it."""

    day: Day
    plan: Plan
    violations: tuple[Violation, ...]
    seconds: float

    def lines(self) -> list[str]:
        """Return what a person is told: figures, and why the first orders were left out."""
        routes, left = self.plan.routes, self.plan.left_out
        planned = sum(len(r.order_ids()) for r in routes)
        said = [
            f"{planned} of {len(self.day.orders)} orders on {len(routes)} routes, "
            f"{len(left)} left out, {len(self.violations)} violations, {round(self.seconds, 1)} s"
        ]
        said += [f"  {line}" for line in price_lines(self.plan)]
        for one in left[:20]:
            why = one.refusals[0].sentence if one.refusals else "no vehicle is left"
            said.append(f"  {one.order_id}: {why}")
        return said

    def as_json(self) -> dict[str, object]:
        plan = self.plan
        return {
            "day_id": self.day.opened.day_id,
            "plan_id": plan.plan_id,
            "version": plan.version,
            "orders": len(self.day.orders),
            "planned": sum(len(r.order_ids()) for r in plan.routes),
            "left_out": [
                {
                    "order_id": left.order_id,
                    "reasons": [
                        {"vehicle_id": r.vehicle_id, "code": r.code, "sentence": r.sentence}
                        for r in left.refusals
                    ],
                }
                for left in plan.left_out
            ],
            "violations": [
                {
                    "code": v.code.value,
                    "hard": v.hard,
                    "vehicle_id": v.vehicle_id,
                    "order_id": v.order_id,
                    "sentence": v.sentence,
                    "amount": v.amount,
                }
                for v in self.violations
            ],
            "routes": [
                {
                    "vehicle_id": r.vehicle_id,
                    "driver_id": r.driver_id,
                    "orders": len(r.order_ids()),
                    "depart_at": self.day.local(r.depart_at).isoformat(),
                    "return_at": self.day.local(r.return_at).isoformat(),
                }
                for r in plan.routes
            ],
            "cost_cents": plan.cost_cents,
            "prices": [{"name": p.name, "count": p.count, "cents": p.cents} for p in plan.prices],
            "provider": {
                "name": plan.provider.name,
                "map_date": plan.provider.map_date,
                "digest": plan.provider.digest,
            },
            "engine": plan.engine,
            "seed": plan.seed,
            "iterations": plan.iterations,
            "reproducible": plan.reproducible,
            "seconds": round(self.seconds, 1),
        }


def plan_and_adopt(
    owner: DayOwner,
    travel: TravelTimes,
    *,
    seed: int,
    iterations: int,
    by: str,
    pool: SolverPool | None = None,
    progress: Progress | None = None,
) -> Planned:
    """Plan the owner's day and put the plan in force; the desk checks it once more."""
    day = owner.day
    if not day.orders or not day.vehicles:
        raise NotReady("the day has no orders or no vehicles to plan; import it first")
    started = time.monotonic()
    version = day.plan_version + 1
    plan = plan_day(
        day,
        travel,
        seed=seed,
        iterations=iterations,
        plan_id=PlanId(f"plan-{version}"),
        pool=pool,
        progress=progress,
    )
    owner.set_travel(travel)
    lookup = plan_lookup(day, travel, plan_points(plan.routes))
    left = [o.order_id for o in plan.left_out]
    violations = check_plan(day, plan.routes, left, lookup)
    owner.submit(AdoptPlan(plan, by))
    return Planned(owner.day, plan, violations, time.monotonic() - started)
