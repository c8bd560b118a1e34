"""How much slower roads were in the last hour than their history says, as known at an instant."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CITY_WINDOW_S, ZONE_WINDOW_S = 3_600, 7_200
CITY_BELIEVED_AT, ZONE_BELIEVED_AT, HOUR_BELIEVED_AT = 10, 5, 20
# One leg in a jam says no more than a leg of e times its usual time.
MOST_LOG = 1.0
# Sums are of whole millionths: what comes later cannot move the rounding of what came before.
MILLIONTHS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Recent:
    """Legs that finished lately, by finish: where, and their log ratio beyond the history table."""

    finish_s: Ints
    start: Ints
    end: Ints
    rest: Floats
    _millionths: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        clipped = np.clip(self.rest, -MOST_LOG, MOST_LOG)
        object.__setattr__(self, "_millionths", np.rint(clipped * MILLIONTHS).astype(np.int64))

    def anywhere(self, at_s: Ints) -> tuple[Floats, Ints]:
        """Return ratio and number of legs that finished in the hour before each instant."""
        return _windows(self.finish_s, self._millionths, at_s, CITY_WINDOW_S, CITY_BELIEVED_AT)

    def around(self, zone: Ints, at_s: Ints) -> tuple[Floats, Ints]:
        """Return the same of legs from or to the zone, in the two hours before."""
        within = self.start == self.end
        zones = np.concatenate([self.start, self.end[~within]])
        finish = np.concatenate([self.finish_s, self.finish_s[~within]])
        sizes = np.concatenate([self._millionths, self._millionths[~within]])
        base = int(min(finish.min(initial=0), at_s.min(initial=0))) - ZONE_WINDOW_S
        span = int(max(finish.max(initial=0), at_s.max(initial=0))) - base + 1
        keys = zones * span + (finish - base)
        order = np.argsort(keys, kind="stable")
        wanted = zone * span + (at_s - base)
        return _windows(keys[order], sizes[order], wanted, ZONE_WINDOW_S, ZONE_BELIEVED_AT)


def _windows(
    keys: Ints, sizes: Ints, wanted: Ints, window: int, believed_at: int
) -> tuple[Floats, Ints]:
    total = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    first = np.searchsorted(keys, wanted - window, side="left")
    last = np.searchsorted(keys, wanted, side="left")
    legs = last - first
    return (total[last] - total[first]) / MILLIONTHS / (legs + believed_at), legs


def around_hour(rest: Floats) -> float:
    """Return the mean of what the table leaves, shrunk by how many there are."""
    return float(rest.sum()) / (len(rest) + HOUR_BELIEVED_AT)
