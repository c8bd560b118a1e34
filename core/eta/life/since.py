"""Which model answered at an instant of the past, and how the present one did week by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.errors import Refused
from core.eta.learned.leg_model import LegModel, Stage
from core.eta.learned.records import usual_days
from core.eta.learned.serve import LegForecaster
from core.eta.life.active import TABLE_ID, Active, active, formula_answers
from core.eta.life.drift import Week, weeks
from core.eta.life.registry import Registry, Step


@dataclass(frozen=True, slots=True)
class Stood:
    """What the steps of a place had come to at an instant."""

    champion: str = ""
    """Empty: the formula."""
    fallen_back: str = ""


def stood(steps: Sequence[Step], at: datetime) -> Stood:
    """Return who was champion at an instant, as the steps up to then tell it."""
    line: list[str] = [""]
    fallen = ""
    for step in steps:
        if datetime.fromisoformat(step.at) > at:
            break
        if step.what == "promoted":
            line.append(step.model_id)
        elif step.what == "rolled_back" and len(line) > 1:
            line.pop()
        fallen = step.why if step.what == "fell_back" else fallen
        if step.what in ("promoted", "rolled_back", "recovered"):
            fallen = ""
    return Stood(line[-1], fallen)


def answered(registry: Registry, at: datetime, service_date: str, provider: str) -> Active:
    """Return who answered for a day that is over, as it was trained: nightly tables are not kept.

    A model that has learned from the day itself is no witness of it: the formula answers, and
    its words say why. So it does where the model is damaged or gone.
    """
    try:
        then = stood(registry.state().steps, at)
    except Refused as error:
        return formula_answers(f"formula: {error}")
    if not then.champion:
        return formula_answers(Stage.FORMULA.sentence)
    try:
        model = registry.load(then.champion)
    except Refused as error:
        return formula_answers(f"formula: {error}")
    if str(model.manifest["origin"]["calibrated_until"]) > service_date:
        return formula_answers(f"formula: {then.champion} has learned from {service_date} itself")
    if provider and model.provider and provider != model.provider:
        return formula_answers(
            f"formula: {then.champion} learned over {model.provider}, not {provider}"
        )
    legs, model_id = model.legs.model, then.champion
    words = f"{model.sentence}; as trained"
    if then.fallen_back:
        legs, model_id = LegModel(Stage.TABLE), TABLE_ID
        words = f"{Stage.TABLE.sentence}: {then.champion} fell back, {then.fallen_back}"
    asked = LegForecaster(legs, model_id, words, model.legs.history)
    return Active(model_id, words, asked, model.doors, model.door_history)


def drifted(registry: Registry) -> tuple[Week, ...]:
    """Return how the champion did in its last weeks against the history table, the latest last.

    It rests on the legs that the last night had; nothing where the formula answers.
    """
    try:
        state = registry.state()
        if not state.champion:
            return ()
        trained = registry.load(state.champion)
    except Refused:
        return ()
    history = active(registry).legs.history
    days = history.driven.asked.day
    if not len(days):
        return ()
    since = int(np.datetime64(trained.manifest["origin"]["trained_until"], "D").astype(np.int64))
    seen = weeks(trained.legs.model, history, usual_days(days)[1] + 1, since)
    return tuple(w for w in seen if w.legs)
