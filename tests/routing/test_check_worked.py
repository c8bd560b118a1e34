"""People and vans over a day as driven: what was agreed is hard, what the road did is not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.decision import PlanAdopted, ProposalUndone, RouteChanged
from core.domain.fact import (
    AttemptFailed,
    DayOpened,
    DriverListed,
    HandedOver,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    RouteReturned,
    StopFinished,
    StopReached,
    VehicleDown,
    VehicleListed,
)
from core.domain.fleet import Depot, Driver, Vehicle
from core.domain.ids import (
    DayId,
    DepotId,
    DriverId,
    EventId,
    MeetingId,
    OrderId,
    PlanId,
    ProposalId,
    StopId,
    VehicleId,
)
from core.domain.option import NewRoute
from core.domain.order import FailReason, Load, Order
from core.domain.place import Point
from core.domain.plan import Plan, ProviderStamp, Route, Stop, StopKind
from core.ledger.events import Body, Event
from core.routing.check import Code, Violation, check_executed, executed_points
from tests.builders import DEPOT, a_driver, a_stop, a_vehicle, a_window, an_order, east, minute

V1, V2 = VehicleId("v1"), VehicleId("v2")
A, B, C = an_order("a", east(600)), an_order("b", east(1200)), an_order("c", east(0, 600))
SPOT = east(1200)
PROPOSED = ProposalId("P-1")
REST = Stop(StopId("rest:d-v1"), StopKind.REST, east(600), 1800, minute(60), minute(90))


def by_crow(a: Point, b: Point) -> tuple[int, int]:
    """One second for every ten metres, and one road metre for every metre."""
    metres = round(a.crow_m(b) / 100) * 100
    return metres // 10, metres


@dataclass
class Morning:
    """V1 leaves at 08:00 with a and b, V2 with c; both are home by 09:40 if all goes well."""

    orders: dict[str, Order] = field(default_factory=lambda: {o.order_id: o for o in (A, B, C)})
    vans: dict[str, Vehicle] = field(
        default_factory=lambda: {"v1": a_vehicle("v1"), "v2": a_vehicle("v2")}
    )
    drivers: dict[str, Driver] = field(
        default_factory=lambda: {"v1": a_driver("v1"), "v2": a_driver("v2")}
    )
    rest: bool = False
    depart_min: float = 0
    return_min: float = 100

    def ledger(self, *then: tuple[float, Body]) -> list[Event]:
        own = [a_stop(A, 10), a_stop(B, 30), *([REST] if self.rest else [])]
        routes = (self.route(V1, own, "ab"), self.route(V2, [a_stop(C, 10)], "c"))
        plan = Plan(PlanId("p1"), 1, routes, (), ProviderStamp("estimate"), "test", 0, 0, 0)
        depot = Depot(DepotId("depot"), DEPOT, a_window(-120, 720))
        bodies: list[tuple[float, Body]] = [
            (-90, DayOpened(DayId("d"), "test", "2026-11-10", "UTC", (depot,))),
            *((-80, OrderReceived(o)) for o in self.orders.values()),
            *((-80, VehicleListed(v)) for v in self.vans.values()),
            *((-80, DriverListed(d)) for d in self.drivers.values()),
            (-60, PlanAdopted(plan)),
            *then,
        ]
        return [
            Event(DayId("d"), n, EventId(f"e{n}"), minute(m), minute(m), "test", body)
            for n, (m, body) in enumerate(bodies)
        ]

    def route(self, vehicle: VehicleId, stops: Sequence[Stop], orders: str) -> Route:
        ids = tuple(OrderId(o) for o in orders)
        leaves, returns = minute(self.depart_min), minute(self.return_min)
        driver = DriverId(f"d-{vehicle}")
        return Route(vehicle, driver, leaves, DEPOT, tuple(stops), DEPOT, returns, ids)

    def driven(self, *then: tuple[float, Body], by: bool = True) -> tuple[Violation, ...]:
        return check_executed(self.ledger(*then), by_crow if by else None)


def morning(**v1: Any) -> Morning:
    """Change the driver or the van of V1."""
    day = Morning(rest="rest" in v1)
    for name, value in v1.items():
        if name in ("rest", "shift", "skills"):
            day.drivers["v1"] = replace(day.drivers["v1"], **{name: value})
        else:
            day.vans["v1"] = replace(day.vans["v1"], **{name: value})
    return day


def left(at: float = 0, vehicle: VehicleId = V1) -> tuple[float, Body]:
    return at, RouteDeparted(vehicle, DEPOT)


def back(at: float, vehicle: VehicleId = V1) -> tuple[float, Body]:
    return at, RouteReturned(vehicle, DEPOT)


def gave(at: float, order: str, vehicle: VehicleId = V1) -> tuple[float, Body]:
    point = {"a": A, "b": B, "c": C}[order].point
    assert point is not None
    return at, OrderDelivered(vehicle, OrderId(order), point)


def decided(
    at: float, *stops: Stop, home: float, vehicle: VehicleId = V1
) -> tuple[float, RouteChanged]:
    return at, RouteChanged(NewRoute(vehicle, 1, stops, minute(home)), PROPOSED)


def rested(begin: float, end: float) -> list[tuple[float, Body]]:
    return [
        (begin, StopReached(V1, REST.stop_id, REST.point)),
        (end, StopFinished(V1, REST.stop_id, REST.point)),
    ]


def only(found: Sequence[Violation]) -> list[tuple[Code, bool]]:
    return [(v.code, v.hard) for v in found]


BOTH = [left(), gave(10, "a"), gave(30, "b")]
FAR = an_order("far", east(30_000))
FAR_STOP = a_stop(FAR, 60)
A_RULE = a_driver("v1", rest_min=(30, 90, 30)).rest


# Shifts


def shift(closes: float) -> dict[str, Any]:
    return {"shift": a_driver("v1", shift_min=(0, closes)).shift}


def test_a_rider_whom_the_road_made_late_broke_no_rule():
    late = morning(**shift(100)).driven(*BOTH, back(190))
    assert only(late) == [(Code.SHIFT, False)]
    assert late[0].amount == 90 * 60
    assert "1 h" not in late[0].sentence
    assert late[0].sentence == "v1 was back 90 min after the shift of d-v1 ended at 09:40"


def test_a_return_that_the_plan_itself_had_beyond_shift_and_overtime_is_hard():
    day = morning(**shift(60))
    assert only(day.driven(*BOTH, back(95))) == [(Code.SHIFT, True)]
    assert only(day.driven(*BOTH, back(89))) == [(Code.SHIFT, False)]


def detour(day: Morning, *then: tuple[float, Body]) -> list[tuple[float, Body]]:
    """After a, V1 is given another stop, an hour and 40 minutes there and back."""
    day.orders["far"] = FAR
    loads = (OrderId("far"),)
    dock = Stop(
        StopId("reload:v1:1"), StopKind.RELOAD, DEPOT, 300, minute(50), minute(55), loads=loads
    )
    return [
        left(),
        gave(10, "a"),
        decided(12, a_stop(B, 30), dock, FAR_STOP, home=170),
        *then,
        gave(30, "b"),
        (50, StopFinished(V1, dock.stop_id, DEPOT)),
        (110, OrderDelivered(V1, OrderId("far"), east(30_000))),
        back(175),
    ]


def test_a_return_that_a_decision_put_beyond_shift_and_overtime_is_hard():
    day = morning(**shift(80))
    found = day.driven(*detour(day))
    assert only(found) == [(Code.SHIFT, True)]
    assert found[0].sentence.endswith("ended at 09:20, as the desk had decided")


def test_a_decision_within_the_overtime_leaves_a_late_return_to_the_road():
    day = morning(**shift(130))
    assert only(day.driven(*detour(day))) == [(Code.SHIFT, False)]


def test_without_travel_times_nobody_can_say_what_keeping_would_have_been():
    day = morning(**shift(80))
    assert only(day.driven(*detour(day), by=False)) == [(Code.SHIFT, False)]


def test_a_decision_that_was_undone_made_nobody_late():
    day = morning(**shift(80))
    old = NewRoute(V1, 2, (a_stop(B, 30),), minute(100))
    events = detour(day, (13, ProposalUndone(PROPOSED, "dana", (old,))))
    events = [e for e in events if e[0] not in (50, 110)]
    assert only(day.driven(*events)) == [(Code.SHIFT, False)]


def test_a_decision_that_is_no_later_than_keeping_leaves_the_lateness_to_the_road():
    """At 10:30 b is still to do, long after the shift; dropping nothing makes it no later."""
    day = morning(**shift(80))
    found = day.driven(
        left(), gave(10, "a"), decided(150, a_stop(B, 152), home=158), gave(155, "b"), back(160)
    )
    assert only(found) == [(Code.SHIFT, False)]


def test_leaving_before_the_shift_is_hard_only_when_it_was_planned():
    day = Morning(depart_min=-5)
    assert only(day.driven(left(-5), *BOTH[1:], back(60))) == [(Code.SHIFT, True)]
    assert only(Morning().driven(left(-5), *BOTH[1:], back(60))) == [(Code.SHIFT, False)]


# Rests


def test_a_rest_taken_as_planned_is_clean():
    assert morning(rest=A_RULE).driven(*BOTH, *rested(60, 90), back(95)) == ()


def test_a_planned_rest_that_was_not_taken_is_hard():
    found = morning(rest=A_RULE).driven(*BOTH, back(95))
    assert only(found) == [(Code.REST, True)]
    assert found[0].amount == 1800


def test_who_is_back_early_enough_rests_at_home():
    assert morning(rest=A_RULE).driven(*BOTH, back(58)) == ()


def test_a_rest_that_nobody_planned_and_the_road_made_due_is_soft():
    day = morning(rest=A_RULE)
    day.rest, day.return_min = False, 58
    assert only(day.driven(*BOTH, back(95))) == [(Code.REST, False)]


def test_a_plan_without_the_rest_that_its_driver_is_owed_is_hard():
    day = morning(rest=A_RULE)
    day.rest = False
    assert only(day.driven(*BOTH, back(95))) == [(Code.REST, True)]


def test_a_decision_that_takes_the_rest_away_is_hard():
    day = morning(rest=A_RULE)
    taken = decided(12, a_stop(B, 30), home=95)
    assert only(day.driven(left(), gave(10, "a"), taken, gave(30, "b"), back(95))) == [
        (Code.REST, True)
    ]


def test_a_decision_that_is_home_before_the_rest_may_take_it_out():
    day = morning(rest=A_RULE)
    taken = decided(12, a_stop(B, 30), home=55)
    assert only(day.driven(left(), gave(10, "a"), taken, gave(30, "b"), back(95))) == [
        (Code.REST, False)
    ]


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        (60, 80, [(Code.REST, True)]),
        (60, 89.5, [(Code.REST, False)]),
        (65, 95, [(Code.REST, False)]),
    ],
    ids=["ten minutes short", "half a minute short", "past its window"],
)
def test_a_rest_is_held_against_its_length_and_its_window(
    begin: float, end: float, found: list[tuple[Code, bool]]
):
    assert only(morning(rest=A_RULE).driven(*BOTH, *rested(begin, end), back(100))) == found


def test_a_rest_whose_beginning_nobody_scanned_was_taken():
    assert morning(rest=A_RULE).driven(*BOTH, rested(60, 90)[1], back(95)) == ()


# Range


def test_a_route_planned_beyond_the_range_is_hard():
    assert only(morning(range_m=2_300).driven(*BOTH, back(60))) == [(Code.RANGE, True)]


def test_a_van_that_drove_further_than_was_asked_of_it_is_soft():
    there_and_back: list[tuple[float, Body]] = [
        left(),
        gave(10, "b"),
        gave(20, "a"),
        (30, StopReached(V1, StopId("nowhere"), SPOT)),
        back(60),
    ]
    found = morning(range_m=2_500).driven(*there_and_back)
    assert only(found) == [(Code.RANGE, False)]
    # 1.2 out, 0.6 back, 0.6 out again and 1.2 home, where 2.5 go.
    assert abs(found[0].amount - 1_100) <= 5


def test_a_decision_beyond_the_range_is_hard_with_the_crow_as_witness():
    for by in (True, False):
        day = morning(range_m=50_000)
        assert only(day.driven(*detour(day), by=by)) == [(Code.RANGE, True)]


def test_an_odometer_is_believed():
    day = morning(range_m=50_000)
    events = day.ledger(*BOTH, back(60))
    assert only(check_executed(events, by_crow, driven_m={V1: 51_000})) == [(Code.RANGE, False)]
    assert check_executed(events, by_crow, driven_m={V1: 49_000}) == ()


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


def test_the_points_to_look_up_are_all_that_is_looked_up():
    day = morning(range_m=10**6, **shift(80))
    events = day.ledger(*detour(day))
    allowed = set(executed_points(events))

    def strict(a: Point, b: Point) -> tuple[int, int]:
        assert {a, b} <= allowed
        return by_crow(a, b)

    assert only(check_executed(events, strict)) == [(Code.SHIFT, True)]


DRIVEN: list[tuple[float, Body]] = [left(), gave(10, "a"), gave(30, "b"), *rested(60, 90), back(95)]


@given(st.lists(st.integers(0, 90), min_size=len(DRIVEN), max_size=len(DRIVEN)))
def test_no_traffic_breaks_a_rule(delays: list[int]):
    """Every leg of a clean day may take any time longer: the rest is taken, the van comes home."""
    late, driven = 0, list[tuple[float, Body]]()
    for (at, body), delay in zip(DRIVEN, delays, strict=True):
        late += delay
        driven.append((at + late, body))
    found = morning(rest=A_RULE, **shift(100)).driven(*driven)
    assert [v for v in found if v.hard] == []


@given(st.permutations(DRIVEN))
def test_facts_may_come_in_any_order(facts: list[tuple[float, Body]]):
    """A scan that is late or early in the ledger tells of the time it was made."""
    found = morning(rest=A_RULE, **shift(100)).driven(*facts)
    assert [v for v in found if v.hard] == []
