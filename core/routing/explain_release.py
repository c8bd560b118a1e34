"""Why a vehicle does not take goods along that are not ready when it loads."""

from core.domain.day import Day
from core.domain.plan import Refusal
from core.routing.problem import Problem


def not_released(day: Day, problem: Problem, slot: int, task: int) -> Refusal:
    """Return when the goods are ready, when the vehicle loads, and what would make it fit."""
    who, release_s = problem.slots[slot], problem.tasks[task].release_s
    ready = day.clock(problem.instant(release_s))
    loads = day.clock(problem.instant(who.loads_s))
    by = -(-(release_s - who.loads_s) // 60)
    return Refusal(
        who.vehicle_id,
        "release",
        f"its goods are ready at {ready}, {who.vehicle_id} loads at {loads}; fits if they are "
        f"ready {by} min earlier, or if {who.vehicle_id} loads {by} min later",
    )
