"""The verdict on a change of routes, from what it does and not from what it is called."""

from dataclasses import dataclass

from core.domain.ids import OrderId
from core.domain.option import ChangeKind, ChangeRoutes, NewRoute
from core.domain.proposal import Verdict, VerdictKind
from core.domain.ways import redirects
from core.policy.situation import JudgeContext
from core.policy.verdicts import allow, forbid, needs
from core.routing.check.loads import overloads_of_change


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change does to the orders of one route."""

    added: tuple[OrderId, ...]
    removed: tuple[OrderId, ...]
    reordered: bool


def difference(context: JudgeContext, change: NewRoute) -> Difference:
    """Compare a changed route with the one in force."""
    route = context.day.routes.get(change.vehicle_id)
    remaining = route.remaining if route is not None else ()
    before, after = [s.stop_id for s in remaining], [s.stop_id for s in change.stops]
    common = set(before) & set(after)
    had = {s.order_id for s in remaining}
    has = {s.order_id for s in change.stops}
    return Difference(
        tuple(s.order_id for s in change.stops if s.order_id and s.order_id not in had),
        tuple(s.order_id for s in remaining if s.order_id and s.order_id not in has),
        [s for s in before if s in common] != [s for s in after if s in common],
    )


def judge_change(action: ChangeRoutes, context: JudgeContext) -> Verdict:
    barred = _overloaded(action, context) or _stale(action, context)
    if barred is not None:
        return barred
    sent = redirects(context.day, (s for r in action.routes for s in r.stops))
    if sent and not context.day.rules.policy.auto_redirect:
        new, old = sent[0].way or "its first way", sent[0].before or "its first way"
        text = f"{sent[0].order_id} would be served by {new} instead of {old}; a person decides"
        return needs("redirect", text)
    if action.meetings or action.kind is ChangeKind.MOVE_AT_MEETING:
        goods = sum(len(m.order_ids) for m in action.meetings)
        text = f"{goods} orders change hands at {len(action.meetings)} meetings; a person decides"
        return needs("move_at_meeting", text)
    if action.kind is ChangeKind.MOVE_AT_DEPOT or len(action.routes) != 1:
        text = f"{len(action.routes)} drivers get another route; a person decides"
        return needs("move_between_drivers", text)
    done = difference(context, action.routes[0])
    if action.kind is ChangeKind.DROP:
        return _drop(done, context)
    if done.removed:
        text = f"{done.removed[0]} loses its stop; a person decides"
        return needs("stop_removed", text)
    if action.kind is ChangeKind.RETRY:
        return _retry(done, action.routes[0], context)
    if action.kind is ChangeKind.INSERT and not done.reordered:
        return _insert(done, action.routes[0], context)
    return _resequence(done, action.routes[0], context)


def _overloaded(action: ChangeRoutes, context: JudgeContext) -> Verdict | None:
    for change in action.routes:
        for found in overloads_of_change(context.day, change):
            text = (
                f"{change.vehicle_id} would be over its {found.dimension} {found.where}: "
                f"{found.words}; nobody can override that"
            )
            return forbid("over_capacity", text)
    return None


def _stale(action: ChangeRoutes, context: JudgeContext) -> Verdict | None:
    for change in action.routes:
        age_s = context.stale_s(change.vehicle_id)
        if age_s is None or not _moves(change, context):
            continue
        limit_s = context.day.rules.thresholds.stale_position_s
        text = (
            f"the last proof of where {change.vehicle_id} is was {age_s} s ago, the limit is "
            f"{limit_s} s; ask the driver first"
        )
        return forbid("stale_position", text)
    return None


def _moves(change: NewRoute, context: JudgeContext) -> bool:
    """Return whether more happens than the removal of stops that nobody waits for any more."""
    done = difference(context, change)
    return bool(done.added) or done.reordered or not _unwanted(done, context)


def _unwanted(done: Difference, context: JudgeContext) -> bool:
    states = [context.day.orders.get(o) for o in done.removed]
    return bool(states) and all(s is not None and not s.open for s in states)


def _drop(done: Difference, context: JudgeContext) -> Verdict:
    if done.added or done.reordered or not _unwanted(done, context):
        return needs("drop", "a stop that a customer still waits for would go; a person decides")
    names = ", ".join(done.removed)
    if not context.day.rules.policy.auto_drop_cancelled:
        return needs("drop_cancelled", f"dropping {names} is not automatic here")
    return allow("drop_cancelled", f"{names} is cancelled and nothing else moves")


def _retry(done: Difference, change: NewRoute, context: JudgeContext) -> Verdict:
    failed = [
        o
        for o in done.added
        if (state := context.day.orders.get(o)) is not None
        and state.attempt_failed
        and state.vehicle_id == change.vehicle_id
    ]
    if done.reordered or not done.added or len(failed) != len(done.added):
        return needs("retry", "more changes than a second attempt on the same route")
    rule = context.day.rules.policy.auto_retry_same_route
    if (late := _overtime(change, context)) is not None:
        return late
    return _unless_others_suffer("retry_same_route", rule, frozenset(done.added), context)


def _insert(done: Difference, change: NewRoute, context: JudgeContext) -> Verdict:
    if not done.added:
        return needs("insert", "nothing is inserted; a person decides what this is for")
    taken = {s.order_id for r in context.day.routes.values() for s in r.remaining}
    moved = [o for o in done.added if o in taken]
    if moved:
        return needs("move_between_drivers", f"{moved[0]} is on another route; a person decides")
    rule = context.day.rules.policy.auto_insert
    if (late := _overtime(change, context)) is not None:
        return late
    verdict = _unless_others_suffer("insert", rule, frozenset(done.added), context)
    if verdict.kind is not VerdictKind.ALLOW:
        return verdict
    return _own_promise(done, context) or verdict


def _overtime(change: NewRoute, context: JudgeContext) -> Verdict | None:
    """Return the verdict on more work for a driver who is back after the shift with it."""
    route = context.day.routes.get(change.vehicle_id)
    driver = context.day.drivers.get(route.driver_id) if route is not None else None
    if driver is None or change.return_at <= driver.shift.closes:
        return None
    back, ends = (context.day.clock(at) for at in (change.return_at, driver.shift.closes))
    text = f"{driver.driver_id} would be back at {back}, the shift ends at {ends}; a person decides"
    return needs("overtime", text)


def _own_promise(done: Difference, context: JudgeContext) -> Verdict | None:
    """Return the verdict on an insertion that is likely to be late itself."""
    limit = context.day.rules.thresholds.urgent_late_pct
    for risk in context.price.risks if context.price is not None else ():
        if risk.order_id in done.added and risk.p_late_pct > limit:
            text = (
                f"{risk.order_id} would be late with {risk.p_late_pct} %, limit {limit} %; "
                "a person decides"
            )
            return needs("insert_own_promise", text)
    return None


def _resequence(done: Difference, change: NewRoute, context: JudgeContext) -> Verdict:
    if done.added:
        text = f"{change.vehicle_id} gets {len(done.added)} stops more and in another order"
        return needs("resequence_with_more", f"{text}; a person decides")
    rule = context.day.rules.policy.auto_resequence or context.level() == "automatic"
    return _unless_others_suffer("resequence", rule, frozenset(), context)


def _unless_others_suffer(
    rule: str, automatic: bool, subjects: frozenset[OrderId], context: JudgeContext
) -> Verdict:
    if not automatic:
        return needs(rule, f"{rule.replace('_', ' ')} is not automatic here")
    limit = context.day.rules.policy.max_auto_collateral_pm
    collateral = context.collateral(subjects)
    if collateral is None:
        return needs(f"{rule}_unpriced", "nobody has computed what it means for other promises")
    figures = f"{collateral / 1000:.3f} promises of others more at risk, limit {limit / 1000:.3f}"
    if collateral > limit:
        return needs(f"{rule}_collateral", figures)
    return allow(rule, figures)
