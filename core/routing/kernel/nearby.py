"""The cheapest place for one customer beside those who may well come right before or after."""

from core.routing.kernel.compiled import compiled
from core.routing.kernel.draws import Draws, unit
from core.routing.kernel.insertion import with_loading
from core.routing.kernel.model import FAR, PLAIN, Model, Routes

BLINK = 0.01
"""How often a place that would be the cheapest is passed over."""


@compiled
def nearby(model: Model, routes: Routes, rng: Draws, customer: int) -> tuple[int, int, int, int]:
    """Return route, column, how and added cost of the cheapest place beside somebody close.

    The ends of every route are looked at as well. One loop over arrays held in local names, and
    no way out before its end: with one it is compiled to take several times as long.
    """
    route, column, how, best = -1, 0, 0, FAR
    place, close, able = model.place[customer], model.close[customer], model.able[customer]
    route_of, column_of = routes.route_of, routes.column_of
    stops, metres, seconds = routes.stop, model.metres, model.seconds
    to_s, to_m = model.seconds_to[customer], model.metres_to[customer]
    from_s, from_m = model.seconds[customer], model.metres[customer]
    vehicles, infos, toll = model.vehicle, routes.route, model.toll[customer]
    opens, closes, service = place.opens, place.closes, place.service
    load_0, load_1, load_2 = place.load_0, place.load_1, place.load_2
    beside = len(close)
    for k in range(beside + len(vehicles)):
        if k < beside:
            r = int(route_of[close[k]])
            last = int(column_of[close[k]])
            first = last - 1
        else:
            r = k - beside
            first, last = 0, int(infos[r].size)
        if r >= 0 and able[r] != 0:
            who = vehicles[r]
            for turn in range(2):
                i = first if turn == 0 else last
                stop, then = stops[r, i], stops[r, i + 1]
                there_s, back_s = to_s[stop.place], from_s[then.place]
                far_m = to_m[stop.place] + from_m[then.place]
                cost = (there_s + service + back_s) * who.second_mc + far_m * who.metre_mc
                cost += toll[r] - stop.leg_mc
                if cost < best:
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
                            longer = far_m - metres[stop.place, then.place]
                            fits = fits & (longer + infos[r].metres <= who.range_m)
                        if not fits:
                            cost = FAR
                    else:
                        cost = FAR
                        if (who.depot >= 0) & (infos[r].size + 4 <= stops.shape[1]):
                            # Most are too dear, or too far, already by the way to the depot.
                            here, on = stop.place, then.place
                            by_s = to_s[here] + from_s[who.depot] + seconds[who.depot, on]
                            by_m = to_m[here] + from_m[who.depot] + metres[who.depot, on]
                            or_s = seconds[here, who.depot] + to_s[who.depot] + back_s
                            or_m = metres[here, who.depot] + to_m[who.depot] + from_m[on]
                            least = min(by_s, or_s) + service + who.loading
                            least_m = min(by_m, or_m)
                            least = least * who.second_mc + least_m * who.metre_mc - stop.leg_mc
                            least += toll[r]
                            spare_m = who.range_m - infos[r].metres + metres[here, on]
                            if (least < best) & (least_m <= spare_m):
                                cost, manner = with_loading(model, routes, customer, r, i)
                    if cost < best and unit(rng) >= BLINK:
                        route, column, how, best = r, i, manner, cost
    return route, column, how, best
