"""Taking a string of stops out of one route."""

from core.routing.kernel.compiled import inlined
from core.routing.kernel.draws import Draws
from core.routing.kernel.strings import drawn_string
from core.routing.lean.model import I64, Model, Routes
from core.routing.lean.timing import refresh


@inlined
def column_of(routes: Routes, number: int, customer: int) -> int:
    """Return the column of a customer in its route."""
    at = 1
    while routes.stop[number, at].place != customer:
        at += 1
    return at


@inlined
def take_out(
    model: Model,
    routes: Routes,
    rng: Draws,
    number: int,
    customer: int,
    length: int,
    gone: I64,
    count: int,
) -> int:
    """Take out a string of stops that holds the customer, maybe sparing a few in its middle."""
    count = cut(routes, rng, number, customer, length, gone, count)
    refresh(model, routes, number)
    return count


@inlined
def cut(
    routes: Routes, rng: Draws, number: int, customer: int, length: int, gone: I64, count: int
) -> int:
    """Close the gap that the string leaves; what follows from the order is not worked out."""
    route = routes.route[number]
    size, at = route.size, column_of(routes, number, customer)
    first, end, spare_from, spare_to = drawn_string(rng, size, at, min(length, size))
    to = first
    for i in range(first, size + 1):
        place = routes.stop[number, i].place
        if i >= end or spare_from <= i < spare_to:
            routes.stop[number, to].place = place
            to += 1
        else:
            routes.route_of[place] = -1
            gone[count] = place
            count += 1
    route.size = to - 1
    return count
