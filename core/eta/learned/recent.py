"""How much slower roads were in the last hour than their history says, as known at an instant."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.eta.learned.records import DAY_S

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CITY_WINDOW_S, ZONE_WINDOW_S = 3_600, 7_200
CITY_BELIEVED_AT, ZONE_BELIEVED_AT, HOUR_BELIEVED_AT = 10, 5, 20
# One leg in a jam says no more than a leg of e times its usual time.
MOST_LOG = 1.0
# Sums are of whole millionths: what comes later cannot move the rounding of what came before.
MILLIONTHS = 1_000_000
# Keys of one zone reach over a day and the day before it.
SPAN_S = 2 * DAY_S


@dataclass(frozen=True, slots=True, eq=False)
class Recent:
    """Legs that finished on a day or the evening before it: where, and beyond what history says."""

    _finish_s: Ints
    _millionths: Ints
    _zone_keys: Ints
    _zone_millionths: Ints
    _base_s: int

    def anywhere(self, at_s: Ints) -> tuple[Floats, Ints]:
        """Return ratio and number of legs that finished in the hour before each instant."""
        return _windows(self._finish_s, self._millionths, at_s, CITY_WINDOW_S, CITY_BELIEVED_AT)

    def around(self, zone: Ints, at_s: Ints) -> tuple[Floats, Ints]:
        """Return the same of legs from or to the zone, in the two hours before."""
        wanted = zone * SPAN_S + (at_s - self._base_s)
        return _windows(
            self._zone_keys, self._zone_millionths, wanted, ZONE_WINDOW_S, ZONE_BELIEVED_AT
        )


def recent(day: int, finish_s: Ints, start: Ints, end: Ints, rest: Floats) -> Recent:
    """Return the legs of a day and the evening before, by finish, with their log ratios."""
    clipped = np.clip(rest, -MOST_LOG, MOST_LOG)
    sizes = np.rint(clipped * MILLIONTHS).astype(np.int64)
    base = (day - 1) * DAY_S
    between = start != end
    zones = np.concatenate([start, end[between]])
    finish = np.concatenate([finish_s, finish_s[between]])
    keys = zones * SPAN_S + (finish - base)
    order = np.argsort(keys, kind="stable")
    both = np.concatenate([sizes, sizes[between]])
    return Recent(finish_s, sizes, keys[order], both[order], base)


def _windows(
    keys: Ints, sizes: Ints, wanted: Ints, window: int, believed_at: int
) -> tuple[Floats, Ints]:
    total = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    first = np.searchsorted(keys, wanted - window, side="left")
    last = np.searchsorted(keys, wanted, side="left")
    legs = last - first
    return (total[last] - total[first]) / MILLIONTHS / (legs + believed_at), legs


def shrunk_mean(rest: Floats) -> float:
    """Return the mean of what the table leaves, shrunk by how many there are."""
    return float(rest.sum()) / (len(rest) + HOUR_BELIEVED_AT)
