"""Travel times without a road graph."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.place import Area, Point
from core.travel.estimate import EstimateTravel
from core.travel.lookup import beside, matrix_lookup
from core.travel.profile import DEFAULT, HourProfile, speed_factor, stretch
from core.travel.protocol import SlowArea
from tests.builders import DEPOT, EIGHT, east, minute

TRAVEL = EstimateTravel("UTC")
PLACES = st.builds(east, st.integers(-9000, 9000), st.integers(-9000, 9000))


def test_the_power_law_gives_the_published_seconds_at_the_hour_factor():
    matrix = TRAVEL.matrix([DEPOT, east(1000)], EIGHT)
    metres = 42.7 + 1.472 * 1000
    assert matrix.metres[0, 1] == pytest.approx(metres, abs=5)
    assert matrix.seconds[0, 1] == pytest.approx(2.266 * metres**0.649 / 0.93, abs=2)


def test_the_same_door_costs_nothing():
    matrix = TRAVEL.matrix([DEPOT, DEPOT], EIGHT)
    assert not matrix.seconds.any()
    assert not matrix.metres.any()


def test_the_hour_profile_is_met_at_its_hours_and_lies_between_elsewhere():
    assert [DEFAULT.speed_factor(h) for h in (5, 8, 12, 15, 18, 21)] == [
        1.50, 0.93, 0.99, 0.89, 0.97, 1.13,
    ]  # fmt: skip
    assert DEFAULT.speed_factor(10) == pytest.approx(0.96)
    assert DEFAULT.speed_factor(1) == pytest.approx((1.13 + 1.50) / 2)


def test_the_profile_follows_the_wall_clock_of_its_zone():
    assert speed_factor(EIGHT, ZoneInfo("Europe/Helsinki")) == DEFAULT.speed_factor(10)
    assert stretch(TRAVEL, EIGHT, minute(240)) == pytest.approx(0.93 / 0.99)


@pytest.mark.parametrize("points", [(), ((9, 1.0), (8, 1.0)), ((8, 0.0),), ((24, 1.0),)])
def test_a_profile_that_makes_no_sense_is_refused(points: tuple[tuple[int, float], ...]):
    with pytest.raises(ValueError, match=r"profile|factor"):
        HourProfile(points, "nowhere")


def test_a_slow_disc_slows_the_lines_through_it_and_no_others():
    slow = TRAVEL.slowed([SlowArea(Area(east(500), 200), 20)])
    points = [DEPOT, east(1000), east(0, north=3000)]
    before, after = TRAVEL.matrix(points, EIGHT).seconds, slow.matrix(points, EIGHT).seconds
    assert after[0, 1] == pytest.approx(before[0, 1] * (1 + 0.4 * 4), rel=0.02)
    assert after[0, 2] == before[0, 2]
    assert (slow.slowed(()).matrix(points, EIGHT).seconds == before).all()


@given(st.lists(PLACES, min_size=2, max_size=8), PLACES, st.integers(0, 150), st.integers(50, 3000))
def test_slowing_never_makes_anything_faster(
    points: list[Point], centre: Point, speed_pct: int, radius_m: int
):
    slow = TRAVEL.slowed([SlowArea(Area(centre, radius_m), speed_pct)])
    assert (slow.matrix(points, EIGHT).seconds >= TRAVEL.matrix(points, EIGHT).seconds).all()


@given(st.lists(PLACES, min_size=2, max_size=6), PLACES)
def test_a_lookup_answers_as_the_matrix_does_also_for_a_point_it_did_not_know(
    points: list[Point], stranger: Point
):
    lookup = matrix_lookup(TRAVEL, points, EIGHT)
    matrix = TRAVEL.matrix([*points, stranger], EIGHT)
    for i, start in enumerate(points):
        for j, end in enumerate([*points, stranger]):
            assert lookup(start, end) == (matrix.seconds[i, j], matrix.metres[i, j])


def test_nine_hundred_points_are_answered_whole():
    points = [east(20 * i, north=(i * 37) % 900) for i in range(900)]
    matrix = TRAVEL.matrix(points, EIGHT)
    assert matrix.seconds.shape == (900, 900)
    assert matrix.seconds.dtype == np.int64


def test_beside_one_place_the_answers_are_those_of_the_whole_matrix():
    points = [east(400 * n, 150 * (n % 5)) for n in range(30)]
    slow = TRAVEL.slowed([SlowArea(Area(east(3000), 900), 25)])
    whole = slow.matrix((east(5000, 700), *points), minute(60))
    found = beside(slow, east(5000, 700), points, minute(60))
    assert found.there_s.tolist() == whole.seconds[1:, 0].tolist()
    assert found.there_m.tolist() == whole.metres[1:, 0].tolist()
    assert found.back_s.tolist() == whole.seconds[0, 1:].tolist()
    assert found.back_m.tolist() == whole.metres[0, 1:].tolist()
