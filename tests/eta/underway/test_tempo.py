"""What whole routes teach of a pace: its level, what lasts, and what stays with a driver."""

import numpy as np
import pytest

from core.eta.underway.route import RouteRun
from core.eta.underway.tempo import SERVICE, Tempo, learn
from tests.eta.underway.rounds import a_run


def service_of(runs: list[RouteRun]) -> Tempo:
    who = np.array([r.driver for r in runs], dtype=np.int64)
    return learn(SERVICE, [(r.serve_s, r.plan.serve_s) for r in runs], who)


def rounds(seed: int = 5, days: int = 40, drivers: int = 6, sd: float = 0.2) -> list[RouteRun]:
    """Return rounds of drivers who differ by `sd`, the first of them slowest by far."""
    rng = np.random.default_rng(seed)
    hands = np.exp(sd * np.linspace(2, -2, drivers)) if sd else np.ones(drivers)
    return [
        a_run(rng, day=day, driver=d, doors=1.1 * hands[d])
        for day in range(days)
        for d in range(drivers)
    ]


def test_no_route_teaches_nothing():
    assert service_of([]) == SERVICE
    assert SERVICE.before(7).log == 0.0


def test_the_level_of_all_routes_is_learned():
    assert service_of(rounds(sd=0)).level == pytest.approx(np.log(1.1) + 0.02, abs=0.03)


def test_one_route_is_hardly_believed():
    (only,) = [a_run(np.random.default_rng(1), doors=2.0)]
    assert 0 < service_of([only]).level < np.log(2.0) / 4


def test_a_slow_driver_is_expected_slow_from_the_first_stop_on():
    tempo = service_of(rounds())
    assert tempo.before(0).log > tempo.before(3).log + 0.3
    assert tempo.before(0).variance < tempo.between / 5


def test_a_driver_nobody_saw_is_expected_like_all():
    tempo = service_of(rounds())
    assert tempo.before(99).log == tempo.level
    assert tempo.before(99).variance == tempo.between


def test_where_drivers_do_not_differ_hardly_anything_lasts():
    assert service_of(rounds(sd=0)).between < 0.004 < service_of(rounds()).between


def test_short_and_spoilt_routes_are_left_out():
    runs = rounds(days=10)
    rng = np.random.default_rng(2)
    short = a_run(rng, doors=9.0, stops=15)
    spoilt = a_run(rng, doors=9.0)
    broken = RouteRun(
        0, 1, spoilt.plan, spoilt.departed_s, spoilt.arrive_s, spoilt.arrive_s - 5, spoilt.drive_s
    )
    assert service_of([*runs, short, broken]) == service_of(runs)


def test_the_order_in_which_routes_are_told_does_not_matter():
    runs = rounds(days=8)
    there, back = service_of(runs), service_of(runs[::-1])
    assert there.level == pytest.approx(back.level, abs=1e-12)
    assert there.between == pytest.approx(back.between, abs=1e-12)
