"""Detects customers who asked and were not answered yet."""

from collections.abc import Collection, Mapping
from datetime import datetime

from core.domain.case import DeliveryException, ExceptionType
from core.domain.day import OrderState
from core.domain.ids import OrderId, VehicleId
from core.domain.plan import RouteState
from core.domain.time import seconds_between
from core.tower.look import Look, exception_id, is_down, minutes, observed

# Who has not called again after an hour is not waiting at the phone.
FORGOTTEN_S = 3600
# A caller whose order is late with this chance waits for the slow route, not for an answer alone.
WAITS_FOR_ROUTE = 0.5


# So many callers on one route have one thing in common: its rider.
CALLERS_TOGETHER = 2


def unanswered(look: Look) -> tuple[tuple[int, OrderState], ...]:
    """Return the open orders whose customer asked and has no answer yet, each with the number of
    the latest contact, by order."""
    latest: dict[OrderId, int] = {}
    for index, (_, contact) in enumerate(look.day.contacts):
        latest[contact.order_id] = index
    found: list[tuple[int, OrderState]] = []
    for order_id, index in sorted(latest.items()):
        at, _ = look.day.contacts[index]
        state = look.day.orders.get(order_id)
        if state is None or not state.open or seconds_between(at, look.now) > FORGOTTEN_S:
            continue
        if (state.told_at is None or state.told_at < at) and not _written_to(look, state, at):
            found.append((index, state))
    return tuple(found)


def _written_to(look: Look, state: OrderState, since: datetime) -> bool:
    """Return whether the customer of a failed attempt got any message since: no window is left
    that they could be told."""
    return state.attempt_failed and any(
        m.order_id == state.order.order_id
        and m.to.startswith("customer:")
        and m.outcome != "withdrawn"
        and m.queued_at is not None
        and m.queued_at >= since
        for m in look.day.messages.values()
    )


def waiting_customers(look: Look) -> Mapping[VehicleId, tuple[OrderState, ...]]:
    """Return the orders of unanswered customers for each rider who has their goods to bring."""
    found: dict[VehicleId, tuple[OrderState, ...]] = {}
    for _, state in unanswered(look):
        route = look.day.route_of(state.order.order_id)
        if route is not None:
            found[route.vehicle_id] = (*found.get(route.vehicle_id, ()), state)
    return found


def contacts(look: Look, late: Collection[VehicleId] = ()) -> tuple[DeliveryException, ...]:
    """Return one exception for each order with an unanswered contact.

    Its cause is the rider who keeps the customer waiting: one of the `late` ones, one for whom
    several wait, or one who will not keep this promise. Otherwise it is the order itself.
    """
    waiting = waiting_customers(look)
    found: list[DeliveryException] = []
    for index, state in unanswered(look):
        at, contact = look.day.contacts[index]
        order_id = state.order.order_id
        route = look.day.route_of(order_id)
        name = exception_id(ExceptionType.CUSTOMER_CONTACT, order_id, str(index))
        cause, vehicles = f"order:{order_id}", ()
        evidence = [observed(f"customer of {order_id} asks: {contact.intent}", at)]
        if route is not None:
            vehicles = (route.vehicle_id,)
            rider = f"vehicle:{route.vehicle_id}"
            together = len(waiting[route.vehicle_id]) >= CALLERS_TOGETHER
            if (
                route.vehicle_id in late
                or together
                or not look.case_causes.get(name, "order:").startswith("order:")
                or _keeps_waiting(look, state, route)
            ):
                cause = rider
            if state.promise.closes <= look.now:
                late_s = seconds_between(state.promise.closes, look.now)
                evidence.append(
                    observed(
                        f"promised until {look.day.clock(state.promise.closes)}, "
                        f"{minutes(late_s)} min ago",
                        look.now,
                        minutes(late_s),
                        "min",
                    )
                )
        found.append(
            DeliveryException(
                exception_id=name,
                type=ExceptionType.CUSTOMER_CONTACT,
                subject=f"order:{order_id}",
                cause=cause,
                vehicle_ids=vehicles,
                order_ids=(order_id,),
                detected_at=look.first_seen(name),
                evidence=tuple(evidence),
            )
        )
    return tuple(found)


def _keeps_waiting(look: Look, state: OrderState, route: RouteState) -> bool:
    return (
        state.promise.closes <= look.now
        or look.p_late(state.order.order_id, route) >= WAITS_FOR_ROUTE
        or is_down(look.day, route.vehicle_id)
    )
