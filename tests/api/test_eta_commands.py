"""The commands `tenfour eta quality` and `tenfour eta explain`, on a day in a database."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from core.errors import NotReady, Refused, UnknownId
from tenfour import app
from tests.api.test_models import one_day

ISSUE_CAUSES = ["late_start", "road", "dwell", "waiting", "sequence"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENFOUR_HOME", str(tmp_path))
    return tmp_path


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["eta", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def said(*words: str) -> dict[str, Any]:
    return json.loads(run(*words, "--json"))


def refused(*words: str) -> str:
    result = CliRunner().invoke(app, ["eta", *words])
    assert isinstance(result.exception, Refused | NotReady | UnknownId), result.output
    return str(result.exception)


def test_without_a_day_both_say_what_to_do_first(home: Path):
    del home
    assert "run tenfour import" in refused("quality")
    assert "run tenfour import" in refused("explain", "o1")


def test_a_day_is_judged_by_its_ledger_alone(home: Path):
    one_day(home)
    found = said("quality")
    assert (found["arrivals"], found["scored"], found["complete"]) == (2, 2, True)
    assert found["says"].startswith("formula, no history yet. 2 arrivals were forecast")
    assert (found["grouped_at_min"], found["horizons"][2]["arrivals"]) == (15, 1)
    assert found == said("quality", "--day", "test:2026-11-10")
    assert "test, 1 days: formula, no history yet" in run("quality")


def test_moments_further_apart_are_fewer_forecasts(home: Path):
    one_day(home)
    often, seldom = said("quality", "--every", "1"), said("quality", "--every", "10")
    assert often["models"][0]["forecasts"] > 3 * seldom["models"][0]["forecasts"]


def test_charts_go_to_a_file_that_ends_as_charts_do(home: Path):
    one_day(home)
    chart = home / "eta.json"
    run("quality", "--plot", str(chart))
    assert json.loads(chart.read_text(encoding="utf-8"))["vconcat"]
    assert "written as .html or .json" in refused("quality", "--plot", str(home / "eta.png"))


def test_minutes_by_cause_add_up_to_the_minutes_behind_plan(home: Path):
    one_day(home, until=18)
    found = said("explain", "o2")
    assert [c["cause"] for c in found["causes"]] == ISSUE_CAUSES
    assert sum(c["minutes"] for c in found["causes"]) == found["behind_min"]
    assert (found["model_id"], found["vehicle_id"]) == ("formula", "V1")
    assert found["provider"].startswith("formula, no history yet")
    p10, p50, p90 = (datetime.fromisoformat(found[p]) for p in ("p10", "p50", "p90"))
    assert p10 < p50 < p90
    words = run("explain", "o2")
    assert "behind plan" in words
    assert "by formula: formula, no history yet" in words


def test_an_order_that_cannot_be_explained_is_refused_with_what_to_do(home: Path):
    one_day(home)
    assert "order o1 is delivered since 10:18; only what is still ahead" in refused("explain", "o1")
    assert "did you mean o" in refused("explain", "o22")
    assert "another day is named with --day" in refused("explain", "PT-999")


def test_a_day_without_a_plan_asks_for_one(home: Path):
    one_day(home, until=-1)
    assert "run tenfour plan first" in refused("explain", "o1")
    assert said("quality")["left_out"] == ["test:2026-11-10: it was never planned"]
