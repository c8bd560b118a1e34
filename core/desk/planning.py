"""Commands that set the frame: rules, the morning plan, autonomy, the kill switch."""

from core.desk.bench import Bench, written
from core.desk.commands import AdoptPlan, AdoptRules, SetAutonomy, SetKillSwitch
from core.domain.case import ExceptionType
from core.domain.day import Day
from core.domain.decision import AutonomySet, KillSwitchSet, PlanAdopted, RulesAdopted
from core.domain.plan import Progress
from core.errors import NotReady, Refused, UnknownId
from core.ledger.canonical import digest
from core.ledger.events import Unsaved
from core.routing.check import check_plan, plan_points
from core.routing.plan_times import plan_lookup

LEVELS = ("shadow", "supervised", "automatic")


def adopt_rules(day: Day, command: AdoptRules, bench: Bench) -> tuple[Unsaved, ...]:
    body = RulesAdopted(command.rules, digest(command.rules))
    if body.digest == day.rules_digest:
        return ()
    return written(day, bench, f"person:{command.by}", [body])


def adopt_plan(day: Day, command: AdoptPlan, bench: Bench) -> tuple[Unsaved, ...]:
    """Put a plan in force, unless a vehicle has left or the checker finds anything hard."""
    plan = command.plan
    gone = [r.vehicle_id for r in day.routes.values() if r.progress is not Progress.AT_DEPOT]
    if gone:
        raise Refused(f"{gone[0]} has left the depot; change its route by a proposal instead")
    if plan.version <= day.plan_version:
        raise Refused(f"plan version {plan.version} is not newer than {day.plan_version}")
    if bench.travel is None:
        raise NotReady("a plan is checked against travel times, and none are set up")
    if plan.routes:
        lookup = plan_lookup(day, bench.travel, plan_points(plan.routes))
        left_out = [left.order_id for left in plan.left_out]
        wrong = [v for v in check_plan(day, plan.routes, left_out, lookup) if v.hard]
        if wrong:
            more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
            raise Refused(f"the plan breaks a rule: {wrong[0].sentence}{more}")
    return written(day, bench, f"person:{command.by}", [PlanAdopted(plan)])


def set_autonomy(day: Day, command: SetAutonomy, bench: Bench) -> tuple[Unsaved, ...]:
    if command.exception_type not in [t.value for t in ExceptionType]:
        raise UnknownId("exception type", command.exception_type)
    if command.level not in LEVELS:
        raise Refused(f"the level {command.level!r} is none of {', '.join(LEVELS)}")
    body = AutonomySet(command.exception_type, command.level, command.by)
    return written(day, bench, f"person:{command.by}", [body])


def set_kill_switch(day: Day, command: SetKillSwitch, bench: Bench) -> tuple[Unsaved, ...]:
    if command.on == day.killed:
        return ()
    body = KillSwitchSet(command.on, command.by)
    return written(day, bench, f"person:{command.by}", [body])
