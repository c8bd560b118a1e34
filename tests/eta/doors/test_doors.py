"""Service times: the depot's figure until doors showed something, and nothing from later days."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import Refused
from core.eta.doors.history import DoorHistory, SeenDoors
from core.eta.doors.model import fit, forecast
from core.eta.doors.records import DoorsAsked, Served
from core.eta.learned.leg_model import Stage
from core.eta.learned.training import Split
from tests.eta.doors.street import FIRST_DAY, PLANNED_S, asked, some_days, with_rows

LATER = FIRST_DAY + 20


def same(one: SeenDoors, other: SeenDoors) -> None:
    for name in SeenDoors.__slots__:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def nothing() -> Served:
    return some_days(days=1).take(np.array([], dtype=np.int64))


def ratio(history: DoorHistory, wanted: DoorsAsked) -> float:
    return float(np.exp(history.features(wanted).table_ratio[0]))


def test_without_history_a_service_takes_what_the_depot_says():
    history = DoorHistory(nothing())
    fitted = fit(history, Split(FIRST_DAY, LATER))
    assert (fitted.model.stage, fitted.held) == (Stage.FORMULA, 0)
    assert fitted.model.stage.sentence == "formula, no history yet"
    low, mid, high = forecast(fitted.model, history, asked()).seconds()
    assert mid[0] == pytest.approx(PLANNED_S)
    assert low[0] < PLANNED_S < high[0]
    assert fitted.model.mean_s(history.features(asked()))[0] == pytest.approx(PLANNED_S)


def test_slow_doors_slow_drivers_and_stairs_are_told_apart():
    history = DoorHistory(some_days())
    plain = ratio(history, asked(LATER, door=5))
    assert ratio(history, asked(LATER, door=5, driver=3)) > 1.3 * plain
    assert ratio(history, asked(LATER, door=7, floor=2)) > 1.6 * plain
    assert ratio(history, asked(LATER, door=99, floor=4)) > 1.15 * ratio(
        history, asked(LATER, door=99)
    )


def test_one_slow_service_of_a_door_is_not_believed_whole():
    days = some_days()
    slow = Served(asked(LATER - 1, door=99), asked(LATER - 1).start_s, np.array([PLANNED_S * 8]))
    before = ratio(DoorHistory(days), asked(LATER, door=99))
    after = ratio(DoorHistory(with_rows(days, slow)), asked(LATER, door=99))
    assert before * 1.2 < after < before * 4


def test_no_later_service_moves_what_was_known():
    days = some_days()
    wanted = days.asked.take(np.flatnonzero(days.asked.day == FIRST_DAY + 12))
    known = DoorHistory(days).features(wanted)
    changed = Served(
        days.asked,
        days.began_s,
        np.where(days.asked.day >= FIRST_DAY + 12, days.seconds * 9, days.seconds),
    )
    same(DoorHistory(changed).features(wanted), known)
    same(DoorHistory(days.take(days.asked.day < FIRST_DAY + 12)).features(wanted), known)


def test_the_table_answers_once_it_did_better_and_its_tails_hold():
    days = some_days(days=40)
    history = DoorHistory(days)
    fitted = fit(history, Split(FIRST_DAY + 15, FIRST_DAY + 30))
    assert fitted.model.stage is Stage.TABLE
    assert fitted.mae_s[Stage.TABLE] < 0.9 * fitted.mae_s[Stage.FORMULA]
    test = history.served.take(np.flatnonzero(history.served.asked.day >= FIRST_DAY + 30))
    low, _, high = forecast(fitted.model, history, test.asked).seconds()
    assert np.mean(test.seconds < low) == pytest.approx(0.1, abs=0.03)
    assert np.mean(test.seconds > high) == pytest.approx(0.1, abs=0.03)
    mean = fitted.model.mean_s(history.features(test.asked))
    assert mean.sum() == pytest.approx(test.seconds.sum(), rel=0.03)


def test_rows_in_another_order_give_the_same_forecast():
    days = some_days()
    shuffled = days.take(np.random.default_rng(1).permutation(len(days)))
    wanted = asked(LATER, door=7)
    same(DoorHistory(days).features(wanted), DoorHistory(shuffled).features(wanted))


def test_scans_that_are_no_service_teach_nothing():
    days, wanted = some_days(), asked(LATER, door=5)
    known = DoorHistory(days).features(wanted)
    for wrong in (np.nan, -60.0, 0.0, np.inf, 40_000.0):
        bad = Served(asked(LATER - 1, door=5), asked(LATER - 1).start_s, np.array([wrong]))
        same(DoorHistory(with_rows(days, bad)).features(wanted), known)


def test_a_service_planned_with_nothing_and_an_unknown_access_are_refused():
    with pytest.raises(Refused, match="formula of zero"):
        replace(asked(), formula_s=np.array([0.0]))
    with pytest.raises(Refused, match="none of the known"):
        replace(asked(), access=np.array([9]))
