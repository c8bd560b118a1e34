"""Detects vehicles that broke down with deliveries left."""

from core.domain.case import DeliveryException, ExceptionType
from core.tower.look import Look, exception_id, observed


def breakdowns(look: Look) -> tuple[DeliveryException, ...]:
    """Return one exception for each vehicle that is down while its route owes stops."""
    found: list[DeliveryException] = []
    for vehicle_id, state in sorted(look.day.vehicles.items()):
        route = look.day.routes.get(vehicle_id)
        if state.down_since is None or route is None:
            continue
        owed = tuple(
            sorted(
                s.order_id
                for s in route.remaining
                if s.order_id is not None and look.day.orders[s.order_id].open
            )
        )
        if not owed:
            continue
        name = exception_id(ExceptionType.VEHICLE_BREAKDOWN, vehicle_id)
        on_board = sum(1 for o in owed if o in route.on_board)
        found.append(
            DeliveryException(
                exception_id=name,
                type=ExceptionType.VEHICLE_BREAKDOWN,
                subject=f"vehicle:{vehicle_id}",
                cause=f"vehicle:{vehicle_id}",
                vehicle_ids=(vehicle_id,),
                order_ids=owed,
                detected_at=look.first_seen(name),
                evidence=(
                    observed(
                        f"{vehicle_id} is down ({state.down_cause or 'cause unknown'})",
                        state.down_since,
                    ),
                    observed(
                        f"{len(owed)} orders left, {on_board} of them on board",
                        look.now,
                        len(owed),
                        "orders",
                    ),
                ),
            )
        )
    return tuple(found)
