"""The benchmark of the allocation: what it measures is the real thing, and it says so in JSON."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.allocation.bill import breaches
from core.allocation.greedy import shopped
from core.errors import Refused
from evals.bench.allocation import Report, run
from evals.bench.allocation_cases import large, small
from evals.bench.allocation_others import brute_force
from evals.bench.allocation_view import save_chart, summary
from evals.bench.cli import bench_app
from tests.allocation.problems import a_bundle, a_lane


def test_a_case_is_the_same_whenever_it_is_drawn():
    assert large(3, 50, 4, 1) == large(3, 50, 4, 1)
    assert small(3) == small(3)
    assert small(3) != small(4)


def test_shopping_breaks_no_rule_on_a_whole_day():
    problem = large(2, 150)
    for choice in shopped(problem):
        assert breaches(problem, choice) == ()


def test_enumeration_refuses_what_would_not_come_back():
    from core.allocation.problem import Problem

    bundles = tuple(a_bundle(f"b{i}", A=1, B=2) for i in range(20))
    with pytest.raises(ValueError, match="more than 200000"):
        brute_force(Problem(bundles, (a_lane("A"), a_lane("B"))))


@pytest.fixture(scope="module")
def report() -> Report:
    return run(5, 40, days=1, orders=80, carriers=3)


def test_a_run_measures_both_and_its_json_holds_every_case(report: Report):
    assert all(s.exact for s in report.small)
    (day,) = report.large
    assert day.greedy_cents >= day.ours_cents
    said = json.loads(json.dumps(report.as_json()))
    assert len(said["small"]) == 5
    assert said["large"][0]["gap_ppm"] == day.gap_ppm
    assert said["target"] == {"gap_ppm": 10_000, "seconds": 5.0}
    assert "5 of 5 small cases exact" in summary(report)


def test_a_chart_is_written_as_html_or_vega_lite_and_as_nothing_else(
    report: Report, tmp_path: Path
):
    save_chart(report, tmp_path / "gap.json")
    assert "vega-lite" in (tmp_path / "gap.json").read_text(encoding="utf-8")
    with pytest.raises(Refused, match=r"\.html or \.json"):
        save_chart(report, tmp_path / "gap.png")


def test_the_command_prints_one_sentence_and_writes_the_file(tmp_path: Path):
    out = tmp_path / "bench.json"
    words = ["allocation", "--cases", "2", "--days", "0", "--seed", "3", "--json", str(out)]
    ran = CliRunner().invoke(bench_app, words)
    assert ran.exit_code == 0, ran.output
    assert "2 of 2 small cases exact" in ran.stdout
    assert json.loads(out.read_text(encoding="utf-8"))["seed"] == 3
