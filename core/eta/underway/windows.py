"""What a customer is told of their arrival: a window from calibrated tails, and when it moves.

A window that follows every forecast tells nobody anything. A customer hears again only when what
they were told is more likely wrong than right, and early enough to make use of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.eta.underway.by_route import LEVELS
from core.eta.underway.route import Floats

Rows = NDArray[np.bool_]

LOW, MID, HIGH = LEVELS.index(0.05), LEVELS.index(0.5), LEVELS.index(0.95)
# Windows begin and end on full five minutes; nobody reads others.
STEP_S = 300.0
# A message that comes later than this before the arrival helps nobody.
LEAD_S = 1_200.0
# Nobody hears twice within this time.
SILENCE_S = 2_700.0


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """What the customers of some stops were told last; seconds since 1970."""

    opens_s: Floats
    closes_s: Floats
    told_s: Floats
    """When they were told."""

    def __post_init__(self) -> None:
        if not len(self.opens_s) == len(self.closes_s) == len(self.told_s):
            raise ValueError("columns of windows differ in length")
        if not np.all(self.opens_s < self.closes_s):
            raise ValueError("a window closes before it opens, or has no time")

    def __len__(self) -> int:
        return len(self.opens_s)

    def hold(self, arrive_s: Floats) -> Rows:
        return (self.opens_s <= arrive_s) & (arrive_s <= self.closes_s)

    def take(self, rows: NDArray[np.int64] | Rows) -> "Windows":
        return Windows(self.opens_s[rows], self.closes_s[rows], self.told_s[rows])


def windows(quantiles: Floats, now_s: float) -> Windows:
    """Return the windows of arrivals by their quantiles (one column each of LEVELS)."""
    opens = np.floor(np.maximum(quantiles[:, LOW], now_s) / STEP_S) * STEP_S
    closes = np.ceil(quantiles[:, HIGH] / STEP_S) * STEP_S
    return Windows(opens, np.maximum(closes, opens + STEP_S), np.full(len(opens), now_s))


def moved(told: Windows, quantiles: Floats, now_s: float) -> Rows:
    """Return which customers hear again: their window is more likely missed than kept by now."""
    mid = quantiles[:, MID]
    missed = (mid < told.opens_s) | (mid > told.closes_s)
    return missed & (mid - now_s >= LEAD_S) & (now_s - told.told_s >= SILENCE_S)


def renewed(told: Windows, quantiles: Floats, now_s: float) -> tuple[Windows, Rows]:
    """Return what customers know after this forecast, and which of them were told anew."""
    again = moved(told, quantiles, now_s)
    fresh = windows(quantiles, now_s)
    return (
        Windows(
            np.where(again, fresh.opens_s, told.opens_s),
            np.where(again, fresh.closes_s, told.closes_s),
            np.where(again, fresh.told_s, told.told_s),
        ),
        again,
    )
