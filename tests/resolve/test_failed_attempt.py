"""What a run makes of a failed attempt: a second one that pays, or the goods ride back."""

from dataclasses import replace
from datetime import timedelta

from core.domain.customer import Customer
from core.domain.day import Day, ProposalState
from core.domain.ids import CaseId, CustomerId
from core.domain.option import ChangeRoutes, NotifyCustomer, Option
from core.domain.proposal import Proposal, ProposalStatus, Verdict, VerdictKind
from core.domain.rules import Rules, Thresholds
from core.resolve.recommend import recommend
from core.routing.cost import late_mc
from core.tower.settled import BACK_TO_DEPOT
from tests.resolve.proposing import PERSON, proposed
from tests.tower.absent import ABSENT, an_absent_customer
from tests.tower.tuesday import SEED, TRAVEL, watched

ALONE = Verdict(VerdictKind.ALLOW, "notify", "a message from a template")


def the_case(day: Day) -> tuple[Day, CaseId]:
    day, by_cause = watched(day)
    return day, by_cause[f"order:{ABSENT}"]


def table_of(day: Day, case_id: CaseId) -> dict[str, Option]:
    options = recommend(day, case_id, TRAVEL, {}, day.now, seed=SEED)
    return {o.option_id: o for o in options}


def too_dear_to_retry() -> Day:
    """A depot that finds no second attempt worth a change under 90 euros."""
    day = an_absent_customer()
    return replace(day, rules=Rules(thresholds=Thresholds(min_gain_cents=9000)))


def test_a_second_attempt_that_pays_leads_and_bringing_back_is_in_the_table():
    table = table_of(*the_case(an_absent_customer()))
    assert next(iter(table)) == f"retry:{ABSENT}"
    assert table[f"return:{ABSENT}"].feasible


def test_a_second_attempt_has_no_promise_left_so_it_waits_for_a_place_that_suits_the_route():
    """At once it would make others late; on the way back it costs a detour and nothing else."""
    day, case_id = the_case(an_absent_customer())
    state = day.orders[ABSENT]
    assert state.promise.closes < day.now + timedelta(minutes=30)
    assert late_mc(state, day.rules) == 0
    retry = table_of(day, case_id)[f"retry:{ABSENT}"]
    (change,) = [a for a in retry.actions if isinstance(a, ChangeRoutes)]
    orders = [s.order_id for s in change.routes[0].stops]
    assert orders.index(ABSENT) > len(orders) // 2
    assert retry.price is not None
    assert retry.price.collateral_pm is not None
    assert retry.price.collateral_pm < 100


def test_a_second_attempt_that_saves_too_little_is_refused_with_the_figure():
    day, case_id = the_case(too_dear_to_retry())
    table = table_of(day, case_id)
    retry = table[f"retry:{ABSENT}"]
    assert not retry.feasible
    assert retry.refused_because.endswith(
        "against bringing it back; EUR 90.00 is the least worth a change"
    )


def test_bringing_back_tells_the_customer_and_needs_nobody():
    day, case_id = the_case(too_dear_to_retry())
    table = table_of(day, case_id)
    proposal = proposed(day, case_id, tuple(table.values()), ALONE)
    assert proposal is not None
    assert proposal.option.option_id == f"return:{ABSENT}"
    assert proposal.option.actions == (NotifyCustomer(ABSENT, BACK_TO_DEPOT),)


def test_nobody_is_asked_to_approve_a_mere_message_about_it():
    day, case_id = the_case(too_dear_to_retry())
    assert proposed(day, case_id, tuple(table_of(day, case_id).values()), PERSON) is None


def test_a_customer_who_wants_no_messages_gets_none():
    day = too_dear_to_retry()
    silent = Customer(CustomerId(f"c-{ABSENT}"), channel="none")
    day, case_id = the_case(replace(day, customers={silent.customer_id: silent}))
    table = table_of(day, case_id)
    assert f"return:{ABSENT}" not in table
    assert proposed(day, case_id, tuple(table.values()), ALONE) is None


def decided(day: Day, proposal: Proposal, status: ProposalStatus) -> Day:
    state = ProposalState(proposal, status, decided_by="Anna", decided_at=day.now)
    return replace(day, proposals={proposal.proposal_id: state})


def test_an_unanswered_second_attempt_is_not_asked_for_again():
    day, case_id = the_case(an_absent_customer())
    first = proposed(day, case_id, tuple(table_of(day, case_id).values()), PERSON)
    assert first is not None
    table = table_of(decided(day, first, ProposalStatus.EXPIRED), case_id)
    assert table[f"retry:{ABSENT}"].refused_because == "nobody answered that the last time"
    assert next(iter(table)) == f"return:{ABSENT}"


def test_what_somebody_took_back_is_not_done_again():
    day, case_id = the_case(too_dear_to_retry())
    sent_back = proposed(day, case_id, tuple(table_of(day, case_id).values()), ALONE)
    assert sent_back is not None
    table = table_of(decided(day, sent_back, ProposalStatus.UNDONE), case_id)
    assert table[f"return:{ABSENT}"].refused_because == "Anna took it back"


def promised_today(closes_in_min: float) -> Day:
    """The absent customer was promised that hour on the day itself."""
    day = an_absent_customer()
    state = day.orders[ABSENT]
    closes = day.now + timedelta(minutes=closes_in_min)
    promised = replace(state, urgent=True, promise=replace(state.promise, closes=closes))
    return replace(day, orders={**day.orders, ABSENT: promised})


def test_a_promise_made_today_is_kept_by_the_second_attempt_though_a_later_one_is_cheaper():
    day, case_id = the_case(promised_today(32))
    table = table_of(day, case_id)
    first = next(iter(table.values()))
    (change,) = [a for a in first.actions if isinstance(a, ChangeRoutes)]
    (at,) = [s.arrive_at for s in change.routes[0].stops if s.order_id == ABSENT]
    assert first.option_id == f"retry:{ABSENT}:promise"
    assert at < day.orders[ABSENT].promise.closes - timedelta(minutes=9)
    assert table[f"retry:{ABSENT}"].reason.startswith(f"{ABSENT}, promised today, would be late")


def test_bringing_back_counts_as_breaking_a_promise_made_today():
    day, case_id = the_case(promised_today(32))
    brought = table_of(day, case_id)[f"return:{ABSENT}"]
    assert brought.price is not None
    assert {r.order_id: r.p_late_pct for r in brought.price.risks}[ABSENT] == 100


def test_once_it_is_over_such_a_promise_is_like_any_other():
    day, case_id = the_case(promised_today(-1))
    assert f"retry:{ABSENT}:promise" not in table_of(day, case_id)
