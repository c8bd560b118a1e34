"""What is seen of a leg was known before it: no later leg moves a feature."""

from dataclasses import fields, replace

import numpy as np
import pytest

from core.errors import Refused
from core.eta.learned.history import FEATURES, History
from core.eta.learned.records import DAY_S, Asked, Driven, usual_days
from tests.eta.learned.town import FIRST_DAY, a_history, a_leg, joined

NOON = (FIRST_DAY + 6) * DAY_S + 12 * 3600


def column(name: str) -> int:
    return FEATURES.index(name)


def test_no_outcome_is_among_what_is_asked():
    assert {f.name for f in fields(Asked)} == {
        "start_s",
        "from_zone",
        "to_zone",
        "kind",
        "formula_s",
    }


@pytest.mark.parametrize("late_s", [0, 1, 3_600, DAY_S])
def test_a_changed_future_leg_moves_no_feature(late_s: int):
    driven = a_history()
    earlier = driven.asked.take(driven.asked.start_s <= NOON)
    before = History(driven).features(earlier)
    # It finishes at the very instant that the last of them starts, or later.
    changed = joined(driven, a_leg(NOON - 900 + late_s, 900, source=1, goal=99))
    after = History(changed).features(earlier)
    np.testing.assert_array_equal(before.matrix, after.matrix)
    np.testing.assert_array_equal(before.log_formula, after.log_formula)


def test_every_later_outcome_may_change_and_no_feature_does():
    driven = a_history()
    earlier = driven.asked.take(driven.asked.start_s <= NOON)
    before = History(driven).features(earlier).matrix
    seconds = np.where(driven.finish_s >= NOON, driven.seconds * 3, driven.seconds)
    longer = type(driven)(driven.asked, seconds, driven.metres * 1.0)
    np.testing.assert_array_equal(before, History(longer).features(earlier).matrix)


def test_a_leg_that_ended_a_minute_ago_moves_the_last_hour_but_no_table():
    driven = a_history()
    asked = a_leg(NOON, 600).asked
    before = History(driven).features(asked).matrix[0]
    slow = a_leg(NOON - 3_000, 2_940)
    after = History(joined(driven, slow)).features(asked).matrix[0]
    moved = {FEATURES[i] for i in np.flatnonzero(before != after)}
    assert {"last_60_min_ratio", "last_60_min_legs", "from_120_min_ratio"} <= moved
    assert all("120_min" in name or "60_min" in name for name in moved)
    assert after[column("last_60_min_ratio")] > before[column("last_60_min_ratio")]


def test_a_leg_over_midnight_is_known_to_the_day_after_its_end():
    driven = a_history()
    midnight = (FIRST_DAY + 6) * DAY_S
    over = a_leg(midnight - 600, 1_800, source=3, goal=7)
    history = History(joined(driven, over))
    at = {day: a_leg(midnight + day * DAY_S + 9 * 3600, 600, 3, 7).asked for day in (0, 1)}
    plain = History(driven)
    pair = column("pair_legs")
    assert history.features(at[0]).matrix[0, pair] == plain.features(at[0]).matrix[0, pair]
    assert history.features(at[1]).matrix[0, pair] > plain.features(at[1]).matrix[0, pair]


def test_a_group_is_believed_more_the_more_legs_it_has():
    few, many = a_history(days=3), a_history(days=20)
    ratios: list[float] = []
    for driven in (few, many):
        until = int(driven.asked.day.max()) + 1
        asked = a_leg(until * DAY_S + 13 * 3600, 600, source=1, goal=5).asked
        ratios.append(float(History(driven).features(asked).matrix[0, column("from_ratio")]))
    assert 0.02 < ratios[0] < ratios[1]


def test_an_unknown_zone_has_a_formula_and_says_that_nobody_drove_there():
    seen = History(a_history()).features(a_leg(NOON, 600, source=77, goal=88).asked)
    assert seen.known.all()
    assert seen.matrix[0, column("pair_legs")] == 0
    assert seen.matrix[0, column("from_legs")] == 0


def test_the_first_day_has_no_formula_unless_a_provider_gives_one():
    driven = a_history(days=1)
    history = History(driven)
    assert not history.features(driven.asked).known.any()
    asked = driven.asked
    given = Asked(
        asked.start_s, asked.from_zone, asked.to_zone, asked.kind, np.full(len(asked), 500.0)
    )
    seen = history.features(given)
    assert seen.log_formula == pytest.approx(np.log(500.0))
    assert not seen.table_ratio.any()


def test_legs_without_any_distance_are_learned_from_their_times():
    driven = a_history()
    nobody = Driven(driven.asked, driven.seconds, np.full(len(driven), np.nan))
    later = driven.asked.take(driven.asked.day == FIRST_DAY + 9)
    seen = History(nobody).features(later)
    assert seen.known.all()
    actual = driven.seconds[driven.asked.day == FIRST_DAY + 9]
    told = np.exp(seen.log_formula + seen.table_ratio)
    assert np.abs(told - actual).mean() < 0.8 * np.abs(np.median(actual) - actual).mean()


def test_more_zones_than_can_be_held_are_refused():
    driven = a_history(days=20)
    zones = np.arange(len(driven), dtype=np.int64)
    asked = replace(driven.asked, from_zone=zones)
    with pytest.raises(Refused, match="join them to districts"):
        History(Driven(asked, driven.seconds, driven.metres))


def test_stray_dates_at_the_ends_are_left_out():
    day = np.concatenate([np.repeat(np.arange(100, 130), 50), [3, 4, 90, 140]])
    shorter = np.concatenate([np.repeat(np.arange(100, 130), 500), [3, 4, 90, 140]])
    assert usual_days(shorter) == (100, 129)
    assert usual_days(day) == (3, 140), "one leg is a fiftieth of a usual day here: kept"
