"""People and vans over a day as driven: what was agreed is hard, what the road did is not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.decision import ProposalUndone
from core.domain.fact import (
    OrderDelivered,
    StopFinished,
    StopReached,
)
from core.domain.ids import (
    OrderId,
    StopId,
)
from core.domain.option import NewRoute
from core.domain.place import Point
from core.domain.plan import Stop, StopKind
from core.ledger.events import Body
from core.routing.check import Code, check_executed, executed_points
from tests.builders import DEPOT, a_driver, a_stop, east, minute
from tests.routing.crow import by_crow
from tests.routing.worked import (
    A_RULE,
    BOTH,
    FAR,
    FAR_STOP,
    PROPOSED,
    SPOT,
    V1,
    B,
    Morning,
    back,
    decided,
    gave,
    left,
    morning,
    only,
    rested,
)

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
