"""Whom a snarl's case names, whom it mentions, and who keeps a case of their own."""

from dataclasses import replace

from core.domain.case import Case, ExceptionType
from core.domain.day import Day
from core.domain.plan import Progress
from core.domain.position import Positions
from core.tower.watch import Findings, watch
from tests.builders import east
from tests.tower.tuesday import (
    FAR_END,
    SEED,
    TEN,
    TRAVEL,
    a_quiet_day,
    fixes,
    order_of,
    rider,
    with_callers,
    with_cases,
    with_jam,
    with_slow_rider,
    with_snarl,
)

IN_THE_JAM = fixes(rider(5), east(2050, north=100), TEN - 1, TEN)
"""Rider 5, seen twice inside it."""


def look_at(day: Day, positions: Positions | None = None) -> Findings:
    return watch(day, TRAVEL, positions or {}, day.now, seed=SEED)


def snarl_of(cases: tuple[Case, ...]) -> Case:
    return next(c for c in cases if c.type is ExceptionType.ROAD_INCIDENT)


def lines(case: Case) -> list[str]:
    return [x.sentence for x in case.exceptions[0].evidence]


def test_a_snarl_counts_who_is_in_it_and_mentions_who_will_cross_it():
    case = snarl_of(look_at(with_jam(a_quiet_day()), IN_THE_JAM).opened)

    assert case.title == "Snarl on Bulevardi: 1 rider"
    assert case.exceptions[0].vehicle_ids == (rider(5),)
    assert "R5 crawls in it" in lines(case)
    assert any(line.startswith("also on the way there: R4 (") for line in lines(case))


def test_who_is_late_because_of_a_snarl_ahead_is_part_of_its_case():
    (case,) = look_at(with_jam(a_quiet_day()), IN_THE_JAM).opened
    assert case.vehicle_ids() == (rider(4), rider(5))


def test_a_snarl_that_holds_nobody_yet_is_named_by_who_will_get_into_it():
    (case,) = look_at(with_jam(a_quiet_day())).opened
    assert case.title == "Snarl on Bulevardi: R4 on the way there"
    assert case.exceptions[0].vehicle_ids == ()


def test_a_driver_at_a_door_whose_next_leg_leads_into_it_is_held():
    day = with_jam(a_quiet_day())
    at_the_door = replace(day.routes[rider(4)], progress=Progress.AT_STOP)
    (case,) = look_at(replace(day, routes={**day.routes, rider(4): at_the_door})).opened
    assert case.title == "Snarl on Bulevardi: 1 rider"
    assert "R4 drives into it next" in lines(case)


def test_who_was_late_without_the_snarl_ahead_keeps_a_case_of_their_own():
    day = with_jam(with_slow_rider(a_quiet_day(), 4))
    found = {c.title: c for c in look_at(day, IN_THE_JAM).opened}
    assert sorted(found) == ["R4 runs late", "Snarl on Bulevardi: 1 rider"]
    assert found["Snarl on Bulevardi: 1 rider"].vehicle_ids() == (rider(5),)


def test_a_slow_rider_in_the_snarl_whose_customers_call_keeps_a_case_of_their_own():
    day = with_callers(with_slow_rider(with_snarl(a_quiet_day()), 3), [order_of(3, 5)])
    found = {c.title: c for c in look_at(day).opened}
    assert sorted(found) == ["R3 runs late, 1 caller", "Snarl on Esplanadi: 2 riders"]
    assert "also in it, late before and a case of its own: R3" in lines(
        found["Snarl on Esplanadi: 2 riders"]
    )


def test_a_slow_rider_leaves_the_snarls_case_once_customers_call_for_reasons_of_their_own():
    day = with_slow_rider(with_snarl(a_quiet_day()), 3)
    day = with_cases(day, look_at(day).opened)
    # The snarl is worked again without the rider, so that no two proposals change one route.
    found = look_at(with_callers(day, [order_of(3, 4)]))
    assert [c.title for c in found.opened] == ["R3 runs late, 1 caller"]
    assert [(c.title, c.revision) for c in found.changed] == [("Snarl on Esplanadi: 2 riders", 2)]


def test_without_callers_the_snarl_takes_a_late_rider_along():
    day = with_slow_rider(with_snarl(a_quiet_day()), 3)
    assert [c.title for c in look_at(day).opened] == ["Snarl on Esplanadi: 3 riders"]


def test_a_late_case_that_the_snarl_takes_over_says_where_it_goes_on():
    slow = with_slow_rider(a_quiet_day(), 3)
    slow = with_cases(slow, look_at(slow).opened)
    found = look_at(with_snarl(slow))
    assert found.closed == (("C-1", "goes on as part of: Snarl on Esplanadi: 3 riders"),)


def test_a_rider_of_the_case_who_gets_into_the_snarl_starts_no_new_attempt():
    day = with_jam(a_quiet_day())
    day = with_cases(day, look_at(day, IN_THE_JAM).opened)
    both = {**IN_THE_JAM, **fixes(rider(4), FAR_END, TEN - 1, TEN)}
    found = look_at(day, both)
    assert found.opened == ()
    assert found.closed == ()
    (case,) = found.changed
    assert (case.title, case.revision) == ("Snarl on Bulevardi: 2 riders", 1)


def test_whoever_has_a_case_beside_the_snarl_keeps_it_when_they_get_there():
    day = with_jam(with_slow_rider(a_quiet_day(), 4))
    day = with_cases(day, look_at(day, IN_THE_JAM).opened)
    assert look_at(day, {**IN_THE_JAM, **fixes(rider(4), FAR_END, TEN - 1, TEN)}).nothing


def test_a_vehicle_at_the_depot_is_not_held_by_a_snarl_around_it():
    day = with_snarl(a_quiet_day())
    snarl = snarl_of(look_at(day).opened)
    waiting = replace(day.routes[rider(1)], progress=Progress.AT_DEPOT, done=0)
    after = snarl_of(look_at(replace(day, routes={**day.routes, rider(1): waiting})).opened)
    assert rider(1) in snarl.exceptions[0].vehicle_ids
    assert rider(1) not in after.exceptions[0].vehicle_ids


def test_two_callers_for_one_rider_are_one_case_even_where_the_route_is_on_time():
    day = with_callers(a_quiet_day(), [order_of(5, 8), order_of(5, 9)])
    (case,) = look_at(day).opened
    assert case.title == "R5 keeps customers waiting, 2 callers"
    day = with_cases(day, [case])
    told = replace(day.orders[order_of(5, 8)], told_at=day.now)
    found = look_at(replace(day, orders={**day.orders, order_of(5, 8): told}))
    assert found.opened == ()
    assert [c.title for c in found.changed] == ["R5 keeps customers waiting, 1 caller"]


def test_a_caller_whose_own_order_is_on_time_joins_the_case_of_the_late_rider():
    day = with_callers(with_slow_rider(a_quiet_day()), [order_of(6, 11)])
    assert [c.title for c in look_at(day).opened] == ["R6 runs late, 1 caller"]
