"""Where a vehicle is free, and when it reaches its stops."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.day import Day, Incident
from core.domain.fact import DriverReported
from core.domain.ids import IncidentId, MeetingId, OrderId, StopId, VehicleId
from core.domain.place import Area
from core.domain.plan import Progress, Stop, StopKind
from core.domain.position import Position
from core.errors import UnknownId
from core.eta.anchor import anchor
from core.eta.arrivals import ANY_TIME, Bounds, visit
from core.eta.forecast import forecast
from core.travel.estimate import EstimateTravel
from tests.builders import (
    DEPOT,
    EIGHT,
    a_day,
    a_driver,
    a_route,
    a_stop,
    a_vehicle,
    an_order,
    east,
    minute,
)

V1 = VehicleId("V1")
TRAVEL = EstimateTravel("UTC")


def leg(a: int, b: int, at: datetime = EIGHT) -> int:
    return int(TRAVEL.matrix([east(a), east(b)], at).seconds[0, 1])


def a_running_day(
    *,
    now_min: float = 0,
    progress: Progress = Progress.AT_DEPOT,
    since_min: float = 0,
    done: int = 0,
    opens_min: Sequence[float] = (0, 0, 0),
    rest: bool = False,
) -> Day:
    orders = [
        an_order(f"o{i + 1}", east(1000 * (i + 1)), opens_min=o) for i, o in enumerate(opens_min)
    ]
    route = a_route("V1", orders, done=done, progress=progress, since_min=since_min)
    driver = a_driver("V1", rest_min=(120, 180, 30) if rest else None)
    return a_day(orders, [a_vehicle("V1")], [driver], [route], now_min=now_min)


def test_an_early_van_waits_for_the_window_to_open():
    stop = a_stop(an_order("o1"), 0)
    time = visit(stop, minute(10), Bounds(minute(30), minute(60)))
    assert (time.arrive_at, time.start_at, time.late_s) == (minute(10), minute(30), 0)
    assert time.leave_at == minute(30) + timedelta(seconds=stop.service_s)


def test_a_van_behind_the_end_of_the_window_is_late_by_the_difference():
    time = visit(a_stop(an_order("o1"), 0), minute(44), Bounds(None, minute(40)))
    assert (time.start_at, time.late_s) == (minute(44), 240)


@given(
    st.lists(st.tuples(st.integers(0, 3600), st.integers(0, 300)), min_size=1, max_size=12),
    st.integers(0, 7200),
)
def test_leaving_later_never_reaches_any_stop_earlier(rows: list[tuple[int, int]], later_s: int):
    early, late = EIGHT, EIGHT + timedelta(seconds=later_s)
    for n, (leg_s, opens_min) in enumerate(rows):
        stop, bounds = (
            a_stop(an_order(f"o{n}"), 0),
            Bounds(minute(opens_min), minute(opens_min + 60)),
        )
        before, after = (visit(stop, t + timedelta(seconds=leg_s), bounds) for t in (early, late))
        assert after.arrive_at >= before.arrive_at
        assert after.late_s >= before.late_s
        early, late = before.leave_at, after.leave_at


def test_at_the_depot_the_route_starts_at_its_planned_departure_or_now():
    day = a_running_day()
    assert anchor(day, V1, TRAVEL, minute(-10)).ready_at == minute(0)
    assert anchor(day, V1, TRAVEL, minute(15)).ready_at == minute(15)
    first = forecast(day, V1, TRAVEL, minute(0)).times[0]
    assert first.arrive_at == EIGHT + timedelta(seconds=leg(0, 1000))


def test_a_driving_van_arrives_a_leg_after_its_last_proof():
    day = a_running_day(now_min=1, progress=Progress.DRIVING, since_min=0)
    found = anchor(day, V1, TRAVEL, minute(1))
    assert found.point == east(1000)
    expected = EIGHT + timedelta(seconds=leg(0, 1000, minute(1)))
    assert abs((found.ready_at - expected).total_seconds()) <= 1
    assert len(found.remaining) == 3


def test_an_overdue_arrival_is_soon_and_never_in_the_past():
    day = a_running_day(now_min=60, progress=Progress.DRIVING, since_min=0)
    found = anchor(day, V1, TRAVEL, minute(60))
    assert minute(60.5) <= found.ready_at <= minute(61)


def test_a_fresh_position_counts_and_a_stale_one_does_not():
    day = a_running_day(now_min=2, progress=Progress.DRIVING, since_min=0)
    near = Position(V1, minute(2), minute(2), east(900))
    found = anchor(day, V1, TRAVEL, minute(2), {V1: (near,)})
    assert found.basis == "position"
    assert found.ready_at == minute(2) + timedelta(seconds=leg(900, 1000, minute(2)))
    later = anchor(day, V1, TRAVEL, minute(9), {V1: (near,)})
    assert later.basis == "proof"


def test_at_a_stop_the_van_leaves_after_its_service():
    day = a_running_day(now_min=12, progress=Progress.AT_STOP, since_min=10)
    found = anchor(day, V1, TRAVEL, minute(12))
    assert found.ready_at == minute(14)
    assert found.standing is not None
    assert found.standing.arrive_at == minute(10)
    assert [s.order_id for s in found.remaining] == ["o2", "o3"]
    times = forecast(day, V1, TRAVEL, minute(12)).times
    assert [t.order_id for t in times] == ["o1", "o2", "o3"]


def test_a_van_that_came_before_its_window_stands_until_it_opens():
    day = a_running_day(now_min=12, progress=Progress.AT_STOP, since_min=10, opens_min=(30, 0, 0))
    assert anchor(day, V1, TRAVEL, minute(12)).ready_at == minute(34)


def test_a_standing_van_in_a_snarl_takes_the_slowed_leg_from_where_it_stands():
    day = a_running_day(now_min=3, progress=Progress.DRIVING, since_min=0)
    incident = Incident(IncidentId("I-1"), Area(east(500), 450), 10, "Katu", minute(0), minute(300))
    slow_day = replace(day, incidents={incident.incident_id: incident})
    seen = {V1: (Position(V1, minute(3), minute(3), east(200)),)}
    free = anchor(day, V1, TRAVEL, minute(3), seen).ready_at
    stuck = anchor(slow_day, V1, TRAVEL, minute(3), seen).ready_at
    assert stuck - minute(3) > 5 * (free - minute(3))


def test_a_snarl_that_clears_soon_costs_no_more_than_its_time():
    day = a_running_day(now_min=0, progress=Progress.DRIVING, since_min=0)
    incident = Incident(IncidentId("I-1"), Area(east(500), 450), 2, "Katu", minute(0), minute(5))
    slow_day = replace(day, incidents={incident.incident_id: incident})
    free = anchor(day, V1, TRAVEL, minute(0)).ready_at
    stuck = anchor(slow_day, V1, TRAVEL, minute(0)).ready_at
    assert timedelta(minutes=4) < stuck - free <= timedelta(minutes=5)


def test_a_driver_who_says_twenty_late_at_a_stop_is_believed_from_that_stop_on():
    day = a_running_day(now_min=1, progress=Progress.DRIVING, since_min=0)
    report = DriverReported(V1, OrderId("o2"), 1200)
    told = replace(day, reports={V1: (minute(1), report)})
    before, after = (forecast(d, V1, TRAVEL, minute(1)).times for d in (day, told))
    assert after[0] == before[0]
    assert after[1].arrive_at == minute(20 + 20)
    assert after[2].arrive_at > before[2].arrive_at + timedelta(minutes=10)


def test_a_held_vehicle_moves_no_earlier():
    day = a_running_day()
    held = forecast(day, V1, TRAVEL, minute(0), not_before=minute(90))
    assert held.times[0].arrive_at > minute(90)


def test_a_rest_waits_for_its_window_and_a_meeting_for_its_planned_time():
    day = a_running_day(rest=True)
    rest = Stop(StopId("rest:d-V1"), StopKind.REST, east(100), 1800, minute(120), minute(150))
    meet = Stop(
        StopId("meet:M-1:V1"), StopKind.MEET, east(100), 720, minute(200), minute(212),
        meeting_id=MeetingId("M-1"), meets=VehicleId("V2"),
    )  # fmt: skip
    times = forecast(day, V1, TRAVEL, minute(0), stops=[rest, meet]).times
    assert times[0].start_at == minute(120)
    assert times[1].start_at == minute(200)
    assert all(t.late_s == 0 for t in times)


def test_a_route_that_does_not_exist_is_named():
    with pytest.raises(UnknownId, match="V9"):
        anchor(a_day(), VehicleId("V9"), TRAVEL, EIGHT)


def test_a_finished_route_has_nothing_left():
    day = a_running_day(now_min=60, progress=Progress.FINISHED, since_min=50, done=3)
    found = forecast(day, V1, TRAVEL, minute(60))
    assert found.times == ()
    assert ANY_TIME.late_s(minute(0)) == 0
    assert day.routes[V1].end == DEPOT
