"""Who forecasts a day: its own ledger says so, and a vehicle's own stops say at what pace."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from core.domain.day import Day, Incident
from core.domain.fact import ForecasterChosen
from core.domain.ids import IncidentId, StopId, VehicleId
from core.domain.place import Area
from core.domain.plan import Progress
from core.domain.trip import Passed, Trip
from core.eta.forecast import forecast
from core.eta.learned.leg_model import Stage
from core.eta.life.answering import DayAnswers
from core.eta.noise import Noise
from core.eta.paths import PathTimes, simulate
from core.travel.estimate import EstimateTravel
from tests.builders import DEPOT, a_day, a_driver, a_route, a_vehicle, an_order, east, minute
from tests.eta.life.slow_roads import a_model, answers

TRAVEL = EstimateTravel("UTC")
VAN = VehicleId("V1")
STOPS, DONE = 12, 6
CHOSEN = ForecasterChosen("abc", "abc-files", "legs: table")
NOW = 70


def a_round(chosen: ForecasterChosen | None = CHOSEN) -> Day:
    """Return a van half through twelve doors in a row, 700 m apart, driving since minute 60."""
    orders = [an_order(f"o{i:02d}", east(700 * (i + 1))) for i in range(STOPS)]
    route = a_route("V1", orders, done=DONE, progress=Progress.DRIVING, since_min=NOW)
    day = a_day(orders, [a_vehicle("V1")], [a_driver("V1")], [route], now_min=NOW)
    return replace(day, forecaster=chosen)


def showed(day: Day, road: float, door: float) -> Day:
    """Return the day with six stops behind the van that took so much longer than said."""
    at, here, passed = minute(0), DEPOT, list[Passed]()
    for stop in day.routes[VAN].stops[:DONE]:
        leg_s = int(TRAVEL.matrix([here, stop.point], at).seconds[0, 1])
        reached = at + timedelta(seconds=round(leg_s * road))
        ended = reached + timedelta(seconds=round(stop.service_s * door))
        passed.append(
            Passed(
                stop.stop_id,
                stop.order_id,
                here,
                stop.point,
                at,
                reached,
                ended,
                stop.service_s,
            )
        )
        at, here = ended, stop.point
    return replace(day, trips={VAN: Trip(minute(0), here, at, None, tuple(passed))})


def last_min(day: Day, by: DayAnswers | None) -> float:
    """Return the minutes until the last door by the plain walk along the route."""
    ahead = forecast(day, VAN, TRAVEL, minute(NOW), answers=by)
    return (ahead.times[-1].arrive_at - minute(NOW)).total_seconds() / 60


def paths(day: Day, by: DayAnswers | None, seed: int = 3) -> PathTimes:
    plans = {v: r.remaining for v, r in day.routes.items()}
    return simulate(day, plans, TRAVEL, minute(NOW), Noise(seed, 256), answers=by)


LAST = StopId(f"deliver:o{STOPS - 1:02d}")


@pytest.fixture
def slow(tmp_path: Path) -> DayAnswers:
    return answers(tmp_path, TRAVEL, a_model())


def test_a_day_that_nobody_told_of_a_model_is_forecast_by_the_formula(slow: DayAnswers):
    day = showed(a_round(None), 2.0, 2.0)
    assert slow.foreseen(day) is None
    assert last_min(day, slow) == last_min(day, None)
    np.testing.assert_array_equal(paths(day, slow).start_s[LAST], paths(day, None).start_s[LAST])


def test_a_model_in_force_moves_the_walk_and_every_path(slow: DayAnswers):
    day = a_round()
    foreseen = slow.foreseen(day)
    assert foreseen is not None
    assert (foreseen.model_id, foreseen.learned) == ("abc", True)
    assert last_min(day, slow) > last_min(day, None) + 1
    assert paths(day, slow).start_s[LAST].mean() > paths(day, None).start_s[LAST].mean() + 60


def test_the_walk_is_the_mean_of_the_paths(slow: DayAnswers):
    day = showed(a_round(), 1.3, 1.3)
    mean_min = float(paths(day, slow).arrive_s[LAST].mean()) / 60
    assert mean_min == pytest.approx(last_min(day, slow), rel=0.04)


def test_a_van_that_was_slow_so_far_is_expected_slow(slow: DayAnswers):
    usual, late = showed(a_round(), 1.0, 1.0), showed(a_round(), 1.0, 1.8)
    assert last_min(late, slow) > last_min(usual, slow) + 3
    quick = showed(a_round(), 1.0, 0.6)
    assert last_min(quick, slow) < last_min(usual, slow) - 2


def test_what_was_shown_leaves_less_open(slow: DayAnswers):
    before, after = a_round(), showed(a_round(), 1.0, 1.0)
    assert paths(after, slow).start_s[LAST].std() < paths(before, slow).start_s[LAST].std()


def test_a_leg_through_a_reported_jam_says_nothing_of_the_pace(slow: DayAnswers):
    jam = Incident(
        IncidentId("I-1"), Area(east(2_000), 3_000), 20, "", minute(0), None, minute(NOW - 1)
    )
    slowed = replace(showed(a_round(), 3.0, 1.0), incidents={jam.incident_id: jam})
    assert last_min(slowed, slow) < last_min(showed(a_round(), 3.0, 1.0), slow) - 1


def test_two_that_were_asked_in_another_order_agree_to_the_second(tmp_path: Path):
    day, other = showed(a_round(), 1.2, 1.4), showed(a_round(), 0.8, 0.9)
    one, two = (answers(tmp_path, TRAVEL, a_model()) for _ in range(2))
    later = replace(day, now=minute(NOW + 45))
    for asked in (other, later, day):
        paths(asked, one)
    np.testing.assert_array_equal(paths(day, one).start_s[LAST], paths(day, two).start_s[LAST])
    assert last_min(day, one) == last_min(day, two)


def test_a_model_whose_files_are_gone_is_answered_by_the_formula_and_says_so(tmp_path: Path):
    nobody = answers(tmp_path, TRAVEL)
    day = showed(a_round(), 2.0, 2.0)
    foreseen = nobody.foreseen(day)
    assert foreseen is not None
    assert (foreseen.model_id, foreseen.learned) == ("formula", False)
    assert foreseen.provider == "formula: abc as it was chosen is not sound here any more"
    assert last_min(day, nobody) == last_min(day, None)


def test_a_model_that_learned_nothing_still_knows_the_pace(tmp_path: Path):
    plain = answers(tmp_path, TRAVEL, a_model(stage=Stage.FORMULA))
    assert last_min(a_round(), plain) == last_min(a_round(), None)
    assert last_min(showed(a_round(), 1.0, 1.8), plain) > last_min(a_round(), None) + 3
