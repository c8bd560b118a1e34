"""Arrivals of a route under way: the delay, then the route's own pace, and what is no pace."""

import numpy as np
import pytest

from core.errors import Refused
from core.eta.underway.outlook import Tempos, outlook, shifted, static
from core.eta.underway.route import RoutePlan, Shown
from tests.eta.underway.rounds import EIGHT, a_plan, shown


def test_before_the_first_stop_and_without_history_arrivals_are_the_plan():
    plan = a_plan(stops=4)
    seen = outlook(plan, shown(plan, 0), Tempos())
    np.testing.assert_allclose(seen.arrive_s, static(plan, 0))
    assert seen.arrive_s[1] == EIGHT + 300 + 120 + 300
    assert seen.provider == "formula, no history yet"


def test_a_late_start_moves_every_arrival_by_as_much():
    plan = a_plan(stops=4)
    late = Shown(EIGHT + 600, EIGHT + 600, plan.drive_s[:0], plan.serve_s[:0])
    np.testing.assert_allclose(outlook(plan, late, Tempos()).arrive_s, plan.arrive_s + 600)
    np.testing.assert_allclose(shifted(plan, late), plan.arrive_s + 600)


def test_slow_doors_slow_the_doors_ahead_and_leave_the_road_alone():
    plan = a_plan(stops=60)
    seen = outlook(plan, shown(plan, 40, doors=1.5), Tempos())
    assert 1.3 < seen.service.factor < 1.5
    assert seen.driving.factor == pytest.approx(1.0)
    assert (seen.arrive_s > shifted(plan, shown(plan, 40, doors=1.5))).sum() == 19


def test_the_more_stops_were_shown_the_more_their_pace_is_believed():
    plan = a_plan(stops=60)
    believed = [
        outlook(plan, shown(plan, stops, doors=1.5), Tempos()).service.factor
        for stops in (0, 1, 5, 20, 50)
    ]
    assert believed == sorted(believed)
    assert believed[0] == 1.0
    assert believed[1] < 1.1


def test_spread_grows_with_every_stop_ahead_and_shrinks_with_every_stop_behind():
    plan = a_plan(stops=60)
    early, later = (outlook(plan, shown(plan, n), Tempos()) for n in (5, 40))
    assert np.all(np.diff(early.spread_s) > 0)
    assert later.spread_s[-1] < early.spread_s[-1]
    assert later.spread_s[10] < early.spread_s[10]


def test_a_pause_is_waited_for_whatever_the_pace():
    plan = a_plan(stops=40)
    resting = RoutePlan(plan.depart_s, plan.drive_s, plan.serve_s, np.eye(1, 40, 30)[0] * 1_800)
    slow = shown(plan, 20, road=1.4)
    with_rest = outlook(resting, slow, Tempos()).arrive_s
    np.testing.assert_allclose(
        with_rest - outlook(plan, slow, Tempos()).arrive_s, [0] * 10 + [1_800] * 10
    )


def test_what_was_noted_wrongly_has_no_say_in_the_pace():
    plan = a_plan(stops=30)
    sound = shown(plan, 10, doors=1.4)
    serve = sound.serve_s.copy()
    expected = outlook(plan, sound, Tempos()).service
    for wrong in (np.nan, -50.0, 0.0, np.inf, 90_000.0):
        noted = np.concatenate([serve, [wrong]])
        spoilt = Shown(sound.departed_s, sound.left_s, np.full(11, 300.0), noted)
        seen = outlook(plan, spoilt, Tempos())
        assert seen.service == expected
        assert np.isfinite(seen.arrive_s).all()
        assert seen.provider.endswith("corrected by 10 stops")


def test_a_clock_that_was_set_back_and_instants_that_are_no_number_are_refused():
    nothing = np.zeros(0)
    with pytest.raises(Refused, match="clock was set back"):
        Shown(EIGHT, EIGHT - 3_600, nothing, nothing)
    with pytest.raises(Refused, match="nobody noted"):
        Shown(EIGHT, float("nan"), nothing, nothing)


def test_a_plan_with_a_negative_or_missing_time_is_refused():
    ones = np.ones(2)
    with pytest.raises(Refused, match="less than no time"):
        RoutePlan(EIGHT, np.array([300.0, -1.0]), ones, ones)
    with pytest.raises(Refused, match="no number"):
        RoutePlan(EIGHT, np.array([300.0, np.nan]), ones, ones)


def test_more_stops_than_the_route_has_are_refused():
    with pytest.raises(Refused, match="cannot have shown 3"):
        outlook(a_plan(2), shown(a_plan(3), 3), Tempos())
