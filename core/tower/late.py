"""Detects routes that run late: one exception a vehicle, on expected money, with hysteresis."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.case import DeliveryException, Evidence, ExceptionType
from core.domain.ids import OrderId
from core.domain.money import euros
from core.domain.plan import RouteState
from core.domain.time import seconds_between
from core.tower.look import Look, exception_id, minutes, moving, observed
from core.tower.stakes import lateness_cents

# A known late route stays one until its expected cost falls below this share of the threshold.
KEEP_SHARE = 0.5
# An order belongs to a late route's exception from this chance of being late on.
MEMBER_PCT = 25


@dataclass(frozen=True, slots=True)
class LateRisk:
    """One promise that may break on a route as it stands."""

    order_id: OrderId
    p_late: float
    cost_cents: float
    closes: datetime
    expected_at: datetime


def route_risks(look: Look, route: RouteState) -> tuple[LateRisk, ...]:
    """Return the promises of a route that are late on some path, in the order of the route."""
    found: list[LateRisk] = []
    for stop in route.remaining:
        state = look.day.orders.get(stop.order_id) if stop.order_id is not None else None
        if state is None or not state.open:
            continue
        p = look.p_late(state.order.order_id, route)
        at = look.expected_at(state.order.order_id, route)
        if p <= 0 or at is None:
            continue
        told = state.told is not None and at <= state.told.closes
        cost = lateness_cents(look.day, state, p, told, look.now)
        found.append(LateRisk(state.order.order_id, p, cost, state.promise.closes, at))
    return tuple(found)


def late_routes(look: Look) -> tuple[DeliveryException, ...]:
    """Return one exception for each route whose expected lateness is worth somebody's attention,
    or on which a promise made on the day itself is likely to break, whatever that costs."""
    limits = look.day.rules.thresholds
    found: list[DeliveryException] = []
    for route in moving(look.day):
        name = exception_id(ExceptionType.LATE_ROUTE, route.vehicle_id)
        risks = route_risks(look, route)
        cents = sum(r.cost_cents for r in risks)
        worst = max((r.p_late for r in risks), default=0.0) * 100
        share = KEEP_SHARE if name in look.known else 1.0
        likely = limits.late_p_pct * share
        dear = cents >= limits.late_route_cents * share and worst >= likely
        if not dear and not any(
            _promised_today(look, r) and r.p_late * 100 >= likely for r in risks
        ):
            continue
        members = tuple(sorted(r.order_id for r in risks if r.p_late * 100 >= MEMBER_PCT))
        found.append(
            DeliveryException(
                exception_id=name,
                type=ExceptionType.LATE_ROUTE,
                subject=f"vehicle:{route.vehicle_id}",
                cause=f"vehicle:{route.vehicle_id}",
                vehicle_ids=(route.vehicle_id,),
                order_ids=members,
                detected_at=look.first_seen(name),
                evidence=(*_evidence(look, route, risks, cents),),
            )
        )
    return tuple(found)


def _promised_today(look: Look, risk: LateRisk) -> bool:
    """Return whether an order came in on the day, was accepted, and can still be kept."""
    return look.day.orders[risk.order_id].urgent and risk.closes > look.now


def _evidence(
    look: Look, route: RouteState, risks: tuple[LateRisk, ...], cents: float
) -> list[Evidence]:
    expected = sum(r.p_late for r in risks)
    worst = max(risks, key=lambda r: (seconds_between(r.closes, r.expected_at), r.order_id))
    late_min = max(0, minutes(seconds_between(worst.closes, worst.expected_at)))
    clock = look.day.clock
    lines = [
        observed(
            f"{expected:.1f} promises expected to break on {route.vehicle_id}, "
            f"{euros(round(cents))} at stake",
            look.now,
            round(cents),
            "cents",
        ),
        observed(
            f"order {worst.order_id} is expected at {clock(worst.expected_at)}, "
            f"promised until {clock(worst.closes)}",
            look.now,
            late_min,
            "min late",
        ),
    ]
    if look.learned:
        pct = round(100 * worst.p_late)
        lines.append(
            observed(f"order {worst.order_id} is late with {pct} %", look.now, pct, "% late")
        )
    if route.since is not None:
        lines.append(
            observed(f"last proof of progress of {route.vehicle_id}: {route.progress}", route.since)
        )
    word = look.day.reports.get(route.vehicle_id)
    if word is not None:
        at, report = word
        lines.append(
            observed(f"driver says {minutes(report.late_s)} min late", at, report.late_s, "s")
        )
    fixes = look.positions.get(route.vehicle_id, ())
    if fixes:
        lines.append(observed(f"{route.vehicle_id} was last seen", fixes[-1].at))
    return lines
