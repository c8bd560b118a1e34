"""The benchmarks of forecasts: any file with the columns, rows that anybody can score again."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core.errors import Refused
from core.eta.learned.tables import read_table
from evals.bench.cli import bench_app
from evals.bench.cli_out import missed
from evals.bench.eta_baselines import best_pace, pair_means
from evals.bench.eta_scores import interval_score_s, tails
from evals.bench.risk_scores import ece, pr_auc
from tests.eta.learned.streets import some_attempts, write_attempts
from tests.eta.learned.town import a_history, write_legs

LEGS = ["--train-until", "2022-01-22", "--calibrate-until", "2022-01-27", "--test-from"]
ATTEMPTS = ["--train-until", "2022-02-20", "--test-from", "2022-02-22"]


@pytest.fixture(scope="module")
def eta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("eta")
    legs = write_legs(folder / "legs.parquet", a_history(days=24, legs_a_day=150))
    out = folder / "eta.json"
    words = ["eta", "--legs", str(legs), *LEGS, "2022-01-27", "--rounds", "40", "--json", str(out)]
    words += ["--plot", str(folder / "plot.json")]
    result = CliRunner().invoke(bench_app, words)
    assert result.exit_code == 0, result.output
    return out


def test_the_figures_of_legs_can_be_computed_again_from_their_rows(eta: Path):
    said = json.loads(eta.read_text())
    names = ["actual_s", "scored", "p10_s", "p50_s", "p90_s", "plain_low_s", "plain_high_s"]
    beside = ["constant_speed", "zone_pair_hour", "linear"]
    table = read_table(eta.with_suffix(".parquet"), [*names, *beside])
    kept = table.numbers("scored") == 1
    column = {n: table.numbers(n)[kept] for n in [*names, *beside]}
    actual = column["actual_s"]
    error = np.abs(column["p50_s"] - actual).mean()
    for name in beside:
        assert said["mae_ratio"][name] == pytest.approx(
            error / np.abs(column[name] - actual).mean(), abs=1e-4
        )
    assert said["tail_below"] == pytest.approx((actual < column["p10_s"]).mean(), abs=1e-4)
    assert said["tail_above"] == pytest.approx((actual > column["p90_s"]).mean(), abs=1e-4)
    assert said["coverage"] == pytest.approx(1 - said["tail_below"] - said["tail_above"], abs=1e-4)
    ratio = interval_score_s(column["p10_s"], column["p90_s"], actual) / interval_score_s(
        column["plain_low_s"], column["plain_high_s"], actual
    )
    assert said["interval_score_ratio"] == pytest.approx(ratio, abs=1e-4)


def test_a_run_says_what_little_history_gives_and_that_bytes_are_equal(eta: Path):
    said = json.loads(eta.read_text())
    assert list(said["history"]) == ["1", "7", "30"]
    assert all(one["ratio_to_formula"] <= 1 for one in said["history"].values())
    assert said["same_bytes"] is True
    assert said["legs"]["scored"] == 5 * 150


def test_a_missed_target_ends_a_strict_run_with_one(eta: Path, tmp_path: Path):
    """A town of twelve streets is no taxi file: a week of it misses the interval score."""
    assert json.loads(eta.read_text())["missed"]
    words = ["eta", "--legs", str(eta.with_name("legs.parquet")), *LEGS, "2022-01-27"]
    words += ["--rounds", "40", "--json", str(tmp_path / "again.json"), "--strict"]
    assert CliRunner().invoke(bench_app, words).exit_code == 1


@pytest.mark.parametrize(
    ("figures", "miss"),
    [
        ({"missed": [], "targets": {"coverage": "0.8 within 0.015"}}, False),
        ({"missed": ["coverage"]}, True),
        ({"targets": [{"what": "gap", "met": True}]}, False),
        ({"targets": [{"what": "gap", "met": True}, {"what": "first", "met": False}]}, True),
        ({"good": True}, False),
        ({"good": False}, True),
    ],
)
def test_every_benchmark_says_in_one_way_or_another_that_a_target_is_missed(
    figures: dict[str, object], miss: bool
):
    assert missed(figures) is miss


def test_a_chart_shows_every_hour_that_has_legs(eta: Path):
    drawn = json.loads(eta.with_name("plot.json").read_text())
    (rows,) = drawn["datasets"].values()
    assert {row["hour"] for row in rows} == {f"{h:02d}" for h in range(6, 22)}
    assert {row["share"] for row in rows} == {"below P10", "above P90"}


def test_dates_that_run_backwards_and_ranges_without_legs_are_refused(tmp_path: Path):
    legs = write_legs(tmp_path / "legs.parquet", a_history(days=3))
    for test_from, why in (("2022-01-20", "must not run backwards"), ("2022-03-01", "test on")):
        words = ["eta", "--legs", str(legs), *LEGS, test_from]
        result = CliRunner().invoke(bench_app, words)
        assert isinstance(result.exception, Refused)
        assert why in str(result.exception)


def test_a_first_day_alone_and_an_empty_file_are_refused(tmp_path: Path):
    days = a_history(days=2)
    dates = [LEGS[0], "2022-01-09", LEGS[2], "2022-01-09", LEGS[4], "2022-01-09"]
    nobody = days.take(np.array([], dtype=np.int64))
    for driven, why in ((days, "has a day of legs before it"), (nobody, "holds no legs")):
        legs = write_legs(tmp_path / "legs.parquet", driven)
        result = CliRunner().invoke(bench_app, ["eta", "--legs", str(legs), *dates])
        assert isinstance(result.exception, Refused)
        assert why in str(result.exception)


def test_a_file_with_another_column_missing_is_refused(tmp_path: Path):
    legs = write_legs(tmp_path / "legs.parquet", a_history(days=3), without="to_zone")
    result = CliRunner().invoke(bench_app, ["eta", "--legs", str(legs), *LEGS, "2022-01-27"])
    assert isinstance(result.exception, Refused)
    assert "lacks column 'to_zone'" in str(result.exception)


def test_the_figures_of_attempts_can_be_computed_again_from_their_rows(tmp_path: Path):
    attempts = write_attempts(tmp_path / "a.parquet", some_attempts())
    out = tmp_path / "risk.json"
    words = ["risk", "--attempts", str(attempts), *ATTEMPTS, "--json", str(out)]
    result = CliRunner().invoke(bench_app, words)
    assert result.exit_code == 0, result.output
    said = json.loads(out.read_text())
    table = read_table(out.with_suffix(".parquet"), ["redelivered", "chance", "customer_history"])
    failed = table.numbers("redelivered") == 1
    chance, customer = table.numbers("chance"), table.numbers("customer_history")
    assert said["base_rate"] == pytest.approx(failed.mean(), abs=1e-5)
    assert said["pr_auc"] == pytest.approx(pr_auc(failed, chance), abs=1e-5)
    assert said["pr_auc_to_customer_history"] == pytest.approx(
        pr_auc(failed, chance) / pr_auc(failed, customer), abs=1e-4
    )
    assert said["expected_calibration_error"] == pytest.approx(ece(failed, chance), abs=1e-5)


def test_average_precision_does_not_depend_on_the_order_of_equal_chances():
    failed = np.array([True, False, True, False])
    assert pr_auc(failed, np.full(4, 0.5)) == 0.5
    assert pr_auc(failed, np.array([0.9, 0.1, 0.8, 0.2])) == 1.0


def test_scores_of_an_interval_by_hand():
    low, high, actual = np.array([10.0, 10.0]), np.array([20.0, 20.0]), np.array([15.0, 23.0])
    assert tails(low, high, actual) == {"coverage": 0.5, "tail_below": 0.0, "tail_above": 0.5}
    assert interval_score_s(low, high, actual) == (10 + 10 + 3 * 10) / 2


def test_the_best_pace_is_the_one_with_the_least_absolute_error():
    rng = np.random.default_rng(1)
    metres, seconds = rng.uniform(500, 9_000, 101), rng.uniform(60, 2_000, 101)
    best = best_pace(metres, seconds)
    errors = [np.abs(seconds - p * metres).sum() for p in np.linspace(0.5, 1.5, 41) * best]
    assert np.abs(seconds - best * metres).sum() <= min(errors)


def test_the_pair_table_knows_only_earlier_days():
    driven = a_history(days=5)
    longer = type(driven)(driven.asked, driven.seconds * 2, driven.metres)
    day = driven.asked.day
    mixed = type(driven)(
        driven.asked,
        np.where(day >= day.max(), longer.seconds, driven.seconds),
        driven.metres,
    )
    for before, after in zip(pair_means(driven), pair_means(mixed), strict=True):
        np.testing.assert_array_equal(before[day < day.max()], after[day < day.max()])
        later = day == day.max()
        np.testing.assert_array_equal(before[later], after[later])
