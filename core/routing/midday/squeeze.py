"""Another order of one route, so that somebody left out fits in: annealed by what it breaks.

Rounds of ruin and recreate pass only through routes that hold. Where goods are on board, one
vehicle may serve a customer and nobody else can make room, so that the order in which all fit may
lie behind many that break a limit.
"""

from math import log

from core.routing.kernel.compiled import compiled, inlined
from core.routing.kernel.draws import Draws, below, unit
from core.routing.midday.model import (
    AT_START,
    ELSEWHERE,
    FAILED,
    FAR_MC,
    FIXED,
    I64,
    LOST,
    NOW,
    ROUND,
    Model,
    Routes,
)
from core.routing.midday.timing import count_uses, keep, put_back, refresh

_HOT_S, _COLD_S = 600.0, 10.0
"""How many seconds more of lateness are accepted, in the beginning and at the end."""
_OVERLOADED_S, _METRES_A_SECOND = 900, 8
"""What a stop with more on board than fits, and what is driven too far, count as in seconds."""
_NO_GOODS_S = 100_000
_OFTEN, _DISCOURAGED = 0.005, 30.0
"""How often, while somebody is left out, and after how many attempts in vain half as often."""
_MOVES, _BRIEFLY, _ROUTES = 4000, 300, 6
"""How many moves an order of stops is given, how many before that in each of several routes."""
_LONGEST = 3
"""So many stops at most change their place at a time."""
_MOST_EXTRAS = 60
"""A bit stands for each."""
_NEAR, _BY_NEAR = 30, 0.5
"""Among so many neighbours of somebody left out one is drawn, whose route he is to go into; else it
is any route that may serve him."""

# Fields of what counts for a stop; three from the last one on.
_NODE, _OPENS, _CLOSES, _SERVICE, _GIVES, _NEEDS, _MORE = 0, 1, 2, 3, 4, 5, 6


@inlined
def is_time(routes: Routes, rng: Draws) -> bool:
    """Return whether to squeeze in this round: less and less often while nothing comes of it."""
    return unit(rng) < _OFTEN / (1.0 + routes.tally[FAILED] / _DISCOURAGED)


@compiled
def one_more(model: Model, routes: Routes, rng: Draws) -> bool:
    """Try to squeeze somebody left out into a route that may serve him; if that is impossible, all
    is as it was. Of several routes, each tried briefly, the one where least is broken counts."""
    tally, absent = routes.tally, routes.absent
    count = int(absent[-1])
    at = below(rng, count)
    customer = int(absent[at])
    least, into, breach = FAR_MC, -1, FAR_MC
    for _ in range(min(_ROUTES, routes.able[customer])):
        number = _into(model, routes, rng, customer)
        breach = _tried(model, routes, rng, customer, number, _BRIEFLY)
        if breach == 0:
            break
        if breach < least:
            least, into = breach, number
    if (breach > 0) & (into >= 0):
        breach = _tried(model, routes, rng, customer, into, _MOVES)
    if breach > 0:
        tally[FAILED] += 1
        return False
    tally[FAILED] = 0
    tally[LOST] -= model.place[customer].prize
    absent[at] = absent[count - 1]
    absent[-1] = count - 1
    return True


@inlined
def _tried(model: Model, routes: Routes, rng: Draws, customer: int, number: int, moves: int) -> int:
    """Squeeze somebody into a route, or leave it as it was; return what is broken still."""
    before = int(routes.route[number].cost_mc)
    breach = squeezed(model, routes, rng, customer, number, moves)
    if breach > 0:
        put_back(model, routes)
    else:
        routes.tally[NOW] += routes.route[number].cost_mc - before
        routes.touched[-1] = 0
    # What is remembered of a route counts for one round.
    routes.tally[ROUND] += 1
    return breach


@inlined
def _into(model: Model, routes: Routes, rng: Draws, customer: int) -> int:
    """Draw the route for somebody left out whom somebody may serve."""
    other = int(model.near[customer, below(rng, min(_NEAR, model.near.shape[1]))])
    number = int(routes.route_of[other])
    by_near = unit(rng) < _BY_NEAR
    if by_near and number >= 0 and model.source[customer, number] != ELSEWHERE:
        return number
    vehicles = len(model.vehicle)
    number = below(rng, vehicles)
    while model.source[customer, number] == ELSEWHERE:
        number = (number + 1) % vehicles
    return number


@compiled
def squeezed(
    model: Model, routes: Routes, rng: Draws, customer: int, number: int, tries: int
) -> int:
    """Look for an order of a route's stops and a customer that breaks no limit, so many moves long.

    Returns how many seconds are broken still; 0: none. The route is remembered first, and may be
    anything afterwards unless it holds: undo the round then.
    """
    route, who = routes.route[number], model.vehicle[number]
    source = int(model.source[customer, number])
    count = int(route.size) + 1
    fetches = source >= 0 and int(routes.route_of[source]) < 0
    if (source == ELSEWHERE) | (who.extras_end - who.extras > _MOST_EXTRAS):
        return FAR_MC
    if fetches:
        count += 1
    if count + 3 > routes.stop.shape[1]:
        return FAR_MC
    keep(routes, number)
    if fetches:
        routes.stop[number, count - 1].place = source
    routes.stop[number, count].place = customer
    route.size = count
    count_uses(model, routes, number)
    own, row, trial = routes.own, routes.order, routes.other
    _describe(model, routes, number, own)
    for i in range(count):
        row[i] = i
    breach = _breach(model, number, own, row, count, FAR_MC)
    cooling = (_COLD_S / _HOT_S) ** (1.0 / max(1, tries))
    heat = _HOT_S
    for _ in range(tries):
        if breach == 0:
            break
        heat *= cooling
        bearable = int(breach - heat * log(max(1e-300, unit(rng))))
        _move(rng, own, row, trial, count)
        then = _breach(model, number, own, trial, count, bearable)
        if then <= bearable:
            breach = then
            for i in range(count):
                row[i] = trial[i]
    if breach > 0:
        return int(breach)
    for i in range(count):
        trial[i] = routes.stop[number, 1 + row[i]].place
    for i in range(count):
        routes.stop[number, 1 + i].place = trial[i]
    refresh(model, routes, number)
    return int(route.bad)


@inlined
def _describe(model: Model, routes: Routes, number: int, own: I64) -> None:
    """Note what counts for each stop of a route, and behind them what is on board at its start."""
    who, size = model.vehicle[number], int(routes.route[number].size)
    on_0, on_1, on_2 = int(who.on_0), int(who.on_1), int(who.on_2)
    for i in range(size):
        here = routes.stop[number, 1 + i].place
        place, mine = model.place[here], own[i]
        mine[_NEEDS], mine[_GIVES] = 0, 0
        mine[_NODE], mine[_OPENS], mine[_CLOSES] = place.node, place.opens, place.closes
        mine[_SERVICE] = place.service
        if here < model.customers:
            source = model.source[here, number]
            if source >= 0:
                mine[_NEEDS] = 1 << (source - who.extras)
            elif source == AT_START:
                on_0, on_1, on_2 = on_0 + place.load_0, on_1 + place.load_1, on_2 + place.load_2
            mine[_MORE], mine[_MORE + 1] = -place.load_0, -place.load_1
            mine[_MORE + 2] = -place.load_2
        else:
            mine[_GIVES] = 1 << (here - who.extras)
            if place.kind == FIXED:
                mine[_GIVES] = -mine[_GIVES]
            for k in range(3):
                mine[_MORE + k] = routes.uses[here, 1 + k]
    start = own[size]
    start[_MORE], start[_MORE + 1], start[_MORE + 2] = on_0, on_1, on_2


@inlined
def _breach(model: Model, number: int, own: I64, row: I64, count: int, bearable: int) -> int:
    """Return how far an order of stops breaks its limits, in seconds, or anything that is not
    bearable either; 0: it holds."""
    who = model.vehicle[number]
    on_0, on_1, on_2 = own[count, _MORE], own[count, _MORE + 1], own[count, _MORE + 2]
    room_0, room_1, room_2 = who.room_0, who.room_1, who.room_2
    full = (on_0 > room_0) | (on_1 > room_1) | (on_2 > room_2)
    breach = _OVERLOADED_S * int(full)
    here, free, metres, seen = int(who.start), int(who.ready), 0, 0
    for i in range(count):
        mine = own[row[i]]
        to = mine[_NODE]
        if to < 0:
            to = here
        start = max(free + model.seconds[here, to], mine[_OPENS])
        metres += model.metres[here, to]
        breach += max(0, start - mine[_CLOSES])
        free, here = start + mine[_SERVICE], to
        seen |= abs(mine[_GIVES])
        breach += _NO_GOODS_S * int((mine[_NEEDS] & seen) != mine[_NEEDS])
        on_0 += mine[_MORE]
        on_1 += mine[_MORE + 1]
        on_2 += mine[_MORE + 2]
        full = (on_0 > room_0) | (on_1 > room_1) | (on_2 > room_2)
        breach += _OVERLOADED_S * int(full)
        if breach > bearable:
            return breach
    free += model.seconds[here, who.end]
    metres += model.metres[here, who.end]
    over_m = max(0, metres - who.range_m)
    return breach + max(0, free - who.latest) + (over_m + _METRES_A_SECOND - 1) // _METRES_A_SECOND


@inlined
def _move(rng: Draws, own: I64, row: I64, trial: I64, count: int) -> None:
    """Write to `trial` the row with a few stops elsewhere, half of the time the other way round;
    fixed ones keep their order."""
    length = 1 + below(rng, min(_LONGEST, count))
    first = below(rng, count - length + 1)
    to = below(rng, count - length + 1)
    turned = unit(rng) < 0.5
    stays = False
    for i in range(first, first + length):
        stays |= own[row[i], _GIVES] < 0
    if stays:
        length = 0
    for i in range(count):
        trial[i] = row[i]
    if length == 0:
        return
    for i in range(first, to):
        trial[i] = row[i + length]
    for i in range(to, first):
        trial[i + length] = row[i]
    for i in range(length):
        trial[to + i] = row[first + (length - 1 - i if turned else i)]


__all__ = ["is_time", "one_more", "squeezed"]
