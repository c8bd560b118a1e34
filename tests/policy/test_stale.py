"""Whose place is known well enough to change a route, with trackers and without."""

from collections.abc import Mapping

from core.domain.day import Day
from core.domain.ids import VehicleId
from core.domain.plan import Progress
from core.policy.situation import JudgeContext
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east

V1, V2 = VehicleId("v1"), VehicleId("v2")
A, B = an_order("a", east(500)), an_order("b", east(1000))


def stale_s(day: Day, ages: Mapping[VehicleId, int]) -> int | None:
    context = JudgeContext(
        day=day, exception_type="late_route", price=None, role="", now=day.now, position_ages_s=ages
    )
    return context.stale_s(V1)


def departed(at_min: float, now_min: float) -> Day:
    """V1 left the depot then and drives to its first stop; V2 is still at the depot."""
    return a_day(
        [A, B],
        [a_vehicle("v1"), a_vehicle("v2")],
        [a_driver("v1"), a_driver("v2")],
        [
            a_route("v1", [A], progress=Progress.DRIVING, since_min=at_min),
            a_route("v2", [B]),
        ],
        now_min=now_min,
    )


def test_who_never_sent_a_position_is_stale_a_while_after_departure_where_others_send():
    assert stale_s(departed(0, now_min=6), {V2: 20}) == 360
    assert stale_s(departed(0, now_min=5), {V2: 20}) is None


def test_a_depot_without_trackers_goes_by_what_drivers_report():
    assert stale_s(departed(0, now_min=60), {}) is None


def test_a_fresh_position_or_a_fresh_scan_is_proof_enough():
    assert stale_s(departed(0, now_min=60), {V1: 30}) is None
    assert stale_s(departed(57, now_min=60), {V1: 3600}) is None
    assert stale_s(departed(40, now_min=60), {V1: 900}) == 900


def test_who_is_at_the_depot_needs_no_proof():
    day = a_day([A], [a_vehicle("v1")], [a_driver("v1")], [a_route("v1", [A])], now_min=60)
    assert stale_s(day, {V2: 20}) is None
