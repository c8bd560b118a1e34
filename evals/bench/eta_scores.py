"""How good point and interval forecasts are: plain arithmetic that anybody can repeat."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ALPHA = 0.2
"""What P10 to P90 may miss."""
WITHIN_MIN = (5, 10, 15, 30)


def mae_s(predicted: Floats, actual: Floats) -> float:
    return float(np.abs(predicted - actual).mean())


def point_scores(predicted: Floats, actual: Floats) -> dict[str, object]:
    """Return what the field reports: MAE, RMSE, MAPE and the share within some minutes."""
    off = np.abs(predicted - actual)
    return {
        "mae_s": round(float(off.mean()), 2),
        "rmse_s": round(float(np.sqrt((off**2).mean())), 2),
        "mape": round(float((off / np.maximum(actual, 1)).mean()), 5),
        "within_min": {str(m): round(float((off <= 60 * m).mean()), 5) for m in WITHIN_MIN},
    }


def tails(low: Floats, high: Floats, actual: Floats) -> dict[str, float]:
    """Return the share inside, below and above an interval."""
    below, above = float((actual < low).mean()), float((actual > high).mean())
    return {
        "coverage": round(1 - below - above, 5),
        "tail_below": round(below, 5),
        "tail_above": round(above, 5),
    }


def interval_score_s(low: Floats, high: Floats, actual: Floats) -> float:
    """Return the mean width plus what each miss costs; lower is better."""
    missed = np.maximum(0, low - actual) + np.maximum(0, actual - high)
    return float((high - low + 2 / ALPHA * missed).mean())


def tails_by(
    group: NDArray[np.int64], names: Mapping[int, str], low: Floats, high: Floats, actual: Floats
) -> dict[str, dict[str, float]]:
    """Return the tails of each group that has rows, with its size."""
    found: dict[str, dict[str, float]] = {}
    for key, name in names.items():
        rows = group == key
        if rows.any():
            shares = tails(low[rows], high[rows], actual[rows])
            found[name] = {"legs": int(rows.sum()), **shares}
    return found
