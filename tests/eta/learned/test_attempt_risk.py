"""Chances of failed attempts: from earlier days only, monotone, at the level of the last weeks."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from core.errors import Refused
from core.eta.learned.attempt_history import FEATURES, customer_history, features, past_rate
from core.eta.learned.attempt_risk import at_level, train
from core.eta.learned.attempts import Attempts, Visits, read_attempts
from core.eta.learned.tables import write_table
from core.eta.learned.trees import Shape
from tests.eta.learned.streets import FIRST_DAY, some_attempts, write_attempts

SMALL = Shape(rounds=40, max_depth=3)


@pytest.fixture(scope="module")
def attempts() -> Attempts:
    return some_attempts()


@pytest.fixture(scope="module")
def matrix(attempts: Attempts) -> np.ndarray:
    return features(attempts)


def test_no_outcome_is_among_what_is_known_before():
    assert {f.name for f in fields(Visits)} == {
        "day",
        "customer",
        "cell",
        "weight",
        "volume",
        "auto",
    }


def test_no_outcome_of_the_day_or_a_later_one_moves_a_feature(
    attempts: Attempts, matrix: np.ndarray
):
    day = FIRST_DAY + 30
    until = attempts.visits.day <= day
    other = Attempts(
        attempts.visits, np.where(attempts.visits.day >= day, ~attempts.failed, attempts.failed)
    )
    np.testing.assert_array_equal(matrix[until], features(other)[until])
    assert not np.array_equal(matrix[~until], features(other)[~until])


def test_visits_that_are_planned_later_move_no_feature(attempts: Attempts, matrix: np.ndarray):
    until = attempts.visits.day <= FIRST_DAY + 30
    np.testing.assert_array_equal(matrix[until], features(attempts.take(until)))


def test_a_rate_is_shrunk_to_what_was_known_before_it():
    day = np.array([1, 1, 2, 3], dtype=np.int64)
    group = np.zeros(4, dtype=np.int64)
    failed = np.array([1.0, 0.0, 1.0, 0.0])
    rate, seen = past_rate(day, group, failed, np.full(4, 0.1), 10.0)
    assert seen.tolist() == [0, 0, 2, 3]
    assert rate == pytest.approx([0.1, 0.1, (1 + 1) / 12, (2 + 1) / 13])


def test_a_worse_history_never_lowers_a_chance(attempts: Attempts, matrix: np.ndarray):
    risk = train(matrix, attempts.failed, seed=1, shape=SMALL)
    names = list(FEATURES)
    before = risk.chances(matrix)
    for name, direction in FEATURES.items():
        if direction:
            worse = matrix.copy()
            worse[:, names.index(name)] += 0.2
            assert np.all(risk.chances(worse) >= before - 1e-6), name


def test_the_bytes_are_equal_on_two_threads_and_from_shuffled_rows(attempts: Attempts):
    shuffled = attempts.take(np.random.default_rng(2).permutation(len(attempts)))
    again = shuffled.take(shuffled.order())
    trained = [
        train(features(a), a.failed, seed=1, shape=SMALL, threads=t).trees.as_bytes()
        for a, t in ((attempts, 1), (again, 2))
    ]
    assert trained[0] == trained[1]


def test_a_level_follows_the_last_weeks_and_keeps_the_order():
    day = np.repeat(np.arange(40, dtype=np.int64), 100)
    chances = np.tile(np.linspace(0.01, 0.2, 100), 40)
    # Half of what was said: five failures one day, six the next.
    failed = np.arange(4_000) % 100 < np.where(day % 2 == 0, 5, 6)
    moved = at_level(day, chances, failed)
    last = day == 39
    np.testing.assert_array_equal(moved[:100], chances[:100])
    # 154 seen and 294 said in four weeks, each with 30 more: 0.57 of what was said.
    assert moved[last].mean() == pytest.approx(0.57 * chances[last].mean(), rel=0.03)
    assert np.all(np.diff(moved[last]) > 0)


def test_a_history_of_its_own_tells_customers_apart(attempts: Attempts):
    late = attempts.visits.day >= FIRST_DAY + 40
    own = customer_history(attempts)[late]
    failed = attempts.failed[late]
    assert own[failed].mean() > 2 * own[~failed].mean()


@pytest.mark.parametrize("column", ["customer", "cell_x", "cell_y", "date", "redelivered"])
def test_a_missing_column_is_refused_by_name(tmp_path: Path, column: str):
    path = write_attempts(tmp_path / "a.parquet", some_attempts(days=2), without=column)
    with pytest.raises(Refused, match=f"lacks column '{column}'"):
        read_attempts(path)


def test_a_file_without_weights_or_flag_is_read(tmp_path: Path):
    path = write_attempts(tmp_path / "a.parquet", some_attempts(days=3), without="auto")
    read = read_attempts(path)
    assert np.isnan(read.attempts.visits.auto).all()
    assert np.isfinite(features(read.attempts)[:, :4]).all()


def test_rows_without_customer_cell_or_outcome_are_counted_and_cells_may_be_negative(
    tmp_path: Path,
):
    path = tmp_path / "a.parquet"
    columns = {
        "customer": np.array(["a", "", "b", "c", "d", "e"]),
        "cell_x": np.array([-3.0, 1, np.nan, 2, 0, 1]),
        "cell_y": np.array([0, 1, 2, 3, -1, 1]),
        "date": np.full(6, np.datetime64("2024-01-01")).astype("datetime64[ms]"),
        "redelivered": np.array([0.0, 1, 0, np.nan, 1, 0]),
    }
    write_table(path, columns)
    read = read_attempts(path)
    assert read.left_out == {"no date": 0, "no customer": 1, "no cell": 1, "no outcome": 1}
    assert len(set(read.attempts.visits.cell.tolist())) == 3
    assert np.isfinite(features(read.attempts)[:, :4]).all()
