"""The two cheapest places for one customer in one route, and putting it there."""

from core.routing.kernel.compiled import compiled, inlined
from core.routing.midday.fetching import fetched_in_time, with_fetching
from core.routing.midday.model import ELSEWHERE, FAR, FAR_MC, ON_BOARD, Model, Routes
from core.routing.midday.tail import former_places, tail
from core.routing.midday.timing import RAMP_S, late_cost, refresh


@inlined
def look_quickly(model: Model, routes: Routes, customer: int, number: int) -> bool:
    """Find the two cheapest places of a route for a customer that break no limit.

    Returns whether that is the answer: not where goods may be fetched first, somebody may be late,
    or the former order counts.
    """
    route, who, size = routes.route[number], model.vehicle[number], routes.route[number].size
    found, place = routes.found[customer, number], model.place[customer]
    source = model.source[customer, number]
    best, second, at, then_at, sure = FAR_MC, FAR_MC, 0, 0, True
    if source != ELSEWHERE and size + 4 <= routes.stop.shape[1]:
        node = place.node
        second_mc, metre_mc = int(who.second_mc), int(who.metre_mc)
        opens, closes, service = int(place.opens), int(place.closes), int(place.service)
        spare_m = int(who.range_m) - int(route.metres)
        moves, calm = 0, FAR
        if place.home >= 0:
            moves = model.moved_mc
        if place.late_mc > 0:
            calm = place.promise - RAMP_S
        first, tight = 0, False
        room_0, room_1, room_2 = int(who.room_0), int(who.room_1), int(who.room_2)
        if source == ON_BOARD:
            sure = (route.top_0 <= room_0) & (route.top_1 <= room_1) & (route.top_2 <= room_2)
        else:
            room_0, room_1 = room_0 - place.load_0, room_1 - place.load_1
            room_2 -= place.load_2
            tight = (route.top_0 > room_0) | (route.top_1 > room_1) | (route.top_2 > room_2)
        if source >= 0:
            first = _behind(routes, number, source)
            if first > size:
                sure = not fetched_in_time(model, routes, customer, number, source)
        sure &= (model.moved_mc == 0) | (place.home != number)
        most_0, most_1, most_2 = -FAR, -FAR, -FAR
        if sure:
            for i in range(first, size + 1):
                stop, then = routes.stop[number, i], routes.stop[number, i + 1]
                if tight:
                    # From where they are fetched, or from the start, goods are on board up to here.
                    cargo = routes.cargo[number, i]
                    most_0, most_1 = max(most_0, cargo.at_0), max(most_1, cargo.at_1)
                    most_2 = max(most_2, cargo.at_2)
                more_m = model.metres_to[node, stop.node] + model.metres[node, then.node]
                more_m -= stop.leg_m
                added = more_m * metre_mc + moves
                if added >= second:
                    continue
                start = max(stop.free + model.seconds_to[node, stop.node], opens)
                there = start + service + model.seconds[node, then.node]
                full = (most_0 > room_0) | (most_1 > room_1) | (most_2 > room_2)
                if (start > closes) | (more_m > spare_m) | (there > then.due) | full:
                    continue
                later = there - then.arrive
                sure &= (start <= calm) & (later >= 0) & (there <= then.calm)
                added += max(0, later - then.waits) * second_mc
                if added < best:
                    second, then_at = best, at
                    best, at = added, i
                elif added < second:
                    second, then_at = added, i
    found.name = route.name
    found.cost_mc, found.next_cost_mc = best, second
    found.column, found.next_column = at, then_at
    found.fetch, found.next_fetch = -1, -1
    return sure


@inlined
def _behind(routes: Routes, number: int, source: int) -> int:
    """Return the column where a route fetches such goods; one more than it has stops: it does not.

    No other route can, so that it fetches them if any does.
    """
    size = int(routes.route[number].size)
    if routes.route_of[source] < 0:
        return size + 1
    column = 0
    while routes.stop[number, column].place != source:
        column += 1
    return column


@compiled
def look(model: Model, routes: Routes, customer: int, number: int) -> None:
    """Find the two cheapest places of a route for a customer that break no limit, in any case."""
    route, found = routes.route[number], routes.found[customer, number]
    found.name = route.name
    found.cost_mc, found.next_cost_mc = FAR_MC, FAR_MC
    source = model.source[customer, number]
    if (source == ELSEWHERE) | (route.size + 4 > routes.stop.shape[1]):
        return
    if source >= 0 and routes.route_of[source] < 0:
        with_fetching(model, routes, customer, number, source)
    else:
        _alone(model, routes, customer, number, source)


@inlined
def _alone(model: Model, routes: Routes, customer: int, number: int, source: int) -> None:
    """Look at all places for a customer whose goods are there without another stop."""
    route, who, size = routes.route[number], model.vehicle[number], routes.route[number].size
    found, place = routes.found[customer, number], model.place[customer]
    node, metre_mc = int(place.node), int(who.metre_mc)
    back = int(routes.stop[number, size + 1].arrive)
    spare_m = int(who.range_m) - int(route.metres)
    moves = model.moved_mc if place.home >= 0 else 0
    ranked = (model.moved_mc > 0) & (place.home == number)
    if ranked:
        former_places(routes, number, int(place.rank))
    first = _behind(routes, number, source) if source >= 0 else 0
    best, second, at, then_at = FAR_MC, FAR_MC, 0, 0
    for i in range(first, size + 1):
        stop, then = routes.stop[number, i], routes.stop[number, i + 1]
        added = moves
        if ranked and routes.left[i] + routes.right[i] >= route.kept:
            added = 0
        way_m = model.metres_to[node, stop.node] - stop.leg_m
        more_m = way_m + model.metres[node, then.node]
        if more_m * metre_mc + added >= second:
            continue
        start = max(stop.free + model.seconds_to[node, stop.node], place.opens)
        free = start + place.service
        if (start > place.closes) | (free + model.seconds[node, then.node] > then.due):
            continue
        if more_m > spare_m or not _room(model, routes, customer, number, source, first, i):
            continue
        rest = tail(model, routes, number, i + 1, node, free, way_m, back)
        added += late_cost(place, start) + rest
        if (rest >= FAR_MC) | (added >= second):
            continue
        if added < best:
            second, then_at = best, at
            best, at = added, i
        else:
            second, then_at = added, i
    found.cost_mc, found.next_cost_mc = best, second
    found.column, found.next_column = at, then_at
    found.fetch, found.next_fetch = -1, -1


@inlined
def _room(
    model: Model, routes: Routes, customer: int, number: int, source: int, first: int, i: int
) -> bool:
    """Return whether there is room for a customer's goods with its stop behind column `i`.

    Goods from the start are on board up to the stop, fetched ones from column `first` on; what is
    on board anyway makes room behind the stop.
    """
    who, place, size = model.vehicle[number], model.place[customer], routes.route[number].size
    cargo = routes.cargo[number, i]
    most_0, most_1, most_2 = int(cargo.top_0), int(cargo.top_1), int(cargo.top_2)
    if source == ON_BOARD:
        fits = (most_0 <= who.room_0) & (most_1 <= who.room_1) & (most_2 <= who.room_2)
        if i < size:
            ahead = routes.cargo[number, i + 1]
            fits = fits & (
                (ahead.ahead_0 - place.load_0 <= who.room_0)
                & (ahead.ahead_1 - place.load_1 <= who.room_1)
                & (ahead.ahead_2 - place.load_2 <= who.room_2)
            )
        return fits
    if source >= 0:
        most_0, most_1, most_2 = -FAR, -FAR, -FAR
        for k in range(first, i + 1):
            cargo = routes.cargo[number, k]
            most_0, most_1 = max(most_0, cargo.at_0), max(most_1, cargo.at_1)
            most_2 = max(most_2, cargo.at_2)
    return (
        (most_0 + place.load_0 <= who.room_0)
        & (most_1 + place.load_1 <= who.room_1)
        & (most_2 + place.load_2 <= who.room_2)
    )


@inlined
def put(model: Model, routes: Routes, customer: int, number: int, i: int, fetch: int) -> None:
    """Put a customer behind column `i`, and behind column `fetch` the stop for its goods if any."""
    route = routes.route[number]
    count = 1 if fetch < 0 else 2
    for j in range(route.size, i, -1):
        routes.stop[number, j + count].place = routes.stop[number, j].place
    routes.stop[number, i + count].place = customer
    if fetch >= 0:
        for j in range(i, fetch, -1):
            routes.stop[number, j + 1].place = routes.stop[number, j].place
        routes.stop[number, fetch + 1].place = model.source[customer, number]
    route.size += count
    refresh(model, routes, number)


@compiled
def placed(model: Model, routes: Routes, customer: int, number: int, i: int, fetch: int) -> None:
    """Put a customer in by a call, for where little time is spent."""
    put(model, routes, customer, number, i, fetch)


__all__ = ["look", "look_quickly", "placed", "put"]
