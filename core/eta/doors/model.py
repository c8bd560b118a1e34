"""The forecast of a service: the depot's figure, or the history table over it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.eta.doors.history import DoorHistory, SeenDoors
from core.eta.doors.records import DoorsAsked, Floats, Ints, Served
from core.eta.learned.calibrate import Scores, Widths, scores, untouched
from core.eta.learned.choice import chosen
from core.eta.learned.leg_model import Stage
from core.eta.learned.quantiles import Quantiles, around
from core.eta.learned.records import DAY_S
from core.eta.learned.training import LEAST_FOR_TABLE, Split

BUCKETS = ("new door", "known door")
KNOWN_AT = 1.0
UNTOUCHED = untouched(len(BUCKETS))
# What services spread around the depot's figure before any was seen: the published log deviation.
FORMULA_SPREAD = 0.668


@dataclass(frozen=True, slots=True, eq=False)
class DoorModel:
    """Forecasts services from what is seen of them."""

    stage: Stage = Stage.FORMULA
    widths: Widths = UNTOUCHED

    def raw(self, seen: SeenDoors) -> Quantiles:
        """Return P10, P50 and P90 before calibration, in logs of seconds."""
        if self.stage is Stage.FORMULA:
            return around(seen.log_formula, FORMULA_SPREAD)
        return around(seen.log_formula + seen.table_ratio, seen.spread)

    def predict(self, seen: SeenDoors) -> Quantiles:
        return self.widths.apply(self.raw(seen), bucket_of(seen))

    def mean_s(self, seen: SeenDoors) -> Floats:
        """Return the seconds to plan with: the mean, which many stops in a row add up to."""
        if self.stage is Stage.FORMULA:
            return np.exp(seen.log_formula)
        return np.exp(seen.log_formula + seen.table_ratio) * seen.smear


@dataclass(frozen=True, slots=True)
class FittedDoors:
    """A model with what it rests on."""

    model: DoorModel
    held: int
    """Services that chose its stage and calibrated it."""
    mae_s: Mapping[Stage, float]


def fit(history: DoorHistory, split: Split) -> FittedDoors:
    """Choose the better stage and its tails on the days of calibration; few of them: formula."""
    served = history.served
    began = served.asked.start_s >= split.train_until * DAY_S
    held = served.take(began & (served.finish_s < split.calibrate_until * DAY_S))
    if len(held) < LEAST_FOR_TABLE:
        return FittedDoors(DoorModel(), len(held), {})
    seen = history.features(held.asked)
    errors = {
        stage: np.abs(np.exp(DoorModel(stage).raw(seen).mid) - held.seconds)
        for stage in (Stage.FORMULA, Stage.TABLE)
    }
    best = chosen(errors, held.asked.day)
    widths = scores_of(DoorModel(best), held, seen).widths(split.calibrate_until, len(BUCKETS))
    means = {stage: float(e.mean()) for stage, e in errors.items()}
    return FittedDoors(DoorModel(best, widths), len(held), means)


def scores_of(model: DoorModel, served: Served, seen: SeenDoors) -> Scores:
    """Return how far services lay from the model's middle, for its calibration."""
    finish: Ints = np.floor(served.finish_s).astype(np.int64)
    return scores(model.raw(seen), np.log(served.seconds), bucket_of(seen), finish)


def bucket_of(seen: SeenDoors) -> Ints:
    return (seen.door_seen >= KNOWN_AT).astype(np.int64)


def forecast(model: DoorModel, history: DoorHistory, asked: DoorsAsked) -> Quantiles:
    """Return P10, P50 and P90 of services from now on, in logs of seconds."""
    return model.predict(history.features(asked))
