"""Slack induction by string removals (Christiaens and Vanden Berghe, 2020) in slices of rounds."""

from math import log

import numpy as np

from core.routing.kernel.compiled import compiled, inlined
from core.routing.kernel.draws import Draws, below, unit
from core.routing.kernel.order import shuffle, sort_by
from core.routing.midday.insertion import look, look_quickly, placed, put
from core.routing.midday.model import (
    FAR_MC,
    I32,
    I64,
    LEAST,
    LEAST_LOST,
    LOST,
    NOW,
    PLACE,
    ROUND,
    VEHICLE,
    Model,
    Routes,
    empty_routes,
)
from core.routing.midday.ruin import another_place, empty_one, ruin
from core.routing.midday.squeeze import is_time, one_more
from core.routing.midday.timing import keep, put_back, refreshed

_BLINK = 0.01
_TRIED, _TRIED_BESIDE = 8, 2
"""So many of those left out are tried in a round around one of them, and in any other."""
_WIDE, _TRIED_WIDELY, _CLOSEST_FIRST = 0.5, 40, 0.8
"""Where several are left out: how often a round around one of them empties a route that does not
come to its goods yet, how many are tried then, and how often those closest to that one go in first.
With a long way to their goods, a tour for many may pay where it does not for any one of them."""
_FOR_ABSENT = 0.5
"""How often a round is around somebody left out, while there are some."""
_OTHER_PLACE = 0.2
"""How often a rest, or where goods are fetched, is looked for another place in its route."""
_OFTEN_FIRST, _OFTEN_FIRST_BESIDE = 0.5, 0.3


@compiled
def search(
    model: Model,
    routes: Routes,
    rng: Draws,
    rounds: int,
    hot_mc: float,
    cold_mc: float,
    swap_mc: float,
    mean_out: float,
    longest: float,
    best: I32,
) -> None:
    """Improve `routes` for so many rounds; write the best to `best`, its sizes in column 0.

    The temperature falls from `hot_mc` to `cold_mc`. Calling again goes on where this ended: all
    that lasts is in `routes` and `rng`. The prizes of who is in no route count before any cost; who
    was often left out may take the place of others for up to `swap_mc` more.
    """
    todo, still, key = routes.todo, routes.still, routes.key
    tally, absent = routes.tally, routes.absent
    cooling = (cold_mc / hot_mc) ** (1.0 / max(1, rounds))
    heat = hot_mc
    for _ in range(rounds):
        heat *= cooling
        tally[ROUND] += 1
        now, absents = tally[NOW], int(absent[-1])
        if absents > 0 and is_time(routes, rng):
            if one_more(model, routes, rng):
                note_best(routes, best)
            continue
        limit = now - heat * log(max(1e-300, unit(rng)))
        about = absents > 0 and unit(rng) < _FOR_ABSENT
        wide = about and absents > _TRIED_BESIDE and unit(rng) < _WIDE
        tried = min(absents, _TRIED_WIDELY if wide else _TRIED if about else _TRIED_BESIDE)
        seed = _seed(model, routes, rng, absents, tried, about)
        number = below(rng, len(routes.route)) if wide else 0
        if wide:
            source = int(model.source[seed, number])
            wide = source >= 0 and int(routes.route_of[source]) < 0
        if wide:
            count = empty_one(model, routes, rng, number, todo)
        else:
            tried = min(tried, _TRIED)
            count = ruin(model, routes, rng, seed, mean_out, longest, todo)
        _other_places(model, routes, rng)
        trial, often, at_stake = now + _changed(routes), 0, 0
        for i in range(tried):
            todo[count] = absent[i]
            often += routes.missed[absent[i]]
            at_stake += model.place[absent[i]].prize
            count += 1
        order = below(rng, len(model.ranks))
        if absents > 0 and unit(rng) < (_OFTEN_FIRST if about else _OFTEN_FIRST_BESIDE):
            order = -1
        _sort(model, routes, rng, todo, key, count, order)
        around = wide and unit(rng) < _CLOSEST_FIRST
        if around:
            _sort_around(model, seed, todo, key, count)
        bearable = max(limit, now + swap_mc) if tried > 0 else limit
        trial, left, lost = _recreate(
            model, routes, rng, todo, count, trial, at_stake, bearable, around, still
        )
        often_left = 0
        for i in range(left):
            often_left += routes.missed[still[i]]
            routes.missed[still[i]] += 1
        better = (lost < at_stake) | ((lost == at_stake) & (trial < limit))
        swapped = (lost == at_stake) & (often_left < often) & (trial < now + swap_mc)
        if _broken(routes) or not (better | swapped):
            put_back(model, routes)
            continue
        routes.touched[-1] = 0
        for i in range(tried, absents):
            still[left] = absent[i]
            left += 1
        for i in range(left):
            absent[i] = still[i]
        absent[-1] = left
        tally[NOW] = trial
        tally[LOST] += lost - at_stake
        note_best(routes, best)


@inlined
def _seed(model: Model, routes: Routes, rng: Draws, absents: int, tried: int, about: bool) -> int:
    """Return around whom to take out stops: anybody, or somebody left out; those to be tried come
    to stand first among these."""
    absent = routes.absent
    for i in range(tried):
        j = i + below(rng, absents - i)
        absent[i], absent[j] = absent[j], absent[i]
    seed = below(rng, model.customers)
    if about:
        seed = int(absent[0])
    return seed


@inlined
def _other_places(model: Model, routes: Routes, rng: Draws) -> None:
    """Now and then look for another place of a rest, or of where goods are fetched."""
    for t in range(routes.touched[-1]):
        who = model.vehicle[routes.touched[t]]
        for extra in range(who.extras, who.extras_end):
            if routes.route_of[extra] >= 0 and unit(rng) < _OTHER_PLACE:
                another_place(model, routes, routes.touched[t], extra)


@inlined
def _changed(routes: Routes) -> int:
    """Return what the routes of this round cost more than before it."""
    more = 0
    for t in range(routes.touched[-1]):
        number = routes.touched[t]
        more += routes.route[number].cost_mc - routes.old_route[number].cost_mc
    return more


@inlined
def _broken(routes: Routes) -> bool:
    """Return whether a route of this round breaks a limit: without the triangle inequality, taking
    a stop out can make others late."""
    broken = False
    for t in range(routes.touched[-1]):
        broken |= routes.route[routes.touched[t]].bad == 1
    return broken


@inlined
def _recreate(
    model: Model,
    routes: Routes,
    rng: Draws,
    todo: I64,
    count: int,
    trial: int,
    at_stake: int,
    bearable: float,
    around: bool,
    still: I64,
) -> tuple[int, int, int]:
    """Put customers in one after another, each where it is cheapest; `around`: or nobody, if there
    is no place for the first.

    Gives up, with more lost than was `at_stake`, when no more can come of it. Returns the cost, how
    many are still out, and their prizes.
    """
    left, lost = 0, 0
    for i in range(count):
        c = todo[i]
        r, column, fetch, added = _cheapest(model, routes, rng, c)
        if r < 0:
            if around and i == 0:
                return trial, left, at_stake + 1
            still[left] = c
            left += 1
            lost += model.place[c].prize
            if lost > at_stake:
                return trial, left, lost
            continue
        trial += added
        if lost == at_stake and trial > bearable:
            return trial, left, lost + 1
        keep(routes, r)
        put(model, routes, c, r, column, fetch)
    return trial, left, lost


@inlined
def _cheapest(model: Model, routes: Routes, rng: Draws, customer: int) -> tuple[int, int, int, int]:
    """Return route, column, fetching column and added cost of the cheapest place, now and then
    missing one."""
    route, column, fetch, cost = -1, 0, -1, FAR_MC
    slow = 0
    for r in range(len(model.vehicle)):
        found, name = routes.found[customer, r], routes.route[r].name
        if found.name == name:
            continue
        if routes.stayed[customer, r].name == name:
            routes.found[customer, r] = routes.stayed[customer, r]
            continue
        if (routes.kept_in[r] == routes.tally[ROUND]) & (found.name == routes.old_route[r].name):
            routes.stayed[customer, r] = found
        if not look_quickly(model, routes, customer, r):
            routes.slow[slow] = r
            slow += 1
    for k in range(slow):
        look(model, routes, customer, routes.slow[k])
    for r in range(len(model.vehicle)):
        found = routes.found[customer, r]
        if found.cost_mc < cost:
            if unit(rng) >= _BLINK:
                route, cost = r, found.cost_mc
                column, fetch = found.column, found.fetch
            elif found.next_cost_mc < cost:
                route, cost = r, found.next_cost_mc
                column, fetch = found.next_column, found.next_fetch
    return route, column, fetch, cost


@inlined
def _sort(
    model: Model, routes: Routes, rng: Draws, todo: I64, key: I64, count: int, order: int
) -> None:
    """Shuffle, then sort by one of the orders; -1: who was left out most often first."""
    shuffle(rng, todo, count)
    for i in range(count):
        key[i] = -routes.missed[todo[i]] if order < 0 else model.ranks[order, todo[i]]
    sort_by(todo, key, count)


@compiled
def _sort_around(model: Model, seed: int, todo: I64, key: I64, count: int) -> None:
    """Sort by the way from `seed`; who is as far stays in order."""
    for i in range(count):
        key[i] = model.metres[model.place[seed].node, model.place[todo[i]].node]
    sort_by(todo, key, count)


@inlined
def note_best(routes: Routes, best: I32) -> None:
    """Write the routes down if there were none better before."""
    tally = routes.tally
    if tally[LOST] > tally[LEAST_LOST]:
        return
    if tally[LOST] == tally[LEAST_LOST] and tally[NOW] >= tally[LEAST]:
        return
    tally[LEAST], tally[LEAST_LOST] = tally[NOW], tally[LOST]
    for r in range(len(routes.route)):
        best[r, 0] = routes.route[r].size
        for i in range(1, routes.route[r].size + 1):
            best[r, i] = routes.stop[r, i].place


@compiled
def begin(model: Model, routes: Routes, best: I32) -> int:
    """Work out routes as they were set; return how many of them break a limit.

    Who is in no route is absent then.
    """
    tally, bad, absents = routes.tally, 0, 0
    tally[NOW], tally[LOST] = 0, 0
    for r in range(len(routes.route)):
        refreshed(model, routes, r)
        tally[NOW] += routes.route[r].cost_mc
        bad += routes.route[r].bad
    for c in range(model.customers):
        if routes.route_of[c] < 0:
            routes.absent[absents] = c
            absents += 1
            tally[LOST] += model.place[c].prize
    routes.absent[-1] = absents
    note_best(routes, best)
    return bad


@compiled
def insert(model: Model, routes: Routes, best: I32) -> None:
    """Put absent customers in, always the one whose second cheapest route is dearest beside its
    cheapest; ties by number. Who fits nowhere stays out."""
    tally, absent = routes.tally, routes.absent
    going = True
    while going:
        going, most, who, into = False, -1, 0, 0
        for k in range(absent[-1]):
            c = absent[k]
            cost, other, route = FAR_MC, FAR_MC, -1
            for r in range(len(model.vehicle)):
                if routes.found[c, r].name != routes.route[r].name:
                    look(model, routes, c, r)
                here = routes.found[c, r].cost_mc
                if here < cost:
                    cost, other, route = here, cost, r
                elif here < other:
                    other = here
            if route >= 0 and other - cost > most:
                going, most, who, into = True, other - cost, k, route
        if going:
            c = absent[who]
            found = routes.found[c, into]
            tally[NOW] += found.cost_mc
            tally[LOST] -= model.place[c].prize
            placed(model, routes, c, into, found.column, found.fetch)
            absent[-1] -= 1
            absent[who] = absent[absent[-1]]
    note_best(routes, best)


def ready() -> None:
    """Compile the search for the types that it is called with."""
    way = np.zeros((1, 1), np.int32)
    source, near = np.zeros((0, 1), np.int32), np.zeros((0, 0), np.int32)
    ranks = np.zeros((1, 0), np.int64)
    model = Model(
        0, 0, np.zeros(0, PLACE), np.zeros(1, VEHICLE), way, way, way, way, source, near, ranks
    )
    routes = empty_routes(model, 4)
    best = np.zeros((1, 4), np.int32)
    begin(model, routes, best)
    insert(model, routes, best)
    search(model, routes, np.zeros(1, np.uint64), 0, 1.0, 1.0, 1.0, 1.0, 1.0, best)
