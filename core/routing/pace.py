"""How much longer a drive takes at each second of a morning than at the middle of the day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.routing.units import Ints

UNIT = 1_000_000
_TRIES = 4


@dataclass(frozen=True, eq=False)
class Pace:
    """Stretch of every leg by when it begins, in millionths; the last holds for ever after.

    A leg is rounded up to whole seconds. Who leaves later never arrives sooner, as long as the
    stretch falls by less than a leg's length in that length: ordinary traffic does.
    """

    stretch: Ints
    """(seconds from the problem's base on,)"""

    def lasts(self, usual_s: Ints, leaves_s: Ints) -> Ints:
        """Return how long legs of `usual_s` at the middle of the day take from `leaves_s` on."""
        at = np.minimum(np.maximum(leaves_s, 0), len(self.stretch) - 1)
        return -(-(usual_s * self.stretch[at]) // UNIT)

    def one_lasts(self, usual_s: int, leaves_s: int) -> int:
        """Return the same for one leg."""
        at = min(max(leaves_s, 0), len(self.stretch) - 1)
        return -(-(usual_s * int(self.stretch[at])) // UNIT)

    @property
    def steepest(self) -> int:
        """By how many millionths the stretch falls at most from one second to the next."""
        return max(0, int(-np.diff(self.stretch).min(initial=0)))

    def leave_by(self, usual_s: Ints, arrive_s: Ints) -> Ints:
        """Return a departure, about the last, from which each leg is over by `arrive_s`."""
        leaves = arrive_s - self.lasts(usual_s, arrive_s)
        for _ in range(_TRIES):
            leaves = np.minimum(arrive_s - self.lasts(usual_s, leaves), arrive_s)
        while True:
            over = np.maximum(0, leaves + self.lasts(usual_s, leaves) - arrive_s)
            if not over.any():
                return leaves
            leaves = leaves - over


def pace_of(minutes: Sequence[float], middle: float) -> Pace:
    """Return the pace from speeds at each full minute from the base on, and at the middle of day.

    Between two minutes the stretch is a straight line.
    """
    speeds = np.array(minutes, dtype=np.float64)
    seconds = np.arange(60 * (len(speeds) - 1) + 1)
    stretch = np.interp(seconds, 60.0 * np.arange(len(speeds)), middle / speeds)
    return Pace(np.ceil(stretch * UNIT).astype(np.int64))
