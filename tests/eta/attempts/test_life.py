"""Attempts within the life of a depot's model: promoted, renewed, damaged, of another depot."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.day import Day
from core.eta.attempts.model import Stage
from core.eta.attempts.told import foretold
from core.eta.learned.manifest import ModelUnreadable
from core.eta.life.active import active
from core.eta.life.bundle import load_depot, train_harvest
from core.eta.life.harvest import Harvest
from core.eta.life.night import NIGHT, renew
from core.eta.life.registry import Registry
from tests.builders import a_day, a_route, an_order
from tests.eta.attempts.doorbells import FIRST_DAY, some_days
from tests.eta.life.depot import PLACE, SMALL, some_weeks

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
DAYS = 60


@pytest.fixture(scope="module")
def found() -> Harvest:
    return replace(some_weeks(DAYS, legs_a_day=10), tried=some_days(DAYS))


@pytest.fixture
def registry(tmp_path: Path, found: Harvest) -> Registry:
    """Return a depot whose champion was trained on all but the last two days."""
    registry = Registry(tmp_path, PLACE)
    made = train_harvest(
        found, registry.candidate(), PLACE, until=FIRST_DAY + DAYS - 2, shape=SMALL
    )
    registry.added(made, at=NOW, by="train")
    return registry


def a_morning() -> Day:
    order = an_order("o1")
    return a_day([order], routes=[a_route("V1", [order])])


def test_only_a_promoted_model_tells_a_day_anything(registry: Registry):
    waiting = active(registry)
    assert (waiting.attempts_id, waiting.attempts.sentence) == ("", "base rate, no history yet")
    assert foretold(waiting.attempts, "", a_morning()) is None
    champion = registry.state().challenger
    registry.promoted(champion, at=NOW, by="Mia")
    answers = active(registry)
    assert answers.attempts_id == champion
    assert answers.attempts.stage in (Stage.TABLE, Stage.TREES)
    assert foretold(answers.attempts, champion, a_morning()) is not None
    registry.rolled_back(at=NOW, by="Mia")
    assert active(registry).attempts_id == ""


def test_what_is_over_before_the_day_is_all_that_a_model_keeps(registry: Registry, found: Harvest):
    made = load_depot(registry.path(registry.state().challenger), PLACE)
    assert len(made.attempts.past) == (DAYS - 2) * 120
    assert int(made.attempts.past.planned.day.max()) == FIRST_DAY + DAYS - 3
    said = made.manifest["attempts"]
    assert said["attempts"] == len(made.attempts.past)
    assert said["log_loss_on_held_days"][said["stage"]] == min(
        said["log_loss_on_held_days"].values()
    )
    assert len(found.tried) == DAYS * 120


def test_a_night_brings_attempts_up_to_midnight_and_leaves_their_stage(
    registry: Registry, found: Harvest
):
    champion = registry.state().challenger
    registry.promoted(champion, at=NOW, by="Mia")
    before = active(registry).attempts
    renew(registry, found, at=NOW, by="night")
    after = active(registry)
    assert (after.attempts_id, after.attempts.stage) == (champion, before.stage)
    assert len(after.attempts.past) == DAYS * 120
    (registry.path(champion) / NIGHT / "attempts.npz").write_bytes(b"garbage")
    assert len(active(registry).attempts.past) == len(before.past)


def test_a_damaged_champion_tells_nobody_a_chance(registry: Registry):
    champion = registry.state().challenger
    registry.promoted(champion, at=NOW, by="Mia")
    (registry.path(champion) / "attempts.npz").write_bytes(b"garbage")
    answers = active(registry)
    assert (answers.model_id, answers.attempts_id) == ("formula", "")
    assert "attempts.npz was changed" in answers.provider


def test_attempts_of_another_depot_are_refused_with_their_model(registry: Registry):
    with pytest.raises(ModelUnreadable, match="trained on 'north depot', not on 'south depot'"):
        load_depot(registry.path(registry.state().challenger), "south depot")


def test_a_model_whose_legs_fell_back_still_tells_who_is_out(registry: Registry):
    champion = registry.state().challenger
    registry.promoted(champion, at=NOW, by="Mia")
    registry.noted("fell_back", at=NOW, by="night", why="drift", fallen_back="drift")
    answers = active(registry)
    assert (answers.model_id, answers.attempts_id) == ("table", champion)
