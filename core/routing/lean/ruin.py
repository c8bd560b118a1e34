"""Taking strings of stops out of routes that pass near a customer."""

from core.routing.kernel.compiled import inlined
from core.routing.kernel.draws import Draws, unit
from core.routing.lean.kinds import take_out
from core.routing.lean.model import I64, ROUND, USED, Model, Routes
from core.routing.lean.timing import keep


@inlined
def ruin(
    model: Model, routes: Routes, rng: Draws, seed: int, mean_out: float, most: float, gone: I64
) -> int:
    """Take out strings of up to `most` stops near the customer `seed`; return how many left.

    About `mean_out` leave on average: the shorter the strings, the more routes they come from.
    """
    served, routes_open = 0, 0
    for r in range(routes.tally[USED]):
        served += int(routes.route[r].size)
        if routes.route[r].size > 0:
            routes_open += 1
    if served == 0:
        return 0
    longest = min(most, served / routes_open)
    strings = 1 + int(unit(rng) * max(1.0, 4.0 * mean_out / (1.0 + longest) - 1.0))
    count, k, other = 0, 0, seed
    while routes.touched[-1] < strings:
        number = int(routes.route_of[other])
        if number >= 0 and routes.kept_in[number] != routes.tally[ROUND]:
            keep(routes, number)
            length = 1 + int(unit(rng) * min(longest, float(routes.route[number].size)))
            count = take_out(model, routes, rng, number, other, length, gone, count)
        if k == model.near.shape[1]:
            return count
        other = int(model.near[seed, k])
        k += 1
    return count
