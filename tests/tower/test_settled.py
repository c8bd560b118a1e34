"""A failed attempt is a case once; afterwards only news makes it one again."""

from dataclasses import replace

from core.domain.case import CaseStatus
from core.domain.day import Day, ProposalState
from core.domain.fact import CustomerContacted
from core.domain.ids import CaseId, ContactId, OptionId, ProposalId
from core.domain.option import ChangeKind, ChangeRoutes, NewRoute, Option, Price
from core.domain.proposal import Basis, Proposal, ProposalStatus, Verdict, VerdictKind
from core.tower.watch import Findings, watch
from tests.builders import minute
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


def rerouted(day: Day, at_min: float) -> Day:
    """A decision that leads the carrier past the door: the next stop is put beside it."""
    route = day.routes[CARRIER]
    door = day.orders[ABSENT].order.point
    assert door is not None
    stops = list(route.stops)
    stops[route.done + 1] = replace(stops[route.done + 1], point=door)
    change = NewRoute(CARRIER, route.revision, tuple(stops[route.done :]), route.return_at)
    option = Option(
        OptionId("resequence:R4"),
        "resequence R4",
        (ChangeRoutes(ChangeKind.RESEQUENCE, (change,)),),
        Price(0, (), 0, 256),
    )
    proposal = Proposal(
        proposal_id=ProposalId("P-9-1"),
        case_id=CaseId("C-9"),
        case_revision=1,
        option=option,
        alternatives=(),
        basis=Basis(),
        verdict=Verdict(VerdictKind.NEEDS, "test", "a person", "dispatcher"),
        made_at=minute(at_min),
        expires_at=minute(at_min + 15),
        rules_digest=day.rules_digest,
        provider="test",
        seed=0,
    )
    state = ProposalState(proposal, ProposalStatus.APPROVED, "Anna", minute(at_min))
    after = replace(route, stops=tuple(stops), revision=route.revision + 1)
    return replace(
        day,
        routes={**day.routes, CARRIER: after},
        proposals={**day.proposals, proposal.proposal_id: state},
    )


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


def test_a_decision_that_leads_the_goods_past_the_door_opens_it_again_once():
    day = rerouted(after_closing(with_its_case(an_absent_customer()), TEN - 5), TEN - 1)
    (case,) = look_at(day).opened
    assert "now passes 0 m from" in case.exceptions[0].evidence[-1].sentence
    again = replace(case, status=CaseStatus.CLOSED, closed_at=day.now)
    assert look_at(with_cases(day, [again])).nothing


def test_a_late_rider_who_passes_near_is_no_news():
    day = rerouted(after_closing(with_its_case(an_absent_customer()), TEN - 5), TEN - 1)
    found = look_at(with_slow_rider(day, 4))
    assert all(not c.title.startswith("Attempt") for c in found.opened)
