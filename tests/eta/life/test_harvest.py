"""What a ledger teaches: legs as driven, doors without waiting, nothing from clocks that jump."""

import numpy as np
import pytest

from core.domain.fact import AttemptFailed, OrderDelivered, RouteDeparted, StopReached
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.order import FailReason
from core.eta.life.harvest import cell, harvest, wall_s
from core.travel.estimate import EstimateTravel
from tests.builders import DEPOT, EIGHT, east, minute
from tests.eta.life.depot import a_round

VAN = VehicleId("V1")
NEAR, FAR = east(2_000), east(4_000)
TRAVEL = EstimateTravel("Europe/Helsinki")


def departs() -> RouteDeparted:
    return RouteDeparted(VAN, DEPOT)


def reaches(order: str) -> StopReached:
    return StopReached(VAN, StopId(f"deliver:{order}"), NEAR if order == "o1" else FAR)


def delivers(order: str) -> OrderDelivered:
    return OrderDelivered(VAN, OrderId(order), NEAR if order == "o1" else FAR)


def test_a_leg_lasts_from_leaving_to_arriving_and_a_service_without_the_wait():
    events = a_round(
        (5, departs()),
        (11, reaches("o1")),
        (15, delivers("o1")),
        (24, reaches("o2")),
        (65, delivers("o2")),
    )
    found = harvest([(events, TRAVEL)])
    np.testing.assert_array_equal(found.driven.seconds, [360, 540])
    # The second customer's window opens at nine, and the van had been there since 8:24.
    np.testing.assert_array_equal(found.served.seconds, [240, 300])
    assert found.days == ("test:2026-11-10",)
    assert list(found.driven.asked.from_zone) == [cell(DEPOT), cell(NEAR)]
    assert found.served.asked.formula_s[0] == 240


def test_the_formula_of_a_leg_is_the_provider_at_the_hour_it_began():
    found = harvest([(a_round((5, departs()), (11, reaches("o1"))), TRAVEL)])
    expected = int(TRAVEL.matrix([DEPOT, NEAR], minute(5)).seconds[0, 1])
    assert found.driven.asked.formula_s[0] == pytest.approx(expected, abs=1)


def test_instants_are_those_of_the_wall():
    found = harvest([(a_round((5, departs()), (11, reaches("o1"))), TRAVEL)])
    assert found.driven.asked.start_s[0] == wall_s(minute(5), "Europe/Helsinki")
    assert wall_s(EIGHT, "Europe/Helsinki") % 86_400 == 10 * 3600


def test_a_failed_attempt_is_a_service_too():
    failed = AttemptFailed(VAN, OrderId("o1"), NEAR, FailReason.RECEIVER_ABSENT)
    found = harvest([(a_round((5, departs()), (11, reaches("o1")), (13, failed)), TRAVEL)])
    np.testing.assert_array_equal(found.served.seconds, [120])


def test_a_clock_that_jumps_back_teaches_nothing_and_is_counted():
    jumped = a_round((15, departs()), (11, reaches("o1")), (9, delivers("o1")))
    found = harvest([(jumped, TRAVEL)])
    assert (len(found.driven), len(found.served)) == (0, 0)
    assert found.left_out["no time passed, or a clock was set"] == 2


def test_no_ledger_at_all_teaches_nothing():
    found = harvest([])
    assert (len(found.driven), len(found.served), found.days) == (0, 0, ())
