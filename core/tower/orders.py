"""Detects orders that leave the plan: urgent and unassigned, cancelled on a route, failed once."""

from datetime import datetime

from core.domain.case import DeliveryException, Evidence, ExceptionType
from core.domain.day import GoodsAt, OrderState
from core.domain.ids import VehicleId
from core.domain.order import FailReason
from core.domain.plan import Progress
from core.tower.look import Look, exception_id, observed
from core.tower.settled import news_since, settled_at

MAX_ATTEMPTS = 2
"""A second attempt on the same day is worth a look; a third is not."""
_RETRY = frozenset({FailReason.RECEIVER_ABSENT, FailReason.INACCESSIBLE})


def _about(
    look: Look,
    kind: ExceptionType,
    state: OrderState,
    vehicles: tuple[VehicleId, ...],
    evidence: tuple[Evidence, ...],
    *part: str,
) -> DeliveryException:
    order_id = state.order.order_id
    name = exception_id(kind, order_id, *part)
    return DeliveryException(
        exception_id=name,
        type=kind,
        subject=f"order:{order_id}",
        cause=f"order:{order_id}",
        vehicle_ids=vehicles,
        order_ids=(order_id,),
        detected_at=look.first_seen(name),
        evidence=evidence,
    )


def urgent_orders(look: Look) -> tuple[DeliveryException, ...]:
    """Return open orders that nobody delivers, once a plan is in force.

    What the planner left out with its reasons is no news, unless it is urgent; an order without
    a place waits for its address.
    """
    day = look.day
    if day.plan_version == 0:
        return ()
    left_out = {out.order_id for out in day.left_out}
    found: list[DeliveryException] = []
    for state in day.unassigned():
        order = state.order
        if order.point is None or (order.order_id in left_out and not state.urgent):
            continue
        closes = state.promise.closes
        evidence = (
            observed(
                f"{order.priority} order {order.order_id} is on no route; "
                f"promised until {day.clock(closes)}",
                state.received_at or look.now,
            ),
        )
        found.append(_about(look, ExceptionType.URGENT_ORDER, state, (), evidence))
    return tuple(found)


def cancelled_orders(look: Look) -> tuple[DeliveryException, ...]:
    """Return cancelled orders that a driver is still going to visit."""
    found: list[DeliveryException] = []
    for order_id, state in sorted(look.day.orders.items()):
        if not state.cancelled:
            continue
        route = look.day.route_of(order_id)
        if route is None or route.progress is Progress.FINISHED:
            continue
        when = next((s.arrive_at for s in route.remaining if s.order_id == order_id), look.now)
        evidence = (
            observed(f"order {order_id} was cancelled", state.ended_at or look.now),
            observed(
                f"{route.vehicle_id} is due there at {look.day.clock(when)}",
                look.now,
            ),
        )
        found.append(
            _about(look, ExceptionType.CANCELLED_ORDER, state, (route.vehicle_id,), evidence)
        )
    return tuple(found)


def failed_attempts(look: Look) -> tuple[DeliveryException, ...]:
    """Return failed orders whose goods still ride on a route that can come by again.

    Each is looked at once. What is settled comes back only with news.
    """
    found: list[DeliveryException] = []
    for order_id, state in sorted(look.day.orders.items()):
        if (
            not state.attempt_failed
            or state.cancelled
            or state.goods is not GoodsAt.VEHICLE
            or state.vehicle_id is None
            or state.attempts >= MAX_ATTEMPTS
            or (state.fail_reason is not None and state.fail_reason not in _RETRY)
        ):
            continue
        route = look.day.routes.get(state.vehicle_id)
        if route is None or not route.remaining or look.day.route_of(order_id) is not None:
            continue
        failed_at: datetime = state.ended_at or route.since or look.now
        why = state.fail_reason or "no reason given"
        evidence = (observed(f"attempt at order {order_id} failed: {why}", failed_at),)
        part = (str(state.attempts),)
        settled = settled_at(look.day, order_id)
        if settled is not None:
            news = news_since(look, state, route, settled)
            if news is None:
                continue
            evidence = (*evidence, observed(news.sentence, news.at))
            part = (*part, news.key)
        kind = ExceptionType.FAILED_ATTEMPT
        found.append(_about(look, kind, state, (state.vehicle_id,), evidence, *part))
    return tuple(found)
