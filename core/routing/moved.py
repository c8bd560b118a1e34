"""How much a change disturbs: orders whose vehicle or place among the others changes, and drivers.

The one definition: engines, prices, the ledger and the evaluation all count by it.
"""

from bisect import bisect_left
from collections.abc import Sequence

from core.domain.day import Day
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.plan import Stop


def moved_stops(day: Day, changes: Sequence[NewRoute]) -> tuple[OrderId, ...]:
    """Return the orders that a change moves: to another vehicle, or against the order of others.

    An order that no route held before is new, not moved; one that leaves is dropped, not moved.
    Reloads, rests and meetings are ways to move orders and count through these. `changes` are
    all of one decision, and `day` is the day before it.
    """
    before = {
        s.order_id: r.vehicle_id
        for r in day.routes.values()
        for s in r.remaining
        if s.order_id is not None
    }
    moved: set[OrderId] = set()
    for new in changes:
        rank = {
            s.order_id: i
            for i, s in enumerate(day.routes[new.vehicle_id].remaining)
            if s.order_id is not None
        }
        own: list[OrderId] = []
        for stop in new.stops:
            if stop.order_id is None or stop.order_id not in before:
                continue
            if before[stop.order_id] != new.vehicle_id:
                moved.add(stop.order_id)
            else:
                own.append(stop.order_id)
        kept = longest_rising([rank[o] for o in own])
        moved.update(o for o in own if rank[o] not in kept)
    return tuple(sorted(moved))


def touched(day: Day, changes: Sequence[NewRoute]) -> tuple[VehicleId, ...]:
    """Return the vehicles whose drivers have other stops than before: they are sent a message."""
    told = {
        c.vehicle_id
        for c in changes
        if _named(c.stops) != _named(day.routes[c.vehicle_id].remaining)
    }
    return tuple(sorted(told))


def disturbed(day: Day, changes: Sequence[NewRoute]) -> tuple[VehicleId, ...]:
    """Return the vehicles whose driver has to get used to something: a stop that is merely left
    out bothers nobody."""
    by_vehicle = {c.vehicle_id: _named(c.stops) for c in changes}
    result: list[VehicleId] = []
    for vehicle_id in touched(day, changes):
        new = by_vehicle[vehicle_id]
        stays = set(new)
        if [s for s in _named(day.routes[vehicle_id].remaining) if s in stays] != new:
            result.append(vehicle_id)
    return tuple(result)


def _named(stops: Sequence[Stop]) -> list[tuple[StopId, str]]:
    """Return what makes a stop the same to whoever drives there: an order that goes to a locker is
    another stop than at its door."""
    return [(s.stop_id, s.way) for s in stops]


def kept_in_order(ranks: Sequence[int]) -> int:
    """Return how many of these can stay while the others are moved around them."""
    tails: list[int] = []
    for rank in ranks:
        place = bisect_left(tails, rank)
        if place == len(tails):
            tails.append(rank)
        else:
            tails[place] = rank
    return len(tails)


def longest_rising(ranks: Sequence[int]) -> frozenset[int]:
    """Return those that stay in order: a longest rising subsequence, `kept_in_order` of them."""
    best: list[tuple[int, int]] = []
    for i, rank in enumerate(ranks):
        before = [(best[j][0], j) for j in range(i) if ranks[j] < rank]
        length, parent = max(before, key=lambda b: (b[0], -b[1]), default=(0, -1))
        best.append((length + 1, parent))
    if not best:
        return frozenset()
    at = max(range(len(best)), key=lambda i: (best[i][0], -i))
    kept: list[int] = []
    while at >= 0:
        kept.append(ranks[at])
        at = best[at][1]
    return frozenset(kept)
