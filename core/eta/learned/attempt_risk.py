"""The chance that a visit fails: monotone trees, their level moved by the last weeks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.eta.learned.attempt_history import FEATURES
from core.eta.learned.trees import Shape, Trees, chance_trees

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SHAPE = Shape(rounds=250, max_depth=4, eta=0.04, min_child_weight=10.0)
# The first days of a history have tables with nothing in them, as no later day has.
EMPTY_DAYS = 14
LEVEL_DAYS = 28
# Failures that the forecast itself is worth when the last weeks speak against its level.
LEVEL_BELIEVED_AT = 30.0
MOST_LEVEL = 3.0
HALVINGS = 40


@dataclass(frozen=True, slots=True, eq=False)
class AttemptRisk:
    """Chances of visits, by the features named."""

    trees: Trees
    names: tuple[str, ...]

    def chances(self, matrix: NDArray[np.float32]) -> Floats:
        """Return the chance of each row of `features`, before its level is moved."""
        return self.trees.predict(matrix[:, columns(self.names)])


def train(
    matrix: NDArray[np.float32],
    failed: NDArray[np.bool_],
    *,
    seed: int,
    names: tuple[str, ...] = tuple(FEATURES),
    shape: Shape = SHAPE,
    threads: int = 1,
) -> AttemptRisk:
    """Train on rows in order, by some of the features."""
    monotone = tuple(FEATURES[n] for n in names)
    trees = chance_trees(
        matrix[:, columns(names)], failed, monotone, shape, seed=seed, threads=threads
    )
    return AttemptRisk(trees, names)


def columns(names: tuple[str, ...]) -> Ints:
    known = list(FEATURES)
    return np.array([known.index(n) for n in names], dtype=np.int64)


def at_level(day: Ints, chances: Floats, failed: NDArray[np.bool_]) -> Floats:
    """Return chances whose odds are moved each midnight by the outcomes of the weeks before.

    Rows are by day; of the day itself nothing is used. Their order within a day stays.
    """
    moved = chances.copy()
    for one in np.unique(day):
        rows, past = day == one, (day < one) & (day >= one - LEVEL_DAYS)
        if past.any():
            moved[rows] = _moved(chances[rows], level(chances[past], failed[past]))
    return moved


def level(chances: Floats, failed: NDArray[np.bool_]) -> float:
    """Return by what odds are multiplied after weeks of such chances and outcomes; shrunk."""
    if not len(chances):
        return 1.0
    expected, seen = float(chances.sum()), float(failed.sum())
    share = (seen + LEVEL_BELIEVED_AT) / (expected + LEVEL_BELIEVED_AT)
    return _odds_ratio(chances, share * expected)


def _moved(chances: Floats, ratio: float) -> Floats:
    """Return chances with their odds multiplied."""
    return ratio * chances / (1 - chances + ratio * chances)


def _odds_ratio(chances: Floats, total: float) -> float:
    """Return by what all odds are multiplied so that the chances add up to a total."""
    low, high = 1 / MOST_LEVEL, MOST_LEVEL
    for _ in range(HALVINGS):
        middle = (low * high) ** 0.5
        if float(_moved(chances, middle).sum()) < total:
            low = middle
        else:
            high = middle
    return (low * high) ** 0.5
