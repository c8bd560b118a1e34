"""Who answered on a day of the past, and how the present champion has drifted."""

from pathlib import Path

import numpy as np
import pytest

from core.eta.learned.leg_model import Stage
from core.eta.life.active import active
from core.eta.life.bundle import train_harvest
from core.eta.life.drift import WEEK_DAYS
from core.eta.life.night import renew
from core.eta.life.registry import Registry, Step
from core.eta.life.since import answered, drifted, stood
from tests.builders import minute
from tests.eta.life.depot import PLACE, SMALL, slower_since, some_weeks


def step(at: int, what: str, model_id: str = "") -> Step:
    return Step(minute(at).isoformat(), what, model_id, "Mia", "why so")


STEPS = (
    step(0, "added", "a"),
    step(10, "promoted", "a"),
    step(20, "promoted", "b"),
    step(30, "fell_back", "b"),
    step(40, "recovered", "b"),
    step(50, "rolled_back", "a"),
    step(60, "rolled_back"),
)


@pytest.mark.parametrize(
    ("at", "champion", "fallen"),
    [(5, "", ""), (15, "a", ""), (25, "b", ""), (35, "b", "why so"), (45, "b", ""),
     (55, "a", ""), (65, "", "")],
)  # fmt: skip
def test_who_was_champion_is_read_from_the_steps_up_to_then(at: int, champion: str, fallen: str):
    then = stood(STEPS, minute(at))
    assert (then.champion, then.fallen_back) == (champion, fallen)


@pytest.fixture
def promoted(tmp_path: Path) -> Registry:
    registry = Registry(tmp_path, PLACE)
    made = train_harvest(some_weeks(), registry.candidate(), PLACE, shape=SMALL)
    registry.added(made, at=minute(0), by="train")
    registry.promoted(made.model_id, at=minute(10), by="Mia")
    return registry


def test_a_model_is_no_witness_of_a_day_that_taught_it(promoted: Registry):
    model_id = promoted.state().champion
    until = str(promoted.load(model_id).manifest["origin"]["calibrated_until"])
    before = str(np.datetime64(until) - np.timedelta64(1, "D"))
    assert answered(promoted, minute(20), until, "").model_id == model_id
    learned = answered(promoted, minute(20), before, "")
    assert (learned.model_id, learned.legs.model.stage) == ("formula", Stage.FORMULA)
    assert learned.provider == f"formula: {model_id} has learned from {before} itself"


def test_before_its_promotion_and_over_other_travel_times_the_formula_answered(promoted: Registry):
    assert answered(promoted, minute(5), "2026-11-10", "").provider == "formula, no history yet"
    promoted.noted("fell_back", at=minute(30), by="night", why="a tail", fallen_back="a tail")
    fallen = answered(promoted, minute(40), "2099-01-01", "")
    assert (fallen.model_id, "fell back, a tail" in fallen.provider) == ("table", True)


def test_without_a_champion_nothing_drifts(tmp_path: Path):
    assert drifted(Registry(tmp_path, PLACE)) == ()


def test_drift_is_told_by_weeks_as_the_night_saw_it(promoted: Registry):
    found = slower_since(some_weeks(42), _until(promoted), 1.6)
    seen = renew(promoted, found, at=minute(60), by="night")
    told = drifted(promoted)
    assert active(promoted).model_id == "table"
    assert [w.first_day for w in told] == [w.first_day for w in seen.weeks if w.legs]
    assert told[-1].legs == seen.weeks[-1].legs
    assert told[-1].ratio == pytest.approx(seen.weeks[-1].ratio)
    assert told[-1].first_day + WEEK_DAYS > _until(promoted)


def _until(registry: Registry) -> int:
    manifest = registry.load(registry.state().champion).manifest
    return int(np.datetime64(manifest["origin"]["calibrated_until"], "D").astype(np.int64))
