"""Luck hangs on its entity: all arms meet the same."""

from collections.abc import Sequence
from math import exp, log
from statistics import fmean, pstdev

from core.domain.fact import AttemptFailed, OrderDelivered, StopReached
from core.domain.ids import CustomerId, OrderId, StopId, VehicleId
from core.travel.estimate import EstimateTravel
from evals.world.draws import BUCKET_S, Draws
from evals.world.parameters import default
from evals.world.scenario import befall, load
from evals.world.traffic import Traffic
from evals.world.world import Heard
from tests.builders import DEPOT, east
from tests.evals.towns import a_plan, a_town, facts, played

NINE = 9 * 3600


def the_draws(seed: int = 1) -> Draws:
    return Draws(seed, default())


def door_seconds(heard: Sequence[Heard]) -> dict[OrderId, int]:
    """Seconds from reaching a door to its delivery, for wide windows that never make wait."""
    reached: dict[StopId, int] = {}
    out: dict[OrderId, int] = {}
    for told in facts(heard):
        if isinstance(told.body, StopReached):
            reached[told.body.stop_id] = int(told.at.timestamp())
        elif isinstance(told.body, OrderDelivered):
            stop_id = StopId(f"deliver:{told.body.order_id}")
            out[told.body.order_id] = int(told.at.timestamp()) - reached[stop_id]
    return out


def test_two_route_orders_meet_the_same_doors_and_the_same_absent_customers():
    city = a_town(seed=7)
    forwards = played(city, a_plan(city))[2]
    backwards = played(city, a_plan(city, backwards=True))[2]
    slow = {
        befall(
            load("tuesday"), city, a_plan(city, backwards=b), the_draws(7), EstimateTravel("UTC")
        ).slow
        for b in (False, True)
    }
    assert len(slow) == 1
    one, other = door_seconds(forwards), door_seconds(backwards)
    common = one.keys() & other.keys()
    assert len(common) >= 30
    assert {o: one[o] for o in common} == {o: other[o] for o in common}
    absent = [
        {t.body.order_id for t in facts(h) if isinstance(t.body, AttemptFailed)}
        for h in (forwards, backwards)
    ]
    # Late customers are absent more often, and who is late depends on the order of the route.
    assert absent[0] <= absent[1] or absent[1] <= absent[0]


def test_a_leg_in_the_same_quarter_takes_the_same_time_whoever_drove_before():
    draws = the_draws()
    midnight = a_town(1).midnight
    v = VehicleId("V1")
    fresh = Traffic(EstimateTravel("UTC"), draws, midnight)
    used = Traffic(EstimateTravel("UTC"), the_draws(), midnight)
    for n in range(20):
        used.drive(v, east(100 * n), east(900), NINE + n)
    expected = fresh.drive(v, DEPOT, east(2000), NINE)
    assert used.drive(v, DEPOT, east(2000), NINE) == expected


def test_another_seed_has_other_luck():
    a, b = the_draws(1), the_draws(2)
    assert a.leg_factor(DEPOT, east(500), NINE) != b.leg_factor(DEPOT, east(500), NINE)
    assert a.congestion(NINE) != b.congestion(NINE)


def test_a_leg_takes_on_average_what_the_road_says():
    draws = the_draws()
    factors = [draws.leg_factor(DEPOT, east(n), NINE) for n in range(1, 3000)]
    assert 0.97 < fmean(factors) < 1.03
    assert 0.39 < pstdev([log(f) for f in factors]) < 0.44


def test_congestion_of_neighbouring_quarters_goes_together():
    pairs = [
        (log(d.congestion(NINE)), log(d.congestion(NINE + BUCKET_S)))
        for d in map(the_draws, range(1500))
    ]
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    covariance = fmean(x * y for x, y in pairs) - fmean(xs) * fmean(ys)
    assert 0.18 < covariance / (pstdev(xs) * pstdev(ys)) < 0.34
    assert 0.18 < pstdev(xs) < 0.22


def test_about_one_first_attempt_in_24_fails_on_time_and_more_when_late():
    draws = the_draws()
    customers = [CustomerId(f"c{n}") for n in range(6000)]

    def failed(late: bool, told: bool) -> float:
        return fmean(draws.absent(c, 1, late, told) for c in customers)

    on_time = failed(False, False)
    assert 0.036 < on_time < 0.049
    assert on_time < failed(True, True) < failed(True, False)


def test_whoever_calls_although_told_would_have_called_untold_and_sooner():
    draws = the_draws()
    for n in range(500):
        told = draws.patience_s(CustomerId(f"c{n}"), True)
        untold = draws.patience_s(CustomerId(f"c{n}"), False)
        if told is not None:
            assert untold is not None
            assert untold <= told


def test_doors_take_on_average_what_was_planned():
    draws = the_draws(3)
    factors = [draws.service_factor(VehicleId(f"V{n % 40}"), OrderId(f"o{n}")) for n in range(4000)]
    bias = exp(default().number("service.bias_sd") * draws.normal("service-bias"))
    assert 0.93 < fmean(factors) / bias < 1.07
