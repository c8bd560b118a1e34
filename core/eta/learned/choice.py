"""Which stage of a model answers: not the simplest only where another did better than luck."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
S = TypeVar("S")

# Two standard errors, as with options: what lies within them is equal, and the simplest answers.
SURE = 2.0


def chosen(errors: Mapping[S, Floats], together: Ints) -> S:
    """Return the stage to use, of stages with their errors row by row, the simplest first.

    A stage counts only where it surely beat the simplest; of those that count the best is used.
    Rows with the same number in `together` (of one day, say) go wrong together, and
    count as one witness; where all have the same, each row is one.
    """
    simplest, *others = errors
    gains = {stage: errors[simplest] - errors[stage] for stage in others}
    sure = [s for s, gain in gains.items() if gain.mean() > SURE * standard_error(gain, together)]
    return min([simplest, *sure], key=lambda stage: float(errors[stage].mean()))


def standard_error(values: Floats, together: Ints) -> float:
    """Return the standard error of a mean of values, those of one number being one witness."""
    rest = values - values.mean()
    _, of = np.unique(together, return_inverse=True)
    witnesses = int(of.max(initial=0)) + 1
    if witnesses > 1:
        rest = np.bincount(of, rest, witnesses)
    groups = len(rest)
    if groups < 2:
        return float("inf")
    spread = float(np.sqrt((rest**2).sum() * groups / (groups - 1)))
    return spread / len(values)
