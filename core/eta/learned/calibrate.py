"""Conformal calibration: tails are widened or narrowed until they hold what they promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused
from core.eta.learned.quantiles import TAIL, Quantiles
from core.eta.learned.records import DAY_S

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WINDOW_DAYS = 21
# A bucket with fewer scores than this is calibrated with all others.
LEAST_IN_BUCKET, LEAST_AT_ALL = 300, 40
# Half a tail of less than a percent is no tail to measure by.
LEAST_HALF = 0.01


@dataclass(frozen=True, slots=True)
class Widths:
    """By what each bucket's lower and upper half is multiplied; 1 where nothing was seen yet."""

    below: tuple[float, ...]
    above: tuple[float, ...]
    scores: int
    """How many outcomes they rest on."""

    def __post_init__(self) -> None:
        factors = (*self.below, *self.above)
        if len(self.below) != len(self.above) or not all(0 <= f < 1e6 for f in factors):
            raise Refused("the widths of a calibration are not finite numbers from zero up")

    def apply(self, raw: Quantiles, bucket: Ints) -> Quantiles:
        """Return quantiles that hold their promise as the scores did; the middle stays."""
        below, above = np.array(self.below)[bucket], np.array(self.above)[bucket]
        lower, upper = halves(raw)
        return Quantiles(raw.mid - below * lower, raw.mid, raw.mid + above * upper)

    def as_json(self) -> dict[str, object]:
        return {"below": list(self.below), "above": list(self.above), "scores": self.scores}

    @staticmethod
    def of_json(said: Mapping[str, object]) -> "Widths":
        """Return what `as_json` said; refuse anything else."""
        below, above, scores = said.get("below"), said.get("above"), said.get("scores")
        if not isinstance(scores, int):
            raise Refused("a calibration does not say how many scores it rests on")
        return Widths(_numbers(below), _numbers(above), scores)


def untouched(buckets: int) -> Widths:
    """Return widths that change nothing."""
    return Widths((1.0,) * buckets, (1.0,) * buckets, 0)


def halves(raw: Quantiles) -> tuple[Floats, Floats]:
    """Return how far each tail begins from the middle, in logs."""
    return np.maximum(raw.mid - raw.low, LEAST_HALF), np.maximum(raw.high - raw.mid, LEAST_HALF)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """How far outcomes lay from the middle, in units of each half; by the end of each leg."""

    finish_s: Ints
    bucket: Ints
    below: Floats
    above: Floats

    def widths(self, day: int, buckets: int, window_days: int = WINDOW_DAYS) -> Widths:
        """Return the widths by what had finished at the midnight that begins `day`."""
        first, last = np.searchsorted(
            self.finish_s, [(day - window_days) * DAY_S, day * DAY_S], side="left"
        )
        bucket = self.bucket[first:last]
        below, above = self.below[first:last], self.above[first:last]
        if len(bucket) < LEAST_AT_ALL:
            return untouched(buckets)
        sides: tuple[list[float], list[float]] = ([], [])
        for b in range(buckets):
            rows = bucket == b
            for side, scores in zip(sides, (below, above), strict=True):
                found = scores[rows] if int(rows.sum()) >= LEAST_IN_BUCKET else scores
                side.append(_conformal(found))
        return Widths(tuple(sides[0]), tuple(sides[1]), len(bucket))


def scores(raw: Quantiles, outcome: Floats, bucket: Ints, finish_s: Ints) -> Scores:
    """Return the scores of predictions as they were made, by the logs of what happened."""
    lower, upper = halves(raw)
    said = ~np.isnan(raw.mid)
    order = np.flatnonzero(said)[np.argsort(finish_s[said], kind="stable")]
    off = outcome - raw.mid
    return Scores(finish_s[order], bucket[order], (-off / lower)[order], (off / upper)[order])


def _conformal(found: Floats) -> float:
    """Return the score that a further one exceeds with at most the chance of a tail."""
    rank = min(len(found), ceil((len(found) + 1) * (1 - TAIL))) - 1
    return max(0.0, float(np.partition(found, rank)[rank]))


def _numbers(said: object) -> tuple[float, ...]:
    if not isinstance(said, Sequence) or isinstance(said, str):
        raise Refused("a calibration lacks its widths")
    found: list[float] = []
    for one in said:  # pyright: ignore[reportUnknownVariableType] -- from JSON, checked here
        if not isinstance(one, int | float):
            raise Refused("a width of a calibration is not a number")
        found.append(float(one))
    return tuple(found)
