"""The forecast of a leg: the formula, then the history table, then trees over both."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.eta.learned.calibrate import Widths, untouched
from core.eta.learned.history import FEATURES, Seen
from core.eta.learned.pace import START_SPREAD
from core.eta.learned.quantiles import Quantiles, around, in_order
from core.eta.learned.trees import Trees

Ints = NDArray[np.int64]

# Legs are calibrated apart by how long they are expected to take.
SHORT_S, MEDIUM_S = 600.0, 1_200.0
BUCKETS = ("to 10 min", "10 to 20 min", "over 20 min")
UNTOUCHED = untouched(len(BUCKETS))
SPREAD = FEATURES.index("pair_spread")
# No correction makes a leg shorter than a tenth or longer than ten times the formula's.
MOST_LOG_RATIO = float(np.log(10.0))


class Stage(StrEnum):
    """What a forecast rests on."""

    FORMULA = "formula"
    TABLE = "table"
    TREES = "trees"

    @property
    def sentence(self) -> str:
        return {
            Stage.FORMULA: "formula, no history yet",
            Stage.TABLE: "formula with the history table",
            Stage.TREES: "trained model",
        }[self]


@dataclass(frozen=True, slots=True, eq=False)
class LegModel:
    """Forecasts legs from what is seen of them; without trees it is the formula or the table."""

    stage: Stage
    trees: Trees | None = None
    widths: Widths = UNTOUCHED

    def raw(self, seen: Seen) -> Quantiles:
        """Return P10, P50 and P90 before calibration; NaN where there is no formula either."""
        formula = seen.log_formula
        if self.stage is Stage.FORMULA:
            return around(formula, START_SPREAD)
        mid = formula + np.clip(seen.table_ratio, -MOST_LOG_RATIO, MOST_LOG_RATIO)
        spread = np.nan_to_num(seen.matrix[:, SPREAD].astype(np.float64), nan=START_SPREAD)
        table = around(mid, spread)
        if self.stage is Stage.TABLE or self.trees is None or not len(seen.log_formula):
            return table
        ratio = self.trees.predict(seen.matrix)
        sound = np.isfinite(ratio.sum(axis=1))[:, None]
        beside = np.column_stack([table.low, table.mid, table.high]) - formula[:, None]
        ratio = np.where(sound, ratio, beside)
        return in_order(formula[:, None] + np.clip(ratio, -MOST_LOG_RATIO, MOST_LOG_RATIO))

    def predict(self, seen: Seen) -> Quantiles:
        """Return calibrated quantiles."""
        raw = self.raw(seen)
        return self.widths.apply(raw, bucket_of(raw))


FORMULA = LegModel(Stage.FORMULA)


def bucket_of(raw: Quantiles) -> Ints:
    """Return which bucket of the calibration each leg belongs to."""
    bounds = np.log([SHORT_S, MEDIUM_S])
    return np.searchsorted(bounds, np.nan_to_num(raw.mid), side="right").astype(np.int64)
