"""Groups exceptions by root cause: what one case is about, its title, its stake, its deadline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.domain.case import DeliveryException, ExceptionType
from core.domain.depots import source_of
from core.domain.ids import IncidentId, OrderId
from core.domain.time import seconds_between
from core.tower.late import MEMBER_PCT, LateRisk, route_risks
from core.tower.look import Look
from core.tower.stakes import lateness_cents, stake
from core.travel.protocol import UNREACHABLE, TravelTimes

# The root cause comes first: a case has the type of its first exception.
_ROOTS = (
    ExceptionType.ROAD_INCIDENT,
    ExceptionType.VEHICLE_BREAKDOWN,
    ExceptionType.BATTERY_LOW,
    ExceptionType.URGENT_ORDER,
    ExceptionType.CANCELLED_ORDER,
    ExceptionType.FAILED_ATTEMPT,
    ExceptionType.LATE_ROUTE,
    ExceptionType.CUSTOMER_CONTACT,
    ExceptionType.IMPROVEMENT,
    ExceptionType.FORECAST_DRIFT,
)


_UNSERVED = (
    ExceptionType.URGENT_ORDER,
    ExceptionType.VEHICLE_BREAKDOWN,
    ExceptionType.BATTERY_LOW,
)
"""Whose orders nobody reaches if nothing is done."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Exceptions with one root cause, the root first."""

    cause: str
    exceptions: tuple[DeliveryException, ...]

    @property
    def root(self) -> DeliveryException:
        return self.exceptions[0]

    def of(self, kind: ExceptionType) -> tuple[DeliveryException, ...]:
        return tuple(e for e in self.exceptions if e.type is kind)


def cluster(
    found: Sequence[DeliveryException], instead: Mapping[str, str] | None = None
) -> tuple[Cluster, ...]:
    """Return one cluster for each cause, in the order of their causes.

    What an incident or a breakdown explains, lateness and callers, goes with it: `instead` gives
    the cause that takes the place of another.
    """
    held_by = instead or {}
    groups: dict[str, list[DeliveryException]] = {}
    for e in found:
        cause = held_by.get(e.cause, e.cause)
        groups.setdefault(cause, []).append(e if cause == e.cause else replace(e, cause=cause))
    return tuple(
        Cluster(
            cause,
            tuple(sorted(members, key=lambda e: (_ROOTS.index(e.type), e.exception_id))),
        )
        for cause, members in sorted(groups.items())
    )


def title(look: Look, group: Cluster) -> str:
    """Return the cause in plain words."""
    root = group.root
    callers = len({o for e in group.of(ExceptionType.CUSTOMER_CONTACT) for o in e.order_ids})
    tail = f", {callers} {'caller' if callers == 1 else 'callers'}" if callers else ""
    if root.type is ExceptionType.ROAD_INCIDENT:
        incident = look.day.incidents.get(IncidentId(root.subject.removeprefix("incident:")))
        street = incident.street if incident is not None else ""
        return _snarl(group, street) + tail
    subject = root.subject.partition(":")[2]
    words = {
        ExceptionType.VEHICLE_BREAKDOWN: (
            f"{subject} broke down, {len(root.order_ids)} "
            f"{'delivery' if len(root.order_ids) == 1 else 'deliveries'} left"
        ),
        ExceptionType.URGENT_ORDER: f"Urgent order {subject} unassigned",
        ExceptionType.CANCELLED_ORDER: f"Order {subject} was cancelled",
        ExceptionType.FAILED_ATTEMPT: f"Attempt at {subject} failed",
        ExceptionType.LATE_ROUTE: f"{subject} runs late",
        ExceptionType.BATTERY_LOW: f"The battery of {subject} does not last",
        ExceptionType.IMPROVEMENT: "A cheaper rest of the day",
        ExceptionType.FORECAST_DRIFT: "Arrival times come from the history table",
    }
    if root.type in words:
        return words[root.type] + tail
    if group.cause.startswith("vehicle:"):
        return f"{group.cause.partition(':')[2]} keeps customers waiting{tail}"
    return f"Customer of {subject} asks"


def _snarl(group: Cluster, street: str) -> str:
    """Name a snarl by its street and by how many it holds, or else by who will get into it."""
    count = len(group.root.vehicle_ids)
    on_the_way = sorted({v for e in group.of(ExceptionType.LATE_ROUTE) for v in e.vehicle_ids})
    where = f"Snarl on {street}" if street else "Snarl"
    if not count:
        return f"{where}: {', '.join(on_the_way)} on the way there"
    riders = f"{count} {'rider' if count == 1 else 'riders'}"
    return f"{where}: {riders}" if street else f"{where}: {riders} held up"


def risks_of(look: Look, group: Cluster) -> tuple[LateRisk, ...]:
    """Return the promises at risk on the vehicles that the case is about."""
    vehicles = sorted({v for e in group.exceptions for v in e.vehicle_ids})
    return tuple(
        risk
        for v in vehicles
        if v in look.day.routes and v in look.times.return_s
        for risk in route_risks(look, look.day.routes[v])
    )


def at_stake_cents(look: Look, group: Cluster) -> int:
    """Return a first estimate of what waiting costs; resolving prices it exactly."""
    cents = 0.0
    kinds = {e.type for e in group.exceptions}
    if kinds & {ExceptionType.LATE_ROUTE, ExceptionType.ROAD_INCIDENT}:
        cents += sum(r.cost_cents for r in risks_of(look, group))
    for e in group.exceptions:
        if e.type is ExceptionType.BATTERY_LOW:
            cents += look.day.rules.costs.stranded.cents
        if e.type in _UNSERVED:
            for order_id in e.order_ids:
                state = look.day.orders[order_id]
                cents += lateness_cents(look.day, state, 1.0, told=False, now=look.now)
        elif e.type is ExceptionType.FAILED_ATTEMPT:
            cents += look.day.rules.costs.failed_attempt.cents
        elif e.type is ExceptionType.CUSTOMER_CONTACT:
            order = look.day.orders[e.order_ids[0]]
            cents += stake(look.day, order, look.now).call * look.day.rules.costs.contact.cents
    return round(cents)


def deadline(look: Look, group: Cluster, travel: TravelTimes) -> datetime:
    """Return when waiting can no longer be undone; never before now.

    An urgent order: the last instant to leave the depot for it. A late route: the first promise
    that would break. A cancelled or failed order: when the driver gets there, or is back.
    """
    soonest: list[datetime] = []
    for e in group.exceptions:
        if e.type is ExceptionType.URGENT_ORDER:
            soonest.append(_last_reach(look, e.order_ids[0], travel))
        elif e.type is ExceptionType.CANCELLED_ORDER:
            route = look.day.route_of(e.order_ids[0])
            if route is not None:
                soonest.extend(s.arrive_at for s in route.remaining if s.order_id in e.order_ids)
        elif e.type is ExceptionType.FAILED_ATTEMPT:
            soonest.append(look.day.routes[e.vehicle_ids[0]].return_at)
        elif e.type in (ExceptionType.VEHICLE_BREAKDOWN, ExceptionType.BATTERY_LOW):
            soonest.extend(look.day.orders[o].promise.closes for o in e.order_ids)
    soonest.extend(r.closes for r in risks_of(look, group) if r.p_late * 100 >= MEMBER_PCT)
    ahead = [at for at in soonest if at > look.now]
    if ahead:
        return min(ahead)
    if soonest:
        return look.now
    return look.now + timedelta(seconds=look.day.rules.thresholds.wait_review_s)


def _last_reach(look: Look, order_id: OrderId, travel: TravelTimes) -> datetime:
    state = look.day.orders[order_id]
    if state.order.point is None:
        return state.promise.closes
    matrix = travel.matrix(
        (source_of(look.day, state.order, None).point, state.order.point), look.now
    )
    drive_s = int(matrix.seconds[0, 1])
    if drive_s >= UNREACHABLE or seconds_between(look.now, state.promise.closes) <= drive_s:
        return look.now
    return state.promise.closes - timedelta(seconds=drive_s)
