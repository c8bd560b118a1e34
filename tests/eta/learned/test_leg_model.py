"""The leg model: the formula untrained, better with history, its tails as promised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.eta.learned.calibrate import Widths, scores
from core.eta.learned.history import History, Seen
from core.eta.learned.leg_model import FORMULA, LegModel, Stage
from core.eta.learned.quantiles import LEVELS, Quantiles, in_order
from core.eta.learned.records import DAY_S, Driven
from core.eta.learned.training import Split, fit, split_of_days
from core.eta.learned.trees import Shape, quantile_trees
from evals.bench.eta_bytes import trained
from tests.eta.learned.town import FIRST_DAY, a_history

SMALL = Shape(rounds=40)


@pytest.fixture(scope="module")
def driven() -> Driven:
    return a_history(days=24, legs_a_day=250)


@pytest.fixture(scope="module")
def seen(driven: Driven) -> Seen:
    return History(driven).features(driven.asked)


@pytest.fixture(scope="module")
def model(driven: Driven, seen: Seen) -> LegModel:
    return fit(driven, seen, Split(FIRST_DAY + 16, FIRST_DAY + 20), seed=1, shape=SMALL).model


def later(driven: Driven) -> np.ndarray:
    return np.asarray(driven.asked.day >= FIRST_DAY + 20)


def test_trees_without_a_round_are_the_formula(seen: Seen):
    known = seen.take(seen.known)
    empty = quantile_trees(
        known.matrix,
        np.ones(len(known.metres)),
        np.ones(len(known.metres)),
        LEVELS,
        Shape(rounds=0),
        seed=1,
    )
    forecast = LegModel(Stage.TREES, empty).raw(known)
    np.testing.assert_array_equal(forecast.mid, known.log_formula)


def test_each_stage_beats_the_one_below_it_on_later_days(
    driven: Driven, seen: Seen, model: LegModel
):
    test = later(driven)
    known, seconds = seen.take(test), driven.seconds[test]
    errors = [
        float(np.abs(m.predict(known).seconds()[1] - seconds).mean()) for m in (model, FORMULA)
    ]
    assert model.stage in (Stage.TABLE, Stage.TREES)
    assert errors[0] < 0.7 * errors[1]


def test_the_tails_hold_on_later_days(driven: Driven, seen: Seen, model: LegModel):
    test = later(driven)
    low, mid, high = model.predict(seen.take(test)).seconds()
    seconds = driven.seconds[test]
    # 1,000 legs: one standard error of a tail is 1 %.
    assert (seconds < low).mean() == pytest.approx(0.1, abs=0.035)
    assert (seconds > high).mean() == pytest.approx(0.1, abs=0.035)
    assert np.all(low <= mid)
    assert np.all(mid <= high)


def test_no_history_is_the_formula_and_says_so():
    nothing = a_history(days=1).take(np.array([], dtype=np.int64))
    history = History(nothing)
    model = fit(nothing, history.features(nothing.asked), Split(0, 0), seed=1).model
    assert model.stage is Stage.FORMULA
    assert model.stage.sentence == "formula, no history yet"


@pytest.mark.parametrize(("days", "stage"), [(1, Stage.FORMULA), (2, Stage.TABLE)])
def test_a_table_answers_once_a_later_day_proved_it(days: int, stage: Stage):
    driven = a_history(days=days)
    history = History(driven)
    split = split_of_days(FIRST_DAY, FIRST_DAY + days)
    model = fit(driven, history.features(driven.asked), split, seed=1).model
    assert model.stage is stage


def test_a_table_that_makes_it_worse_is_not_used():
    driven = a_history(days=2)
    # What was fast on the first day is slow on the second, and the other way round.
    turned = np.where(driven.asked.day == FIRST_DAY, driven.seconds * 3, driven.seconds // 2 + 60)
    history = History(Driven(driven.asked, turned, driven.metres))
    legs = history.driven
    split = split_of_days(FIRST_DAY, FIRST_DAY + 2)
    made = fit(legs, history.features(legs.asked), split, seed=1)
    assert made.mae_s[Stage.TABLE] > made.mae_s[Stage.FORMULA]
    assert made.model.stage is Stage.FORMULA


def test_a_forest_that_answers_nonsense_is_the_table(seen: Seen):
    class Broken:
        def predict(self, matrix: np.ndarray) -> np.ndarray:
            return np.full((len(matrix), 3), np.nan)

    known = seen.take(seen.known)
    forecast = LegModel(Stage.TREES, Broken()).raw(known)  # pyright: ignore[reportArgumentType]
    np.testing.assert_allclose(forecast.mid, LegModel(Stage.TABLE).raw(known).mid)


def test_the_bytes_are_equal_on_two_threads_and_from_shuffled_rows():
    driven = a_history(days=12, legs_a_day=150)
    shuffled = driven.take(np.random.default_rng(5).permutation(len(driven)))
    first = trained(driven, seed=1, threads=1, rounds=5)
    assert len(first) > 1_000
    assert trained(shuffled, seed=1, threads=2, rounds=5) == first


def test_each_tail_is_widened_by_its_own_misses():
    rng = np.random.default_rng(1)
    count = 4_000
    raw = Quantiles(np.full(count, -1.0), np.zeros(count), np.full(count, 1.0))
    # The lower half is twice too wide, the upper half twice too narrow.
    outcome = rng.normal(0, 1, count)
    outcome = np.where(outcome < 0, outcome * 0.5 / 1.2816, outcome * 2 / 1.2816)
    bucket = np.zeros(count, dtype=np.int64)
    finish = np.arange(count, dtype=np.int64) + 5 * DAY_S
    widths = scores(raw, outcome, bucket, finish).widths(6, 1)
    assert widths.below[0] == pytest.approx(0.5, abs=0.05)
    assert widths.above[0] == pytest.approx(2.0, abs=0.15)
    held = widths.apply(raw, bucket)
    assert (outcome < held.low).mean() == pytest.approx(0.1, abs=0.005)
    assert (outcome > held.high).mean() == pytest.approx(0.1, abs=0.005)


def test_a_calibration_forgets_what_lies_behind_its_window_and_knows_nothing_of_the_day_itself():
    raw = Quantiles(np.full(200, -1.0), np.zeros(200), np.full(200, 1.0))
    finish = np.full(200, 50 * DAY_S, dtype=np.int64)
    of = scores(raw, np.full(200, 3.0), np.zeros(200, dtype=np.int64), finish)
    assert of.widths(50, 1).scores == 0
    assert of.widths(51, 1).above == (3.0,)
    assert of.widths(80, 1).scores == 0


@given(st.lists(st.tuples(*[st.floats(-9, 9)] * 3), min_size=1), st.floats(0, 5), st.floats(0, 5))
def test_quantiles_never_cross(rows: list[tuple[float, float, float]], below: float, above: float):
    raw = in_order(np.array(rows))
    held = Widths((below,), (above,), 1).apply(raw, np.zeros(len(rows), dtype=np.int64))
    assert np.all(held.low <= held.mid)
    assert np.all(held.mid <= held.high)
