"""Places where visits fail more often than luck explains, and nothing else."""

import numpy as np
import pytest

from core.eta.attempts.anomalies import Kind, anomalies, binomial_tail, drawn_tail
from core.eta.attempts.records import Planned, Tried, nobody_tried
from tests.eta.attempts.doorbells import (
    EVENINGS_OUT,
    FIRST_DAY,
    NEVER_IN,
    place,
    some_days,
    visits,
)


def at(customer: int) -> tuple[int, int]:
    lat, lon = place(np.array([customer]))
    return int(lat[0]), int(lon[0])


def test_an_address_where_nobody_opens_is_named_with_its_evidence():
    tried = some_days()
    found = anomalies(tried)
    one = next(a for a in found if a.kind is Kind.ADDRESS)
    assert (one.lat_e6, one.lon_e6) == at(NEVER_IN)
    here = (tried.planned.lat_e6 == one.lat_e6) & (tried.planned.lon_e6 == one.lon_e6)
    assert (one.attempts, one.failed) == (int(here.sum()), int(tried.failed[here].sum()))
    assert one.compared_pm == round(1000 * float(tried.failed.mean()))
    assert one.compared_pm < one.shrunk_pm < one.rate_pm
    assert one.luck_ppm < 10
    assert "2022-01-08" <= one.first_day <= min(one.failed_on) <= max(one.failed_on) <= one.last_day
    assert list(one.failed_on) == sorted(one.failed_on, reverse=True)


def test_an_address_where_only_the_evening_fails_is_named_with_the_evening():
    one = next(
        a
        for a in anomalies(some_days())
        if a.kind is Kind.ADDRESS_WINDOW and (a.lat_e6, a.lon_e6) == at(EVENINGS_OUT)
    )
    assert one.window == "18:00-21:00"
    assert one.rate_pm > 5 * one.compared_pm


def test_one_bad_address_does_not_make_a_bad_zone():
    rng = np.random.default_rng(8)
    customer = rng.integers(0, 200, 6_000)
    day = np.repeat(np.arange(FIRST_DAY, FIRST_DAY + 50), 120)
    failed = np.where(customer == NEVER_IN, rng.random(6_000) < 0.9, rng.random(6_000) < 0.02)
    found = anomalies(Tried(visits(day, customer, np.full(6_000, 3)), failed))
    assert [a.kind for a in found] == [Kind.ADDRESS]


def test_a_zone_where_many_fail_is_named():
    rng = np.random.default_rng(8)
    customer = rng.integers(0, 200, 6_000)
    day = np.repeat(np.arange(FIRST_DAY, FIRST_DAY + 50), 120)
    far = customer >= 160
    failed = rng.random(6_000) < np.where(far, 0.12, 0.02)
    found = anomalies(Tried(visits(day, customer, np.full(6_000, 3)), failed))
    (zone,) = [a for a in found if a.kind is Kind.ZONE]
    assert zone.attempts == int(far.sum())
    assert zone.failed_customers > 20


@pytest.mark.parametrize("seed", range(5))
def test_luck_alone_is_hardly_ever_named(seed: int):
    rng = np.random.default_rng(seed)
    customer, slot = rng.integers(0, 200, 8_000), rng.integers(3, 7, 8_000)
    day = np.repeat(np.arange(FIRST_DAY, FIRST_DAY + 80), 100)
    found = anomalies(Tried(visits(day, customer, slot), rng.random(8_000) < 0.04))
    assert len(found) <= 1


def test_two_failures_are_a_coincidence_and_nothing_is_nothing():
    two = visits(np.array([FIRST_DAY, FIRST_DAY + 1]), np.array([1, 1]), np.array([3, 3]))
    assert anomalies(Tried(two, np.array([True, True]))) == ()
    assert anomalies(nobody_tried()) == ()
    assert isinstance(two, Planned)


def test_the_chance_of_luck_is_the_binomial_one():
    assert binomial_tail(0, 5, 0.1) == 1.0
    assert binomial_tail(1, 2, 0.1) == pytest.approx(1 - 0.81)
    assert binomial_tail(2, 2, 0.1) == pytest.approx(0.01)


def test_the_chance_of_a_window_is_that_of_drawing_so_many():
    # Three failures of ten visits, all three among four in the evening: 4 over 10 x 3 over 9 x ...
    assert drawn_tail(3, 4, 3, 10) == pytest.approx(4 * 3 * 2 / (10 * 9 * 8))
    assert drawn_tail(0, 4, 3, 10) == pytest.approx(1.0)
    assert drawn_tail(3, 4, 3, 4) == pytest.approx(1.0)
