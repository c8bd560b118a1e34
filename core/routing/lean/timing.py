"""Times, load and cost of one route from its order of stops; remembering it and putting it back."""

from core.routing.kernel.compiled import inlined
from core.routing.lean.model import NO_PARENT, ROUND, Model, Routes

_TURN = 0x100000001B3


@inlined
def refresh(model: Model, routes: Routes, number: int) -> None:
    """Work out everything that follows from a route's order."""
    route, stop = routes.route[number], routes.stop[number, 0]
    size = route.size
    stop.place, routes.stop[number, size + 1].place = 0, 0
    before, free = 0, int(model.place[0].opens)
    stop.free = free
    name, cost, load = number + 1, 0, 0
    for i in range(1, size + 1):
        last, stop = stop, routes.stop[number, i]
        here = stop.place
        place = model.place[here]
        leg = model.cost[before, here]
        last.leg = leg
        cost += leg
        load += place.load
        name = (name ^ place.name) * _TURN
        free = max(free + model.seconds[before, here], place.opens) + place.service
        stop.free = free
        routes.route_of[here] = number
        before = here
    leg = model.cost[before, 0]
    stop.leg = leg
    route.cost, route.load, route.name = cost + leg, load, name
    if size == 0:
        route.cost = 0
    route.parent = NO_PARENT
    after, due = 0, int(model.place[0].closes)
    routes.stop[number, size + 1].due = due
    for i in range(size, 0, -1):
        stop = routes.stop[number, i]
        here = stop.place
        place = model.place[here]
        due = min(place.closes, due - model.seconds[here, after] - place.service)
        stop.due = due
        after = here


@inlined
def keep(routes: Routes, number: int) -> None:
    """Remember a route before its first change in this round."""
    if routes.kept_in[number] == routes.tally[ROUND]:
        return
    routes.kept_in[number] = routes.tally[ROUND]
    count = routes.touched[-1]
    routes.touched[count] = number
    routes.touched[-1] = count + 1
    routes.old_route[number] = routes.route[number]
    for i in range(routes.route[number].size + 2):
        routes.old_stop[number, i] = routes.stop[number, i]


@inlined
def put_back(routes: Routes) -> None:
    """Undo the round."""
    for k in range(routes.touched[-1]):
        number = routes.touched[k]
        for i in range(1, routes.route[number].size + 1):
            routes.route_of[routes.stop[number, i].place] = -1
    for k in range(routes.touched[-1]):
        number = routes.touched[k]
        routes.route[number] = routes.old_route[number]
        for i in range(routes.route[number].size + 2):
            routes.stop[number, i] = routes.old_stop[number, i]
            routes.route_of[routes.stop[number, i].place] = number
    routes.touched[-1] = 0
