"""An order promised today: who is asked, who is not asked again, and what it may cost."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.domain.carrier import Carrier, CarrierKind, RateCard
from core.domain.day import CarrierState, Day, ProposalState, Tender
from core.domain.ids import CarrierId, CaseId, OptionId, OrderId, TenderId
from core.domain.option import Option, OrderRisk, Price, PriceLine, TenderOrder, Wait
from core.domain.proposal import ProposalStatus
from core.resolve.rank import keeps_promise
from core.resolve.recommend import recommend
from tests.builders import a_window, minute
from tests.resolve.proposing import proposed
from tests.tower.tuesday import SEED, TEN, TRAVEL, a_quiet_day, watched, with_urgent

URGENT = OrderId("U-1")
GIG = CarrierId("GIG")
REVIEW_S = 900


@pytest.fixture
def case() -> tuple[Day, CaseId]:
    """The urgent order at ten, six riders, and a carrier who could bring it by 10:40."""
    gig = Carrier(
        GIG,
        CarrierKind.GIG,
        RateCard(per_order_cents=100),
        cut_off=a_window(TEN, TEN + 200).closes,
        delivers=a_window(TEN, TEN + 200),
        lead_s=2400,
    )
    day = replace(with_urgent(a_quiet_day()), carriers={GIG: CarrierState(gig, 3)})
    day, by_cause = watched(day)
    (case_id,) = by_cause.values()
    return day, case_id


def table_of(day: Day, case_id: CaseId) -> dict[str, Option]:
    return {o.option_id: o for o in recommend(day, case_id, TRAVEL, {}, day.now, seed=SEED)}


def after_asking(day: Day, case_id: CaseId, answer_by: datetime, status: ProposalStatus) -> Day:
    """The carrier was asked, should have answered by then, and will not bring it."""
    first = proposed(day, case_id, tuple(table_of(day, case_id).values()))
    assert first is not None
    tender = Tender(
        TenderId("T-1"), first.proposal_id, URGENT, GIG, 100, minute(TEN + 40), answer_by, False
    )
    return replace(
        day,
        tenders={tender.tender_id: tender},
        proposals={first.proposal_id: ProposalState(first, status, decided_by="Anna")},
    )


def test_a_carrier_that_said_no_is_not_asked_again_for_a_review_time(case: tuple[Day, CaseId]):
    day, case_id = case
    assert table_of(day, case_id)["tender:GIG"].feasible
    asked = after_asking(day, case_id, minute(TEN - 3), ProposalStatus.APPROVED)
    table = table_of(asked, case_id)
    assert table["tender:GIG"].refused_because == (
        "GIG said no to U-1; it is not asked again before 10:12"
    )
    assert "U-1" in next(iter(table.values())).label


def test_a_carrier_is_quoted_from_when_it_can_hear_of_the_tender(case: tuple[Day, CaseId]):
    day, case_id = case
    (tender,) = table_of(day, case_id)["tender:GIG"].actions
    assert isinstance(tender, TenderOrder)
    # Ten o'clock, 60 s to the approval, 30 s in which it can be undone, 40 min to the door.
    assert tender.deliver_by == minute(TEN + 1.5 + 40)


def test_after_that_it_may_be_asked_again(case: tuple[Day, CaseId]):
    day, case_id = case
    long_ago = day.now - timedelta(seconds=REVIEW_S)
    asked = after_asking(day, case_id, long_ago, ProposalStatus.APPROVED)
    assert table_of(asked, case_id)["tender:GIG"].feasible


def test_a_tender_that_a_person_took_back_is_no_answer_of_the_carrier(case: tuple[Day, CaseId]):
    day, case_id = case
    asked = after_asking(day, case_id, day.now, ProposalStatus.UNDONE)
    because = table_of(asked, case_id)["tender:GIG"].refused_because
    assert "said no to" not in because


def an_option(name: str, cents: int, p_late_pct: int) -> Option:
    line = PriceLine("broken promise", 1000, "promise", cents * 1000, cents, "test")
    closes = minute(TEN + 75)
    risk = OrderRisk(URGENT, p_late_pct, closes, closes)
    actions = (Wait(minute(TEN + 15)),) if name == "wait" else ()
    return Option(OptionId(name), name, actions, Price(cents, (line,), 0, 256, risks=(risk,)))


def test_a_promise_made_today_is_kept_at_a_price_above_waiting(case: tuple[Day, CaseId]):
    day, case_id = case
    dear, wait = an_option("dear", 7400, 4), an_option("wait", 4500, 100)
    assert keeps_promise(dear, [dear, wait], day, day.now)
    proposal = proposed(day, case_id, (dear, wait))
    assert proposal is not None
    assert "comes to EUR 74.00, EUR 29.00 more" in proposal.explanation
    assert "keeps a promise made today" in proposal.explanation


def test_who_is_likely_late_as_well_has_to_be_cheaper_than_waiting(case: tuple[Day, CaseId]):
    day, _ = case
    late, wait = an_option("late", 7400, 97), an_option("wait", 4500, 100)
    assert not keeps_promise(late, [late, wait], day, day.now)
    assert not keeps_promise(wait, [late, wait], day, day.now)
