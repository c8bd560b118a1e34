"""Vehicles that come back for more goods, which are not all at the depot from the first hour on.

Place 0 within a route is a visit to the depot: the trip before it ends there, the next begins. A
trip begins when the vehicle is back and all its goods are there.
"""

from core.routing.kernel.compiled import inlined
from core.routing.kernel.draws import Draws
from core.routing.kernel.strings import drawn_string
from core.routing.lean import timing
from core.routing.lean.model import FAR, I64, Model, Routes
from core.routing.lean.removal import column_of

_BY = 4
"""A place is a column times this, and how: into the trip that is there, or with a visit."""
_WITHIN, _VISIT_BEFORE, _VISIT_BEHIND = 0, 1, 2


@inlined
def look(model: Model, routes: Routes, customer: int, number: int) -> None:
    """Find the two cheapest places of a route for a customer that break no limit.

    It goes into a trip, or with a visit to the depot before or behind it, which divides the trip.
    """
    stops, cost, seconds = routes.stop, model.cost, model.seconds
    place, capacity = model.place[customer], model.capacity
    found, size = routes.found[customer, number], routes.route[number].size
    found.name = routes.route[number].name
    opens, closes, service, load = place.opens, place.closes, place.service, place.load
    ready = routes.kind.ready[customer]
    home, handling = model.place[0].closes, model.place[0].service
    best, second, at, then_at = FAR, FAR, 0, 0
    last = size + 1 if size + 4 <= stops.shape[1] else 0
    for i in range(last):
        before, after = stops[number, i], stops[number, i + 1]
        here, on = before.place, after.place
        for how in range(1 + 2 * routes.kind.again):
            if how == _WITHIN:
                added = cost[here, customer] + cost[customer, on]
            elif how == _VISIT_BEFORE:
                added = cost[here, 0] + cost[0, customer] + cost[customer, on]
            else:
                added = cost[here, customer] + cost[customer, 0] + cost[0, on]
            added -= before.leg
            if added >= second:
                continue
            if how == _VISIT_BEFORE:
                back = before.alone + seconds[here, 0]
                fits = (here > 0) & (before.behind + load <= capacity) & (back <= home)
                start = max(back + handling, max(ready, before.rest)) + seconds[0, customer]
            else:
                fits = ready <= before.bound
                left = before.free if how == _WITHIN else before.alone
                start = max(left, ready + before.spent) + seconds[here, customer]
            fits &= start <= closes
            end = max(start, opens) + service
            if how == _VISIT_BEHIND:
                back = end + seconds[customer, 0]
                fits &= (on > 0) & (before.on + load <= capacity) & (back <= home)
                end = max(back + handling, before.rest) + seconds[0, on]
            else:
                fits &= (how > 0) | (before.on + before.behind + load <= capacity)
                end += seconds[customer, on]
            if fits and end <= after.due:
                if added < best:
                    second, then_at = best, at
                    best, at = added, i * _BY + how
                else:
                    second, then_at = added, i * _BY + how
    found.cost, found.next_cost = best, second
    found.column, found.next_column = at, then_at


@inlined
def put(model: Model, routes: Routes, customer: int, number: int, column: int) -> None:
    """Put a customer where a look has found room, with the visit to the depot that goes with it."""
    route, stops = routes.route[number], routes.stop
    i, how = column // _BY, column % _BY
    more = 1 if how == _WITHIN else 2
    for k in range(route.size, i, -1):
        stops[number, k + more].place = stops[number, k].place
    if how == _VISIT_BEFORE:
        stops[number, i + 1].place = 0
        stops[number, i + 2].place = customer
    else:
        stops[number, i + 1].place = customer
        if how == _VISIT_BEHIND:
            stops[number, i + 2].place = 0
    route.size += more
    refresh(model, routes, number)


@inlined
def refresh(model: Model, routes: Routes, number: int) -> None:
    """Work out everything that follows from a route's order."""
    # Name, cost and load do not depend on trips; the times are worked out again below.
    timing.refresh(model, routes, number)
    stops, places, seconds = routes.stop, model.place, model.seconds
    ready, size = routes.kind.ready, routes.route[number].size
    rest, behind, due = 0, 0, int(places[0].closes)
    for i in range(size, -1, -1):
        stop, after = stops[number, i], stops[number, i + 1].place
        place = places[stop.place]
        stop.rest, stop.behind = rest, behind
        if i > 0:
            due -= seconds[stop.place, after] + place.service
            due = min(place.closes, due)
            stop.due = due
        rest, behind = max(rest, ready[stop.place]), behind + place.load
        if stop.place == 0:
            rest, behind = 0, 0
    # `prompt`: leaving here if the trip began at once; `back`: where it could; `there`: its goods.
    free, on, spent, bound = int(places[0].opens), 0, 0, FAR
    prompt, back, there = 0, free, 0
    for i in range(size + 1):
        stop = stops[number, i]
        place = places[stop.place]
        if i > 0:
            leg = seconds[stops[number, i - 1].place, stop.place]
            bound = min(bound, place.closes - spent - leg)
            spent += leg + place.service
            free = max(free + leg, place.opens) + place.service
            prompt = max(prompt + leg, place.opens) + place.service
            there = max(there, ready[stop.place])
            on += place.load
        if stop.place == 0:
            back = free
            free, on, spent, bound, there = max(free, stop.rest), 0, 0, FAR, 0
            prompt = 0
        stop.free, stop.on, stop.spent, stop.bound = free, on, spent, bound
        stop.alone = max(prompt, max(back, there) + spent)


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
    """Take out the customers of a string of stops; a visit to the depot goes with an empty trip."""
    route, stops = routes.route[number], routes.stop
    size, at = route.size, column_of(routes, number, customer)
    first, end, spare_from, spare_to = drawn_string(rng, size, at, min(length, size))
    to = 1
    for i in range(1, size + 1):
        place = stops[number, i].place
        if place > 0 and first <= i < end and not spare_from <= i < spare_to:
            routes.route_of[place] = -1
            gone[count] = place
            count += 1
        elif place > 0 or stops[number, to - 1].place > 0:
            stops[number, to].place = place
            to += 1
    if to > 1 and stops[number, to - 1].place == 0:
        to -= 1
    route.size = to - 1
    refresh(model, routes, number)
    return count
