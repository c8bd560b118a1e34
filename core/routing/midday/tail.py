"""What follows behind a new stop: what it costs there, and who stays in former order around it."""

from core.routing.kernel.compiled import inlined
from core.routing.midday.model import FAR_MC, Model, Routes
from core.routing.midday.timing import late_cost


@inlined
def tail(
    model: Model,
    routes: Routes,
    number: int,
    first: int,
    node: int,
    free: int,
    way_m: int,
    back: int,
) -> int:
    """Return what the stops from column `first` on, begun elsewhere and later, add to the cost.

    `way_m` metres are added before them. Stops where the times are as before end the walk.
    """
    who, size = model.vehicle[number], routes.route[number].size
    late, same, broken, here = 0, False, False, node
    for i in range(first, size + 1):
        stop = routes.stop[number, i]
        place = model.place[stop.place]
        to = int(place.node)
        if to < 0:
            to = here
        arrive = free + model.seconds[here, to]
        way_m += model.metres[here, to]
        if (
            (to == stop.node)
            & (arrive >= stop.arrive)
            & (arrive <= stop.calm)
            & (arrive <= stop.due)
        ):
            same = True
            free = back + max(0, arrive - stop.arrive - stop.waits)
            break
        start = max(arrive, place.opens)
        if start > place.closes:
            broken = True
            break
        late += late_cost(place, start) - routes.cargo[number, i].late_mc
        way_m -= stop.leg_m
        free, here = start + place.service, to
    if not same:
        free += model.seconds[here, who.end]
        way_m += model.metres[here, who.end]
    if broken | (free > who.latest):
        return FAR_MC
    return (free - back) * int(who.second_mc) + way_m * int(who.metre_mc) + late


@inlined
def former_places(routes: Routes, number: int, rank: int) -> None:
    """Note for each column the longest row in former order of lower ranks up to it, and of higher
    ranks behind it: where both together are the longest of all, the stop has not moved."""
    size, longest = routes.route[number].size, 0
    for i in range(size + 1):
        cargo = routes.cargo[number, i]
        if 0 <= cargo.rank < rank:
            longest = max(longest, cargo.grow)
        routes.left[i] = longest
    longest = 0
    for i in range(size, -1, -1):
        routes.right[i] = longest
        cargo = routes.cargo[number, i]
        if cargo.rank > rank:
            longest = max(longest, cargo.fall)


__all__ = ["former_places", "tail"]
