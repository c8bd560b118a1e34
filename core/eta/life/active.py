"""Who answers for a place right now: the champion, the table below it, or the formula; and why."""

from dataclasses import dataclass, replace

import numpy as np

from core.domain.fact import ForecasterChosen
from core.errors import Refused
from core.eta.attempts.model import NO_ATTEMPTS, AttemptModel
from core.eta.doors.history import DoorHistory
from core.eta.doors.model import DoorModel
from core.eta.doors.records import DoorsAsked, Served
from core.eta.learned.leg_model import LegModel, Stage
from core.eta.learned.manifest import ModelUnreadable
from core.eta.learned.quantiles import Quantiles
from core.eta.learned.serve import FORMULA_ID, LegForecaster, forecaster
from core.eta.life.bundle import DepotModel, load_depot
from core.eta.life.night import NIGHT
from core.eta.life.registry import Registry

TABLE_ID = "table"


@dataclass(frozen=True, slots=True, eq=False)
class Active:
    """Forecasts of legs and of doors, with the names that each of them carries."""

    model_id: str
    """`formula`, `table` or the id of the champion."""
    provider: str
    """In words: what the figures rest on, and why it is not more."""
    legs: LegForecaster
    doors: DoorModel
    door_history: DoorHistory
    attempts: AttemptModel = NO_ATTEMPTS
    attempts_id: str = ""
    """The champion whose attempts these are; empty without one: nobody is told a chance."""
    digest: str = ""
    """Of the files that answer; empty for the formula."""

    def services(self, asked: DoorsAsked) -> Quantiles:
        """Return P10, P50 and P90 of services, in logs of seconds."""
        return self.doors.predict(self.door_history.features(asked))


def active(registry: Registry, provider: str = "") -> Active:
    """Return who answers; whatever is damaged is named and answered by what stands below it.

    A model learned over other travel times than those of `provider` does not answer over it.
    """
    try:
        state = registry.state()
    except Refused as error:
        return formula_answers(f"formula: {error}")
    if not state.champion:
        return formula_answers(Stage.FORMULA.sentence)
    try:
        model, note = _freshest(registry, state.champion)
    except Refused as error:
        return formula_answers(f"formula: {error}")
    if provider and model.provider and provider != model.provider:
        return formula_answers(
            f"formula: {state.champion} learned over {model.provider}, not {provider}"
        )
    if state.fallen_back:
        words = f"{Stage.TABLE.sentence}: {state.champion} fell back, {state.fallen_back}"
        legs = LegForecaster(LegModel(Stage.TABLE), TABLE_ID, words, model.legs.history)
        return _with(model, TABLE_ID, words, legs, state.champion)
    words = model.sentence + note
    legs = LegForecaster(model.legs.model, state.champion, words, model.legs.history)
    return _with(model, state.champion, words, legs, state.champion)


def _with(
    model: DepotModel, model_id: str, words: str, legs: LegForecaster, champion: str
) -> Active:
    """Return a model's doors and attempts beside legs; how legs drift says nothing of them."""
    known = model.attempts if "attempts" in model.manifest else NO_ATTEMPTS
    told_by = champion if "attempts" in model.manifest else ""
    return Active(
        model_id,
        words,
        legs,
        model.doors,
        model.door_history,
        known,
        told_by,
        model.model_id,
    )


def as_chosen(registry: Registry, chosen: ForecasterChosen, provider: str = "") -> Active:
    """Return who answers by the word of a ledger; the formula, with the reason, where those very
    files are not here any more."""
    if chosen.model_id == FORMULA_ID:
        return formula_answers(chosen.provider)
    present = active(registry, provider)
    if (present.model_id, present.digest) == (chosen.model_id, chosen.digest):
        return replace(present, provider=chosen.provider)
    for model_id in registry.models():
        for folder in (registry.path(model_id), registry.path(model_id) / NIGHT):
            try:
                model = load_depot(folder, registry.place)
            except ModelUnreadable:
                continue
            if model.model_id == chosen.digest:
                return _spoken(model, chosen, model_id)
    return formula_answers(
        f"formula: {chosen.model_id} as it was chosen is not sound here any more"
    )


def _spoken(model: DepotModel, chosen: ForecasterChosen, champion: str) -> Active:
    stands = LegModel(Stage.TABLE) if chosen.model_id == TABLE_ID else model.legs.model
    legs = LegForecaster(stands, chosen.model_id, chosen.provider, model.legs.history)
    return _with(model, chosen.model_id, chosen.provider, legs, champion)


def _freshest(registry: Registry, model_id: str) -> tuple[DepotModel, str]:
    """Return the champion as of last night where that is sound, else as it was trained."""
    folder = registry.path(model_id)
    if (folder / NIGHT).is_dir():
        try:
            made = load_depot(folder / NIGHT, registry.place)
        except ModelUnreadable as error:
            return load_depot(folder, registry.place), f"; as trained: {error}"
        if made.manifest.get("renews") == model_id:
            return made, f"; renewed {made.manifest['origin']['calibrated_until']}"
    return load_depot(folder, registry.place), ""


def formula_answers(why: str) -> Active:
    """Return the formula, with why it answers."""
    plain = forecaster(None, "")
    legs = LegForecaster(plain.model, FORMULA_ID, why, plain.history)
    return Active(FORMULA_ID, why, legs, DoorModel(), DoorHistory(nobody_served()))


def nobody_served() -> Served:
    """Return services of nobody: what the first day begins with."""
    none = np.array([], dtype=np.int64)
    nothing = np.array([], dtype=np.float64)
    return Served(DoorsAsked(none, none, none, none, none, none, nothing), none, nothing)
