"""Customers that may be left out, each at a price: who of them is tried in a round."""

from core.routing.kernel.compiled import inlined
from core.routing.kernel.draws import Draws, below, unit
from core.routing.lean.model import I64, USED, Model, Routes

_TRIED = 20
"""Left out near the stops that leave their routes, on average, when they are tried."""
_HOPE = 0.3
"""How often customers go in at a loss, up to what those tried are worth in all."""


@inlined
def offered(model: Model, routes: Routes, rng: Draws, bank: I64 | None, seed: int, out: I64) -> int:
    """Write some that are left out at their price, the closest to `seed`; return how many.

    Everybody while nobody is served.
    """
    count = 0
    if bank is None:
        return count
    if routes.tally[USED] == 0:
        for c in range(1, len(model.place)):
            if bank[c] > 0:
                out[count] = c
                count += 1
        return count
    most, c = 1 + below(rng, 2 * _TRIED), seed
    for k in range(model.near.shape[1] + 1):
        if count < most and bank[c] > 0 and routes.route_of[c] < 0:
            out[count] = c
            count += 1
        if k < model.near.shape[1]:
            c = int(model.near[seed, k])
    return count


@inlined
def asked(
    rng: Draws, bank: I64 | None, offers: I64, tried: int, todo: I64, count: int, trial: int
) -> tuple[int, int, float]:
    """Add those offered to those on the way; return how many, the cost without them, and hope.

    Hope is what may be lost by taking some who do not pay: others who come after them may.
    """
    hope = 0.0
    if bank is None:
        return count, trial, hope
    worth = 0
    for i in range(tried):
        todo[count] = offers[i]
        worth += int(bank[offers[i]])
        count += 1
    if unit(rng) < _HOPE:
        hope = unit(rng) * worth
    return count, trial - worth, hope
