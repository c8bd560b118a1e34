"""Tails of arrivals by whole routes: what they hold on routes nobody calibrated on."""

import numpy as np
import pytest

from core.errors import Refused
from core.eta.underway.by_route import (
    ASSUMED,
    BUCKETS,
    LEVELS,
    NORMAL,
    Residuals,
    Tails,
    ahead_of,
    bucket_of,
    tails,
)


def a_route(rng: np.random.Generator, day: int, rows: int = 50) -> Residuals:
    """Return a route whose stops are late together, by more than their spread says."""
    off = rng.normal(0, 2) + rng.normal(0, 0.3, rows)
    return Residuals(day, np.full(rows, 3, dtype=np.int64), off)


def test_buckets_of_stops_ahead():
    assert list(ahead_of(np.array([1, 2, 5, 6, 20, 21, 149]))) == [0, 1, 1, 2, 2, 3, 3]
    assert list(bucket_of(0, np.array([1, 21]))) == [4, 7]
    assert list(bucket_of(9, np.array([1, 21]))) == [0, 3]


def test_with_few_routes_tails_are_those_of_a_bell_curve():
    rng = np.random.default_rng(1)
    assert tails([a_route(rng, 0) for _ in range(29)], day=1) == ASSUMED
    assert ASSUMED.routes == 0


def test_new_routes_lie_inside_as_often_as_promised():
    rng = np.random.default_rng(2)
    found = tails([a_route(rng, d % 20) for d in range(400)], day=20)
    fresh = np.concatenate([a_route(rng, 20).off for _ in range(1_000)])
    low, high = found.at[3][LEVELS.index(0.1)], found.at[3][LEVELS.index(0.9)]
    assert np.mean(fresh < low) == pytest.approx(0.1, abs=0.03)
    assert np.mean(fresh > high) == pytest.approx(0.1, abs=0.03)


def test_a_route_of_many_rows_weighs_like_one_of_few():
    rng = np.random.default_rng(3)
    few = [a_route(rng, 0) for _ in range(60)]
    long = [Residuals(r.day, np.repeat(r.bucket, 40), np.repeat(r.off, 40)) for r in few[:30]]
    assert tails([*long, *few[30:]], day=1) == tails(few, day=1)


def test_only_routes_of_earlier_days_inside_the_window_speak():
    rng = np.random.default_rng(4)
    past = [a_route(rng, d) for d in range(10) for _ in range(5)]
    later = [Residuals(d, r.bucket, r.off + 99) for d in (10, 11) for r in past]
    older = [Residuals(-60, r.bucket, r.off - 99) for r in past]
    assert tails([*older, *past, *later], day=10) == tails(past, day=10)


def test_a_bucket_no_route_was_seen_in_keeps_the_bell_curve():
    rng = np.random.default_rng(5)
    found = tails([a_route(rng, 0) for _ in range(40)], day=1)
    assert [row == NORMAL for row in found.at] == [True, True, True, False, *[True] * 4]


def test_quantiles_never_cross():
    rng = np.random.default_rng(6)
    found = tails([a_route(rng, 0) for _ in range(40)], day=1)
    seconds = found.quantiles(np.full(8, 1e4), np.full(8, 60.0), np.arange(BUCKETS))
    assert np.all(np.diff(seconds, axis=1) >= 0)


@pytest.mark.parametrize("row", [(0.0,) * 4, (0.0, 1.0, 0.5, 2.0, 3.0), (0.0, 0, 0, 0, np.nan)])
def test_a_calibration_that_is_none_is_refused(row: tuple[float, ...]):
    with pytest.raises(Refused, match="calibration of arrivals"):
        Tails((row,) * BUCKETS, 40)
