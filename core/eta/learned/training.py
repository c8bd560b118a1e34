"""Training of the leg model: the best of what surely beats the formula is used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.eta.learned.calibrate import Scores, scores
from core.eta.learned.choice import chosen
from core.eta.learned.history import Seen
from core.eta.learned.leg_model import BUCKETS, FORMULA, LegModel, Stage, bucket_of
from core.eta.learned.quantiles import LEVELS
from core.eta.learned.records import DAY_S, Driven
from core.eta.learned.trees import Shape, Trees, quantile_trees

Floats = NDArray[np.float64]
Rows = NDArray[np.bool_]

SHAPE = Shape(rounds=300, max_depth=5, min_child_weight=50.0)
# Trees on less than this repeat what the table says, with noise.
LEAST_LEGS, LEAST_DAYS = 2_000, 5
# Fewer legs than this on later days prove nothing.
LEAST_FOR_TABLE = 100
# A leg's weight is a whole number of these: sums of gradients are then exact in any order.
WEIGHT_STEP = 1 / 64


@dataclass(frozen=True, slots=True)
class Split:
    """Midnights between training, calibration and use, as days since 1970."""

    train_until: int
    calibrate_until: int

    def __post_init__(self) -> None:
        if self.calibrate_until < self.train_until:
            raise ValueError("calibration ends before training does")

    def train(self, driven: Driven) -> Rows:
        """Return the legs that were over when training ended."""
        return driven.finish_s < self.train_until * DAY_S

    def calibrate(self, driven: Driven) -> Rows:
        begun = driven.asked.start_s >= self.train_until * DAY_S
        return begun & (driven.finish_s < self.calibrate_until * DAY_S)


def split_of_days(first: int, until: int) -> Split:
    """Return the split of a history: the last quarter of its days calibrates."""
    days = until - first
    return Split(until - (0 if days < 2 else max(1, days // 4)), until)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model with what it rests on."""

    model: LegModel
    trained: int
    """Legs it was trained on."""
    held: int
    """Legs that chose its stage and calibrated it."""
    mae_s: Mapping[Stage, float]
    """Mean absolute error of each stage that was tried, on the held legs."""


def fit(
    driven: Driven,
    seen: Seen,
    split: Split,
    *,
    seed: int,
    shape: Shape = SHAPE,
    threads: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """Train on legs in order, with what was seen of each, as far as that surely beats
    the formula.

    The stage is chosen, and the tails are widened, on the legs of the calibration days.
    """
    usable = driven.plausible & seen.known
    train, held = usable & split.train(driven), usable & split.calibrate(driven)
    trained, count = int(train.sum()), int(held.sum())
    # A table needs a day that it was not made from to be tested on.
    if count < LEAST_FOR_TABLE:
        return Fitted(FORMULA, 0, 0, {})
    candidates = [FORMULA, LegModel(Stage.TABLE)]
    days = len(np.unique(driven.asked.day[train]))
    if trained >= LEAST_LEGS and days >= LEAST_DAYS:
        tell(f"training on {trained} legs of {days} days")
        forest = grow(driven.take(train), seen.take(train), seed, shape, threads)
        candidates.append(LegModel(Stage.TREES, forest))
    tell(f"calibrating on {count} legs")
    seconds, known = driven.seconds[held], seen.take(held)
    errors = {m.stage: _errors_s(m, known, seconds) for m in candidates}
    stage = chosen(errors, driven.asked.day[held])
    best = next(m for m in candidates if m.stage is stage)
    scored = scores_of(best, driven.take(held), known)
    widths = scored.widths(split.calibrate_until, len(BUCKETS))
    means = {stage: float(e.mean()) for stage, e in errors.items()}
    return Fitted(replace(best, widths=widths), trained, count, means)


def scores_of(model: LegModel, driven: Driven, seen: Seen) -> Scores:
    """Return how far these legs lay from the model's middle, for its calibration."""
    raw = model.raw(seen)
    return scores(raw, np.log(driven.seconds), bucket_of(raw), driven.finish_s)


def grow(driven: Driven, seen: Seen, seed: int, shape: Shape, threads: int) -> Trees:
    """Grow the trees of legs that all have a formula, whether or not they will be used."""
    target = np.log(driven.seconds) - seen.log_formula
    # An error of a tenth costs more seconds on a long leg; the root keeps short legs in sight.
    expected = np.exp(seen.log_formula / 2)
    weight = np.maximum(1, np.rint(expected / expected.mean() / WEIGHT_STEP)) * WEIGHT_STEP
    return quantile_trees(seen.matrix, target, weight, LEVELS, shape, seed=seed, threads=threads)


def _errors_s(model: LegModel, seen: Seen, seconds: NDArray[np.int64]) -> Floats:
    return np.abs(np.exp(model.raw(seen).mid) - seconds)
