"""Compares what the detectors find with the open cases: what opens, changes and closes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.case import Case, CaseStatus, DeliveryException, ExceptionType
from core.domain.day import Day
from core.domain.ids import CaseId, VehicleId
from core.domain.position import Positions
from core.eta.forecast import live
from core.eta.going import Answers
from core.tower.battery import batteries_low
from core.tower.cluster import Cluster, at_stake_cents, cluster, deadline, title
from core.tower.contact import contacts, waiting_customers
from core.tower.forecasts import drifted_forecasts
from core.tower.late import late_routes
from core.tower.look import PRESUMED, Look, look
from core.tower.orders import cancelled_orders, failed_attempts, urgent_orders
from core.tower.quiet import improvements
from core.tower.road import causes, road_incidents, snarls
from core.tower.settled import knows_it_goes_back
from core.tower.vehicle import breakdowns
from core.travel.protocol import TravelTimes

# New evidence starts another attempt at a case only when the stake moved by half, and by 3 euros.
MATERIAL_SHARE = 0.5
MATERIAL_CENTS = 300


@dataclass(frozen=True, slots=True)
class Findings:
    """What the tower found: the arguments of a `RecordFindings` command."""

    opened: tuple[Case, ...] = ()
    changed: tuple[Case, ...] = ()
    closed: tuple[tuple[CaseId, str], ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.opened or self.changed or self.closed)


def watch(
    day: Day,
    travel: TravelTimes,
    positions: Positions,
    now: datetime,
    *,
    seed: int,
    answers: Answers | None = None,
) -> Findings:
    """Return how the cases of the day should change, given everything known at `now`.

    One case for each root cause. Cases that are being resolved or snoozed stay as they are until
    something joins them (or the trouble grows in spite of what was decided), or until the facts
    show that they are over.
    """
    seen = look(day, travel, positions, now, seed=seed, answers=answers)
    roads = live(travel, seen.day)
    clusters = detected(seen)
    free = {
        case.case_id: case
        for case in day.open_cases()
        if case.type is not ExceptionType.REQUEST  # no detector found it, so none sees it end
    }
    opened: list[Case] = []
    changed: list[Case] = []
    fresh: list[Cluster] = []
    for group in clusters:
        case = _match(group, free.values())
        if case is None:
            fresh.append(group)
            continue
        del free[case.case_id]
        others = {
            v for g in clusters if g is not group for e in g.exceptions for v in e.vehicle_ids
        }
        after = _renewed(seen, case, group, roads, others)
        if after is not None:
            changed.append(after)
    for count, group in enumerate(fresh, start=len(day.cases) + 1):
        opened.append(_opened(seen, group, count, roads))
    closed = tuple(
        (case_id, _why_over(seen, case, clusters)) for case_id, case in sorted(free.items())
    )
    return Findings(tuple(opened), tuple(changed), closed)


def detected(seen: Look) -> tuple[Cluster, ...]:
    """Return everything that departs from the plan, by root cause."""
    late = late_routes(seen)
    late_riders = frozenset(v for e in late for v in e.vehicle_ids)
    held_up = snarls(seen, late_riders, waiting_customers(seen))
    found = (
        *road_incidents(seen, held_up),
        *breakdowns(seen),
        *batteries_low(seen),
        *urgent_orders(seen),
        *cancelled_orders(seen),
        *failed_attempts(seen),
        *late,
        *contacts(seen, late_riders),
        *improvements(seen),
        *drifted_forecasts(seen),
    )
    return cluster(found, causes(held_up))


def _match(group: Cluster, cases: Iterable[Case]) -> Case | None:
    """Return the open case about the same cause.

    A jam keeps its case when it is reported after being presumed, or presumed by another rider.
    """
    candidates = sorted(cases, key=lambda c: c.case_id)
    for case in candidates:
        if case.cause == group.cause:
            return case
    if group.root.type is ExceptionType.ROAD_INCIDENT:
        riders = {v for e in group.exceptions for v in e.vehicle_ids}
        for case in candidates:
            if case.cause.startswith(f"incident:{PRESUMED}") and riders & set(case.vehicle_ids()):
                return case
    return None


def _opened(seen: Look, group: Cluster, count: int, roads: TravelTimes) -> Case:
    return Case(
        case_id=CaseId(f"C-{count}"),
        cause=group.cause,
        title=title(seen, group),
        exceptions=group.exceptions,
        opened_at=seen.now,
        status=CaseStatus.OPEN,
        revision=1,
        waiting_cents=at_stake_cents(seen, group),
        deadline_at=deadline(seen, group, roads),
        foreseen=seen.foreseen,
    )


def _members(exceptions: Sequence[DeliveryException]) -> frozenset[tuple[str, str]]:
    """Return what a case is about. The orders of a late route come and go with every minute and
    are left out; its riders are not."""
    return frozenset(
        (e.exception_id, member) for e in exceptions for member in ("", *e.vehicle_ids)
    )


def _news(case: Case, group: Cluster) -> frozenset[tuple[str, str]]:
    """Return what joined a case. A rider of the case who gets from the way there into the snarl
    is no news."""
    riders = {str(v) for v in case.vehicle_ids()}
    snarl = group.root.exception_id if group.root.type is ExceptionType.ROAD_INCIDENT else None
    joined = _members(group.exceptions) - _members(case.exceptions)
    return frozenset((e, m) for e, m in joined if e != snarl or m not in riders)


def _renewed(
    seen: Look, case: Case, group: Cluster, roads: TravelTimes, others: Collection[VehicleId]
) -> Case | None:
    """Return the case with what is new; None when nothing of weight is.

    Something that joined, a stake that grew, or a rider who left for the case of another of
    `others` starts another attempt. What merely left, or moved within the case, updates it as it
    stands.
    """
    joined = _news(case, group)
    moved = _members(case.exceptions) != _members(group.exceptions)
    grown = _grown(_stake_seen(case.exceptions), _stake_seen(group.exceptions))
    if case.status in (CaseStatus.RESOLVING, CaseStatus.SNOOZED):
        moved = False
    riders = {v for e in group.exceptions for v in e.vehicle_ids}
    lent = any(v in others and v not in riders for v in case.vehicle_ids()) and moved
    if not (joined or moved or grown):
        return None
    again = bool(joined or grown or lent)
    return replace(
        case,
        cause=group.cause,
        title=title(seen, group),
        exceptions=group.exceptions,
        status=CaseStatus.OPEN if again else case.status,
        revision=case.revision + 1 if again else case.revision,
        waiting_cents=at_stake_cents(seen, group) if again else case.waiting_cents,
        deadline_at=deadline(seen, group, roads) if again else case.deadline_at,
        snoozed_until=None if again else case.snoozed_until,
        note="" if again else case.note,
        foreseen=seen.foreseen if again else case.foreseen,
    )


def _stake_seen(exceptions: Sequence[DeliveryException]) -> int:
    """Return the cents that the evidence of late routes speaks of."""
    return sum(x.value or 0 for e in exceptions for x in e.evidence if x.unit == "cents")


def _grown(before: int, after: int) -> bool:
    return after - before >= max(MATERIAL_CENTS, round(before * MATERIAL_SHARE))


_OVER = {
    ExceptionType.LATE_ROUTE: "the route is expected inside its promises again",
    ExceptionType.ROAD_INCIDENT: "no rider is held up by it any more",
    ExceptionType.VEHICLE_BREAKDOWN: "the vehicle runs again, or owes no delivery",
    ExceptionType.BATTERY_LOW: "the battery lasts for the rest of the route",
    ExceptionType.URGENT_ORDER: "the order is taken care of",
    ExceptionType.CANCELLED_ORDER: "no driver goes there any more",
    ExceptionType.FAILED_ATTEMPT: "a second attempt is planned, or the goods are back",
    ExceptionType.CUSTOMER_CONTACT: "the customer has an answer, or the goods",
    ExceptionType.IMPROVEMENT: "the routes are changed, or stay as they are",
    ExceptionType.FORECAST_DRIFT: "the model of arrival times is inside its bounds again",
}


def _why_over(seen: Look, case: Case, clusters: Sequence[Cluster]) -> str:
    """Return why a case is over, from the facts where they say it in a word."""
    day = seen.day
    if case.type is ExceptionType.URGENT_ORDER:
        order_id = case.exceptions[0].order_ids[0]
        route = day.route_of(order_id)
        if route is not None:
            return f"order {order_id} is on {route.vehicle_id}"
        return f"order {order_id} is {day.orders[order_id].status}"
    if case.type is ExceptionType.FAILED_ATTEMPT:
        return _why_settled(day, case)
    same = {e.exception_id for e in case.exceptions}
    for group in clusters:
        if same & {e.exception_id for e in group.exceptions}:
            return f"goes on as part of: {title(seen, group)}"
    return _OVER[case.type]


def _why_settled(day: Day, case: Case) -> str:
    """Return how a failed attempt ended: tried again, taken back, or not worth more."""
    order_id = case.exceptions[0].order_ids[0]
    state = day.orders[order_id]
    if state.attempt_failed and day.route_of(order_id) is None and state.vehicle_id is not None:
        words = f"{state.vehicle_id} brings it back to the depot"
        if knows_it_goes_back(day, order_id):
            return f"{words}, and the customer knows"
        return f"{words}. {case.note}" if case.note else words
    return _OVER[ExceptionType.FAILED_ATTEMPT]
