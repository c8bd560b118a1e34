"""The cheapest places for one customer in one route, and putting it there."""

from core.routing.kernel.compiled import compiled
from core.routing.kernel.model import FAR, LOAD_AFTER, LOAD_BEFORE, PLAIN, Model, Routes
from core.routing.kernel.timing import refresh, rested


@compiled
def look(model: Model, routes: Routes, customer: int, number: int) -> None:
    """Find the two cheapest places of a route for a customer that break no limit."""
    route, who, stops = routes.route[number], model.vehicle[number], routes.stop[number]
    found, place = routes.found[customer, number], model.place[customer]
    found.name = route.name
    found.cost_mc, found.next_cost_mc = FAR, FAR
    if route.size + 4 > routes.stop.shape[1]:
        return
    if place.load_0 > who.room_0 or place.load_1 > who.room_1 or place.load_2 > who.room_2:
        return
    room_0, room_1 = who.room_0 - place.load_0, who.room_1 - place.load_1
    room_2 = who.room_2 - place.load_2
    way = model.way[customer]
    second_mc, metre_mc, length = who.second_mc, who.metre_mc, who.rest_length
    opens, closes, service = place.opens, place.closes, place.service
    limited = who.range_m < FAR
    spare_m = who.range_m - route.metres
    best, second, toll = FAR, FAR, model.toll[customer, number]
    for i in range(route.size + 1):
        stop, then = stops[i], stops[i + 1]
        before, after = stop.place, then.place
        there_s, back_s = way[before].back_s, way[after].s
        added = (there_s + service + back_s) * second_mc - stop.leg_mc + toll
        far_m = way[before].back_m + way[after].m
        added += far_m * metre_mc
        if added >= second:
            continue
        how = PLAIN
        if stop.trip_0 <= room_0 and stop.trip_1 <= room_1 and stop.trip_2 <= room_2:
            start = max(stop.free + there_s, opens)
            fits = start <= closes and start + service + back_s <= then.due
            if length >= 0 and not fits:
                start = max(stop.tired + there_s, opens)
                if start <= closes:
                    leave = start + service
                    fits = leave + back_s <= then.due_tired
                    if not fits:
                        leave = rested(leave, who.rest_opens, who.rest_closes, length)
                        fits = leave + back_s <= then.due
            if not fits:
                continue
            if limited and far_m - model.way[before, after].m > spare_m:
                continue
        elif who.depot >= 0:
            added, how = with_loading(model, routes, customer, number, i)
            if added >= second:
                continue
        else:
            continue
        if added < best:
            second, best = best, added
            found.next_column, found.next_how = found.column, found.how
            found.column, found.how = i, how
        else:
            second = added
            found.next_column, found.next_how = i, how
    found.cost_mc, found.next_cost_mc = best, second


@compiled
def look_again(model: Model, routes: Routes, customer: int, number: int) -> None:
    """Bring up to date what was found before the last customer went into the route.

    The route has become tighter everywhere, so that only the gaps beside the new stop can be better
    than what was found, and what did not fit still does not.
    """
    route, found = routes.route[number], routes.found[customer, number]
    new, cost, next_cost = route.column, found.cost_mc, found.next_cost_mc
    at, then, how, next_how = found.column, found.next_column, found.how, found.next_how
    known = cost < FAR
    if at >= new:
        at += 1
    if then >= new:
        then += 1
    if next_cost < FAR and (then == new - 1 or not _fits(model, routes, customer, number, then)):
        next_cost = FAR
    if cost < FAR and (at == new - 1 or not _fits(model, routes, customer, number, at)):
        cost, at, how = next_cost, then, next_how
        next_cost = FAR
    if known and cost == FAR:
        look(model, routes, customer, number)
        return
    for i in range(new - 1, new + 1):
        added = detour_mc(model, routes, customer, number, i)
        if added < next_cost and _fits(model, routes, customer, number, i):
            if added < cost:
                next_cost, then, next_how = cost, at, how
                cost, at, how = added, i, PLAIN
            else:
                next_cost, then, next_how = added, i, PLAIN
    found.name = route.name
    found.cost_mc, found.column, found.how = cost, at, how
    found.next_cost_mc, found.next_column, found.next_how = next_cost, then, next_how


@compiled
def detour_mc(model: Model, routes: Routes, customer: int, number: int, i: int) -> int:
    """Return what a customer behind column `i` adds to the cost of a route."""
    who, way = model.vehicle[number], model.way[customer]
    before, after = routes.stop[number, i].place, routes.stop[number, i + 1].place
    seconds = way[before].back_s + way[after].s
    metres = way[before].back_m + way[after].m
    seconds += model.place[customer].service
    added = seconds * who.second_mc + metres * who.metre_mc - routes.stop[number, i].leg_mc
    return added + model.toll[customer, number]


@compiled
def _fits(model: Model, routes: Routes, customer: int, number: int, i: int) -> bool:
    """Return whether a customer alone may go in behind column `i`."""
    who, place = model.vehicle[number], model.place[customer]
    stop, then = routes.stop[number, i], routes.stop[number, i + 1]
    if (
        stop.trip_0 + place.load_0 > who.room_0
        or stop.trip_1 + place.load_1 > who.room_1
        or stop.trip_2 + place.load_2 > who.room_2
    ):
        return False
    way = model.way[customer]
    metres = way[stop.place].back_m + way[then.place].m
    metres += routes.route[number].metres - model.way[stop.place, then.place].m
    if metres > who.range_m:
        return False
    leg_s, back_s = way[stop.place].back_s, way[then.place].s
    start = max(stop.free + leg_s, place.opens)
    if start <= place.closes and start + place.service + back_s <= then.due:
        return True
    start = max(stop.tired + leg_s, place.opens)
    if who.rest_length < 0 or start > place.closes:
        return False
    leave = start + place.service
    if leave + back_s <= then.due_tired:
        return True
    leave = rested(leave, who.rest_opens, who.rest_closes, who.rest_length)
    return leave + back_s <= then.due


@compiled
def with_loading(
    model: Model, routes: Routes, customer: int, number: int, i: int
) -> tuple[int, int]:
    """Return what a customer and a loading beside it add behind column `i`, and in which order.

    The trip is parted there: what comes before and what comes after must each fit. FAR where a
    limit breaks.
    """
    route, who = routes.route[number], model.vehicle[number]
    stop, then = routes.stop[number, i], routes.stop[number, i + 1]
    place = model.place[customer]
    spare_m = who.range_m - route.metres + model.way[stop.place, then.place].m
    best, order = FAR, PLAIN
    for how in (LOAD_BEFORE, LOAD_AFTER):
        early = 1 if how == LOAD_AFTER else 0
        late = 1 - early
        if stop.on_0 + early * place.load_0 > who.room_0:
            continue
        if stop.on_1 + early * place.load_1 > who.room_1:
            continue
        if stop.on_2 + early * place.load_2 > who.room_2:
            continue
        if stop.trip_0 - stop.on_0 + late * place.load_0 > who.room_0:
            continue
        if stop.trip_1 - stop.on_1 + late * place.load_1 > who.room_1:
            continue
        if stop.trip_2 - stop.on_2 + late * place.load_2 > who.room_2:
            continue
        free, tired, here = stop.free, stop.tired, stop.place
        seconds, metres = who.loading + place.service, 0
        for turn in range(2):
            to = customer if turn == late else who.depot
            leg_s = model.way[here, to].s
            service = place.service if to == customer else who.loading
            opens = place.opens if to == customer else -FAR
            closes = place.closes if to == customer else FAR
            start = max(free + leg_s, opens)
            free = start + service if start <= closes else FAR
            if who.rest_length >= 0:
                start = max(tired + leg_s, opens)
                tired = start + service if start <= closes else FAR
                free = min(free, rested(tired, who.rest_opens, who.rest_closes, who.rest_length))
            seconds += leg_s
            metres += model.way[here, to].m
            here = to
        leg_s = model.way[here, then.place].s
        metres += model.way[here, then.place].m
        if free + leg_s > then.due and tired + leg_s > then.due_tired:
            continue
        added = (seconds + leg_s) * who.second_mc + metres * who.metre_mc - stop.leg_mc
        added += model.toll[customer, number]
        if metres <= spare_m and added < best:
            best, order = added, how
    return best, order


@compiled
def put(model: Model, routes: Routes, customer: int, number: int, i: int, how: int) -> None:
    """Put a customer behind column `i`."""
    stops, route = routes.stop[number], routes.route[number]
    count = 1 if how == PLAIN else 2
    for j in range(route.size, i, -1):
        stops[j + count].place = stops[j].place
    stops[i + 1].place = customer
    if how == LOAD_BEFORE:
        stops[i + 1].place = model.vehicle[number].depot
        stops[i + 2].place = customer
    elif how == LOAD_AFTER:
        stops[i + 2].place = model.vehicle[number].depot
    route.size += count
    parent = route.name
    refresh(model, routes, number)
    if model.vehicle[number].depot < 0:
        route.parent, route.column = parent, i + 1
