"""The two cheapest places for one customer in one route, and putting it there."""

from core.routing.kernel.compiled import inlined
from core.routing.lean.model import FAR, Model, Routes
from core.routing.lean.timing import refresh


@inlined
def look(model: Model, routes: Routes, customer: int, number: int) -> None:
    """Find the two cheapest columns of a route for a customer that break no limit."""
    route, size = routes.route[number], routes.route[number].size
    found, place = routes.found[customer, number], model.place[customer]
    found.name = route.name
    best, second, at, then_at = FAR, FAR, 0, 0
    if route.load + place.load <= model.capacity and size + 3 <= routes.stop.shape[1]:
        opens, closes, service = place.opens, place.closes, place.service
        for i in range(size + 1):
            before, after = routes.stop[number, i], routes.stop[number, i + 1]
            # No way out of this loop before its end: with one, a look takes ten times as long.
            added = model.cost_to[customer, before.place] + model.cost[customer, after.place]
            added -= before.leg
            if added >= second:
                continue
            start = before.free + model.seconds_to[customer, before.place]
            end = max(start, opens) + service + model.seconds[customer, after.place]
            if (start > closes) | (end > after.due):
                continue
            if added < best:
                second, then_at = best, at
                best, at = added, i
            else:
                second, then_at = added, i
    found.cost, found.next_cost = best, second
    found.column, found.next_column = at, then_at


@inlined
def look_again(model: Model, routes: Routes, customer: int, number: int) -> None:
    """Bring up to date what was found before the last customer went into the route.

    The route has become tighter everywhere, so that only the gaps beside the new stop can be better
    than what was found, and what did not fit still does not.
    """
    route, found = routes.route[number], routes.found[customer, number]
    new, cost, next_cost = route.column, found.cost, found.next_cost
    at, then = found.column, found.next_column
    known = cost < FAR
    if route.load + model.place[customer].load > model.capacity:
        cost, next_cost, known = FAR, FAR, False
    if at >= new:
        at += 1
    if then >= new:
        then += 1
    if next_cost < FAR and (then == new - 1 or not _fits(model, routes, customer, number, then)):
        next_cost = FAR
    if cost < FAR and (at == new - 1 or not _fits(model, routes, customer, number, at)):
        cost, at = next_cost, then
        next_cost = FAR
    if known and cost == FAR:
        look(model, routes, customer, number)
        return
    if known:
        for i in range(new - 1, new + 1):
            before, after = routes.stop[number, i], routes.stop[number, i + 1]
            added = model.cost[before.place, customer] + model.cost[customer, after.place]
            added -= before.leg
            if added < next_cost and _fits(model, routes, customer, number, i):
                if added < cost:
                    next_cost, then = cost, at
                    cost, at = added, i
                else:
                    next_cost, then = added, i
    found.name = route.name
    found.cost, found.column = cost, at
    found.next_cost, found.next_column = next_cost, then


@inlined
def _fits(model: Model, routes: Routes, customer: int, number: int, i: int) -> bool:
    """Return whether the times hold with a customer behind column `i`."""
    place = model.place[customer]
    before, after = routes.stop[number, i], routes.stop[number, i + 1]
    start = max(before.free + model.seconds[before.place, customer], place.opens)
    if start > place.closes:
        return False
    return start + place.service + model.seconds[customer, after.place] <= after.due


@inlined
def put(model: Model, routes: Routes, customer: int, number: int, column: int) -> None:
    """Put a customer behind a column."""
    route = routes.route[number]
    for j in range(route.size, column, -1):
        routes.stop[number, j + 1].place = routes.stop[number, j].place
    routes.stop[number, column + 1].place = customer
    route.size += 1
    parent = route.name
    refresh(model, routes, number)
    route.parent, route.column = parent, column + 1
