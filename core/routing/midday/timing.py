"""Times, loads, lateness and cost of one route from its order of stops; remembering it."""

from core.routing.kernel.compiled import compiled, inlined
from core.routing.midday.model import AT_START, FAR, ROUND, Model, Records, Routes

_TURN = 0x100000001B3

RAMP_S, DRAG_S = 600, 7200
"""As in `core.routing.cost`, which a test holds this against."""


@inlined
def late_cost(place: Records, start: int) -> int:
    """Return what a start at that time costs for being late."""
    if place.late_mc == 0:
        return 0
    over = start - place.promise
    ramp = min(max(over + RAMP_S, 0), 2 * RAMP_S)
    drag = min(max(over - RAMP_S, 0), 10 * DRAG_S)
    price = int(place.late_mc)
    return price * ramp // (2 * RAMP_S) + price * drag // DRAG_S


@inlined
def refresh(model: Model, routes: Routes, number: int) -> None:
    """Work out everything that follows from a route's order."""
    route, who = routes.route[number], model.vehicle[number]
    size = route.size
    count_uses(model, routes, number)
    on_0, on_1, on_2 = _loaded_first(model, routes, number)
    stop, cargo = routes.stop[number, 0], routes.cargo[number, 0]
    stop.place, stop.node = -1, who.start
    stop.arrive, stop.free = who.ready, who.ready
    cargo.rank, cargo.late_mc = -1, 0
    cargo.at_0, cargo.at_1, cargo.at_2 = on_0, on_1, on_2
    top_0, top_1, top_2 = int(on_0), int(on_1), int(on_2)
    cargo.top_0, cargo.top_1, cargo.top_2 = top_0, top_1, top_2
    bad, metres, late, foreign, own = 0, 0, 0, 0, 0
    name = number + 1
    free, before = int(who.ready), int(who.start)
    for i in range(1, size + 1):
        here = routes.stop[number, i].place
        place = model.place[here]
        node = int(place.node)
        if node < 0:
            node = before
        leg_s, leg_m = model.seconds[before, node], model.metres[before, node]
        cargo.leg_s, stop.leg_m = leg_s, leg_m
        stop, cargo = routes.stop[number, i], routes.cargo[number, i]
        metres += leg_m
        name = (name ^ place.name) * _TURN
        arrive = free + leg_s
        start = max(arrive, place.opens)
        if start > place.closes:
            bad = 1
        own_late = late_cost(place, start)
        late += own_late
        free = start + place.service
        stop.node, stop.arrive, stop.free, cargo.late_mc = node, arrive, free, own_late
        cargo.rank = -1
        if here < model.customers:
            on_0 -= place.load_0
            on_1 -= place.load_1
            on_2 -= place.load_2
            if place.home == number:
                cargo.rank = place.rank
                own += 1
            elif place.home >= 0:
                foreign += 1
        else:
            on_0 += routes.uses[here, 1]
            on_1 += routes.uses[here, 2]
            on_2 += routes.uses[here, 3]
        cargo.at_0, cargo.at_1, cargo.at_2 = on_0, on_1, on_2
        top_0, top_1, top_2 = max(top_0, on_0), max(top_1, on_1), max(top_2, on_2)
        cargo.top_0, cargo.top_1, cargo.top_2 = top_0, top_1, top_2
        routes.route_of[here] = number
        before = node
    leg_s, leg_m = model.seconds[before, who.end], model.metres[before, who.end]
    cargo.leg_s, stop.leg_m = leg_s, leg_m
    metres += leg_m
    back = free + leg_s
    if (back > who.latest) | (metres > who.range_m):
        bad = 1
    if (top_0 > who.room_0) | (top_1 > who.room_1) | (top_2 > who.room_2):
        bad = 1
    route.top_0, route.top_1, route.top_2 = top_0, top_1, top_2
    route.kept = _former_order(model, routes, number, own)
    route.bad, route.metres, route.name = bad, metres, name
    route.cost_mc = (back - who.ready) * who.second_mc + metres * who.metre_mc + late
    route.cost_mc += model.moved_mc * (foreign + own - route.kept)
    _backwards(model, routes, number, back)


@inlined
def count_uses(model: Model, routes: Routes, number: int) -> None:
    """Count who of a route needs which of its extras."""
    who = model.vehicle[number]
    for extra in range(who.extras, who.extras_end):
        for k in range(4):
            routes.uses[extra, k] = 0
    if who.extras == who.extras_end:
        return
    for i in range(1, routes.route[number].size + 1):
        here = routes.stop[number, i].place
        if here < model.customers:
            source = model.source[here, number]
            if source >= 0:
                place = model.place[here]
                routes.uses[source, 0] += 1
                routes.uses[source, 1] += place.load_0
                routes.uses[source, 2] += place.load_1
                routes.uses[source, 3] += place.load_2


@inlined
def _loaded_first(model: Model, routes: Routes, number: int) -> tuple[int, int, int]:
    """Return what is on board when a vehicle sets out."""
    who = model.vehicle[number]
    on_0, on_1, on_2 = int(who.on_0), int(who.on_1), int(who.on_2)
    for i in range(1, routes.route[number].size + 1):
        here = routes.stop[number, i].place
        if here < model.customers and model.source[here, number] == AT_START:
            place = model.place[here]
            on_0, on_1, on_2 = on_0 + place.load_0, on_1 + place.load_1, on_2 + place.load_2
    return on_0, on_1, on_2


@compiled
def refreshed(model: Model, routes: Routes, number: int) -> None:
    """Do the same by a call, for where little time is spent: less to compile."""
    refresh(model, routes, number)


@inlined
def _backwards(model: Model, routes: Routes, number: int, back: int) -> None:
    """Work out the latest arrivals, the waiting and the loads that are still ahead."""
    who, size = model.vehicle[number], routes.route[number].size
    stop = routes.stop[number, size + 1]
    stop.place, stop.node = -1, who.end
    stop.arrive, stop.free = back, back
    due, calm, waits = int(who.latest), FAR, 0
    stop.due, stop.calm, stop.waits = due, calm, waits
    most_0, most_1, most_2 = -FAR, -FAR, -FAR
    for i in range(size, -1, -1):
        stop, cargo = routes.stop[number, i], routes.cargo[number, i]
        due -= cargo.leg_s
        calm -= cargo.leg_s
        if i > 0:
            place = model.place[stop.place]
            due = min(place.closes, due - place.service)
            calm -= place.service
            if place.late_mc > 0:
                calm = min(calm, place.promise - RAMP_S)
            if due < place.opens:
                due = -FAR
            if calm < place.opens:
                calm = -FAR
            waits += max(0, place.opens - stop.arrive)
        stop.due, stop.calm, stop.waits = max(due, -FAR), max(calm, -FAR), waits
        if i > 0 and model.place[stop.place].node < 0:
            # With another stop before it, it is somewhere else: only a walk can tell.
            stop.due, stop.calm = FAR, -FAR
        most_0, most_1 = max(most_0, cargo.at_0), max(most_1, cargo.at_1)
        most_2 = max(most_2, cargo.at_2)
        cargo.ahead_0, cargo.ahead_1, cargo.ahead_2 = most_0, most_1, most_2


@inlined
def _former_order(model: Model, routes: Routes, number: int, own: int) -> int:
    """Return how many of a route's own stops can count as unmoved, and note the rows at each."""
    if model.moved_mc == 0:
        return own
    size, kept = routes.route[number].size, 0
    tails = routes.right
    for i in range(1, size + 1):
        cargo = routes.cargo[number, i]
        if cargo.rank >= 0:
            at = 0
            while at < kept and tails[at] < cargo.rank:
                at += 1
            tails[at] = cargo.rank
            kept = max(kept, at + 1)
            cargo.grow = at + 1
    count = 0
    for i in range(size, 0, -1):
        cargo = routes.cargo[number, i]
        if cargo.rank >= 0:
            at = 0
            while at < count and tails[at] > cargo.rank:
                at += 1
            tails[at] = cargo.rank
            count = max(count, at + 1)
            cargo.fall = at + 1
    return kept


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
        routes.old_cargo[number, i] = routes.cargo[number, i]


@inlined
def put_back(model: Model, routes: Routes) -> None:
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
            routes.cargo[number, i] = routes.old_cargo[number, i]
        for i in range(1, routes.route[number].size + 1):
            routes.route_of[routes.stop[number, i].place] = number
        count_uses(model, routes, number)
    routes.touched[-1] = 0


__all__ = ["keep", "late_cost", "put_back", "refresh", "refreshed"]
