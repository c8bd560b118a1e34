"""Models on disk: the same bytes from the same legs, and refused when anything changed."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core.errors import Refused
from core.eta.learned.artefact import Artefact, Origin, load, save
from core.eta.learned.history import History
from core.eta.learned.leg_model import Stage
from core.eta.learned.manifest import ModelUnreadable
from core.eta.learned.records import Asked
from core.eta.learned.serve import FORMULA_ID, forecaster
from core.eta.learned.train_file import train_file
from core.eta.learned.training import Fitted, Split, fit, grow
from core.eta.learned.trees import Shape
from tenfour import app
from tests.eta.learned.town import FIRST_DAY, a_history, write_legs

SMALL = Shape(rounds=20)
ORIGIN = Origin("here", "0" * 64, "2022-01-08", "2022-01-20", "2022-01-24", 1)


@pytest.fixture(scope="module")
def fitted() -> tuple[Fitted, History]:
    history = History(a_history(days=16, legs_a_day=200))
    seen = history.features(history.driven.asked)
    split = Split(FIRST_DAY + 12, FIRST_DAY + 16)
    made = fit(history.driven, seen, split, seed=1, shape=SMALL)
    # Trees on disk whether or not they beat the table of this small town.
    forest = grow(history.driven.take(seen.known), seen.take(seen.known), 1, SMALL, 1)
    trees = replace(made.model, stage=Stage.TREES, trees=forest)
    return replace(made, model=trees), history


@pytest.fixture
def folder(tmp_path: Path, fitted: tuple[Fitted, History]) -> Path:
    save(tmp_path / "model", *fitted, ORIGIN)
    return tmp_path / "model"


def tomorrow() -> Asked:
    asked = a_history(days=17).asked
    return asked.take(asked.day == FIRST_DAY + 16)


def test_a_model_read_back_forecasts_as_the_one_that_was_written(
    tmp_path: Path, fitted: tuple[Fitted, History]
):
    written: Artefact = save(tmp_path, *fitted, ORIGIN)
    read = load(tmp_path, "here")
    assert read.model_id == written.model_id
    seen = fitted[1].features(tomorrow())
    ours = fitted[0].model.predict(seen)
    theirs = read.model.predict(read.history.features(tomorrow()))
    np.testing.assert_array_equal(ours.low, theirs.low)
    np.testing.assert_array_equal(ours.high, theirs.high)


def test_the_same_model_has_the_same_bytes_and_id(folder: Path, fitted: tuple[Fitted, History]):
    again = folder.with_name("again")
    save(again, *fitted, ORIGIN)
    names = sorted(p.name for p in folder.iterdir())
    assert names == ["history.npz", "manifest.json", "trees.ubj"]
    assert all((folder / n).read_bytes() == (again / n).read_bytes() for n in names)


def test_the_manifest_says_what_it_was_made_from(folder: Path):
    said = json.loads((folder / "manifest.json").read_text())
    assert said["origin"]["data_sha256"] == "0" * 64
    assert said["origin"]["trained_until"] == "2022-01-20"
    assert {"formula", "table"} <= set(said["mae_s_on_held_days"])
    assert said["calibration"]["scores"] > 0
    assert "table_ratio" in said["features"]


@pytest.mark.parametrize("name", ["manifest.json", "trees.ubj", "history.npz"])
def test_a_damaged_or_missing_file_is_refused_and_the_formula_answers(folder: Path, name: str):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(bytes(data))
    with pytest.raises(ModelUnreadable, match="cannot be used"):
        load(folder)
    (folder / name).unlink()
    with pytest.raises(ModelUnreadable, match="train it again"):
        load(folder)
    fallback = forecaster(folder, "here")
    assert fallback.model_id == FORMULA_ID
    assert "cannot be used" in fallback.provider


def test_a_changed_figure_in_the_manifest_is_refused(folder: Path):
    path = folder / "manifest.json"
    said = json.loads(path.read_text())
    said["calibration"]["above"] = [9.0, 9.0, 9.0]
    path.write_text(json.dumps(said))
    with pytest.raises(ModelUnreadable, match=r"manifest.json was changed"):
        load(folder)


def test_a_model_of_another_place_is_refused_and_the_formula_answers(folder: Path):
    with pytest.raises(ModelUnreadable, match="trained on 'here', not on 'there'"):
        load(folder, "there")
    asked = tomorrow()
    given = Asked(
        asked.start_s, asked.from_zone, asked.to_zone, asked.kind, np.full(len(asked), 600.0)
    )
    made = forecaster(folder, "there").forecast(given)
    assert made.model_id == FORMULA_ID
    assert made.quantiles.seconds()[1] == pytest.approx(600.0)


def test_a_forecast_names_its_model(folder: Path):
    ours = forecaster(folder, "here")
    made = ours.forecast(tomorrow())
    assert made.model_id == load(folder).model_id
    assert made.provider == "trained model"
    assert np.isfinite(made.quantiles.mid).all()


def test_with_no_model_and_no_travel_time_nothing_is_made_up():
    with pytest.raises(Refused, match="no travel time from a provider"):
        forecaster(None, "here").forecast(tomorrow())


def test_training_from_a_file_uses_nothing_after_its_last_day(tmp_path: Path):
    legs = write_legs(tmp_path / "legs.parquet", a_history(days=14))
    fewer = write_legs(tmp_path / "fewer.parquet", a_history(days=14).take(np.arange(9 * 150)))
    made = [
        train_file(p, tmp_path / p.stem, place="x", until=FIRST_DAY + 9, shape=SMALL)
        for p in (legs, fewer)
    ]
    assert (tmp_path / "legs" / "history.npz").read_bytes() == (
        tmp_path / "fewer" / "history.npz"
    ).read_bytes()
    assert made[0].model.widths == made[1].model.widths
    assert made[0].manifest["origin"]["calibrated_until"] == "2022-01-17"


def test_the_command_writes_a_model_and_says_what_it_is_worth(tmp_path: Path):
    legs = write_legs(tmp_path / "legs.parquet", a_history(days=8))
    words = ["train", "--legs", str(legs), "--out", str(tmp_path / "m"), "--until", "2022-01-15"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert "formula with the history table" in result.output
    assert load(tmp_path / "m", "legs").manifest["origin"]["trained_from"] == "2022-01-08"
    early = CliRunner().invoke(app, [*words[:-1], "2021-01-01"])
    assert isinstance(early.exception, Refused)
