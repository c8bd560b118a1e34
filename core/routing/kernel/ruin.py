"""Taking strings of stops out of routes that pass near a place, and undoing a round."""

from core.routing.kernel.compiled import compiled
from core.routing.kernel.draws import Draws, below, unit
from core.routing.kernel.model import I32, Model, Routes
from core.routing.kernel.strings import drawn_string
from core.routing.kernel.timing import refresh

_ONLY_ABLE = 0.8


@compiled
def keep(routes: Routes, number: int) -> None:
    """Remember a route before its first change in this round."""
    route = routes.route[number]
    if route.touched == 0:
        route.touched = 1
        route.old_size = route.size
        for i in range(route.size + 1):
            routes.old[number, i] = routes.stop[number, i].place


@compiled
def put_back(model: Model, routes: Routes) -> None:
    """Undo the round."""
    for number in range(len(routes.route)):
        if routes.route[number].touched == 1:
            for i in range(1, routes.route[number].size + 1):
                place = routes.stop[number, i].place
                if place < model.customers:
                    routes.spot[place].route = -1
    for number in range(len(routes.route)):
        route = routes.route[number]
        if route.touched == 1:
            route.size = route.old_size
            for i in range(route.size + 1):
                routes.stop[number, i].place = routes.old[number, i]
            refresh(model, routes, number)


@compiled
def ruin(
    model: Model, routes: Routes, rng: Draws, seed: int, strings: int, longest: int, gone: I32
) -> int:
    """Take strings out of up to so many routes near the customer `seed`; return how many left.

    A seed that is left out itself opens routes that may serve it, most of the time.
    """
    count, hit = 0, 0
    only_able = routes.spot[seed].route < 0 and unit(rng) < _ONLY_ABLE
    for k in range(model.near.shape[1]):
        other = int(model.near[seed, k])
        number = int(routes.spot[other].route)
        if number < 0 or routes.route[number].touched == 1:
            continue
        if only_able and model.able[seed, number] == 0:
            continue
        keep(routes, number)
        count = _string(model, routes, rng, number, other, longest, gone, count)
        hit += 1
        if hit == strings:
            break
    return count


@compiled
def _string(
    model: Model,
    routes: Routes,
    rng: Draws,
    number: int,
    customer: int,
    longest: int,
    gone: I32,
    count: int,
) -> int:
    """Take out a string of stops that holds the customer, maybe sparing a few in its middle."""
    route, stops = routes.route[number], routes.stop[number]
    size, at = route.size, 1
    while stops[at].place != customer:
        at += 1
    length = 1 + below(rng, min(longest, size))
    first, end, spare_from, spare_to = drawn_string(rng, size, at, length)
    to = first
    for i in range(first, size + 1):
        place = stops[i].place
        stays = i >= end or spare_from <= i < spare_to
        if stays or place >= model.customers:
            stops[to].place = place
            to += 1
        else:
            routes.spot[place].route = -1
            gone[count] = place
            count += 1
    route.size = to - 1
    refresh(model, routes, number)
    if model.vehicle[number].depot >= 0:
        trim(model, routes, number)
    return count


@compiled
def trim(model: Model, routes: Routes, number: int) -> None:
    """Drop loadings without which the goods still fit."""
    route, who, stops = routes.route[number], model.vehicle[number], routes.stop[number]
    i = 1
    while i <= route.size:
        stop, before = stops[i], stops[i - 1]
        if (
            stop.place < model.customers
            or before.trip_0 + stop.trip_0 > who.room_0
            or before.trip_1 + stop.trip_1 > who.room_1
            or before.trip_2 + stop.trip_2 > who.room_2
        ):
            i += 1
            continue
        for j in range(i, route.size):
            stops[j].place = stops[j + 1].place
        route.size -= 1
        refresh(model, routes, number)
