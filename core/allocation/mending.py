"""What brings an allocation in the making back inside the rules that bind the whole of it."""

from core.allocation.bill import LEFT
from core.allocation.filling import Filling
from core.allocation.problem import LaneId


def settled(filling: Filling, closed: set[LaneId]) -> bool:
    """Mend shares of what goes out; close one lane below its minimum and say that it is not done.

    Each time a lane is closed one fewer is left, so this ends.
    """
    mended(filling)
    below = filling.below()
    if not below:
        return True
    lanes, got = filling.problem.lanes, filling.got

    def missing(at: int) -> int:
        return lanes[at].min_parcels - lanes[at].taken_parcels - got[at].load.parcels

    closed.add(lanes[max(below, key=lambda at: (missing(at), at))].lane_id)
    return False


def mended(filling: Filling) -> None:
    """Move bundles out of the lanes of a broken share until none is broken.

    Two shares could send a bundle to and fro: who is in the way a second time is left, so that
    this ends.
    """
    moved: set[int] = set()
    while broken := filling.broken_blends():
        members = filling.members(broken[0])
        held = [b for b, at in enumerate(filling.choice) if at in members]
        out = [(_away(filling, b, members), b) for b in held]
        for (_, to), bundle in sorted(out, key=lambda o: (o[0][0], o[1])):
            if broken[0] not in filling.broken_blends():
                break
            again = bundle in moved or not filling.takes(bundle, to)
            filling.move(bundle, LEFT if again else to)
            moved.add(bundle)
            if len(filling.broken_blends()) > len(broken):
                # Another share broke by it: leaving breaks none that counts all parcels.
                filling.move(bundle, LEFT)


def _away(filling: Filling, bundle: int, members: set[int]) -> tuple[int, int]:
    lanes = [LEFT, *(to for to in filling.offers[bundle] if to not in members)]
    return filling.cheapest(bundle, lanes, filling.takes) or (0, LEFT)


def raised(filling: Filling) -> None:
    """Fill lanes that are below a hard minimum with what it costs least to bring over."""
    for at in filling.below():
        able = [
            b for b, mine in enumerate(filling.offers) if at in mine and filling.choice[b] != at
        ]
        costs = sorted((filling.delta_mc(b, at) // _size(filling, b), b) for b in able)
        for _, bundle in costs:
            if at not in filling.below():
                break
            now = filling.choice[bundle]
            if filling.takes(bundle, at):
                steady = now in filling.below()
                filling.move(bundle, at)
                if now in filling.below() and not steady:
                    filling.move(bundle, now)


def _size(filling: Filling, bundle: int) -> int:
    return max(1, filling.problem.bundles[bundle].load.parcels)
