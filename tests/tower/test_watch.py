"""One case for each root cause: what opens, what changes, what closes."""

from dataclasses import replace

import pytest

from core.domain.case import CaseStatus, ExceptionType
from core.domain.day import Day, GoodsAt
from core.domain.fact import CustomerContacted
from core.domain.ids import ContactId, OrderId
from core.domain.order import FailReason, OrderStatus
from core.domain.plan import Progress
from core.tower.watch import Findings, watch
from tests.builders import east, minute
from tests.tower.tuesday import (
    SEED,
    TEN,
    TRAVEL,
    a_quiet_day,
    fixes,
    order_of,
    rider,
    the_tuesday,
    with_callers,
    with_cases,
    with_slow_rider,
    with_snarl,
    with_urgent,
)


def look_at(day: Day) -> Findings:
    return watch(day, TRAVEL, {}, day.now, seed=SEED)


def test_a_day_on_plan_opens_no_case():
    assert look_at(a_quiet_day()).nothing


def test_the_tuesday_is_three_cases_with_their_members():
    found = look_at(the_tuesday())

    titles = {c.title: c for c in found.opened}
    assert sorted(titles) == [
        "R6 runs late, 2 callers",
        "Snarl on Esplanadi: 3 riders",
        "Urgent order U-1 unassigned",
    ]
    assert titles["Snarl on Esplanadi: 3 riders"].vehicle_ids() == (rider(1), rider(2), rider(3))
    slow = titles["R6 runs late, 2 callers"]
    assert slow.vehicle_ids() == (rider(6),)
    assert {order_of(6, 5), order_of(6, 6)} <= set(slow.order_ids())
    urgent = titles["Urgent order U-1 unassigned"]
    assert urgent.order_ids() == ("U-1",)
    assert urgent.vehicle_ids() == ()
    assert [c.case_id for c in found.opened] == ["C-1", "C-2", "C-3"]


def test_a_snarl_gathers_the_late_promises_of_its_riders():
    snarl = look_at(with_snarl(a_quiet_day())).opened[0]
    assert snarl.type is ExceptionType.ROAD_INCIDENT
    late = [e for e in snarl.exceptions if e.type is ExceptionType.LATE_ROUTE]
    assert [e.vehicle_ids for e in late] == [(rider(1),), (rider(2),), (rider(3),)]
    assert all(e.cause == "incident:I-1" for e in late)
    assert snarl.waiting_cents > 300


def test_a_case_carries_evidence_with_its_instants_and_a_deadline():
    for case in look_at(the_tuesday()).opened:
        assert case.deadline_at is not None
        assert case.deadline_at >= case.opened_at
        assert all(x.at <= case.opened_at for e in case.exceptions for x in e.evidence)


def test_looking_again_changes_nothing():
    day = the_tuesday()
    again = with_cases(day, look_at(day).opened)
    assert look_at(again).nothing


def test_the_urgent_case_closes_when_the_order_has_an_owner():
    day = with_urgent(a_quiet_day())
    day = with_cases(day, look_at(day).opened)
    state = day.orders[OrderId("U-1")]
    refused = replace(state, status=OrderStatus.REFUSED)
    after = look_at(replace(day, orders={**day.orders, OrderId("U-1"): refused}))
    assert after.closed == (("C-1", "order U-1 is refused"),)


def test_a_new_caller_joins_the_case_of_the_slow_rider_as_the_next_revision():
    day = with_callers(with_slow_rider(a_quiet_day()), [order_of(6, 5)])
    day = with_cases(day, look_at(day).opened)
    found = look_at(with_callers(day, [order_of(6, 7)]))
    assert found.opened == ()
    assert [(c.case_id, c.revision, c.title) for c in found.changed] == [
        ("C-1", 2, "R6 runs late, 2 callers")
    ]


@pytest.mark.parametrize("status", [CaseStatus.RESOLVING, CaseStatus.SNOOZED])
def test_a_case_in_work_is_left_alone_until_something_new_joins(status: CaseStatus):
    day = with_slow_rider(a_quiet_day())
    case = replace(look_at(day).opened[0], status=status)
    day = with_cases(day, [case])
    assert look_at(day).nothing
    found = look_at(with_callers(day, [order_of(6, 5)]))
    assert [c.status for c in found.changed] == [CaseStatus.OPEN]


def test_an_answered_caller_is_no_exception():
    day = with_callers(a_quiet_day(), [order_of(5, 6)])
    assert [c.title for c in look_at(day).opened] == ["Customer of 5-06 asks"]
    state = replace(day.orders[order_of(5, 6)], told_at=day.now)
    assert look_at(replace(day, orders={**day.orders, order_of(5, 6): state})).nothing


def test_a_late_route_stays_late_down_to_half_the_threshold():
    """What one look opens, slightly better news does not close."""
    opened = None
    for late_s in range(0, 3600, 60):
        day = with_slow_rider(a_quiet_day(), late_s=late_s)
        found = look_at(day).opened
        if found:
            opened = (late_s, found)
            break
    assert opened is not None
    late_s, cases = opened
    better = with_cases(with_slow_rider(a_quiet_day(), late_s=late_s - 60), cases)
    assert look_at(replace(better, cases={})).opened == ()
    assert look_at(better).nothing


def test_riders_that_stand_together_are_a_snarl_that_nobody_reported():
    day = a_quiet_day()
    here = east(1000, north=-1400)
    standing = {
        **fixes(rider(1), here, TEN - 10, TEN),
        **fixes(rider(2), east(1100, north=-1400), TEN - 10, TEN),
    }
    routes = {v: replace(r, since=minute(TEN - 12)) for v, r in day.routes.items()}
    found = watch(replace(day, routes=routes), TRAVEL, standing, day.now, seed=SEED)
    snarl = next(c for c in found.opened if c.type is ExceptionType.ROAD_INCIDENT)
    assert snarl.title == "Snarl: 2 riders held up"
    assert snarl.vehicle_ids() == (rider(1), rider(2))


def test_one_rider_that_stands_is_no_snarl():
    day = a_quiet_day()
    standing = fixes(rider(1), east(1000, north=-1400), TEN - 10, TEN)
    routes = {v: replace(r, since=minute(TEN - 12)) for v, r in day.routes.items()}
    found = watch(replace(day, routes=routes), TRAVEL, standing, day.now, seed=SEED)
    assert all(c.type is not ExceptionType.ROAD_INCIDENT for c in found.opened)


def test_a_breakdown_takes_its_callers_along():
    day = with_callers(a_quiet_day(), [order_of(2, 6)])
    down = replace(day.vehicles[rider(2)], down_since=day.now, down_cause="mechanical")
    day = replace(day, vehicles={**day.vehicles, rider(2): down})
    (case,) = look_at(day).opened
    assert case.title == "R2 broke down, 8 deliveries left, 1 caller"
    assert case.type is ExceptionType.VEHICLE_BREAKDOWN


def test_a_cancelled_order_on_a_route_is_a_case_until_the_stop_is_gone():
    day = a_quiet_day()
    state = replace(day.orders[order_of(4, 8)], cancelled=True, ended_at=day.now)
    day = replace(day, orders={**day.orders, order_of(4, 8): state})
    found = look_at(day).opened
    assert [c.title for c in found] == ["Order 4-08 was cancelled"]
    route = day.routes[rider(4)]
    stops = tuple(s for s in route.stops if s.order_id != order_of(4, 8))
    without = replace(day, routes={**day.routes, rider(4): replace(route, stops=stops)})
    assert look_at(with_cases(without, found)).closed == (("C-1", "no driver goes there any more"),)


def test_an_absent_customer_is_worth_a_second_attempt_a_rejection_is_not():
    day = a_quiet_day()
    done = order_of(4, 3)
    for reason, cases in ((FailReason.RECEIVER_ABSENT, 1), (FailReason.REJECTED, 0)):
        state = replace(
            day.orders[done],
            status=OrderStatus.FAILED,
            goods=GoodsAt.VEHICLE,
            vehicle_id=rider(4),
            attempts=1,
            fail_reason=reason,
        )
        found = look_at(replace(day, orders={**day.orders, done: state}))
        assert len(found.opened) == cases


def test_a_caller_on_a_punctual_route_is_a_case_of_their_own():
    day = a_quiet_day()
    call = (day.now, CustomerContacted(ContactId("x"), order_of(5, 9), "where_is_it"))
    (case,) = look_at(replace(day, contacts=(call,))).opened
    assert case.cause == "order:5-09"


def test_a_finished_route_raises_nothing():
    day = with_slow_rider(a_quiet_day())
    route = replace(day.routes[rider(6)], progress=Progress.FINISHED)
    assert look_at(replace(day, routes={**day.routes, rider(6): route})).opened == ()
