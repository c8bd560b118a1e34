"""Chances of failed visits: from earlier days only, told apart only where history proves it."""

from dataclasses import fields, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.domain.attempt import SLOTS
from core.errors import Refused
from core.eta.attempts.artefact import ATTEMPTS, TREES, read_attempts, write_attempts
from core.eta.attempts.features import NAMES, History
from core.eta.attempts.model import AttemptModel, FittedAttempts, Stage, fit, log_loss
from core.eta.attempts.records import Planned, Tried, joined, nobody_tried, packed, unpacked
from core.eta.learned.manifest import ModelUnreadable
from core.eta.learned.training import split_of_days
from core.eta.learned.trees import Shape, Trees
from tests.eta.attempts.doorbells import (
    EVENING,
    EVENINGS_OUT,
    FIRST_DAY,
    MORNING,
    NEVER_IN,
    a_visit,
    some_days,
)

SMALL = Shape(rounds=40, max_depth=3)


def fitted(tried: Tried, days: int) -> FittedAttempts:
    return fit(tried, split_of_days(FIRST_DAY, FIRST_DAY + days), seed=1, shape=SMALL)


@pytest.fixture(scope="module")
def tried() -> Tried:
    return some_days()


@pytest.fixture(scope="module")
def learned(tried: Tried) -> FittedAttempts:
    return fitted(tried, 60)


def test_no_outcome_is_among_what_is_known_before():
    assert "failed" not in {f.name for f in fields(Planned)}


def test_without_history_there_is_a_base_rate_that_says_so():
    made = fitted(nobody_tried(), 0)
    assert made.model.sentence == "base rate, no history yet"
    chances = made.model.chances(a_visit(1, FIRST_DAY))
    np.testing.assert_allclose(chances.by_slot, np.full((1, SLOTS), 0.04))
    assert chances.visits.tolist() == [0]


def test_a_single_day_tells_nobody_apart():
    made = fitted(some_days(days=1), 1)
    assert made.model.stage is Stage.BASE
    assert "customers are not told apart yet" in made.model.sentence
    one, other = (made.model.chances(a_visit(c, FIRST_DAY + 1)).by_slot for c in (1, NEVER_IN))
    np.testing.assert_array_equal(one, other)


def test_of_the_stages_that_beat_the_base_rate_the_best_is_used(learned: FittedAttempts):
    assert learned.log_loss[learned.model.stage] == min(learned.log_loss.values())
    assert learned.log_loss[Stage.TABLE] < learned.log_loss[Stage.BASE]
    assert set(learned.log_loss) == set(Stage)


def test_who_is_never_in_is_known_and_who_is_out_in_the_evening_too(learned: FittedAttempts):
    day = FIRST_DAY + 60
    for model in (learned.model, AttemptModel(Stage.TABLE, learned.model.past)):
        never = model.chances(a_visit(NEVER_IN, day))
        stranger = model.chances(a_visit(5_000, day)).by_slot[0, MORNING]
        assert 0.01 < stranger < 0.15
        assert never.by_slot[0, MORNING] > 5 * stranger
        assert never.visits[0] > 10
        evenings = model.chances(a_visit(EVENINGS_OUT, day)).by_slot[0]
        assert evenings[EVENING] > evenings[MORNING]
    assert evenings[EVENING] > 2 * evenings[MORNING]


def test_no_outcome_of_the_day_or_a_later_one_moves_a_feature(tried: Tried):
    day = FIRST_DAY + 30
    until = tried.planned.day <= day
    changed = Tried(tried.planned, np.where(tried.planned.day >= day, ~tried.failed, tried.failed))
    everything = np.ones(len(tried), dtype=np.bool_)
    ours, theirs = (History(t).known(everything) for t in (tried, changed))
    np.testing.assert_array_equal(ours.matrix[until], theirs.matrix[until])
    np.testing.assert_array_equal(ours.table[until], theirs.table[until])
    assert not np.array_equal(ours.matrix[~until], theirs.matrix[~until])


def test_attempts_of_the_day_itself_move_no_chance(learned: FittedAttempts, tried: Tried):
    day = FIRST_DAY + 40
    model = AttemptModel(Stage.TABLE, tried)
    earlier = AttemptModel(Stage.TABLE, tried.before(day))
    asked = a_visit(NEVER_IN, day)
    np.testing.assert_array_equal(model.chances(asked).by_slot, earlier.chances(asked).by_slot)


def test_asking_for_a_part_of_the_day_is_having_the_visit_there(tried: Tried):
    day = FIRST_DAY + 60
    model = AttemptModel(Stage.TABLE, tried)
    morning = model.chances(a_visit(EVENINGS_OUT, day, MORNING)).by_slot
    evening = model.chances(a_visit(EVENINGS_OUT, day, EVENING)).by_slot
    np.testing.assert_array_equal(morning, evening)


def test_equal_attempts_in_another_order_make_equal_bytes(tmp_path: Path, tried: Tried):
    shuffled = tried.take(np.random.default_rng(5).permutation(len(tried)))
    first, second = fitted(tried, 60), fitted(shuffled, 60)
    assert write_attempts(tmp_path, first) == write_attempts(tmp_path, second)


def test_a_model_on_disk_is_the_one_that_was_written(tmp_path: Path, learned: FittedAttempts):
    said, digests = write_attempts(tmp_path, learned)
    again = read_attempts(tmp_path, {"attempts": said, "files": digests})
    asked = a_visit(NEVER_IN, FIRST_DAY + 60)
    np.testing.assert_array_equal(
        again.chances(asked).by_slot, learned.model.chances(asked).by_slot
    )
    assert (said["stage"], said["features"]) == (learned.model.stage.value, list(NAMES))


def test_a_model_from_before_there_were_attempts_knows_the_base_rate(tmp_path: Path):
    assert read_attempts(tmp_path, {"files": {}}).sentence == "base rate, no history yet"


@pytest.mark.parametrize("file", [ATTEMPTS, TREES])
def test_a_damaged_file_is_refused_by_its_name(
    tmp_path: Path, learned: FittedAttempts, tried: Tried, file: str
):
    forest = learned.model.trees
    if forest is None:
        pytest.fail("the fixture is meant to need trees")
    said, digests = write_attempts(tmp_path, learned)
    (tmp_path / file).write_bytes(b"garbage")
    with pytest.raises(ModelUnreadable, match=f"{file} was changed"):
        read_attempts(tmp_path, {"attempts": said, "files": digests})
    (tmp_path / file).unlink()
    with pytest.raises(ModelUnreadable, match=f"lacks {file}"):
        read_attempts(tmp_path, {"attempts": said, "files": digests})


def test_a_manifest_without_its_parts_or_with_other_features_is_refused(
    tmp_path: Path, learned: FittedAttempts
):
    said, digests = write_attempts(tmp_path, learned)
    with pytest.raises(ModelUnreadable, match="lacks a part: 'stage'"):
        read_attempts(tmp_path, {"attempts": {}, "files": digests})
    with pytest.raises(ModelUnreadable, match="other features"):
        read_attempts(tmp_path, {"attempts": {**said, "features": ["x"]}, "files": digests})
    with pytest.raises(ModelUnreadable, match="other features"):
        read_attempts(tmp_path, {"attempts": {**said, "slots": 24}, "files": digests})


def test_a_missing_column_is_refused_by_its_name(tried: Tried):
    columns = dict(np.load(BytesIO(packed(tried))))
    del columns["customer"]
    buffer = BytesIO()
    np.savez(buffer, **columns)
    with pytest.raises(Refused, match="attempts lack column 'customer'"):
        unpacked(buffer.getvalue())
    columns["customer"] = np.full(len(tried), np.nan)
    buffer = BytesIO()
    np.savez(buffer, **columns)
    with pytest.raises(Refused, match="'customer' does not hold whole numbers"):
        unpacked(buffer.getvalue())
    with pytest.raises(Refused, match="not readable"):
        unpacked(b"garbage")


def test_an_hour_that_no_day_has_is_refused():
    with pytest.raises(Refused, match="no day has"):
        a_visit(1, FIRST_DAY, SLOTS)


def test_trees_that_answer_with_no_number_leave_it_to_the_table(learned: FittedAttempts):
    class Nonsense:
        """A forest whose leaves hold no number."""

        def predict(self, rows: Any) -> NDArray[np.float64]:
            return np.full(int(rows.num_row()), np.nan)

    asked = a_visit(NEVER_IN, FIRST_DAY + 60)
    broken = replace(learned.model, stage=Stage.TREES, trees=Trees(Nonsense()))
    table = AttemptModel(Stage.TABLE, learned.model.past)
    np.testing.assert_array_equal(broken.chances(asked).by_slot, table.chances(asked).by_slot)


def test_visits_of_two_days_are_asked_for_one_by_one(learned: FittedAttempts):
    both = joined(Tried(a_visit(1, FIRST_DAY), np.array([False])), a_visit(1, FIRST_DAY + 1))
    with pytest.raises(ValueError, match="one by one"):
        learned.model.chances(both.planned)


def test_nothing_is_surer_than_the_bounds():
    assert np.isfinite(log_loss(np.array([0.0, 1.0]), np.array([True, False])))
