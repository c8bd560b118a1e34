"""The benchmark of routes under way: rows that anybody can score again, a truth of its own."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core.errors import Refused
from core.eta.learned.tables import Table, read_table
from evals.bench import progress_truth
from evals.bench.cli import bench_app
from evals.bench.progress import rolled
from evals.bench.progress_plans import runs
from evals.bench.progress_report import MOST_RATIO, missed
from evals.bench.progress_truth import routes

POINTS = ["actual_s", "static_s", "shifted_s", "p10_s", "p50_s", "p90_s"]
SNAPSHOT = ["learned_doors", "done", "ahead", *POINTS]


@pytest.fixture(scope="module")
def progress(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("progress") / "progress.json"
    words = ["progress", "--seeds", "1", "--stops", "40", "--json", str(out)]
    result = CliRunner().invoke(bench_app, [*words, "--plot", str(out.with_name("plot.json"))])
    assert result.exit_code == 0, result.output
    return out


def columns(
    table: Table, names: list[str]
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return {name: table.numbers(name) for name in names}


@pytest.mark.slow
def test_the_figures_can_be_computed_again_from_their_rows(progress: Path):
    said = json.loads(progress.read_text())
    row = columns(read_table(progress.with_suffix(".parquet"), SNAPSHOT), SNAPSHOT)
    kept = np.isin(row["done"], [10, 25, 50]) & (row["ahead"] >= 10) & (row["ahead"] <= 30)
    kept &= row["learned_doors"] == 0
    off = {n: np.abs(row[n] - row["actual_s"])[kept].mean() for n in ("p50_s", "shifted_s")}
    assert said["ahead_10_to_30"]["mae_ratio"] == pytest.approx(
        off["p50_s"] / off["shifted_s"], abs=1e-4
    )
    near = (row["ahead"] >= 2) & (row["ahead"] <= 5) & (row["learned_doors"] == 0)
    inside = (row["p10_s"] <= row["actual_s"]) & (row["actual_s"] <= row["p90_s"])
    assert said["by_bucket"]["2-5"]["coverage"] == pytest.approx(inside[near].mean(), abs=1e-4)


@pytest.mark.slow
def test_windows_can_be_counted_again_from_their_rows(progress: Path):
    said = json.loads(progress.read_text())["windows"]
    names = ["actual_s", "messages", "told_opens_s", "told_closes_s"]
    row = columns(read_table(progress.with_suffix(".windows.parquet"), names), names)
    kept = (row["told_opens_s"] <= row["actual_s"]) & (row["actual_s"] <= row["told_closes_s"])
    assert said["told"]["kept"] == pytest.approx(kept.mean(), abs=1e-4)
    assert said["messages_per_order"] == pytest.approx(row["messages"].mean(), abs=1e-4)


@pytest.mark.slow
def test_horizons_say_what_was_known_then(progress: Path):
    names = ["horizon_min", "asked_s", "actual_s", "p10_s", "p50_s"]
    row = columns(read_table(progress.with_suffix(".horizons.parquet"), names), names)
    assert np.allclose(row["actual_s"] - row["asked_s"], 60 * row["horizon_min"])
    assert np.all(row["p10_s"] >= row["asked_s"] - 1e-6)
    said = json.loads(progress.read_text())["horizons"]["60"]
    part = row["horizon_min"] == 60
    error = np.abs(row["p50_s"] - row["actual_s"])[part].mean()
    assert said["refreshed"]["mae_s"] == pytest.approx(error, abs=0.01)


@pytest.mark.slow
def test_services_can_be_scored_again_from_their_rows(progress: Path):
    said = json.loads(progress.read_text())["services"]
    names = ["actual_s", "formula_s", "p10_s", "p50_s", "p90_s"]
    row = columns(read_table(progress.with_suffix(".services.parquet"), names), names)
    actual = row["actual_s"]
    off = {n: np.abs(row[n] - actual).mean() for n in ("p50_s", "formula_s")}
    assert said["mae_ratio"]["formula"] == pytest.approx(off["p50_s"] / off["formula_s"], abs=1e-4)
    assert said["tail_above"] == pytest.approx((actual > row["p90_s"]).mean(), abs=1e-4)


@pytest.mark.slow
def test_a_chart_shows_every_bucket_that_has_rows(progress: Path):
    drawn = json.loads(progress.with_name("plot.json").read_text())
    (rows,) = drawn["datasets"].values()
    assert {row["stops ahead"] for row in rows} == {"1", "2-5", "6-20", "above 20"}


@pytest.mark.slow
def test_the_paths_of_a_fleet_are_the_same_again_and_say_what_they_took(progress: Path):
    said = json.loads(progress.read_text())["whole_route_risk"]
    assert (said["stops"], said["paths"], said["same_again"]) == (400, 256, True)
    assert 0 < said["p50_cpu_ms"] <= said["worst_cpu_ms"]
    assert 0 < said["p_late"] < 1


@pytest.mark.slow
def test_a_target_that_is_missed_is_named(progress: Path):
    said = json.loads(progress.read_text())
    said["ahead_10_to_30"]["mae_ratio"] = MOST_RATIO + 0.01
    said["windows"]["messages_per_order"] = 0.31
    assert {"mae_ratio", "messages"} <= set(missed(said))


def test_the_simulated_truth_shares_no_code_with_the_house():
    path = Path(str(progress_truth.__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert {n.split(".")[0] for n in names} == {"dataclasses", "numpy"}


def test_the_same_seed_draws_the_same_town_and_another_one_does_not():
    once, again, other = (routes(seed, days=2, stops=12) for seed in (3, 3, 4))
    np.testing.assert_array_equal(once.leave_s, again.leave_s)
    assert not np.array_equal(once.leave_s, other.leave_s)


def test_no_forecast_sees_a_later_day():
    known = runs(routes(2, days=12, stops=24))
    before = rolled(known[:110], learn_days=5, test_from=10)
    after = rolled(known, learn_days=5, test_from=10)
    for one, same in zip(before, after, strict=False):
        for a, b in zip(one.forecast(6), same.forecast(6), strict=True):
            np.testing.assert_array_equal(a, b)
    assert len(after) == len(before) + 10


def test_a_chart_that_could_not_be_written_is_refused_before_anything_runs(tmp_path: Path):
    words = ["progress", "--plot", str(tmp_path / "plot.png")]
    with pytest.raises(Refused, match=r"\.html or \.json, not \.png"):
        CliRunner().invoke(bench_app, words, catch_exceptions=False)
