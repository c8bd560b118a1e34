"""A provider as a model has it: the same face, other seconds, and nothing where nobody knows."""

from datetime import timedelta

import numpy as np
import pytest

from core.domain.place import Area
from core.eta.learned.history import History
from core.eta.learned.leg_model import FORMULA, LegModel, Stage
from core.eta.learned.records import DAY_S, Asked, Driven
from core.eta.learned.serve import LegForecaster
from core.eta.life.harvest import cell, wall_s
from core.eta.life.travel import LearnedTravel
from core.travel.estimate import EstimateTravel
from core.travel.protocol import SlowArea
from tests.builders import DEPOT, EIGHT, east

PLAIN = EstimateTravel("UTC")
FAR = east(6_000)
POINTS = (DEPOT, east(300), FAR)
DAYS, A_DAY = 20, 40


def a_slow_way(ratio: float = 1.5) -> Driven:
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


def learned(model: LegModel | None = None, ratio: float = 1.5) -> LearnedTravel:
    chosen = LegModel(Stage.TABLE) if model is None else model
    history = History(a_slow_way(ratio))
    return LearnedTravel(PLAIN, LegForecaster(chosen, "abc", "table", history), "UTC")


def seconds(travel: LearnedTravel | EstimateTravel, hours: int = 0) -> list[list[int]]:
    found: list[list[int]] = travel.matrix(POINTS, EIGHT + timedelta(hours=hours)).seconds.tolist()
    return found


def test_a_way_that_was_slow_for_weeks_is_expected_slow():
    plain, ours = seconds(PLAIN), seconds(learned())
    assert ours[0][2] == pytest.approx(1.5 * plain[0][2], rel=0.08)


def test_a_model_that_is_the_formula_changes_nothing():
    assert seconds(learned(FORMULA)) == seconds(PLAIN)


def test_nobody_needs_time_to_stay_where_they_are():
    assert [row[i] for i, row in enumerate(seconds(learned()))] == [0, 0, 0]


def test_metres_and_lines_are_the_providers_own():
    travel = learned()
    ours, plain = travel.matrix(POINTS, EIGHT), PLAIN.matrix(POINTS, EIGHT)
    np.testing.assert_array_equal(ours.metres, plain.metres)
    assert travel.geometry(DEPOT, FAR) == PLAIN.geometry(DEPOT, FAR)
    assert len(travel.matrix((), EIGHT).seconds) == 0


def test_the_same_question_has_the_same_answer_whatever_was_asked_before():
    travel, fresh = learned(), learned()
    for hours in (3, 0, 11):
        travel.matrix(POINTS, EIGHT + timedelta(hours=hours))
    assert seconds(travel) == seconds(fresh)
    assert seconds(travel, 5) == seconds(fresh, 5)


def test_a_jam_slows_what_the_model_expects_and_its_end_is_the_model_again():
    travel = learned()
    jam = travel.slowed([SlowArea(Area(FAR, 800), 20)])
    assert seconds(jam)[0][2] > seconds(travel)[0][2]
    assert seconds(jam)[0][1] == seconds(travel)[0][1]
    assert seconds(jam.slowed(())) == seconds(travel)


def test_the_stamp_names_the_model_and_the_provider():
    assert learned().stamp.name == "learned over estimate"
    assert learned().stamp.digest == "abc"
