"""Forecasts of legs as asked for: from a model on disk, or from the formula with the reason why."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import Refused
from core.eta.learned.artefact import Artefact, load
from core.eta.learned.history import History, Seen
from core.eta.learned.leg_model import FORMULA, LegModel
from core.eta.learned.quantiles import Quantiles
from core.eta.learned.records import Asked, Driven

FORMULA_ID = "formula"


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Quantiles of legs with who made them."""

    quantiles: Quantiles
    model_id: str
    provider: str
    """In words: what the figures rest on."""


@dataclass(frozen=True, slots=True, eq=False)
class LegForecaster:
    """Answers for one place."""

    model: LegModel
    model_id: str
    provider: str
    history: History

    def forecast(self, asked: Asked) -> Forecast:
        """Return P10, P50 and P90 of each leg; refuse legs that nothing at all is known of."""
        seen = self.history.features(asked)
        if not seen.known.all():
            raise Refused(
                f"{int((~seen.known).sum())} legs have no travel time from a provider, and no leg "
                "was ever driven here to learn one from"
            )
        return Forecast(self._sound(seen), self.model_id, self.provider)

    def _sound(self, seen: Seen) -> Quantiles:
        made = self.model.predict(seen)
        if np.isfinite(made.low).all() and np.isfinite(made.high).all():
            return made
        return FORMULA.predict(seen)


def forecaster(folder: Path | None, place: str) -> LegForecaster:
    """Return the forecaster of a place: its model where one is sound, else the formula."""
    if folder is None:
        return _formula(FORMULA.stage.sentence)
    try:
        return of_artefact(load(folder, place))
    except Refused as error:
        return _formula(f"formula: {error}")


def of_artefact(artefact: Artefact) -> LegForecaster:
    model = artefact.model
    return LegForecaster(model, artefact.model_id, model.stage.sentence, artefact.history)


def _formula(why: str) -> LegForecaster:
    nobody = np.array([], dtype=np.int64)
    nothing = np.array([], dtype=np.float64)
    asked = Asked(nobody, nobody, nobody, nothing, nothing)
    history = History(Driven(asked, nobody, nothing))
    return LegForecaster(FORMULA, FORMULA_ID, why, history)
