"""Days of a town in ledgers, trained on by the commands that a depot has, and used the next day."""

import ast
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from core.context import SetClock
from core.domain.attempt import SLOTS
from core.domain.fact import AttemptRisksTold
from core.errors import Refused
from core.eta.learned.tables import read_table
from core.ledger import fold
from core.settings import Settings
from core.store.store import Store
from evals.bench import history_truth
from evals.bench.cli_eta import history
from evals.bench.history import KINDS, run
from evals.bench.history_days import OPERATION, Size, day_id_of, imported, service_date, write_day
from evals.bench.history_report import as_json, missed, write_rows
from evals.bench.history_truth import TownDays
from tests.test_cli import serving, tenfour
from tests.waiting import soon

DAYS = 8
SMALL = Size(orders=60, vans=2)


def test_the_truth_imports_nothing_of_the_house():
    tree = ast.parse(Path(str(history_truth.__file__)).read_text(encoding="utf-8"))
    modules = {
        *(a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names),
        *(n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)),
    }
    assert modules == {"dataclasses", "numpy", "evals.bench.progress_truth"}


def test_the_same_stop_of_the_same_day_meets_the_same_luck_in_whatever_order():
    of = TownDays(4)
    first, again = of.on(3), TownDays(4).on(3)
    here, there = (0.0, 0.0), (800.0, 300.0)
    legs = [first.leg_s(1, nth, here, there, 36_000) for nth in range(5)]
    assert legs == [again.leg_s(1, nth, here, there, 36_000) for nth in reversed(range(5))][::-1]
    assert first.service_s(1, 7, 2, 1.0) == again.service_s(1, 7, 2, 1.0)
    assert of.on(4).leg_s(1, 0, here, there, 36_000) != legs[0]


def test_first_visits_fail_about_as_often_as_was_published():
    of = TownDays(2)
    who = [c for day in range(20) for c in of.ordering(day, 100)[0].tolist()]
    out = np.mean([of.on(n // 100).is_out(c, 36_000) for n, c in enumerate(who)])
    assert 0.03 < out < 0.14


def test_lengths_of_history_are_whole_days():
    for words in ("", "0", "seven", "1,121"):
        with pytest.raises(Refused, match="--days takes whole numbers"):
            history(days=words)


@pytest.mark.slow
def test_figures_can_be_computed_again_from_their_rows(tmp_path: Path):
    found = run(1, (1, 3), size=Size(orders=30, vans=1), test_days=2)
    report = as_json(found)
    write_rows(found, tmp_path / "out.json")
    rows = read_table(tmp_path / "out.parquet", ("days", "kind", "took", "plain", "said"))
    kind, days = rows.words("kind"), rows.numbers("days")
    took, plain, said = (rows.numbers(n) for n in ("took", "plain", "said"))
    for one in report["pooled"]:
        if one["kind"] == "attempt":
            continue
        of = (kind == one["kind"]) & (days == one["days"])
        ours, theirs = (np.abs(x[of] - took[of]).mean() for x in (said, plain))
        assert one["ratio"] == pytest.approx(ours / theirs, abs=1e-4)
    # A day cannot prove a table: the model is the formula.
    first = [t for t in report["towns"] if t["days"] == 1]
    assert [(t["kind"], t["ratio"]) for t in first] == [(k, 1.0) for k in KINDS]
    assert missed([{"kind": "leg", "ratio": 1.01, "seed": 1, "days": 7}]) == [
        "legs of town 1 after 7 days: 1.01"
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose database holds eight driven days and a planned ninth."""
    home = tmp_path_factory.mktemp("home")
    store, of = Store(Settings(home=home).url), TownDays(1)
    for day in range(DAYS):
        write_day(store, of, day, SMALL)
    imported(store, SetClock(datetime(2026, 9, 15, 2, tzinfo=UTC)), of, DAYS, SMALL)
    store.close()
    return home


def said(home: Path, *words: str) -> dict[str, Any]:
    done = tenfour(home, *words, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_a_ledger_teaches_a_model_that_the_next_day_uses(home: Path):
    made = said(home, "train", "--ledger")
    assert made["days"] == DAYS + 1
    assert made["attempts"]["attempts"] > 400
    assert made["attempts"]["stage"] in ("base", "table", "trees")
    assert made["origin"]["place"] == OPERATION
    assert made["left_out"]["no way by the provider"] == 0
    promoted = said(home, "models", "promote", "--by", "Mia")
    assert promoted["champion"] == made["model_id"]
    night = said(home, "models", "night", "--until", service_date(DAYS).isoformat())
    assert (night["champion"], night["fallen_back"]) == (made["model_id"], None)

    with serving(home, ["--day", str(day_id_of(DAYS))]) as (url, _, headers):
        routes = httpx.get(f"{url}/v1/routes", headers=headers, timeout=60).json()
        assert routes["model_id"] in (made["model_id"], "table")
        told = _told(home)
    assert told.model_id == made["model_id"]
    assert len(told.risks) == SMALL.orders
    assert all(len(r.by_slot_pm) == SLOTS for r in told.risks)

    risks = said(home, "risk")
    assert (risks["place"], risks["attempts"]) == (OPERATION, made["attempts"]["attempts"])
    assert risks["failed"] == made["attempts"]["failed"]


def _told(home: Path) -> AttemptRisksTold:
    """Return what the day was told once the loop of its server has looked at it."""

    def look() -> AttemptRisksTold | None:
        store = Store(Settings(home=home).url)
        try:
            events = list(store.load(day_id_of(DAYS)))
        finally:
            store.close()
        bodies = [e.body for e in events if isinstance(e.body, AttemptRisksTold)]
        assert fold.replay(events).attempt_risks.keys() == {
            r.order_id for b in bodies for r in b.risks
        }
        return bodies[0] if bodies else None

    return soon(look, "the day was told of no chance")
