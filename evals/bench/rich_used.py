"""How often each rule of the rich day came to count in its plan, so that none stands idle."""

from collections.abc import Iterator

from core.domain.day import Day
from core.domain.fleet import Energy
from core.domain.plan import Plan, Stop, StopKind


def used(day: Day, plan: Plan) -> dict[str, int]:
    """Return by rule how many stops, routes or orders of the plan it concerned."""
    served = [s for r in plan.routes for s in r.stops if s.order_id is not None]
    orders = [day.orders[s.order_id].order for s in served if s.order_id is not None]
    kinds = [s.kind for r in plan.routes for s in r.stops]
    fleet = [day.vehicles[r.vehicle_id].vehicle for r in plan.routes]
    return {
        "routes of the second depot": sum(v.depot_id is not None for v in fleet),
        "routes that end elsewhere": sum(v.ends_at is not None for v in fleet),
        "routes of electric vans": sum(v.energy is Energy.ELECTRIC for v in fleet),
        "routes of bikes": sum(v.energy is Energy.HUMAN for v in fleet),
        "reloads": kinds.count(StopKind.RELOAD),
        "rests": kinds.count(StopKind.REST),
        "charging stops": kinds.count(StopKind.CHARGE),
        "windows of three hours or less": sum(_narrow(day, s) for s in served),
        "doors with hours": sum(bool(o.hours) for o in orders),
        "doors with a height": sum(o.max_height_cm is not None for o in orders),
        "stops in zones": sum(bool(day.zones_at(s.point)) for s in served),
        "needs of skills or equipment": sum(bool(o.needs) for o in orders),
        "goods that lie at one depot": sum(o.depot_id is not None for o in orders),
        "goods released late": sum(o.release_at is not None for o in orders),
        "orders with a prize": sum(o.prize_cents is not None for o in orders),
        "returns": sum(o.returns for o in orders),
        "goods collected from a sender": sum(o.pickup is not None for o in orders),
        "orders served another way": sum(bool(s.way) for s in served),
        "routes with minutes of loading": sum(r.loads_from is not None for r in plan.routes),
        **dict(_prices(plan)),
    }


def _narrow(day: Day, stop: Stop) -> bool:
    assert stop.order_id is not None
    promise = day.orders[stop.order_id].promise
    return (promise.closes - promise.opens).total_seconds() <= 3 * 3600


def _prices(plan: Plan) -> Iterator[tuple[str, int]]:
    """Yield what prices for people counted."""
    names = {"territory": "stops outside a territory", "evenness": "minutes of uneven work"}
    for part in plan.prices:
        if part.name in names:
            yield names[part.name], part.count
