"""Every night: fresh tables and tails, and a champion out of bounds steps back."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from core.eta.life.active import active
from core.eta.life.bundle import train_harvest
from core.eta.life.harvest import Harvest
from core.eta.life.night import NIGHT, renew
from core.eta.life.registry import Registry
from tests.eta.learned.town import FIRST_DAY
from tests.eta.life.depot import PLACE, SMALL, odd_since, slower_since, some_weeks

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TRAINED = FIRST_DAY + 28
DAYS = 42


@pytest.fixture(scope="module")
def found() -> Harvest:
    return some_weeks(DAYS)


@pytest.fixture
def registry(tmp_path: Path, found: Harvest) -> Registry:
    """Return a depot whose champion was trained on the first four of six weeks."""
    registry = Registry(tmp_path, PLACE)
    made = train_harvest(found, registry.candidate(), PLACE, until=TRAINED, shape=SMALL)
    registry.added(made, at=NOW, by="train")
    registry.promoted(made.model_id, at=NOW, by="Mia")
    return registry


def test_a_place_without_a_champion_has_nothing_to_renew(tmp_path: Path, found: Harvest):
    seen = renew(Registry(tmp_path, PLACE), found, at=NOW, by="night")
    assert (seen.champion, seen.weeks, seen.changed) == ("", (), False)


def test_a_night_brings_tables_and_tails_up_to_midnight(registry: Registry, found: Harvest):
    before = active(registry)
    seen = renew(registry, found, at=NOW, by="night")
    after = active(registry)
    # Trained on three weeks of six, calibrated on the fourth: three are left to be judged.
    assert (seen.fallen_back, seen.changed, len(seen.weeks)) == ("", False, 3)
    assert seen.weeks[-1].legs > 900
    assert after.model_id == before.model_id
    assert after.provider.endswith(f"; renewed {seen.until}")
    assert len(after.legs.history.driven) > len(before.legs.history.driven)
    assert after.legs.model.widths != before.legs.model.widths


def test_a_town_that_turned_to_luck_makes_the_champion_fall_back(
    registry: Registry, found: Harvest
):
    seen = renew(registry, odd_since(found, FIRST_DAY + DAYS - 5), at=NOW, by="night")
    assert seen.changed
    assert "below P10" in seen.fallen_back
    answers = active(registry)
    assert answers.model_id == "table"
    assert answers.provider.startswith("formula with the history table: ")
    assert "fell back" in answers.provider
    assert registry.state().steps[-1].what == "fell_back"
    again = renew(registry, odd_since(found, FIRST_DAY + DAYS - 5), at=NOW, by="night")
    assert not again.changed


def test_a_champion_inside_its_bounds_again_answers_again(registry: Registry, found: Harvest):
    renew(registry, odd_since(found, FIRST_DAY + DAYS - 5), at=NOW, by="night")
    seen = renew(registry, found, at=NOW, by="night")
    assert (seen.changed, seen.fallen_back) == (True, "")
    assert registry.state().steps[-1].what == "recovered"
    assert active(registry).model_id == seen.champion


def test_a_week_of_few_legs_neither_condemns_nor_clears(registry: Registry, found: Harvest):
    few = Harvest(
        found.driven.take(np.flatnonzero(found.driven.asked.day < TRAINED + 1)), found.served
    )
    end = FIRST_DAY + DAYS
    assert renew(registry, few, at=NOW, by="night", until=end).fallen_back == ""
    renew(registry, odd_since(found, FIRST_DAY + DAYS - 5), at=NOW, by="night")
    assert "P10" in renew(registry, few, at=NOW, by="night", until=end).fallen_back


def test_a_town_that_got_slower_is_learned_within_three_weeks(registry: Registry, found: Harvest):
    at_once = slower_since(found, FIRST_DAY + DAYS - 7, 1.25)
    assert "above P90" in renew(registry, at_once, at=NOW, by="night").fallen_back
    weeks_ago = slower_since(found, FIRST_DAY + DAYS - 28, 1.25)
    assert renew(registry, weeks_ago, at=NOW, by="night").fallen_back == ""


def test_a_damaged_champion_falls_back_at_night_too(registry: Registry, found: Harvest):
    champion = registry.state().champion
    (registry.path(champion) / "doors.npz").write_bytes(b"garbage")
    seen = renew(registry, found, at=NOW, by="night")
    assert "doors.npz was changed" in seen.fallen_back
    assert active(registry).model_id == "formula"


def test_a_damaged_night_leaves_the_champion_as_it_was_trained(registry: Registry, found: Harvest):
    renew(registry, found, at=NOW, by="night")
    champion = registry.state().champion
    (registry.path(champion) / NIGHT / "doors.npz").write_bytes(b"garbage")
    answers = active(registry)
    assert answers.model_id == champion
    assert "as trained: the model in " in answers.provider
