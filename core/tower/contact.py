"""Detects customers who asked and were not answered yet."""

from core.domain.case import DeliveryException, ExceptionType
from core.domain.ids import OrderId
from core.domain.time import seconds_between
from core.tower.look import Look, exception_id, is_down, minutes, observed

# Who has not called again after an hour is not waiting at the phone.
FORGOTTEN_S = 3600
# A caller whose order is late with this chance waits for the slow route, not for an answer alone.
WAITS_FOR_ROUTE = 0.5


def contacts(look: Look) -> tuple[DeliveryException, ...]:
    """Return one exception for each order with an unanswered contact.

    Its cause is the vehicle that keeps the customer waiting; otherwise the order itself.
    """
    latest: dict[OrderId, int] = {}
    for index, (_, contact) in enumerate(look.day.contacts):
        latest[contact.order_id] = index
    found: list[DeliveryException] = []
    for order_id, index in sorted(latest.items()):
        at, contact = look.day.contacts[index]
        state = look.day.orders.get(order_id)
        if state is None or not state.open:
            continue
        if seconds_between(at, look.now) > FORGOTTEN_S:
            continue
        if state.told_at is not None and state.told_at >= at:
            continue
        route = look.day.route_of(order_id)
        cause, vehicles = f"order:{order_id}", ()
        evidence = [observed(f"customer of {order_id} asks: {contact.intent}", at)]
        if route is not None:
            vehicles = (route.vehicle_id,)
            p_late = look.p_late(order_id, route)
            passed = state.promise.closes <= look.now
            if passed or p_late >= WAITS_FOR_ROUTE or is_down(look.day, route.vehicle_id):
                cause = f"vehicle:{route.vehicle_id}"
            if passed:
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
        name = exception_id(ExceptionType.CUSTOMER_CONTACT, order_id, str(index))
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
