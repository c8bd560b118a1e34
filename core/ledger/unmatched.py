"""Which facts speak of something that the day does not hold yet."""

from collections.abc import Iterator

from core.domain.day import Day
from core.domain.fact import (
    AttemptFailed,
    ChargeReported,
    CustomerConsented,
    CustomerContacted,
    DriverReported,
    Fact,
    HandedOver,
    OrderCancelled,
    OrderCollected,
    OrderDelivered,
    OrderLocated,
    RoadIncidentCleared,
    RouteDeparted,
    RouteReturned,
    StopFinished,
    StopReached,
    TenderAnswered,
    VehicleDown,
    VehicleUp,
)

_ABOUT_ORDER = (
    OrderLocated,
    OrderCancelled,
    CustomerContacted,
    CustomerConsented,
    OrderDelivered,
    OrderCollected,
    AttemptFailed,
)
_ABOUT_VEHICLE = (VehicleDown, VehicleUp, ChargeReported, DriverReported)
_ABOUT_ROUTE = (RouteDeparted, RouteReturned, StopReached, StopFinished)


def waits_for(day: Day, fact: Fact) -> str | None:
    """Return what `fact` needs and the day lacks, or None when it can be applied."""
    return next(_missing(day, fact), None)


def _missing(day: Day, fact: Fact) -> Iterator[str]:
    if isinstance(fact, _ABOUT_ORDER) and fact.order_id not in day.orders:
        yield f"order:{fact.order_id}"
    if isinstance(fact, OrderDelivered | OrderCollected | AttemptFailed):
        if fact.vehicle_id is not None and fact.vehicle_id not in day.vehicles:
            yield f"vehicle:{fact.vehicle_id}"
    elif isinstance(fact, _ABOUT_VEHICLE):
        if fact.vehicle_id not in day.vehicles:
            yield f"vehicle:{fact.vehicle_id}"
    elif isinstance(fact, _ABOUT_ROUTE):
        yield from _missing_route(day, fact)
    elif isinstance(fact, HandedOver):
        yield from (f"order:{o}" for o in fact.order_ids if o not in day.orders)
        yield from (f"vehicle:{v}" for v in (fact.giver, fact.taker) if v not in day.vehicles)
    elif isinstance(fact, RoadIncidentCleared):
        if fact.incident_id not in day.incidents:
            yield f"incident:{fact.incident_id}"
    elif isinstance(fact, TenderAnswered) and fact.tender_id not in day.tenders:
        yield f"tender:{fact.tender_id}"


def _missing_route(
    day: Day, fact: RouteDeparted | RouteReturned | StopReached | StopFinished
) -> Iterator[str]:
    route = day.routes.get(fact.vehicle_id)
    if route is None:
        yield f"route:{fact.vehicle_id}"
    elif isinstance(fact, StopReached | StopFinished) and not any(
        s.stop_id == fact.stop_id for s in route.stops
    ):
        yield f"stop:{fact.vehicle_id}:{fact.stop_id}"
