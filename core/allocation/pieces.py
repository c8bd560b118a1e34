"""A lane's price of its volume as pieces: between two volumes, so much and so much a parcel."""

from dataclasses import dataclass

from core.allocation.bill import added_volume_mc, short_parcels
from core.allocation.problem import Lane

FAR = 2**40


@dataclass(frozen=True, slots=True)
class Piece:
    """For `least` to `most` parcels added a lane costs `const_mc` + `slope_mc` a parcel."""

    least: int
    most: int
    const_mc: int
    slope_mc: int
    closed: bool = False
    """Whether the lane takes nothing at all, not even a bundle without parcels."""


def pieces(lane: Lane) -> tuple[Piece, ...]:
    """Return every piece of a lane, the closed one first; they cover all volumes it may take.

    Tiers, minimum, largest volume and the charge for coming are in them; the prices of the bundles
    are not.
    """
    idle_mc = short_parcels(lane, 0) * (lane.short_mc or 0)
    found = [Piece(0, 0, idle_mc, 0, closed=True)]
    most = min((c for c in (lane.cap_parcels, lane.max_parcels) if c is not None), default=FAR)
    most = max(0, most - lane.taken_parcels)
    hard = lane.short_mc is None
    least = max(0, lane.min_parcels - lane.taken_parcels) if hard else 0
    edges = {0, least}
    edges |= {max(0, b.from_parcels - lane.taken_parcels) for b in lane.curve}
    if not hard:
        edges.add(max(0, lane.min_parcels - lane.taken_parcels))
    starts = sorted(e for e in edges if least <= e <= most)
    for start, after in zip(starts, [*starts[1:], most + 1], strict=True):
        end = after - 1
        at_start, slope = _cost_mc(lane, start), 0
        if end > start:
            slope = _cost_mc(lane, start + 1) - at_start
        found.append(Piece(start, end, at_start - slope * start, slope))
    return tuple(found)


def _cost_mc(lane: Lane, parcels: int) -> int:
    short = short_parcels(lane, parcels) * (lane.short_mc or 0)
    return 1000 * lane.fixed_cents + added_volume_mc(lane, parcels) + short
