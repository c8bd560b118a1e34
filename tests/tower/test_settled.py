"""A failed attempt is a case once; afterwards only news makes it one again."""

from dataclasses import replace

from core.domain.case import CaseStatus
from core.domain.day import Day
from core.domain.fact import CustomerContacted
from core.domain.ids import CaseId, ContactId
from core.domain.proposal import ProposalStatus
from core.tower.watch import Findings, watch
from tests.builders import east, minute
from tests.tower.absent import ABSENT, CARRIER, an_absent_customer, brought_back
from tests.tower.tuesday import SEED, TEN, TRAVEL, with_cases, with_slow_rider

C1 = CaseId("C-1")


def look_at(day: Day) -> Findings:
    return watch(day, TRAVEL, {}, day.now, seed=SEED)


def with_its_case(day: Day) -> Day:
    return with_cases(day, look_at(day).opened)


def after_closing(day: Day, at_min: float) -> Day:
    case = replace(day.cases[C1], status=CaseStatus.CLOSED, closed_at=minute(at_min))
    return replace(day, cases={C1: case})


def called_again(day: Day, at_min: float) -> Day:
    call = (minute(at_min), CustomerContacted(ContactId("again"), ABSENT, "where_is_it"))
    return replace(day, contacts=(*day.contacts, call))


def passing_by(day: Day) -> Day:
    """The carrier's stop after next lies beside the door where nobody opened."""
    route = day.routes[CARRIER]
    door = day.orders[ABSENT].order.point
    assert door is not None
    stops = list(route.stops)
    stops[route.done + 1] = replace(stops[route.done + 1], point=door)
    return replace(day, routes={**day.routes, CARRIER: replace(route, stops=tuple(stops))})


def test_goods_sent_back_for_good_close_the_case_with_the_reason():
    day = brought_back(with_its_case(an_absent_customer()), C1, TEN, ProposalStatus.APPROVED)
    assert look_at(day).closed == ((C1, "R4 brings it back to the depot"),)


def test_while_it_can_be_undone_the_case_stays():
    day = brought_back(with_its_case(an_absent_customer()), C1, TEN, ProposalStatus.HELD)
    assert look_at(day).nothing


def test_a_run_that_found_nothing_better_closes_the_case_with_what_it_found():
    day = with_its_case(an_absent_customer())
    noted = replace(
        day.cases[C1], status=CaseStatus.SNOOZED, note="Nothing else.", snoozed_until=day.now
    )
    found = look_at(with_cases(day, [noted]))
    assert found.closed == ((C1, "R4 brings it back to the depot. Nothing else."),)


def test_a_settled_attempt_opens_no_case_again():
    assert look_at(after_closing(with_its_case(an_absent_customer()), TEN - 5)).nothing


def test_a_customer_who_calls_back_opens_it_again():
    day = after_closing(with_its_case(an_absent_customer()), TEN - 5)
    (case,) = look_at(called_again(day, TEN - 1)).opened
    assert case.title.startswith(f"Attempt at {ABSENT} failed")
    sentences = [x.sentence for x in case.exceptions[0].evidence]
    assert sentences[-1] == f"customer of {ABSENT} asks again"


def test_a_call_from_before_it_was_settled_is_no_news():
    day = after_closing(with_its_case(an_absent_customer()), TEN - 5)
    found = look_at(called_again(day, TEN - 10))
    assert all(not c.title.startswith("Attempt") for c in found.opened)


def test_a_carrier_who_comes_near_with_time_in_hand_opens_it_again_a_review_later():
    day = passing_by(after_closing(with_its_case(an_absent_customer()), TEN - 15))
    (case,) = look_at(day).opened
    assert "with time in hand, 0 m out of its way" in case.exceptions[0].evidence[-1].sentence
    again = replace(case, status=CaseStatus.CLOSED, closed_at=minute(TEN - 15))
    assert look_at(with_cases(day, [again])).nothing


def test_what_was_just_settled_is_left_alone_for_a_review():
    assert look_at(passing_by(after_closing(with_its_case(an_absent_customer()), TEN - 14))).nothing


def test_a_carrier_who_stays_away_from_the_door_is_no_news():
    day = after_closing(with_its_case(an_absent_customer()), TEN - 15)
    state = day.orders[ABSENT]
    far = replace(state, order=replace(state.order, point=east(-3000)))
    assert look_at(replace(day, orders={**day.orders, ABSENT: far})).nothing


def test_a_late_carrier_who_comes_near_is_no_news():
    day = passing_by(after_closing(with_its_case(an_absent_customer()), TEN - 15))
    found = look_at(with_slow_rider(day, 4, late_s=1500))
    assert all(not c.title.startswith("Attempt") for c in found.opened)
