"""Ruin and recreate under a falling temperature (Christiaens and Vanden Berghe, 2020)."""

from math import log

import numpy as np

from core.routing.kernel.compiled import compiled
from core.routing.kernel.draws import Draws, below, unit
from core.routing.kernel.insertion import look, look_again, put
from core.routing.kernel.model import (
    FAR,
    I32,
    I64,
    PLACE,
    VEHICLE,
    WAY,
    Model,
    Routes,
    empty_routes,
)
from core.routing.kernel.nearby import BLINK, nearby
from core.routing.kernel.order import shuffle, sort_by
from core.routing.kernel.ruin import keep, put_back, ruin
from core.routing.kernel.timing import refresh

_WHOLE = 0.05
"""How often all places are looked at, and not only those beside somebody close."""
_TRIED = 8
"""So many of those left out are tried in a round, but for the first; on a full day most of them
fit nowhere, most of the time."""


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
    longest: int,
    for_absent: float,
    best: I32,
) -> tuple[int, int]:
    """Improve `routes` for so many rounds; write the best to `best`, its sizes in column 0.

    Returns the prizes of who is left out, and the cost: the first counts before the second. Who
    was often left out may take the place of others for up to `swap_mc` more.
    """
    customers, rows = model.customers, len(model.vehicle)
    absent, still, missed = routes.absent, routes.still, routes.missed
    todo, key = routes.todo, routes.key
    absents, lost, now = 0, 0, 0
    for c in range(customers):
        missed[c] = 1
        if routes.spot[c].route < 0:
            absent[absents] = c
            absents += 1
            lost += model.place[c].prize
    for r in range(rows):
        now += routes.route[r].cost_mc
    least, least_lost = now, lost
    write(routes, best)
    cooling = (cold_mc / hot_mc) ** (1.0 / max(1, rounds))
    heat = hot_mc
    most = max(1.0, 4.0 * mean_out / (1.0 + longest) - 1.0)
    for turn in range(rounds):
        heat *= cooling
        limit = now - heat * log(max(1e-300, unit(rng)))
        seed = below(rng, customers)
        tried = min(absents, _TRIED) if turn > 0 else absents
        for i in range(tried):
            j = i + below(rng, absents - i)
            absent[i], absent[j] = absent[j], absent[i]
        if tried > 0 and unit(rng) < for_absent:
            seed = absent[0]
        for r in range(rows):
            routes.route[r].touched = 0
        strings = 1 + int(unit(rng) * most)
        gone = ruin(model, routes, rng, seed, strings, longest, todo)
        trial, often, at_stake = 0, 0, 0
        for r in range(rows):
            trial += routes.route[r].cost_mc
        for i in range(tried):
            todo[gone + i] = absent[i]
            often += missed[absent[i]]
            at_stake += model.place[absent[i]].prize
        bearable = max(limit, now + swap_mc)
        count = gone + tried
        _sort(model, rng, todo, key, count, below(rng, len(model.ranks) + 3), missed)
        left, left_lost, often_left, added = _recreate(
            model, routes, rng, todo, count, at_stake, bearable - trial, missed, still
        )
        trial += added
        if not (
            left_lost < at_stake
            or (left_lost == at_stake and trial < limit)
            or (left_lost == at_stake and often_left < often and trial < now + swap_mc)
        ):
            put_back(model, routes)
            continue
        for i in range(tried, absents):
            still[left] = absent[i]
            left += 1
        now, absents, lost = trial, left, lost - at_stake + left_lost
        for i in range(left):
            absent[i] = still[i]
        if lost < least_lost or (lost == least_lost and now < least):
            least, least_lost = now, lost
            write(routes, best)
    return least_lost, least


@compiled
def _recreate(
    model: Model,
    routes: Routes,
    rng: Draws,
    todo: I32,
    count: int,
    at_stake: int,
    bearable_mc: float,
    missed: I64,
    still: I32,
) -> tuple[int, int, int, int]:
    """Put customers in one after another, each where it is cheapest.

    Gives up, with more lost than was `at_stake`, when no more can come of it: too many are out, or
    as many as before and what was added is past `bearable_mc`.

    Returns how many are still out, their prizes, how often they were out before, and what was
    added to the cost.
    """
    left, lost, often, cost = 0, 0, 0, 0
    for i in range(count):
        c = todo[i]
        if unit(rng) < _WHOLE:
            r, column, how, added = _cheapest(model, routes, rng, c)
        else:
            r, column, how, added = nearby(model, routes, rng, c)
        if r < 0:
            still[left] = c
            left += 1
            lost += model.place[c].prize
            often += int(missed[c])
        else:
            keep(routes, r)
            put(model, routes, c, r, column, how)
            cost += added
        if lost > at_stake:
            return left, lost, often, cost
        if lost == at_stake and cost > bearable_mc:
            return left, lost + 1, often, cost
    for i in range(left):
        missed[still[i]] += 1
    return left, lost, often, cost


@compiled
def write(routes: Routes, out: I32) -> None:
    """Write sizes and places of all routes."""
    for r in range(len(routes.route)):
        out[r, 0] = routes.route[r].size
        for i in range(1, routes.route[r].size + 1):
            out[r, i] = routes.stop[r, i].place


@compiled
def _cheapest(model: Model, routes: Routes, rng: Draws, customer: int) -> tuple[int, int, int, int]:
    """Return route, column, how and added cost of the cheapest place, now and then missing one."""
    route, column, how, cost = -1, 0, 0, FAR
    for r in range(len(model.vehicle)):
        if model.able[customer, r] == 0:
            continue
        found = routes.found[customer, r]
        if found.name != routes.route[r].name:
            if found.name == routes.route[r].parent:
                look_again(model, routes, customer, r)
            else:
                look(model, routes, customer, r)
        if found.cost_mc < cost and unit(rng) >= BLINK:
            route, cost = r, found.cost_mc
            column, how = found.column, found.how
        elif found.next_cost_mc < cost and unit(rng) >= BLINK:
            route, cost = r, found.next_cost_mc
            column, how = found.next_column, found.next_how
    return route, column, how, cost


@compiled
def _sort(
    model: Model, rng: Draws, todo: I32, key: I64, count: int, order: int, missed: I64
) -> None:
    """Shuffle, then sort by one of the orders."""
    shuffle(rng, todo, count)
    for i in range(count):
        key[i] = -missed[todo[i]]
        if order < len(model.ranks):
            key[i] = model.ranks[order, todo[i]]
    sort_by(todo, key, count)


def ready() -> None:
    """Compile the search for the types that it is called with."""
    way = np.zeros((1, 1), WAY)
    model = Model(
        0,
        np.zeros(1, PLACE),
        np.zeros(1, VEHICLE),
        way,
        np.zeros((0, 1), np.int8),
        np.zeros((0, 0), np.int32),
        np.zeros((0, 0), np.int32),
        np.zeros((1, 0), np.int64),
        np.zeros((0, 1), np.int32),
    )
    routes = empty_routes(model, 4)
    refresh(model, routes, 0)
    rng = np.zeros(1, np.uint64)
    search(model, routes, rng, 0, 1.0, 1.0, 1.0, 1.0, 1, 0.0, np.zeros((1, 4), np.int32))
