"""How long a leg takes, as three figures in order: P10, P50 and P90."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS = (0.1, 0.5, 0.9)
TAIL = 0.1
# Half of the middle 80 % of a bell curve, in standard deviations.
TAIL_SDS = 1.2816


@dataclass(frozen=True, slots=True, eq=False)
class Quantiles:
    """Logs of seconds, one row each; NaN in all three where nothing can be said."""

    low: Floats
    mid: Floats
    high: Floats

    def __post_init__(self) -> None:
        said = ~np.isnan(self.mid)
        if np.any(self.low[said] > self.mid[said]) or np.any(self.mid[said] > self.high[said]):
            raise ValueError("quantiles cross")

    def __len__(self) -> int:
        return len(self.mid)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Quantiles":
        return Quantiles(self.low[rows], self.mid[rows], self.high[rows])

    def seconds(self) -> tuple[Floats, Floats, Floats]:
        """Return P10, P50 and P90 in seconds."""
        return np.exp(self.low), np.exp(self.mid), np.exp(self.high)


def in_order(columns: Floats) -> Quantiles:
    """Return three columns as quantiles; where they cross they change places."""
    ranked = np.sort(columns, axis=1)
    return Quantiles(ranked[:, 0], ranked[:, 1], ranked[:, 2])


def around(mid: Floats, spread: Floats | float) -> Quantiles:
    """Return quantiles of a bell curve in logs."""
    half = TAIL_SDS * np.broadcast_to(spread, mid.shape)
    return Quantiles(mid - half, mid, mid + half)
