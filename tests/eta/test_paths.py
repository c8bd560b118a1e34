"""Sampled futures: their centre, their spread, what they share and whom they couple."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day, Incident
from core.domain.ids import IncidentId, MeetingId, StopId, VehicleId
from core.domain.place import Area
from core.domain.plan import Progress, Stop, StopKind
from core.domain.time import seconds_between
from core.eta.forecast import forecast
from core.eta.noise import SPREAD, Noise
from core.eta.paths import PathTimes, simulate
from core.travel.estimate import EstimateTravel
from tests.builders import (
    a_day,
    a_driver,
    a_route,
    a_vehicle,
    an_order,
    east,
    minute,
)
from tests.twice import said_twice

TRAVEL = EstimateTravel("UTC")
V1, V2 = VehicleId("V1"), VehicleId("V2")


def a_fleet_day(
    vehicles: int = 1,
    stops: int = 6,
    *,
    progress: Progress = Progress.DRIVING,
    now_min: float = 1,
    opens_min: float = 0,
) -> Day:
    orders = {
        f"V{v + 1}": [
            an_order(f"o{v + 1}-{i}", east(700 * (i + 1), north=900 * v), opens_min=opens_min)
            for i in range(stops)
        ]
        for v in range(vehicles)
    }
    return a_day(
        [o for some in orders.values() for o in some],
        [a_vehicle(v) for v in orders],
        [a_driver(v) for v in orders],
        [a_route(v, some, progress=progress) for v, some in orders.items()],
        now_min=now_min,
    )


def play(day: Day, *, seed: int = 7, paths: int = 256, now_min: float = 1) -> PathTimes:
    plans = {v: r.remaining for v, r in day.routes.items()}
    return simulate(day, plans, TRAVEL, minute(now_min), Noise(seed, paths))


def a_meeting_stop(vehicle_id: VehicleId, other: VehicleId, at_min: float) -> Stop:
    return Stop(
        StopId(f"meet:M-1:{vehicle_id}"), StopKind.MEET, east(400, north=400), 720,
        minute(at_min), minute(at_min + 12), meeting_id=MeetingId("M-1"), meets=other,
    )  # fmt: skip


def test_the_parts_of_a_leg_add_up_to_the_fitted_spread():
    parts = SPREAD.leg**2 + SPREAD.congestion**2 + SPREAD.driver_pace**2
    assert parts == pytest.approx(0.415**2)
    assert SPREAD.service_driver**2 + SPREAD.service_stop**2 == pytest.approx(0.668**2)
    assert SPREAD.service_driver**2 / 0.668**2 == pytest.approx(0.097)


def test_every_factor_has_mean_one_and_its_own_spread():
    noise = Noise(1, 40_000)
    for factor, sd in (
        (noise.legs(["a"])[0], SPREAD.leg),
        (noise.services(["a"])[0], SPREAD.service_stop),
        (noise.driver_pace("d"), SPREAD.driver_pace),
        (noise.congestion(1_000, 1)[0], SPREAD.congestion),
    ):
        assert factor.mean() == pytest.approx(1, abs=0.02)
        assert np.log(factor).std() == pytest.approx(sd, rel=0.02)


def test_quarters_of_one_day_correlate_as_fitted():
    logs = np.log(Noise(2, 40_000).congestion(96 * 20_000, 9))
    for lag in (1, 4, 8):
        assert np.corrcoef(logs[0], logs[lag])[0, 1] == pytest.approx(0.21, abs=0.02)


def test_a_draw_depends_on_its_entity_and_not_on_who_was_asked_before():
    one, other = Noise(3, 64), Noise(3, 64)
    other.legs(["z", "b"])
    assert (one.legs(["a"])[0] == other.legs(["c", "a"])[1]).all()
    assert (one.legs(["a"])[0] != one.legs(["b"])[0]).any()
    assert (one.legs(["a"])[0] != Noise(4, 64).legs(["a"])[0]).any()


def test_the_mean_of_the_paths_is_the_formula():
    day = a_fleet_day(stops=6)
    times = play(day, paths=4000)
    expected = forecast(day, V1, TRAVEL, minute(1))
    for time_ in expected.times:
        ahead_s = seconds_between(minute(1), time_.arrive_at)
        mean_s = float(times.arrive_s[time_.stop_id].mean())
        assert mean_s == pytest.approx(ahead_s, rel=0.05, abs=20)
    back_s = seconds_between(minute(1), expected.return_at)
    assert float(times.return_s[V1].mean()) == pytest.approx(back_s, rel=0.05)


def test_uncertainty_grows_with_every_stop_ahead():
    day = a_fleet_day(stops=8)
    times = play(day, paths=2000)
    spreads = [times.arrive_s[s.stop_id].std() for s in day.routes[V1].stops]
    assert spreads == sorted(spreads)


@settings(max_examples=25, deadline=None)
@given(st.integers(-60, 400), st.integers(0, 120))
def test_a_later_deadline_is_never_missed_more_often(closes_min: int, more_min: int):
    times = play(a_fleet_day(stops=6), paths=64)
    stop_id = StopId("deliver:o1-5")
    early = times.p_late(stop_id, minute(closes_min))
    assert times.p_late(stop_id, minute(closes_min + more_min)) <= early


def test_nobody_is_served_before_the_window_opens():
    day = a_fleet_day(stops=3, opens_min=120)
    times = play(day)
    assert int(times.start_s[StopId("deliver:o1-0")].min()) == 119 * 60


def test_an_option_that_leaves_a_route_alone_leaves_its_luck_alone():
    day = a_fleet_day(vehicles=2)
    both = play(day)
    alone = simulate(day, {V2: day.routes[V2].remaining}, TRAVEL, minute(1), Noise(7, 256))
    for stop in day.routes[V2].stops:
        assert (both.arrive_s[stop.stop_id] == alone.arrive_s[stop.stop_id]).all()


def test_a_meeting_begins_when_both_are_there_and_both_wait():
    day = a_fleet_day(vehicles=2, stops=4)
    plans = {
        V1: (*day.routes[V1].stops[:1], a_meeting_stop(V1, V2, 30), *day.routes[V1].stops[1:]),
        V2: (*day.routes[V2].stops[:3], a_meeting_stop(V2, V1, 30), *day.routes[V2].stops[3:]),
    }
    times = simulate(day, plans, TRAVEL, minute(1), Noise(7, 256))
    mine, yours = StopId("meet:M-1:V1"), StopId("meet:M-1:V2")
    both = np.maximum(times.arrive_s[mine], times.arrive_s[yours])
    assert (times.start_s[mine] == both).all()
    assert (times.start_s[yours] == both).all()
    assert (times.leave_s[mine] == both + 720).all()
    assert (times.arrive_s[mine] < times.arrive_s[yours]).any()


def test_a_meeting_with_somebody_who_is_not_played_waits_for_the_planned_time():
    day = a_fleet_day(vehicles=2, stops=2)
    plans = {V1: (*day.routes[V1].stops[:1], a_meeting_stop(V1, V2, 200))}
    times = simulate(day, plans, TRAVEL, minute(1), Noise(7, 64))
    assert (times.start_s[StopId("meet:M-1:V1")] == 199 * 60).all()


def test_a_draft_whose_meetings_wait_in_a_circle_still_gets_times():
    day = a_fleet_day(vehicles=2, stops=1)
    first = {v: a_meeting_stop(v, o, 30) for v, o in ((V1, V2), (V2, V1))}
    second = {
        v: replace(s, stop_id=StopId(f"meet:M-2:{v}"), meeting_id=MeetingId("M-2"))
        for v, s in first.items()
    }
    plans = {
        V1: (*day.routes[V1].stops, first[V1], second[V1]),
        V2: (*day.routes[V2].stops, second[V2], first[V2]),
    }
    times = simulate(day, plans, TRAVEL, minute(1), Noise(7, 16))
    assert sorted(times.return_s) == [V1, V2]


def test_an_incident_slows_the_legs_until_it_clears():
    day = a_fleet_day(stops=6)
    jam = Incident(IncidentId("I-1"), Area(east(1200), 800), 15, "Katu", minute(0), minute(60))
    short = replace(jam, clears_at=minute(4))
    jammed = replace(day, incidents={jam.incident_id: jam})
    soon = replace(day, incidents={jam.incident_id: short})
    free, long, brief = (play(d).return_s[V1].mean() for d in (day, jammed, soon))
    assert free < brief < long
    assert brief - free < 600


def test_the_stop_where_the_driver_stands_is_part_of_the_future():
    day = a_fleet_day(progress=Progress.AT_STOP, now_min=2)
    times = play(day, now_min=2)
    first = StopId("deliver:o1-0")
    assert (times.arrive_s[first] == -120).all()
    assert times.leave_s[first].min() >= 0
    assert times.leave_s[first].mean() == pytest.approx(120, rel=0.1)


def test_a_held_vehicle_stays_where_it_is():
    day = a_fleet_day(progress=Progress.AT_DEPOT)
    plans = {V1: day.routes[V1].remaining}
    held = simulate(day, plans, TRAVEL, minute(1), Noise(7, 64), not_before={V1: minute(61)})
    assert held.arrive_s[StopId("deliver:o1-0")].min() > 3600


def test_sampling_without_a_path_is_refused():
    with pytest.raises(ValueError, match="at least one path"):
        Noise(1, 0)


def test_twenty_routes_of_twenty_stops_are_played_in_a_moment():
    day = a_fleet_day(vehicles=20, stops=20)
    play(day, seed=1)
    # What the others on this machine take does not count.
    begin = time.process_time()
    play(day, seed=2)
    # 50 ms is the aim; the test allows for a slow machine.
    assert time.process_time() - begin < 0.5


SCRIPT = """
import hashlib
from tests.eta.test_paths import a_fleet_day, play
times = play(a_fleet_day(vehicles=3))
digest = hashlib.sha256()
for stop_id in sorted(times.arrive_s):
    digest.update(stop_id.encode() + times.leave_s[stop_id].tobytes())
print(digest.hexdigest())
"""


def test_two_processes_dream_the_same_day():
    assert len(said_twice(SCRIPT)) == 1
