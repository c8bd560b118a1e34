"""Distances and paces learned from what was driven, shrunk by how much that was."""

import numpy as np
import pytest

from core.eta.learned.distances import LEAST_M, speed_factors, zone_distances
from core.eta.learned.pace import BELIEVED_AT, Effect, groups, pace_table
from core.travel.estimate import SECONDS_FACTOR, SECONDS_POWER


def codes(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_zones_that_nobody_drove_between_are_as_far_as_the_way_over_others():
    found = zone_distances(codes(0, 1), codes(1, 2), np.array([1_000.0, 2_000.0]), 4)
    assert found is not None
    metres = np.exp(found.log_m)
    assert metres[0, 2] == pytest.approx(3_000, rel=0.01)
    assert metres[2, 0] == pytest.approx(metres[0, 2], rel=0.01)
    assert metres[3, 0] == pytest.approx(np.sqrt(1_000 * 2_000), rel=0.01), "the mean"
    assert np.all(metres >= LEAST_M)


def test_many_legs_of_a_pair_outweigh_the_way_back():
    there, back = [4_000.0] * 50, [1_000.0]
    start, end = codes(*[0] * 50, 1), codes(*[1] * 50, 0)
    found = zone_distances(start, end, np.array(there + back), 2)
    assert found is not None
    metres = np.exp(found.log_m)
    assert metres[0, 1] > 3_800
    assert 1_000 < metres[1, 0] < metres[0, 1]


def test_the_formula_is_that_of_the_estimate():
    found = zone_distances(codes(0), codes(1), np.array([5_000.0]), 2)
    assert found is not None
    noon = codes(12 * 3600)
    seconds = found.formula_s(codes(0), codes(1), noon)
    expected = SECONDS_FACTOR * np.exp(found.log_m[0, 1]) ** SECONDS_POWER
    assert seconds == pytest.approx(expected / speed_factors(noon)[0])
    assert speed_factors(codes(5 * 3600))[0] > speed_factors(codes(8 * 3600))[0]


def test_no_distance_is_learned_from_nothing():
    assert zone_distances(codes(), codes(), np.array([]), 3) is None


@pytest.mark.parametrize("legs", [1, 10, 1_000])
def test_a_slow_zone_is_believed_by_how_many_legs_left_it(legs: int):
    start, end = codes(*[0] * legs, *[1] * 1_000), codes(*[1] * legs, *[0] * 1_000)
    hour, weekday = np.full(len(start), 12), np.zeros(len(start), dtype=np.int64)
    of = groups(start, end, start, hour, weekday, 3, 3)
    ratio = np.where(start == 0, 0.5, 0.0)
    table = pace_table(ratio, np.ones(len(start), dtype=np.int64), of)
    told = table.log_ratio(of)[0]
    assert 0 < told < 0.5
    if legs == 1_000:
        assert told == pytest.approx(0.5, abs=0.02)
    # What nobody saw has the pace of all, whatever zones showed.
    unseen = groups(codes(2), codes(2), codes(2), codes(3), codes(0), 3, 3)
    assert table.log_ratio(unseen)[0] == pytest.approx(table.overall)


def test_every_effect_has_its_own_number_of_legs_to_be_believed():
    assert len(BELIEVED_AT) == len(Effect)
