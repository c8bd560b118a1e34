"""Whose lateness a case counts in full: its vehicles, and the orders it is about."""

from dataclasses import dataclass

from core.domain.case import Case, ExceptionType
from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId

_OF_VEHICLES = frozenset(
    {
        ExceptionType.LATE_ROUTE,
        ExceptionType.ROAD_INCIDENT,
        ExceptionType.VEHICLE_BREAKDOWN,
        ExceptionType.BATTERY_LOW,
        ExceptionType.CUSTOMER_CONTACT,
        ExceptionType.IMPROVEMENT,
    }
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a case's prices count in full, each sorted by id."""

    vehicles: tuple[VehicleId, ...]
    orders: tuple[OrderId, ...]
    """Open orders of those vehicles, and those that the case names."""
    owed: tuple[OrderId, ...]
    """Those of `orders` that still wait for a visit; unserved they cost."""
    asking: frozenset[OrderId]
    """Their customers asked and wait for an answer."""


def scope_of(day: Day, case: Case) -> Scope:
    """Return the scope of a case. A vehicle that only carries a cancelled or failed order is not
    in it: its other orders belong to nobody's case until they are late."""
    vehicles = tuple(
        sorted(
            {
                v
                for e in case.exceptions
                if e.type in _OF_VEHICLES
                for v in e.vehicle_ids
                if v in day.routes
            }
        )
    )
    orders = {
        s.order_id
        for v in vehicles
        for s in day.routes[v].remaining
        if s.order_id is not None and s.order_id in day.orders
    }
    orders |= {o for o in case.order_ids() if o in day.orders}
    still = tuple(sorted(o for o in orders if day.orders[o].open))
    asking = frozenset(
        o for e in case.exceptions if e.type is ExceptionType.CUSTOMER_CONTACT for o in e.order_ids
    )
    owed = tuple(o for o in still if day.orders[o].tender_id is None)
    return Scope(vehicles, still, owed, asking)
