"""Slack induction by string removals (Christiaens and Vanden Berghe, 2020) in slices of rounds."""

from math import log

import numpy as np

from core.routing.kernel.compiled import compiled, inlined
from core.routing.kernel.draws import Draws, below, unit
from core.routing.kernel.order import shuffle, sort_by
from core.routing.lean.bank import asked, offered
from core.routing.lean.kinds import look, look_again, put, refresh
from core.routing.lean.model import (
    FAR,
    I32,
    I64,
    LEAST,
    LEAST_ABSENT,
    NOW,
    PLACE,
    ROUND,
    USED,
    Kind,
    Model,
    Routes,
    empty_routes,
)
from core.routing.lean.ruin import ruin
from core.routing.lean.timing import keep, put_back

_BLINK = 0.01


@compiled
def search(
    model: Model,
    routes: Routes,
    rng: Draws,
    rounds: int,
    hot: float,
    cold: float,
    mean_out: float,
    longest: float,
    best: I32,
    bank: I64 | None,
) -> None:
    """Improve `routes` for so many rounds; write the best to `best`, its sizes in column 0.

    The temperature falls from `hot` to `cold`. Calling again goes on where this ended: all that
    lasts is in `routes` and `rng`. Who is in no route counts before any cost; while somebody is
    left out, those that were often left out before go first. Whoever has a price in `bank` may be
    left out for it; the price is a part of the cost.
    """
    customers = len(model.place) - 1
    todo, still, key = routes.todo, routes.still, routes.key
    tally, absent = routes.tally, routes.absent
    cooling = (cold / hot) ** (1.0 / max(1, rounds))
    heat = hot
    for _ in range(rounds):
        heat *= cooling
        tally[ROUND] += 1
        now, absents = tally[NOW], int(absent[-1])
        limit = now - heat * log(max(1e-300, unit(rng)))
        seed = 1 + below(rng, customers)
        if absents > 0 and unit(rng) < 0.5:
            seed = int(absent[below(rng, absents)])
        tried = offered(model, routes, rng, bank, seed, still)
        count = ruin(model, routes, rng, seed, mean_out, longest, todo)
        count, trial, hope = asked(rng, bank, still, tried, todo, count, now)
        for t in range(routes.touched[-1]):
            number = routes.touched[t]
            trial += routes.route[number].cost - routes.old_route[number].cost
        often = 0
        for i in range(absents):
            todo[count] = absent[i]
            often += routes.missed[absent[i]]
            count += 1
        order = below(rng, len(model.ranks))
        if absents > 0 and unit(rng) < 0.3:
            order = -1
        _sort(model, routes, rng, todo, key, count, order)
        trial, left = _recreate(
            model, routes, rng, bank, todo, count, trial, limit, heat, hope, absents, still
        )
        often_left = 0
        for i in range(left):
            often_left += routes.missed[still[i]]
            routes.missed[still[i]] += 1
        better = left < absents or (left == absents and (trial < limit or often_left < often))
        if not better:
            put_back(routes)
            while tally[USED] > 0 and routes.route[tally[USED] - 1].size == 0:
                tally[USED] -= 1
            continue
        emptied = False
        for t in range(routes.touched[-1]):
            emptied |= routes.route[routes.touched[t]].size == 0
        routes.touched[-1] = 0
        if emptied:
            _close_ranks(model, routes)
        tally[NOW], absent[-1] = trial, left
        for i in range(left):
            absent[i] = still[i]
        if left < tally[LEAST_ABSENT] or (left == tally[LEAST_ABSENT] and trial < tally[LEAST]):
            tally[LEAST], tally[LEAST_ABSENT] = trial, left
            _write(routes, best)


@inlined
def _recreate(
    model: Model,
    routes: Routes,
    rng: Draws,
    bank: I64 | None,
    todo: I64,
    count: int,
    trial: int,
    limit: float,
    heat: float,
    hope: float,
    absents: int,
    still: I64,
) -> tuple[int, int]:
    """Put customers in one after another, each where it is cheapest; return cost and who is left.

    Who may be left out is, where that costs less; in the heat it may also go in at a loss, so that
    several can come together who only pay together.

    Gives up once the limit is passed with everybody in before, or more are left out than before.
    """
    left = 0
    for i in range(count):
        c = todo[i]
        r, column, added = _cheapest(model, routes, rng, c)
        if bank is not None and bank[c] > 0:
            price = int(bank[c])
            worth = price - heat * log(max(1e-300, unit(rng)))
            if r >= 0 and worth < added <= price + hope:
                hope -= added - price
            elif r < 0 or added > worth:
                trial += price
                if absents == 0 and trial >= limit:
                    return trial, left
                continue
        if r < 0:
            still[left] = c
            left += 1
            if left > absents:
                return trial, left
            continue
        trial += added
        if absents == 0 and trial >= limit:
            return trial, left
        keep(routes, r)
        put(model, routes, c, r, column)
        if r == routes.tally[USED]:
            routes.tally[USED] += 1
    return trial, left


@inlined
def _cheapest(model: Model, routes: Routes, rng: Draws, customer: int) -> tuple[int, int, int]:
    """Return route, column and added cost of the cheapest place, now and then missing one.

    Of routes without stops only one is looked at.
    """
    route, column, cost, empty = -1, 0, FAR, -1
    used = routes.tally[USED]
    for r in range(used):
        now, found = routes.route[r], routes.found[customer, r]
        if found.name != now.name:
            if found.name == now.parent:
                look_again(model, routes, customer, r)
            else:
                look(model, routes, customer, r)
    for r in range(used):
        found = routes.found[customer, r]
        if routes.route[r].size == 0:
            empty = r
        elif found.cost < cost:
            if unit(rng) >= _BLINK:
                route, cost, column = r, found.cost, found.column
            elif found.next_cost < cost:
                route, cost, column = r, found.next_cost, found.next_column
    if empty < 0:
        empty = used
    if empty < len(routes.route):
        found = routes.found[customer, empty]
        if found.name != routes.route[empty].name:
            look(model, routes, customer, empty)
        if found.cost < cost + model.idle:
            route, cost, column = empty, found.cost, 0
    return route, column, cost


@inlined
def _sort(
    model: Model, routes: Routes, rng: Draws, todo: I64, key: I64, count: int, order: int
) -> None:
    """Shuffle, then sort by one of the orders; -1: who was left out most often first."""
    shuffle(rng, todo, count)
    for i in range(count):
        key[i] = -routes.missed[todo[i]] if order < 0 else model.ranks[order, todo[i]]
    sort_by(todo, key, count)


@inlined
def _close_ranks(model: Model, routes: Routes) -> None:
    """Fill rows without stops from the end, so that no round looks at more rows than it must."""
    tally, r = routes.tally, 0
    while r < tally[USED]:
        if routes.route[r].size > 0:
            r += 1
            continue
        tally[USED] -= 1
        last = int(tally[USED])
        size = routes.route[last].size
        if size > 0:
            for i in range(1, size + 1):
                routes.stop[r, i].place = routes.stop[last, i].place
            routes.route[r].size = size
            refresh(model, routes, r)
            routes.route[last].size = 0
            refresh(model, routes, last)


@inlined
def _write(routes: Routes, out: I32) -> None:
    """Write sizes and places of all routes."""
    for r in range(routes.tally[USED]):
        out[r, 0] = routes.route[r].size
        for i in range(1, routes.route[r].size + 1):
            out[r, i] = routes.stop[r, i].place
    r = int(routes.tally[USED])
    while r < len(out) and out[r, 0] > 0:
        out[r, 0] = 0
        r += 1


@compiled
def lay(model: Model, routes: Routes) -> None:
    """Work out everything about routes whose stops were written down, and what they cost."""
    used, cost = 0, 0
    for r in range(len(routes.route)):
        refresh(model, routes, r)
        if routes.route[r].size > 0:
            used = r + 1
            cost += routes.route[r].cost
    routes.tally[USED], routes.tally[NOW] = used, cost


def ready(kind: Kind, *, priced: bool) -> None:
    """Compile the search for the types that it is called with."""
    way = np.zeros((2, 2), np.int32)
    near, ranks = np.zeros((2, 0), np.int32), np.zeros((1, 2), np.int64)
    model = Model(1, np.zeros(2, PLACE), way, way, way, way, near, ranks, 0)
    routes = empty_routes(model, 1, 4, kind)
    lay(model, routes)
    rng, best = np.zeros(1, np.uint64), np.zeros((1, 4), np.int32)
    bank = np.zeros(2, np.int64) if priced else None
    search(model, routes, rng, 0, 1.0, 1.0, 1.0, 1.0, best, bank)
