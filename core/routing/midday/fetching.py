"""The two cheapest pairs of places for a customer and for the stop that fetches its goods."""

from core.routing.kernel.compiled import inlined
from core.routing.midday.model import FAR, FAR_MC, Model, Routes
from core.routing.midday.tail import former_places, tail
from core.routing.midday.timing import late_cost


@inlined
def fetched_in_time(model: Model, routes: Routes, customer: int, number: int, source: int) -> bool:
    """Return whether goods can be fetched behind some column so that either their customer, served
    at once, and who follows, or who follows there anyway, is reached in time; else there is no pair
    of places."""
    size, place, goods = routes.route[number].size, model.place[customer], model.place[source]
    node, here = int(place.node), int(goods.node)
    opens, closes, service = int(place.opens), int(place.closes), int(place.service)
    ready, over, loading = int(goods.opens), int(goods.closes), int(goods.service)
    onward_s, found = model.seconds[here, node], False
    for f in range(size + 1):
        stop, then = routes.stop[number, f], routes.stop[number, f + 1]
        begun = max(stop.free + model.seconds_to[here, stop.node], ready)
        free = begun + loading
        start = max(free + onward_s, opens)
        there = start + service + model.seconds[node, then.node]
        at_once = (start <= closes) & (there <= then.due)
        later = (f < size) & (free <= closes)
        later &= free + model.seconds[here, then.node] <= then.due
        found |= (begun <= over) & (at_once | later)
    return found


@inlined
def with_fetching(model: Model, routes: Routes, customer: int, number: int, source: int) -> None:
    """Look at all pairs of places for a customer and for the stop that fetches its goods."""
    place, found = model.place[customer], routes.found[customer, number]
    size, node = routes.route[number].size, place.node
    if (model.moved_mc > 0) & (place.home == number):
        former_places(routes, number, int(place.rank))
    found.column, found.next_column, found.fetch, found.next_fetch = 0, 0, -1, -1
    # The least detour to the customer from each column on, where goods are on board already.
    least_m = FAR // 4
    routes.ahead[size + 1] = least_m
    for i in range(size, -1, -1):
        stop, then = routes.stop[number, i], routes.stop[number, i + 1]
        more_m = model.metres_to[node, stop.node] + model.metres[node, then.node] - stop.leg_m
        if then.place >= 0 and model.place[then.place].node < 0:
            more_m = -FAR // 4  # A rest would be taken elsewhere then.
        least_m = min(least_m, more_m)
        routes.ahead[i] = least_m
    for f in range(size + 1):
        _fetched_behind(model, routes, customer, number, source, f)


@inlined
def _fetched_behind(
    model: Model, routes: Routes, customer: int, number: int, source: int, f: int
) -> None:
    """Look at all places for a customer whose goods are fetched behind column `f`."""
    route, who, size = routes.route[number], model.vehicle[number], routes.route[number].size
    found, place, goods = routes.found[customer, number], model.place[customer], model.place[source]
    node, here, metre_mc = int(place.node), int(goods.node), int(who.metre_mc)
    back = int(routes.stop[number, size + 1].arrive)
    spare_m = int(who.range_m) - int(route.metres)
    moves = model.moved_mc if place.home >= 0 else 0
    ranked = (model.moved_mc > 0) & (place.home == number)
    least_mc = 0 if ranked else moves
    stop, then, cargo = routes.stop[number, f], routes.stop[number, f + 1], routes.cargo[number, f]
    way_m = model.metres[stop.node, here] - stop.leg_m
    detour_m = way_m + model.metres[here, then.node]
    both_m = way_m + model.metres[here, node] + model.metres[node, then.node]
    both_m = min(both_m, detour_m + routes.ahead[f + 1])
    start = max(stop.free + model.seconds[stop.node, here], goods.opens)
    room_0, room_1 = who.room_0 - place.load_0, who.room_1 - place.load_1
    room_2 = who.room_2 - place.load_2
    full = (cargo.at_0 > room_0) | (cargo.at_1 > room_1) | (cargo.at_2 > room_2)
    dear = both_m * metre_mc + least_mc >= found.next_cost_mc
    if full | dear | (start > goods.closes):
        return
    free, late = start + goods.service, late_cost(goods, start)
    for i in range(f, size + 1):
        if i > f:
            # Go on by one stop with the goods on board.
            stop, cargo = routes.stop[number, i], routes.cargo[number, i]
            passed = model.place[stop.place]
            to = int(passed.node)
            if to < 0:
                to = here
            arrive = free + model.seconds[here, to]
            start = max(arrive, passed.opens)
            dear = (detour_m + routes.ahead[i]) * metre_mc + least_mc >= found.next_cost_mc
            full = (cargo.at_0 > room_0) | (cargo.at_1 > room_1) | (cargo.at_2 > room_2)
            # Too late here is too late with another stop before it as well.
            past = (start > passed.closes) | ((to == stop.node) & (arrive > stop.due))
            if dear | full | past | (free > place.closes):
                return
            late += late_cost(passed, start) - cargo.late_mc
            way_m += model.metres[here, to]
            if i > f + 1:
                way_m -= routes.stop[number, i - 1].leg_m
            free, here = start + passed.service, to
        start = max(free + model.seconds[here, node], place.opens)
        then = routes.stop[number, i + 1]
        there = start + place.service + model.seconds[node, then.node]
        far_m = way_m + model.metres[here, node]
        if i > f:
            far_m -= stop.leg_m
        longer_m = far_m + model.metres[node, then.node]
        added = late + late_cost(place, start)
        if not (ranked and routes.left[i] + routes.right[i] >= route.kept):
            added += moves
        late_here = (start > place.closes) | (there > then.due)
        if late_here | (longer_m > spare_m) | (added + longer_m * metre_mc >= found.next_cost_mc):
            continue
        rest = tail(model, routes, number, i + 1, node, start + place.service, far_m, back)
        if rest < FAR_MC:
            _note(routes, customer, number, added + rest, i, f)


@inlined
def _note(routes: Routes, customer: int, number: int, added: int, column: int, fetch: int) -> None:
    """Keep a place if it is one of the two cheapest, each in another column."""
    found = routes.found[customer, number]
    if added < found.cost_mc:
        if found.column != column:
            found.next_cost_mc, found.next_column = found.cost_mc, found.column
            found.next_fetch = found.fetch
        found.cost_mc, found.column, found.fetch = added, column, fetch
    elif added < found.next_cost_mc and found.column != column:
        found.next_cost_mc, found.next_column, found.next_fetch = added, column, fetch


__all__ = ["fetched_in_time", "with_fetching"]
