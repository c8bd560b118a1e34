"""How good chances are: likely ones first, and as often as said."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Happened = NDArray[np.bool_]

BINS = 10


def pr_auc(happened: Happened, chance: Floats) -> float:
    """Return the average precision; equal chances share one step, whatever order they are in."""
    if not happened.any():
        return 0.0
    order = np.argsort(-chance, kind="stable")
    hits, ranked = np.cumsum(happened[order]), chance[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    precision = hits[last] / (last + 1)
    gained = np.diff(np.concatenate([[0], hits[last]]))
    return float((precision * gained).sum() / hits[-1])


def ece(happened: Happened, chance: Floats) -> float:
    """Return the calibration error over ten groups of equally many, by chance."""
    parts = np.array_split(np.argsort(chance, kind="stable"), BINS)
    return sum(abs(float(chance[p].sum() - happened[p].sum())) for p in parts) / len(chance)


def ece_by_width(happened: Happened, chance: Floats) -> float:
    """Return the calibration error over ten steps of a tenth."""
    step = np.minimum((chance * BINS).astype(np.int64), BINS - 1)
    off = [abs(float((chance - happened)[step == k].sum())) for k in range(BINS)]
    return sum(off) / len(chance)
