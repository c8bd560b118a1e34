"""Champion and challenger: promoted and rolled back by a person, never a damaged model."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from core.errors import Refused
from core.eta.doors.records import Served
from core.eta.learned.manifest import ModelUnreadable
from core.eta.life.active import active
from core.eta.life.bundle import DepotModel, load_depot, train_harvest
from core.eta.life.harvest import Harvest
from core.eta.life.registry import Registry, RegistryUnreadable
from tests.eta.doors.street import asked, some_days
from tests.eta.learned.town import FIRST_DAY
from tests.eta.life.depot import PLACE, SMALL, some_weeks

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def trained(registry: Registry, days: int = 32, until: int | None = None) -> DepotModel:
    folder = registry.candidate()
    made = train_harvest(some_weeks(days), folder, PLACE, until=until, shape=SMALL)
    registry.added(made, at=NOW, by="train")
    return made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with two models of a depot; none of them answers."""
    home = tmp_path_factory.mktemp("home")
    for until in (FIRST_DAY + 15, None):
        trained(Registry(home, PLACE), until=until)
    return home


@pytest.fixture
def registry(home: Path, tmp_path: Path) -> Registry:
    copytree(home, tmp_path / "home")
    return Registry(tmp_path / "home", PLACE)


def a_place_without_days() -> Harvest:
    weeks, none = some_weeks(2), np.array([], dtype=np.int64)
    return Harvest(weeks.driven.take(none), weeks.served.take(none))


def test_on_the_first_day_the_formula_answers_and_says_so(tmp_path: Path):
    answers = active(Registry(tmp_path, PLACE))
    assert answers.model_id == "formula"
    assert answers.provider == "formula, no history yet"
    said = np.exp(answers.services(asked()).mid[0])
    assert said == pytest.approx(100.0)


@pytest.mark.parametrize("found", [a_place_without_days(), some_weeks(1)])
def test_none_or_one_day_of_history_makes_a_model_that_is_the_formula(
    tmp_path: Path, found: Harvest
):
    made = train_harvest(found, tmp_path / "m", PLACE, shape=SMALL)
    assert made.sentence == "legs: formula, no history yet; doors: formula, no history yet"
    assert load_depot(tmp_path / "m", PLACE).model_id == made.model_id


def test_a_trained_model_waits_as_challenger_until_somebody_promotes_it(registry: Registry):
    state = registry.state()
    assert (state.champion, len(registry.models())) == ("", 2)
    assert active(registry).model_id == "formula"
    registry.promoted(state.challenger, at=NOW, by="Mia", why="better on held days")
    answers = active(registry)
    assert answers.model_id == state.challenger
    assert answers.provider.startswith("legs: trained model; doors: formula with the history table")
    assert registry.state().steps[-1].by == "Mia"


def test_rolling_back_goes_champion_by_champion_down_to_the_formula(registry: Registry):
    first, second = (s.model_id for s in registry.state().steps)
    registry.promoted(first, at=NOW, by="Mia")
    registry.promoted(second, at=NOW, by="Mia")
    assert registry.rolled_back(at=NOW, by="Mia").champion == first
    assert active(registry).model_id == first
    assert registry.rolled_back(at=NOW, by="Mia").champion == ""
    assert active(registry).model_id == "formula"
    with pytest.raises(Refused, match="no champion to roll back from"):
        registry.rolled_back(at=NOW, by="Mia")


def test_promoting_the_champion_again_or_a_model_nobody_has_is_refused(registry: Registry):
    challenger = registry.state().challenger
    registry.promoted(challenger, at=NOW, by="Mia")
    with pytest.raises(Refused, match="is the champion of north depot already"):
        registry.promoted(challenger, at=NOW, by="Mia")
    with pytest.raises(Refused, match="there is no model 'ffffffffffffffff'"):
        registry.promoted("f" * 16, at=NOW, by="Mia")
    with pytest.raises(Refused, match="there is no model"):
        registry.promoted("../elsewhere", at=NOW, by="Mia")


@pytest.mark.parametrize(
    "name",
    ["doors.npz", "attempts.npz", "manifest.json", "legs/trees.ubj", "legs/history.npz"],
)
def test_a_damaged_champion_is_never_asked_and_the_formula_says_why(registry: Registry, name: str):
    champion = registry.state().challenger
    registry.promoted(champion, at=NOW, by="Mia")
    damaged = registry.path(champion) / name
    damaged.write_bytes(damaged.read_bytes()[:-7] + b"garbage")
    answers = active(registry)
    assert answers.model_id == "formula"
    assert answers.provider.startswith("formula: the model in ")
    (registry.path(champion) / name).unlink()
    assert active(registry).model_id == "formula"
    with pytest.raises(ModelUnreadable):
        registry.promoted(champion, at=NOW, by="Mia")


def test_a_model_of_another_depot_is_refused(registry: Registry, tmp_path: Path):
    challenger = registry.state().challenger
    other = Registry(tmp_path / "home", "south depot")
    other.folder.mkdir(parents=True)
    registry.path(challenger).rename(other.folder / challenger)
    with pytest.raises(ModelUnreadable, match="trained on 'north depot', not on 'south depot'"):
        other.promoted(challenger, at=NOW, by="Mia")


def test_a_model_learned_over_other_travel_times_does_not_answer(tmp_path: Path):
    registry = Registry(tmp_path, PLACE)
    found = replace(some_weeks(12), provider="roads")
    made = train_harvest(found, registry.candidate(), PLACE, shape=SMALL)
    registry.added(made, at=NOW, by="train")
    registry.promoted(made.model_id, at=NOW, by="Mia")
    assert active(registry, "roads").model_id == made.model_id
    answers = active(registry, "estimate")
    assert answers.model_id == "formula"
    assert answers.provider == f"formula: {made.model_id} learned over roads, not estimate"


def test_a_damaged_list_of_models_is_never_guessed(registry: Registry):
    path = registry.folder / "registry.json"
    for text in ("{", "[]", '{"format": 1}', '{"format": 9, "place": "north depot"}'):
        path.write_text(text)
        with pytest.raises(RegistryUnreadable):
            registry.state()
        assert active(registry).model_id == "formula"
        assert "registry.json" in active(registry).provider


def test_the_list_of_another_place_is_refused(registry: Registry):
    path = registry.folder / "registry.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "place": "south depot"}))
    with pytest.raises(RegistryUnreadable, match="is of 'south depot'"):
        registry.state()


def test_the_same_days_give_the_same_model_and_no_second_step(registry: Registry):
    before = registry.state()
    trained(registry)
    assert registry.state() == before


def test_two_places_never_share_a_folder(tmp_path: Path):
    names = ["north depot", "North-Depot", "north/depot", "", "../north depot"]
    with pytest.raises(Refused, match="has no name"):
        Registry(tmp_path, names[3])
    folders = {Registry(tmp_path, n).folder for n in names if n}
    assert len(folders) == 4
    assert all(f.parent == tmp_path / "models" for f in folders)


def test_services_that_are_no_number_do_not_reach_a_model(tmp_path: Path):
    weeks, days = some_weeks(3), some_days(days=3, a_day=60)
    spoilt = Served(days.asked, days.began_s, np.where(days.seconds > 200, np.nan, days.seconds))
    made = train_harvest(Harvest(weeks.driven, spoilt), tmp_path / "m", PLACE, shape=SMALL)
    answer = np.exp(made.doors.raw(made.door_history.features(asked())).mid)
    assert np.isfinite(answer).all()
