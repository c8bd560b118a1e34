"""Addresses where arrivals are least known: shrunk by count, so that one bad visit is not one."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.ids import OrderId
from core.domain.place import Point
from core.domain.time import seconds_between
from core.eta.quality.scores import Pair, grouped

# Visits that an address needs until half of what it showed is believed.
VISITS_BELIEVED_AT = 4
MOST_ADDRESSES = 10


@dataclass(frozen=True, slots=True)
class Address:
    """One address with what was said of the visits there."""

    point: Point
    order_id: OrderId | None
    """Of the latest visit: whose words name the address."""
    visits: int
    mae_s: float
    """Mean error of its own visits."""
    shrunk_s: float
    """The same, drawn to the mean of all addresses the fewer visits there were."""
    bias_s: float
    """Above zero: people come later than said."""


def worst(pairs: Sequence[Pair], most: int = MOST_ADDRESSES) -> tuple[Address, ...]:
    """Return the addresses with the largest shrunk errors, those above the mean of all."""
    if not pairs:
        return ()
    usual = sum(_size_s(p) for p in pairs) / len(pairs)
    found: list[Address] = []
    for point, mine in grouped(pairs, lambda came: came.point).items():
        latest, _ = max(mine, key=lambda p: p[0].at)
        visits = len(mine)
        total = sum(_size_s(p) for p in mine)
        shrunk = (total + VISITS_BELIEVED_AT * usual) / (visits + VISITS_BELIEVED_AT)
        bias = sum(seconds_between(said.mid, came.at) for came, said in mine) / visits
        found.append(Address(point, latest.order_id, visits, total / visits, shrunk, bias))
    found.sort(key=lambda a: (-a.shrunk_s, a.point.lat_e6, a.point.lon_e6))
    return tuple(a for a in found[:most] if a.shrunk_s > usual)


def _size_s(pair: Pair) -> int:
    came, said = pair
    return abs(seconds_between(said.mid, came.at))
