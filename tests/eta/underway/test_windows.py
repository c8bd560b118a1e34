"""Customer windows: told once, and again only when the first word is more likely wrong."""

import numpy as np
import pytest

from core.eta.underway.route import Floats
from core.eta.underway.windows import LEAD_S, SILENCE_S, Windows, renewed, windows

NOON = 12 * 3600.0


def about(arrive_s: float, half_s: float = 1_200) -> Floats:
    """Return the quantiles of one arrival."""
    return arrive_s + half_s * np.array([[-1.0, -0.8, 0.0, 0.8, 1.0]])


def told_at(told: Windows) -> list[float]:
    return [float(told.opens_s[0]), float(told.closes_s[0]), float(told.told_s[0])]


def test_a_window_reaches_from_full_five_minutes_to_full_five_minutes():
    told = windows(about(NOON + 3_661), NOON)
    assert told_at(told) == [NOON + 2_400, NOON + 5_100, NOON]


def test_a_window_never_opens_in_the_past_and_is_never_empty():
    told = windows(about(NOON - 7_200), NOON)
    assert told_at(told)[:2] == [NOON, NOON + 300]


def test_small_moves_are_kept_to_oneself():
    told = windows(about(NOON + 9_000), NOON)
    for drift in (-1_100, -300, 300, 1_100):
        kept, again = renewed(told, about(NOON + 9_000 + drift, 600), NOON + SILENCE_S)
        assert not again.any()
        assert told_at(kept) == told_at(told)


def test_a_window_more_likely_missed_than_kept_is_told_anew():
    told = windows(about(NOON + 9_000), NOON)
    kept, again = renewed(told, about(NOON + 11_500, 600), NOON + SILENCE_S)
    assert again.all()
    assert kept.hold(np.array([NOON + 11_500])).all()


def test_nobody_hears_twice_in_a_short_time():
    told = windows(about(NOON + 9_000), NOON)
    _, again = renewed(told, about(NOON + 20_000), NOON + SILENCE_S - 1)
    assert not again.any()


def test_nobody_hears_when_it_is_too_late_to_make_use_of_it():
    told = windows(about(NOON + 9_000, 600), NOON)
    now = NOON + 12_000
    for ahead, heard in ((LEAD_S - 1, False), (LEAD_S, True)):
        assert renewed(told, about(now + ahead, 600), now)[1].tolist() == [heard]


def test_a_window_without_a_time_is_refused():
    with pytest.raises(ValueError, match="has no time"):
        windows(np.full((1, 5), np.nan), NOON)
