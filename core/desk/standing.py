"""Does a decision still stand: has anything it touches moved on since it was made?"""

from collections.abc import Iterator
from dataclasses import replace

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.option import (
    AskDriver,
    ChangeRoutes,
    NewRoute,
    NotifyCustomer,
    Option,
    RefuseOrder,
    TenderOrder,
)
from core.domain.plan import Progress
from core.domain.proposal import Basis, Proposal


def basis_for(proposal: Proposal, option: Option) -> Basis:
    """Return what `option` stands on: the recommended one, or another of the same table."""
    if option.option_id == proposal.option.option_id:
        return proposal.basis
    own = dict(proposal.bases).get(option.option_id)
    return own if own is not None else _shared(proposal.basis, option)


def _shared(basis: Basis, option: Option) -> Basis:
    """Return the part of a basis that an option shares: all that older ledgers can tell."""
    orders, vehicles = _subjects(option)
    carriers = {a.carrier_id for a in option.actions if isinstance(a, TenderOrder)}
    return Basis(
        routes=tuple(p for p in basis.routes if p[0] in vehicles),
        orders=tuple(p for p in basis.orders if p[0] in orders),
        vehicles=tuple(p for p in basis.vehicles if p[0] in vehicles),
        carriers=tuple(p for p in basis.carriers if p[0] in carriers),
    )


def _subjects(option: Option) -> tuple[frozenset[OrderId], frozenset[VehicleId]]:
    """Return the orders and vehicles that the actions of an option name."""
    orders: set[OrderId] = set()
    vehicles: set[VehicleId] = set()
    for action in option.actions:
        if isinstance(action, ChangeRoutes):
            vehicles |= {r.vehicle_id for r in action.routes}
            orders |= {s.order_id for r in action.routes for s in r.stops if s.order_id}
        elif isinstance(action, TenderOrder | NotifyCustomer | RefuseOrder):
            orders.add(action.order_id)
        elif isinstance(action, AskDriver):
            vehicles.add(action.vehicle_id)
    return frozenset(orders), frozenset(vehicles)


def moved_on(day: Day, basis: Basis) -> tuple[str, ...]:
    """Name what of a basis has moved on."""
    return tuple(_moved(day, basis))


def fallen(day: Day, proposal: Proposal) -> tuple[str, ...]:
    """Name what keeps the recommended option from being committed as it was made."""
    _, past = carried_option(day, proposal.option)
    return tuple(dict.fromkeys((*moved_on(day, proposal.basis), *past)))


def _moved(day: Day, basis: Basis) -> Iterator[str]:
    for vehicle_id, revision in basis.routes:
        route = day.routes.get(vehicle_id)
        if route is None or route.revision != revision:
            yield f"the route of {vehicle_id}"
    for order_id, revision in basis.orders:
        order = day.orders.get(order_id)
        if order is None or order.revision != revision:
            yield f"order {order_id}"
    for vehicle_id, revision in basis.vehicles:
        vehicle = day.vehicles.get(vehicle_id)
        if vehicle is None or vehicle.revision != revision:
            yield f"vehicle {vehicle_id}"
    for carrier_id, revision in basis.carriers:
        carrier = day.carriers.get(carrier_id)
        if carrier is None or carrier.revision != revision:
            yield f"carrier {carrier_id}"


def carried_forward(day: Day, new: NewRoute) -> NewRoute | None:
    """Return `new` without the leading stops that were done since it was made.

    None when it does not stand any more: the route was changed by a decision, or the driver is
    committed to a stop that `new` does not begin with.
    """
    route = day.routes.get(new.vehicle_id)
    if route is None or route.revision != new.base_revision:
        return None
    if route.progress is Progress.FINISHED and new.stops:
        return None
    ids = [s.stop_id for s in new.stops]
    behind = [s.stop_id for s in route.stops[: route.done]]
    # Who broke down drives nowhere, so no stop is beyond changing.
    frozen = 0 if day.vehicles[new.vehicle_id].down_since is not None else route.frozen
    committed = [s.stop_id for s in route.remaining[:frozen]]
    for done_since in range(min(len(ids), len(behind)), -1, -1):
        rest = ids[done_since:]
        if behind[len(behind) - done_since :] == ids[:done_since] and (
            rest[: len(committed)] == committed
        ):
            return replace(new, stops=new.stops[done_since:])
    return None


def carried_option(day: Day, option: Option) -> tuple[Option, tuple[str, ...]]:
    """Return the option with its routes carried forward, and the routes that drove past it."""
    past: list[str] = []
    actions = list(option.actions)
    for n, action in enumerate(actions):
        if not isinstance(action, ChangeRoutes):
            continue
        routes = [carried_forward(day, r) for r in action.routes]
        past += [
            f"the route of {given.vehicle_id}"
            for given, carried in zip(action.routes, routes, strict=True)
            if carried is None
        ]
        actions[n] = replace(action, routes=tuple(r for r in routes if r is not None))
    return replace(option, actions=tuple(actions)), tuple(past)
