"""Goods over a day as driven: who brought them, from where, and who handed them to whom."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.domain.fact import (
    AttemptFailed,
    HandedOver,
    StopFinished,
    StopReached,
    VehicleDown,
)
from core.domain.ids import (
    MeetingId,
    OrderId,
    StopId,
    VehicleId,
)
from core.domain.order import FailReason, Load
from core.domain.place import Point
from core.domain.plan import Stop, StopKind
from core.ledger.events import Body
from core.routing.check import Code, Violation
from tests.builders import DEPOT, a_stop, a_vehicle, east, minute
from tests.routing.worked import (
    BOTH,
    SPOT,
    V1,
    V2,
    A,
    B,
    C,
    Morning,
    back,
    decided,
    gave,
    left,
    morning,
    only,
)

# Who brought it


def test_an_order_brought_without_its_skill_or_equipment_is_hard():
    day = Morning()
    day.orders["a"] = replace(A, needs=frozenset({"two-person"}))
    day.orders["b"] = replace(B, needs=frozenset({"chilled"}))
    day.vans["v2"] = a_vehicle("v2", equipment=frozenset({"chilled"}))
    found = day.driven(*BOTH, back(60))
    assert only(found) == [(Code.SKILL, True), (Code.EQUIPMENT, True)]
    assert found[0].sentence == "a needs two-person; v1 with d-v1 has nothing special"


def test_a_driver_and_a_van_that_have_what_it_takes_are_clean():
    day = morning(skills=frozenset({"two-person"}), equipment=frozenset({"chilled"}))
    day.orders["a"] = replace(A, needs=frozenset({"two-person", "chilled"}))
    assert day.driven(*BOTH, back(60)) == ()


# What was on board


@pytest.mark.parametrize(
    "room", [Load(1, 10**6, 10**6), Load(9, 1_999, 10**6), Load(9, 10**6, 9_999)]
)
def test_a_van_that_leaves_too_full_is_found_in_every_dimension(room: Load):
    assert only(morning(capacity=room).driven(*BOTH, back(60))) == [(Code.CAPACITY, True)]


def dock(order: str) -> Stop:
    loads = (OrderId(order),)
    return Stop(
        StopId("reload:v2:1"), StopKind.RELOAD, DEPOT, 300, minute(20), minute(25), loads=loads
    )


def fetched(order: str, where: Point) -> list[tuple[float, Body]]:
    return [
        left(),
        left(0, V2),
        gave(10, "c", V2),
        decided(12, dock(order), a_stop(B, 30), home=60, vehicle=V2),
        (25, StopFinished(V2, dock(order).stop_id, where)),
    ]


def test_goods_that_are_on_the_road_cannot_be_fetched_at_the_depot():
    found = Morning().driven(*fetched("b", DEPOT))
    assert set(only(found)) == {(Code.GOODS_ON_BOARD, True)}
    assert found[-1].sentence.startswith("v2 took b on board after reload:v2:1; it was on v1")


def test_a_reload_away_from_every_depot_is_hard():
    found = Morning().driven(*fetched("x", east(500))[1:])
    assert (Code.RELOAD, True) in only(found)


def test_what_was_brought_back_is_on_no_vehicle_any_more():
    after = Morning().driven(left(), gave(10, "a"), back(40), gave(50, "b"))
    assert only(after) == [(Code.GOODS_ON_BOARD, True)]


def test_a_scan_that_comes_in_late_tells_of_the_time_it_was_made():
    assert Morning().driven(left(), gave(10, "a"), back(40), gave(30, "b")) == ()


def test_any_scan_proves_that_a_vehicle_has_left():
    missed = AttemptFailed(V1, OrderId("b"), SPOT, FailReason.RECEIVER_ABSENT)
    assert Morning().driven(gave(10, "a"), left(), (30, missed), back(60)) == ()


def test_a_committed_stop_that_is_bent_and_keeps_its_name_is_hard():
    bent = replace(a_stop(A, 10), point=east(300))
    found = Morning().driven(left(), decided(5, bent, a_stop(B, 30), home=100))
    assert only(found) == [(Code.FROZEN, True)]


# Meetings


def meets(vehicle: str, other: str, **goods: tuple[OrderId, ...]) -> Stop:
    stop = Stop(StopId(f"meet:m1:{vehicle}"), StopKind.MEET, SPOT, 720, minute(30), minute(42))
    named = replace(stop, meeting_id=MeetingId("m1"), meets=VehicleId(other))
    return replace(named, **goods)  # pyright: ignore[reportArgumentType]


def meeting(
    one: Point | None, two: Point | None, scan: Point = SPOT, *more: tuple[float, Body]
) -> tuple[Violation, ...]:
    b = (OrderId("b"),)
    events: list[tuple[float, Body]] = [
        left(),
        left(0, V2),
        decided(5, a_stop(A, 10), meets("v1", "v2", gives=b), home=60),
        decided(5, a_stop(C, 10), meets("v2", "v1", takes=b), a_stop(B, 50), home=60, vehicle=V2),
        gave(10, "a"),
        gave(10, "c", V2),
        *more,
    ]
    if one is not None:
        events.append((30, StopReached(V1, StopId("meet:m1:v1"), one)))
    if two is not None:
        events.append((32, StopReached(V2, StopId("meet:m1:v2"), two)))
    events.append((44, HandedOver(MeetingId("m1"), V1, V2, b, scan)))
    return Morning().driven(*events, gave(50, "b", V2))


def test_a_meeting_within_sight_of_each_other_is_clean():
    assert meeting(SPOT, east(1280)) == ()


@pytest.mark.parametrize(
    "apart",
    [
        lambda: meeting(SPOT, east(1700)),
        lambda: meeting(SPOT, SPOT, east(1700)),
        lambda: meeting(None, SPOT, east(1700)),
    ],
    ids=["the two", "the scan", "one and the scan"],
)
def test_a_meeting_at_two_places_is_hard(apart: Callable[[], tuple[Violation, ...]]):
    found = [v for v in apart() if v.hard]
    assert only(found) == [(Code.MEETING, True)]
    assert abs(found[0].amount - 500) <= 5


def test_one_who_was_never_seen_to_arrive_is_reported_softly():
    assert only(meeting(None, SPOT)) == [(Code.MEETING, False)]


def test_goods_are_fetched_from_a_vehicle_that_is_down_where_it_stands():
    near, far = VehicleDown(V1, east(1400)), VehicleDown(V1, east(1900))
    assert meeting(None, SPOT, SPOT, (20, near)) == ()
    assert only(meeting(None, SPOT, SPOT, (20, far))) == [(Code.MEETING, True)]
