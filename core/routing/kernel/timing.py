"""Times, loads and costs of one route, from its order of stops."""

from core.routing.kernel.compiled import compiled
from core.routing.kernel.model import FAR, NO_PARENT, Model, Routes

_TURN = 0x100000001B3


@compiled
def rested(tired: int, opens: int, closes: int, length: int) -> int:
    """Return when a driver who is free at `tired` has rested right there; FAR: too late for it."""
    if tired > closes:
        return FAR
    return max(tired, opens) + length


@compiled
def refresh(model: Model, routes: Routes, number: int) -> bool:
    """Work out everything that follows from a route's order; return whether its times hold."""
    route, who, stops = routes.route[number], model.vehicle[number], routes.stop[number]
    size, length = route.size, who.rest_length
    first, last = stops[0], stops[size + 1]
    first.place, last.place = who.start, who.end
    free, tired = who.ready, FAR
    if length >= 0:
        tired = free
        free = rested(tired, who.rest_opens, who.rest_closes, length)
    first.free, first.tired = free, tired
    first.on_0, first.on_1, first.on_2 = 0, 0, 0
    name, cost, metres = number + 1, 0, 0
    before = first.place
    for i in range(1, size + 1):
        stop = stops[i]
        here = stop.place
        place = model.place[here]
        leg_s, leg_m = model.way[before, here].s, model.way[before, here].m
        leg_mc = leg_s * who.second_mc + leg_m * who.metre_mc
        stops[i - 1].leg_mc = leg_mc
        if i == 1:
            route.first, route.first_mc = here, leg_mc
        elif before < model.customers:
            routes.spot[before].after, routes.spot[before].after_mc = here, leg_mc
        cost += leg_mc
        metres += leg_m
        name = (name ^ place.name) * _TURN
        service = place.service
        if here >= model.customers:
            service = who.loading
            stop.on_0, stop.on_1, stop.on_2 = 0, 0, 0
        else:
            cost += model.toll[here, number]
            spot = routes.spot[here]
            spot.route, spot.column = number, i
            spot.before, spot.before_mc = before, leg_mc
            stop.on_0 = stops[i - 1].on_0 + place.load_0
            stop.on_1 = stops[i - 1].on_1 + place.load_1
            stop.on_2 = stops[i - 1].on_2 + place.load_2
        cost += service * who.second_mc
        start = max(free + leg_s, place.opens)
        free = start + service if start <= place.closes else FAR
        if length >= 0:
            start = max(tired + leg_s, place.opens)
            tired = start + service if start <= place.closes else FAR
            free = min(free, rested(tired, who.rest_opens, who.rest_closes, length))
        stop.free, stop.tired = free, tired
        before = here
    leg_s, leg_m = model.way[before, who.end].s, model.way[before, who.end].m
    leg_mc = leg_s * who.second_mc + leg_m * who.metre_mc
    stops[size].leg_mc = leg_mc
    route.last, route.last_mc = before, leg_mc
    if size == 0:
        route.first, route.first_mc = who.end, leg_mc
    elif before < model.customers:
        routes.spot[before].after, routes.spot[before].after_mc = who.end, leg_mc
    route.cost_mc, route.metres, route.name = cost + leg_mc, metres + leg_m, name
    route.parent = NO_PARENT
    _backwards(model, routes, number)
    return free + leg_s <= who.latest


@compiled
def _backwards(model: Model, routes: Routes, number: int) -> None:
    """Work out the latest arrivals, and the loads of whole trips."""
    who, stops = model.vehicle[number], routes.stop[number]
    size, length = routes.route[number].size, who.rest_length
    due, tired = who.latest, -FAR
    after = who.end
    stops[size + 1].due, stops[size + 1].due_tired = due, tired
    trip_0, trip_1, trip_2 = stops[size].on_0, stops[size].on_1, stops[size].on_2
    for i in range(size, -1, -1):
        stop = stops[i]
        here = stop.place
        place = model.place[here]
        if after >= model.customers:
            trip_0, trip_1, trip_2 = stop.on_0, stop.on_1, stop.on_2
        stop.trip_0, stop.trip_1, stop.trip_2 = trip_0, trip_1, trip_2
        leg_s = model.way[here, after].s
        due -= leg_s
        if length >= 0:
            tired -= leg_s
            if who.rest_opens + length <= due:
                tired = max(tired, min(who.rest_closes, due - length))
        service = place.service if here < model.customers else who.loading
        due = min(place.closes, due - service)
        if due < place.opens:
            due = -FAR
        tired = min(place.closes, tired - service)
        if tired < place.opens:
            tired = -FAR
        stop.due, stop.due_tired = due, tired
        after = here
