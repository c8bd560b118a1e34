"""The timeline and the map draw what the API says, each route in a lane of its own."""

from typing import Any, cast

import pydeck as pdk
from hypothesis import given
from hypothesis import strategies as st

from ui import geo, timeline
from ui.route_shapes import Route

NOON = "2026-11-10T12:00:00+02:00"


def a_stop(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "stop_id": f"s{number}",
        "order_id": f"o{number}",
        "kind": "deliver",
        "lat": 60.17,
        "lon": 24.94,
        "expected_at": NOON,
        "window": {"opens": "2026-11-10T11:00:00+02:00", "closes": "2026-11-10T13:00:00+02:00"},
        "state": "fine",
        "status": "open",
        "moved": False,
        "meets": None,
        "late_min": 0,
        "p10_at": None,
        "p90_at": None,
        "p_late_pct": 0,
        "attempt_risk_pm": None,
        "attempt_risk_high": False,
        "way": "",
    } | changes


def a_route(vehicle_id: str, *stops: dict[str, Any]) -> Route:
    known = {"vehicle_id": vehicle_id, "last_seen": None, "done": 0, "total": len(stops) or 1}
    return cast(Route, {**known, "stops": list(stops)})


def rows_of(layer: pdk.Layer) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", layer.data)


def test_stops_are_drawn_at_the_wall_time_of_the_day():
    row = timeline.rows([a_route("V01", a_stop(1))])[0]
    assert (row["expected"], row["opens"], row["closes"]) == (
        "2026-11-10T12:00:00",
        "2026-11-10T11:00:00",
        "2026-11-10T13:00:00",
    )


def test_a_stop_says_between_which_times_it_is_reached_and_whether_the_visit_may_fail():
    known = {"p10_at": "2026-11-10T11:56:00+02:00", "p90_at": "2026-11-10T12:09:00+02:00"}
    risky = known | {"attempt_risk_pm": 184, "attempt_risk_high": True}
    usual = known | {"attempt_risk_pm": 80}
    said = [
        r["arrival"]
        for r in timeline.rows(
            [a_route("V01", *(a_stop(n, **c) for n, c in enumerate([{}, usual, risky])))]
        )
    ]
    assert said == ["12:00", "12:00 (11:56 to 12:09)", "12:00 (11:56 to 12:09), visit fails 18 %"]
    (label,) = [
        r["label"] for r in rows_of(geo.stop_layer([a_route("V01", a_stop(1, **risky))], ["V01"]))
    ]
    assert label.endswith("12:00 (11:56 to 12:09), visit fails 18 %")


def test_a_stop_that_is_over_is_quiet_and_shows_no_window():
    row = timeline.rows([a_route("V01", a_stop(1, status="failed", state="broken"))])[0]
    assert (row["state"], row["band"]) == ("done", False)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_every_stop_stays_in_the_lane_of_its_route(counts: list[int]):
    routes = [a_route(f"V{i}", *(a_stop(n) for n in range(c))) for i, c in enumerate(counts)]
    lanes = {r["vehicle_id"]: i for i, r in enumerate(routes)}
    for row in timeline.rows(routes):
        assert int(cast(float, row["y"])) == lanes[str(row["route"])]


def test_the_chart_of_no_stop_can_be_drawn():
    drawn = timeline.chart([a_route("V01")], "2026-11-10T14:00:00+02:00", NOON, dark=True)
    assert drawn.to_dict()["layer"]


def test_an_old_position_is_grey_and_says_its_age():
    route = a_route("V01")
    route["last_seen"] = {
        "lat": 60.17,
        "lon": 24.94,
        "at": NOON,
        "age_s": 540,
        "stale": True,
        "by": "position",
    }
    dots, _ = geo.vehicle_layers([route], ["V01"])
    row = rows_of(dots)[0]
    assert row["colour"][:3] == list(geo.GREY)
    assert row["name"] == "V01 9 min ago"
    route["done"] = route["total"]
    assert rows_of(geo.vehicle_layers([route], ["V01"])[0]) == [], "nobody looks for who is back"


def test_a_stop_at_risk_is_amber_and_larger_than_a_fine_one():
    layer = geo.stop_layer([a_route("V01", a_stop(1), a_stop(2, state="at_risk"))], ["V01"])
    fine, risky = rows_of(layer)
    assert risky["colour"][:3] == list(geo.STATES["at_risk"])
    assert risky["radius"] > fine["radius"]


def test_a_meeting_is_named_once_with_both_drivers_and_its_time():
    giver = a_route("V02", a_stop(1), a_stop(2, kind="meet", order_id=None, meets="V01"))
    taker = a_route("V01", a_stop(3, kind="meet", order_id=None, meets="V02"), a_stop(4))
    (row,) = rows_of(geo.meeting_layer([giver, taker]))
    assert row["name"] == "V01 + V02 meet 12:00"


def test_a_moved_stop_is_ringed_against_the_map_by_day_and_by_night():
    route = a_route("V01", a_stop(1, moved=True), a_stop(2))
    for dark in (True, False):
        moved, kept = rows_of(geo.stop_layer([route], ["V01"], dark=dark))
        assert moved["ring"][3] == 255
        assert (moved["ring"][0] > 200) is dark
        assert kept["ring"] != moved["ring"]
