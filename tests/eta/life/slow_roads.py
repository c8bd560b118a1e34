"""A model of a place whose roads took half as long again as the provider says, for three weeks."""

from pathlib import Path

import numpy as np

from core.eta.doors.history import DoorHistory
from core.eta.doors.model import DoorModel
from core.eta.learned.history import History
from core.eta.learned.leg_model import LegModel, Stage
from core.eta.learned.records import DAY_S, Asked, Driven
from core.eta.learned.serve import LegForecaster
from core.eta.life.active import Active, nobody_served
from core.eta.life.answering import DayAnswers
from core.eta.life.harvest import cell, wall_s
from core.eta.life.registry import Registry
from core.travel.protocol import TravelTimes
from tests.builders import DEPOT, EIGHT, east

DAYS, A_DAY = 20, 40
FAR = east(6_000)


def slow_legs(ratio: float = 1.5) -> Driven:
    """Return three weeks of legs from the depot's cell to the far one, so much slower than said."""
    count = DAYS * A_DAY
    day = wall_s(EIGHT, "UTC") // DAY_S - 1 - np.repeat(np.arange(DAYS), A_DAY)
    start = (day * DAY_S + 7 * 3600 + np.tile(np.arange(A_DAY), DAYS) * 300).astype(np.int64)
    asked = Asked(
        start,
        np.full(count, cell(DEPOT)),
        np.full(count, cell(FAR)),
        np.full(count, np.nan),
        np.full(count, 600.0),
    )
    seconds = np.full(count, round(600 * ratio), dtype=np.int64)
    return Driven(asked, seconds, np.full(count, 6_000.0))


def a_model(ratio: float = 1.5, stage: Stage = Stage.TABLE, model_id: str = "abc") -> Active:
    legs = LegForecaster(LegModel(stage), model_id, "legs: table", History(slow_legs(ratio)))
    doors = DoorHistory(nobody_served())
    return Active(model_id, "legs: table", legs, DoorModel(), doors, digest=f"{model_id}-files")


def answers(home: Path, travel: TravelTimes, *models: Active) -> DayAnswers:
    """Return who answers for the place `test`, with these models read already."""
    return DayAnswers(Registry(home, "test"), travel, models)
