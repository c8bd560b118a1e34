"""Taking strings of stops out of routes that pass near a place."""

from core.routing.kernel.compiled import compiled, inlined
from core.routing.kernel.draws import Draws, below, unit
from core.routing.kernel.strings import drawn_string
from core.routing.midday.model import CUSTOMER, ELSEWHERE, FETCH, I64, REST, ROUND, Model, Routes
from core.routing.midday.timing import keep, refresh, refreshed

_ONLY_ABLE = 0.8
_DEEP, _DEEP_ROUTES, _DEEP_LONGEST, _PASSED_BY = 0.5, 3.0, 10.0, 0.3
"""For somebody left out: how often whole routes are opened, how many at most, how long a string is
taken from each, and how often the next one that passes near is passed by."""
_NOT_TO_ITS_END = 0.5
"""How often a route that is emptied for many who are left out keeps its last stops."""


@inlined
def ruin(
    model: Model, routes: Routes, rng: Draws, seed: int, mean_out: float, most: float, gone: I64
) -> int:
    """Take out strings of up to `most` stops near the customer `seed`; return how many left.

    About `mean_out` leave on average: the shorter the strings, the more routes they come from. A
    seed that is left out itself opens routes that may serve it, most of the time; half of the time
    few of them, but then everybody leaves who could go with another vehicle.
    """
    served = model.customers - int(routes.absent[-1])
    if served == 0:
        return 0
    open_routes = 0
    for r in range(len(routes.route)):
        if routes.route[r].size > 0:
            open_routes += 1
    longest = min(most, served / max(1, open_routes))
    strings = 1 + int(unit(rng) * max(1.0, 4.0 * mean_out / (1.0 + longest) - 1.0))
    only_able = routes.route_of[seed] < 0 and unit(rng) < _ONLY_ABLE
    deep = routes.route_of[seed] < 0 and unit(rng) < _DEEP
    if deep:
        strings, longest = 1 + int(unit(rng) * _DEEP_ROUTES), _DEEP_LONGEST
    count = 0
    for k in range(model.near.shape[1]):
        if routes.touched[-1] >= strings:
            return count
        other = int(model.near[seed, k])
        number = int(routes.route_of[other])
        if number < 0 or routes.kept_in[number] == routes.tally[ROUND]:
            continue
        if only_able and model.source[seed, number] == ELSEWHERE:
            continue
        if deep and unit(rng) < _PASSED_BY:
            continue
        keep(routes, number)
        size = float(routes.route[number].size)
        length = 1 + int(unit(rng) * min(longest, size))
        count = _string(model, routes, rng, number, other, length, gone, count, deep)
    return count


@inlined
def _string(
    model: Model,
    routes: Routes,
    rng: Draws,
    number: int,
    customer: int,
    length: int,
    gone: I64,
    count: int,
    deep: bool,
) -> int:
    """Take out a string of stops that holds the customer, maybe sparing a few in its middle;
    `deep`: and everybody of its route who could go with another vehicle."""
    route, who = routes.route[number], model.vehicle[number]
    size, at = route.size, 1
    while routes.stop[number, at].place != customer:
        at += 1
    length = min(length, size)
    first, end, spare_from, spare_to = drawn_string(rng, size, at, length)
    start = 1 if deep else first
    to = start
    for i in range(start, size + 1):
        place = routes.stop[number, i].place
        stays = (i < first) | (i >= end) | ((spare_from <= i) & (i < spare_to))
        if deep and place < model.customers:
            stays &= routes.able[place] < 2
        if stays or place >= model.customers:
            routes.stop[number, to].place = place
            to += 1
        else:
            routes.route_of[place] = -1
            gone[count] = place
            count += 1
            source = model.source[place, number]
            if source >= 0:
                routes.uses[source, 0] -= 1
    route.size = to - 1
    if who.extras < who.extras_end:
        _drop_unused(model, routes, number)
    refresh(model, routes, number)
    return count


@compiled
def empty_one(model: Model, routes: Routes, rng: Draws, number: int, gone: I64) -> int:
    """Take a string of any length out of a route, half of the time all up to its end; return how
    many left."""
    route, who, size = routes.route[number], model.vehicle[number], routes.route[number].size
    if size == 0:
        return 0
    keep(routes, number)
    first = 1 + below(rng, size)
    end = size + 1
    if unit(rng) < _NOT_TO_ITS_END:
        end = first + 1 + below(rng, size + 1 - first)
    # As in `_string`: a part in common makes every round a fifth slower.
    to, count = first, 0
    for i in range(first, size + 1):
        place = routes.stop[number, i].place
        if i >= end or place >= model.customers:
            routes.stop[number, to].place = place
            to += 1
        else:
            routes.route_of[place] = -1
            gone[count] = place
            count += 1
            source = model.source[place, number]
            if source >= 0:
                routes.uses[source, 0] -= 1
    route.size = to - 1
    if who.extras < who.extras_end:
        _drop_unused(model, routes, number)
    refresh(model, routes, number)
    return count


@inlined
def _drop_unused(model: Model, routes: Routes, number: int) -> None:
    """Take out stops that fetch nothing any more."""
    route, to = routes.route[number], 1
    for i in range(1, route.size + 1):
        place = routes.stop[number, i].place
        if (model.place[place].kind == FETCH) & (routes.uses[place, 0] == 0):
            routes.route_of[place] = -1
        else:
            routes.stop[number, to].place = place
            to += 1
    route.size = to - 1


@compiled
def another_place(model: Model, routes: Routes, number: int, extra: int) -> None:
    """Put a rest, or a stop that fetches goods, where its route is cheapest then."""
    route, size = routes.route[number], routes.route[number].size
    kind = model.place[extra].kind
    if (kind != REST) & (kind != FETCH):
        return
    at = 1
    while routes.stop[number, at].place != extra:
        at += 1
    for i in range(at, size):
        routes.stop[number, i].place = routes.stop[number, i + 1].place
    routes.stop[number, size].place = extra
    last = size
    if kind == FETCH:
        last = 1
        while last < size:
            place = routes.stop[number, last].place
            if model.place[place].kind == CUSTOMER and model.source[place, number] == extra:
                break
            last += 1
    # It wanders from the end of the route to its beginning, which is costed wherever it may be.
    best, best_at = 0, -1
    for i in range(size, 0, -1):
        if i < size:
            routes.stop[number, i + 1].place = routes.stop[number, i].place
            routes.stop[number, i].place = extra
        if i <= last:
            refreshed(model, routes, number)
            if route.bad == 0 and (best_at < 0 or route.cost_mc < best):
                best, best_at = route.cost_mc, i
    to = best_at if best_at > 0 else at
    for i in range(1, to):
        routes.stop[number, i].place = routes.stop[number, i + 1].place
    routes.stop[number, to].place = extra
    refreshed(model, routes, number)
