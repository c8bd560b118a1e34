"""What is refused at a glance would be refused by the exact walk too, and little else gets by."""

import numpy as np
import pytest

from core.routing.build import morning
from core.routing.pace import Pace
from core.routing.problem import Problem, Sequences
from core.routing.room import Rooms
from core.routing.start import closest, insert_all, likely, places
from core.routing.walk import of_slot
from core.routing.ways import absent
from core.travel.estimate import EstimateTravel
from evals.bench.rich import a_rich_day
from tests.routing.test_kernel import a_problem


def a_rich_problem(seed: int) -> Problem:
    """Zones, hours, reloads, ranges, limits, territories, and each leg at its own hour."""
    return morning(a_rich_day(150, 10, seed), EstimateTravel("UTC"))


def begun(problem: Problem) -> Sequences:
    """Return rows with two thirds of the orders in them."""
    some = [t for t in problem.owed if t % 3]
    return insert_all(problem, [() for _ in problem.slots], some)[0]


@pytest.mark.parametrize("seed", range(3))
def test_no_place_is_refused_that_the_exact_walk_allows(seed: int):
    for problem in (a_problem(seed), a_rich_problem(seed)):
        rows, rooms = begun(problem), Rooms(problem)
        allowed = passed = 0
        for task in absent(problem, rows)[::3]:
            for slot, row in enumerate(rows):
                if not problem.fits_features(slot, task) or (problem.pickup[slot, task] >= 0):
                    continue
                tried = places(problem, slot, row, task)
                fits = of_slot(problem, slot, tried).feasible
                kept = set(likely(rooms, slot, row, task))
                assert {tried[i] for i in np.nonzero(fits)[0]} <= kept
                allowed, passed = allowed + int(fits.sum()), passed + len(kept)
        assert 0 < allowed <= passed


def test_with_windows_loads_and_rests_alone_exactly_the_right_places_are_left():
    problem = a_problem(1)
    rows, rooms = begun(problem), Rooms(problem)
    for task in absent(problem, rows):
        for slot in (2, 3):
            if problem.fits_features(slot, task):
                tried = places(problem, slot, rows[slot], task)
                fits = of_slot(problem, slot, tried).feasible.tolist()
                assert rooms.may(slot, rows[slot], task).tolist() == fits


def test_where_nothing_fits_the_nearest_place_is_the_one_that_breaks_least():
    problem = a_problem(2)
    rows, rooms = begun(problem), Rooms(problem)
    rows, left = insert_all(problem, rows, absent(problem, rows))
    assert left
    for task in left:
        for slot in (2, 3):
            if not problem.fits_features(slot, task):
                continue
            (row,) = closest(rooms, slot, rows[slot], task)
            tried = of_slot(problem, slot, places(problem, slot, rows[slot], task))
            walked = of_slot(problem, slot, [row])
            both = np.maximum(walked.shift_over_s, walked.window_over_s)[0]
            assert both <= np.maximum(tried.shift_over_s, tried.window_over_s).min()


def test_a_pace_by_which_others_overtake_leaves_every_place_to_the_exact_walk():
    problem = a_rich_problem(1)
    falls = np.array([3_000_000, 1_000_000, 1_000_000], dtype=np.int64)
    object.__setattr__(problem, "pace", Pace(falls))
    rooms = Rooms(problem)
    assert rooms.room(0, ()) is None
    assert rooms.may(0, (), problem.owed[0]).all()
    assert Pace(falls).steepest == 2_000_000
    assert [Pace(falls).one_lasts(100, at) for at in (-5, 0, 1, 9)] == [300, 300, 100, 100]
