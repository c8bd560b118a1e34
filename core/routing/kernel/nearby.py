"""The cheapest place for one customer beside those who may well come right before or after."""

from core.routing.kernel.compiled import compiled, inlined
from core.routing.kernel.draws import Draws, unit
from core.routing.kernel.insertion import with_loading
from core.routing.kernel.model import FAR, PLAIN, Model, Routes

BLINK = 0.01
"""How often a place that would be the cheapest is passed over."""


@compiled
def nearby(model: Model, routes: Routes, rng: Draws, customer: int) -> tuple[int, int, int, int]:
    """Return route, column, how and added cost of the cheapest place beside somebody close.

    The ends of every route are looked at as well. What each place costs is worked out for all of
    them before any is tried: where a way is read from far off in memory, the next are on their way
    already, unless the code has to guess in between how a comparison ends.
    """
    count = _costs(model, routes, customer)
    route, column, how, best = -1, 0, 0, FAR
    place, way, toll = model.place[customer], model.way[customer], model.toll[customer]
    stops, infos, beside = routes.stop, routes.route, routes.beside
    opens, closes, service = place.opens, place.closes, place.service
    load_0, load_1, load_2 = place.load_0, place.load_1, place.load_2
    for k in range(count):
        cost = beside[k].cost_mc
        if cost < best:
            r, i = beside[k].route, beside[k].column
            who, stop, then = model.vehicle[r], stops[r, i], stops[r, i + 1]
            there_s, back_s = way[stop.place].back_s, way[then.place].s
            far_m = way[stop.place].back_m + way[then.place].m
            manner = PLAIN
            if (
                (stop.trip_0 + load_0 <= who.room_0)
                & (stop.trip_1 + load_1 <= who.room_1)
                & (stop.trip_2 + load_2 <= who.room_2)
            ):
                start = max(stop.free + there_s, opens)
                fits = (start <= closes) & (start + service + back_s <= then.due)
                if not fits:
                    start = max(stop.tired + there_s, opens)
                    leave = start + service
                    rest = max(leave, who.rest_opens) + who.rest_length
                    ahead = leave + back_s <= then.due_tired
                    here = (leave <= who.rest_closes) & (rest + back_s <= then.due)
                    fits = (start <= closes) & (ahead | here)
                if who.range_m < FAR:
                    longer = far_m - model.way[stop.place, then.place].m
                    fits = fits & (longer + infos[r].metres <= who.range_m)
                if not fits:
                    cost = FAR
            else:
                cost = FAR
                if (who.depot >= 0) & (infos[r].size + 4 <= stops.shape[1]):
                    # Most are too dear, or too far, already by the way to the depot.
                    here, on = stop.place, then.place
                    home, away = model.way[who.depot], way[who.depot]
                    by_s = there_s + away.s + home[on].s
                    by_m = way[here].back_m + away.m + home[on].m
                    or_s = home[here].back_s + away.back_s + back_s
                    or_m = home[here].back_m + away.back_m + way[on].m
                    least = min(by_s, or_s) + service + who.loading
                    least_m = min(by_m, or_m)
                    least = least * who.second_mc + least_m * who.metre_mc - stop.leg_mc
                    least += toll[r]
                    spare_m = who.range_m - infos[r].metres + model.way[here, on].m
                    if (least < best) & (least_m <= spare_m):
                        cost, manner = with_loading(model, routes, customer, r, i)
            if cost < best and unit(rng) >= BLINK:
                route, column, how, best = r, i, manner, cost
    return route, column, how, best


@inlined
def _costs(model: Model, routes: Routes, customer: int) -> int:
    """Write down the places beside those who are close, and what each would cost; return how many.

    No limit is looked at but who may come at all.
    """
    close, able, spots = model.close[customer], model.able[customer], routes.spot
    count = 0
    for k in range(len(close)):
        other = close[k]
        spot = spots[other]
        r = spot.route
        if r >= 0 and able[r] != 0:
            column = spot.column
            _note(model, routes, customer, count, r, column - 1, spot.before, other, spot.before_mc)
            _note(model, routes, customer, count + 1, r, column, other, spot.after, spot.after_mc)
            count += 2
    for r in range(len(model.vehicle)):
        if able[r] != 0:
            who, route = model.vehicle[r], routes.route[r]
            size = route.size
            _note(model, routes, customer, count, r, 0, who.start, route.first, route.first_mc)
            _note(model, routes, customer, count + 1, r, size, route.last, who.end, route.last_mc)
            count += 2
    return count


@inlined
def _note(
    model: Model,
    routes: Routes,
    customer: int,
    count: int,
    number: int,
    column: int,
    before: int,
    after: int,
    leg_mc: int,
) -> None:
    """Write down one place, and what it costs to go there instead of straight on."""
    way, who, place = model.way[customer], model.vehicle[number], routes.beside[count]
    there, back = way[before], way[after]
    cost = (there.back_s + model.place[customer].service + back.s) * who.second_mc
    cost += (there.back_m + back.m) * who.metre_mc + model.toll[customer, number] - leg_mc
    place.cost_mc, place.route, place.column = cost, number, column
