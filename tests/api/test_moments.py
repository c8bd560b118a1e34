"""Wall times that people type, on the days when the clock jumps."""

from dataclasses import replace

import pytest

from api.inputs import WindowBody
from api.moments import instant, window
from api.problems import Invalid
from core.domain.day import Day
from tests.builders import a_day


def on(service_date: str, zone: str) -> Day:
    day = a_day()
    return replace(day, opened=replace(day.opened, service_date=service_date, zone=zone))


def test_a_wall_time_means_the_service_date_in_the_zone_of_the_day():
    day = on("2026-11-10", "Europe/Helsinki")
    assert instant(day, "10:35", "until").isoformat() == "2026-11-10T08:35:00+00:00"


def test_a_wall_time_that_the_clock_skips_is_refused():
    with pytest.raises(Invalid, match="does not exist"):
        instant(on("2026-03-29", "Europe/Lisbon"), "01:30", "until")


def test_a_window_between_wall_times_must_open_before_it_closes():
    with pytest.raises(Invalid, match="not after it opens"):
        window(on("2026-11-10", "UTC"), WindowBody(opens="11:00", closes="10:00"), "window")
