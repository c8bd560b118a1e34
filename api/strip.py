"""The figures above the board."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from api.outlook import Outlook
from api.schemas import Kpi
from core.domain.day import Day, OrderState
from core.domain.decision import PlanAdopted
from core.domain.ids import OrderId
from core.domain.order import SERVED, OrderStatus
from core.domain.plan import Plan
from core.domain.time import seconds_between
from core.ledger.events import Event


def last_plan(events: Iterable[Event]) -> Plan | None:
    plan = None
    for event in events:
        if isinstance(event.body, PlanAdopted):
            plan = event.body.plan
    return plan


def planned_on_time_pct(day: Day, plan: Plan | None) -> int:
    """Return the share of promises that the plan would keep, by its own times."""
    if plan is None:
        return 0
    owed = kept = 0
    for route in plan.routes:
        for stop in route.stops:
            if stop.order_id is not None and stop.order_id in day.orders:
                owed += 1
                kept += stop.arrive_at <= day.orders[stop.order_id].order.promise.closes
    owed += sum(1 for left in plan.left_out if left.order_id in day.orders)
    return _share(kept, owed)


def at_doors(day: Day) -> dict[OrderId, datetime]:
    """Return when somebody stood at the door of each order that was visited, where it was seen."""
    found: dict[OrderId, datetime] = {}
    for trip in day.trips.values():
        for passed in trip.passed:
            if passed.order_id is not None and passed.reached_at is not None:
                seen = found.get(passed.order_id, passed.reached_at)
                found[passed.order_id] = max(seen, passed.reached_at)
    return found


def missed(state: OrderState, outlook: Outlook, doors: Mapping[OrderId, datetime]) -> bool:
    """Whether the promise is broken already: late at the door, refused, or over and not there."""
    if state.status in SERVED:
        there = doors.get(state.order.order_id, state.ended_at)
        return there is not None and there > state.promise.closes
    if state.status is OrderStatus.REFUSED:
        return True
    if state.cancelled:
        return False
    if state.attempt_failed:
        return False
    return outlook.now > state.promise.closes


def kpi(day: Day, outlook: Outlook, plan: Plan | None) -> Kpi:
    """Return the strip. Cancelled orders are owed nothing; failed attempts were kept promises."""
    threshold = day.rules.thresholds.late_p_pct
    owed = [s for _, s in sorted(day.orders.items()) if not s.cancelled]
    doors = at_doors(day)
    broken = [s for s in owed if missed(s, outlook, doors)]
    gone = {s.order.order_id for s in broken}
    risky = [
        s
        for s in owed
        if s.open
        and s.order.order_id not in gone
        and s.order.order_id in outlook.orders
        and outlook.orders[s.order.order_id].p_late_pct >= threshold
    ]
    loose = [s for s in day.unassigned() if s.order.order_id not in gone and s.urgent]
    return Kpi(
        on_time_pct=_share(len(owed) - len(broken) - len(risky) - len(loose), len(owed)),
        plan_on_time_pct=planned_on_time_pct(day, plan),
        at_risk=len(risky) + len(loose),
        broken=len(broken),
        delivered=sum(1 for s in owed if s.status in SERVED),
        failed=sum(1 for s in owed if s.attempt_failed),
        open=sum(1 for s in owed if s.open),
        orders=len(owed),
        cost_delta_cents=_cost_delta(day, outlook, broken, plan),
    )


def _cost_delta(day: Day, outlook: Outlook, broken: list[OrderState], plan: Plan | None) -> int:
    costs = day.rules.costs
    total = sum(costs.broken(s.order.priority).cents for s in broken)
    gone = {s.order.order_id for s in broken}
    for order_id, expected in sorted(outlook.orders.items()):
        if order_id not in gone and order_id in day.orders:
            price = costs.broken(day.orders[order_id].order.priority).cents
            total += price * expected.p_late_pct / 100
    total += costs.contact.cents * len(day.contacts)
    total += costs.failed_attempt.cents * sum(1 for s in day.orders.values() if s.attempt_failed)
    total += sum(t.price_cents for t in day.tenders.values() if t.accepted)
    planned = {r.vehicle_id: r.return_at for r in plan.routes} if plan is not None else {}
    for vehicle_id, return_at in outlook.returns.items():
        if vehicle_id in planned:
            over_s = seconds_between(planned[vehicle_id], return_at)
            total += costs.driver_minute.cents * over_s / 60
    return round(total)


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 100
