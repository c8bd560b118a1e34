"""Files of legs: what cannot be read is refused by name, what is no leg is counted."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import Refused
from core.eta.learned.leg_file import read_legs
from core.eta.learned.records import Asked
from core.eta.learned.tables import write_table
from tests.eta.learned.town import a_history, write_legs


def test_a_file_gives_back_what_was_written(tmp_path: Path):
    driven = a_history(days=2)
    read = read_legs(write_legs(tmp_path / "legs.parquet", driven)).driven
    np.testing.assert_array_equal(read.asked.start_s, driven.asked.start_s)
    np.testing.assert_array_equal(read.seconds, driven.seconds)
    np.testing.assert_allclose(read.metres, driven.metres)


@pytest.mark.parametrize("column", ["started_at", "finished_at", "from_zone", "to_zone"])
def test_a_missing_column_is_refused_by_name(tmp_path: Path, column: str):
    path = write_legs(tmp_path / "legs.parquet", a_history(days=1), without=column)
    with pytest.raises(Refused, match=f"lacks column '{column}'"):
        read_legs(path)


@pytest.mark.parametrize("column", ["driven_miles", "trip_type"])
def test_an_outcome_or_kind_that_nobody_wrote_down_may_be_missing(tmp_path: Path, column: str):
    path = write_legs(tmp_path / "legs.parquet", a_history(days=1), without=column)
    assert len(read_legs(path).driven) == 150


def test_what_is_no_parquet_file_is_refused(tmp_path: Path):
    path = tmp_path / "legs.parquet"
    with pytest.raises(Refused, match="there is no file"):
        read_legs(path)
    path.write_text("started_at,finished_at\n")
    with pytest.raises(Refused, match="not a readable Parquet file"):
        read_legs(path)


def test_rows_without_time_or_zone_and_rows_backwards_are_counted(tmp_path: Path):
    start = np.array(["2023-01-01T08", "NaT", "2023-01-01T10", "2023-01-01T11", "2023-01-01T12"])
    columns = {
        "started_at": start.astype("datetime64[s]"),
        "finished_at": np.full(5, np.datetime64("2023-01-01T10:30:00")),
        "from_zone": np.array([1.0, 2.0, 3.0, 4.0, np.nan]),
        "to_zone": np.array([1, 2, 3, 4, 5]),
    }
    write_table(tmp_path / "bad.parquet", columns)
    with pytest.raises(Refused, match="most of its 5 rows are no legs"):
        read_legs(tmp_path / "bad.parquet")
    better = {name: np.concatenate([c, c[[0, 0, 2]]]) for name, c in columns.items()}
    write_table(tmp_path / "legs.parquet", better)
    read = read_legs(tmp_path / "legs.parquet")
    assert read.left_out == {"no time": 1, "no zone": 1, "finished before it began": 1}
    assert len(read.driven) == 5


def test_words_in_a_column_of_zones_are_refused(tmp_path: Path):
    path = tmp_path / "legs.parquet"
    stamps = np.full(2, np.datetime64("2023-01-01T10:30:00"))
    columns = {"started_at": stamps, "finished_at": stamps, "to_zone": np.array([1, 2])}
    write_table(path, {**columns, "from_zone": np.array(["north", "south"])})
    with pytest.raises(Refused, match="column 'from_zone' does not hold numbers"):
        read_legs(path)


def test_formula_seconds_below_zero_are_refused():
    one = np.array([1], dtype=np.int64)
    with pytest.raises(Refused, match="formula seconds"):
        Asked(one, one, one, np.array([1.0]), np.array([-5.0]))
