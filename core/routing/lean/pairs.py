"""Pickups with their deliveries: both on one vehicle, the pickup first."""

from core.routing.kernel.compiled import inlined
from core.routing.kernel.draws import Draws
from core.routing.lean import timing
from core.routing.lean.model import FAR, I64, Model, Routes
from core.routing.lean.removal import cut

_BY = 1 << 13
"""The columns of both in one number: that of the pickup times this, and that of the delivery."""


@inlined
def look(model: Model, routes: Routes, customer: int, number: int) -> None:
    """Find the two cheapest places of a route for a pickup and its delivery.

    A place is the column behind which the pickup goes, and the one (as it is now) behind which the
    delivery goes. No detour is taken to shorten the way.
    """
    stops, places = routes.stop, model.place
    cost, seconds, capacity = model.cost, model.seconds, model.capacity
    found, there = routes.found[customer, number], routes.kind.delivery[customer]
    size = routes.route[number].size
    found.name = routes.route[number].name
    load, opens = places[customer].load, places[customer].opens
    closes, service = places[customer].closes, places[customer].service
    then_opens, then_closes = places[there].opens, places[there].closes
    then_service, between = places[there].service, cost[customer, there]
    between_s = seconds[customer, there]
    best, second, at, then_at = FAR, FAR, 0, 0
    last = size + 1 if size + 4 <= stops.shape[1] else 0
    for i in range(last):
        before, after = stops[number, i], stops[number, i + 1]
        way = cost[before.place, customer]
        detour = way + cost[customer, after.place] - before.leg
        left = max(before.free + seconds[before.place, customer], opens)
        if left > closes or before.on + load > capacity or detour >= second:
            continue
        left += service
        added = way + between + cost[there, after.place] - before.leg
        if added < second:
            start = max(left + between_s, then_opens)
            end = start + then_service + seconds[there, after.place]
            if start <= then_closes and end <= after.due:
                if added < best:
                    second, then_at = best, at
                    best, at = added, i * _BY + i
                else:
                    second, then_at = added, i * _BY + i
        place = customer
        for j in range(i + 1, size + 1):
            stop, after = stops[number, j], stops[number, j + 1]
            left += seconds[place, stop.place]
            if left > stop.due or stop.on + load > capacity or left > then_closes:
                break
            place = stop.place
            left = max(left, places[place].opens) + places[place].service
            added = detour + cost[place, there] + cost[there, after.place] - stop.leg
            if added < second:
                start = max(left + seconds[place, there], then_opens)
                end = start + then_service + seconds[there, after.place]
                if start <= then_closes and end <= after.due:
                    if added < best:
                        second, then_at = best, at
                        best, at = added, i * _BY + j
                    else:
                        second, then_at = added, i * _BY + j
    found.cost, found.next_cost = best, second
    found.column, found.next_column = at, then_at


@inlined
def put(model: Model, routes: Routes, customer: int, number: int, column: int) -> None:
    """Put a pickup and its delivery where a look has found room."""
    route, stops = routes.route[number], routes.stop
    i, j = column // _BY, column % _BY
    for k in range(route.size, j, -1):
        stops[number, k + 2].place = stops[number, k].place
    stops[number, j + 2].place = routes.kind.delivery[customer]
    for k in range(j, i, -1):
        stops[number, k + 1].place = stops[number, k].place
    stops[number, i + 1].place = customer
    route.size += 2
    refresh(model, routes, number)


@inlined
def refresh(model: Model, routes: Routes, number: int) -> None:
    """Work out everything that follows from a route's order."""
    timing.refresh(model, routes, number)
    on = 0
    routes.stop[number, 0].on = 0
    for i in range(1, routes.route[number].size + 1):
        stop = routes.stop[number, i]
        on += model.place[stop.place].load
        stop.on = on


@inlined
def take_out(
    model: Model,
    routes: Routes,
    rng: Draws,
    number: int,
    customer: int,
    length: int,
    gone: I64,
    count: int,
) -> int:
    """Take out a string of stops that holds the customer, and the other half of each of them."""
    until = cut(routes, rng, number, customer, length, gone, count)
    delivery, pickup, route = routes.kind.delivery, routes.kind.pickup, routes.route[number]
    for k in range(count, until):
        first = pickup[gone[k]]
        routes.route_of[first], routes.route_of[delivery[first]] = -1, -1
    to = 1
    for i in range(1, route.size + 1):
        place = routes.stop[number, i].place
        if routes.route_of[place] >= 0:
            routes.stop[number, to].place = place
            to += 1
    route.size = to - 1
    kept = count
    for k in range(count, until):
        first = pickup[gone[k]]
        known = False
        for m in range(count, kept):
            known |= gone[m] == first
        if not known:
            gone[kept] = first
            kept += 1
    refresh(model, routes, number)
    return kept
