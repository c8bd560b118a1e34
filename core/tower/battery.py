"""Detects batteries that do not last for what is left of their routes."""

from core.domain.case import DeliveryException, ExceptionType
from core.tower.look import Look, exception_id, observed


def batteries_low(look: Look) -> tuple[DeliveryException, ...]:
    """Return one exception for each vehicle whose last word of its battery is too little."""
    found: list[DeliveryException] = []
    for vehicle_id, short in sorted(look.short.items()):
        charge = look.day.vehicles[vehicle_id].charge
        if charge is None:
            continue
        name = exception_id(ExceptionType.BATTERY_LOW, vehicle_id)
        owed = tuple(sorted(o for o in short.beyond if look.day.orders[o].open))
        found.append(
            DeliveryException(
                exception_id=name,
                type=ExceptionType.BATTERY_LOW,
                subject=f"vehicle:{vehicle_id}",
                cause=f"battery:{vehicle_id}",
                vehicle_ids=(vehicle_id,),
                order_ids=owed,
                detected_at=look.first_seen(name),
                evidence=(
                    observed(
                        f"{vehicle_id} said that it goes {charge.range_m / 1000:.1f} km",
                        charge.at,
                        charge.range_m,
                        "metres",
                    ),
                    observed(
                        f"its route is {short.short_m / 1000:.1f} km longer, with {len(owed)} "
                        f"doors behind the end of the battery",
                        look.now,
                        short.short_m,
                        "metres",
                    ),
                ),
            )
        )
    return tuple(found)
