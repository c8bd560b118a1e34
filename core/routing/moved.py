"""How much a change disturbs: stops whose vehicle or place among the others changes."""

from bisect import bisect_left
from collections.abc import Collection, Sequence

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.option import NewRoute


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


def stops_moved(day: Day, changes: Sequence[NewRoute], orphan_ids: Collection[OrderId] = ()) -> int:
    """Return how many stops change vehicle or place; one that is put elsewhere counts as one."""
    before = {
        s.order_id: (v, i)
        for v, r in sorted(day.routes.items())
        for i, s in enumerate(r.remaining)
        if s.order_id is not None and s.order_id not in orphan_ids
    }
    moved = 0
    for change in changes:
        ranks: list[int] = []
        for stop in change.stops:
            if stop.order_id is None or stop.order_id not in before:
                continue
            vehicle_id, rank = before[stop.order_id]
            if vehicle_id == change.vehicle_id:
                ranks.append(rank)
            else:
                moved += 1
        moved += len(ranks) - kept_in_order(ranks)
    return moved


def disturbed(day: Day, changes: Sequence[NewRoute]) -> tuple[VehicleId, ...]:
    """Return the vehicles whose drivers are told something else than before."""
    return tuple(
        c.vehicle_id
        for c in changes
        if [s.stop_id for s in c.stops] != [s.stop_id for s in day.routes[c.vehicle_id].remaining]
    )
