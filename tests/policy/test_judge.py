"""Verdicts: a table of actions and rules, and what holds for every one of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.day import CarrierState, Day
from core.domain.ids import DriverId, OrderId
from core.domain.option import (
    Action,
    ChangeKind,
    ChangeRoutes,
    OrderRisk,
    Price,
    Wait,
)
from core.domain.order import Load
from core.domain.plan import Progress
from core.domain.proposal import Verdict, VerdictKind
from core.domain.rules import PolicyRules
from core.policy.judge import JudgeContext, judge, permits, rank
from core.routing.check import Code, Violation
from tests.builders import a_route, east, minute
from tests.policy.actions import (
    ASK,
    DROP,
    GIG,
    GONE,
    INSERT,
    MEET,
    MOVE,
    NEW,
    NO_RULE,
    REFUSE,
    RESEQUENCE,
    RESEQUENCES,
    RETRY,
    TENDERS,
    V1,
    A,
    B,
    C,
    an_option,
    change,
    notify,
    tender,
    the_day,
    verdict,
    verdict_of_price,
)
from tests.routing.otherways import by


@pytest.mark.parametrize(
    ("action", "policy", "level", "rule", "strict"),
    [
        (INSERT, PolicyRules(), "supervised", "insert", 0),
        (INSERT, NO_RULE, "supervised", "insert", 1),
        (INSERT, PolicyRules(), "shadow", "shadow", 1),
        (INSERT, PolicyRules(), "whatever", "shadow", 1),
        (RESEQUENCE, PolicyRules(), "supervised", "resequence", 1),
        (RESEQUENCE, PolicyRules(), "automatic", "resequence", 0),
        (RESEQUENCE, RESEQUENCES, "supervised", "resequence", 0),
        (RESEQUENCE, RESEQUENCES, "shadow", "shadow", 1),
        (DROP, PolicyRules(), "supervised", "drop_cancelled", 0),
        (DROP, NO_RULE, "supervised", "drop_cancelled", 1),
        (RETRY, PolicyRules(), "supervised", "retry_same_route", 0),
        (RETRY, NO_RULE, "automatic", "retry_same_route", 1),
        (MOVE, PolicyRules(), "automatic", "move_between_drivers", 1),
        (MEET, PolicyRules(), "automatic", "move_at_meeting", 1),
        (notify("a"), PolicyRules(), "supervised", "notify", 0),
        (notify("a"), NO_RULE, "automatic", "notify", 1),
        (notify("b"), PolicyRules(), "automatic", "no_channel", 1),
        (notify("zz"), PolicyRules(), "automatic", "unknown_order", 3),
        (ASK, PolicyRules(), "supervised", "ask_driver", 0),
        (ASK, NO_RULE, "supervised", "ask_driver", 1),
        (REFUSE, PolicyRules(), "automatic", "refuse", 1),
        (Wait(minute(30)), NO_RULE, "shadow", "wait", 0),
        (tender(900), PolicyRules(), "automatic", "spend", 1),
        (tender(1_000), TENDERS, "supervised", "tender", 0),
        (tender(1_001), TENDERS, "supervised", "spend", 1),
        (tender(5_000), PolicyRules(), "supervised", "spend", 1),
        (tender(5_001), PolicyRules(), "supervised", "spend", 2),
        (tender(900, "f"), TENDERS, "supervised", "goods_on_board", 3),
    ],
)
def test_a_verdict_follows_the_action(
    action: Action, policy: PolicyRules, level: str, rule: str, strict: int
):
    found = verdict(action, the_day(policy, level))
    assert (found.rule, rank(found)) == (rule, strict)
    assert found.sentence


@pytest.mark.parametrize(
    ("action", "rule"),
    [
        (change(ChangeKind.INSERT, "bancg"), "resequence_with_more"),
        (change(ChangeKind.INSERT, "anc"), "stop_removed"),
        (change(ChangeKind.DROP, "abg"), "drop"),
        (change(ChangeKind.RETRY, "abcgn"), "retry"),
        (change(ChangeKind.RESEQUENCE, "abc"), "stop_removed"),
    ],
)
def test_a_harmless_name_does_not_hide_what_an_action_does(action: ChangeRoutes, rule: str):
    found = verdict(action, the_day(PolicyRules(auto_resequence=True)))
    assert (found.rule, found.kind) == (rule, VerdictKind.NEEDS)


def test_an_insertion_that_hurts_others_is_for_a_person():
    found = verdict(INSERT, collateral_pm=6)
    assert rank(found) == 1
    assert found.sentence == "0.006 promises of others more at risk, limit 0.005"
    assert rank(verdict(INSERT, collateral_pm=5)) == 0
    assert rank(verdict(INSERT, collateral_pm=None)) == 1


def test_an_insertion_that_is_likely_to_be_late_itself_is_for_a_person():
    def judged(p_late_pct: int) -> Verdict:
        risk = OrderRisk(NEW.order_id, p_late_pct, minute(50), minute(60))
        price = Price(0, (), 0, 256, (risk,), collateral_pm=0)
        return judge(INSERT, JudgeContext(the_day(), "urgent_order", price, "", minute(20)))

    assert (judged(10).kind, judged(11).kind) == (VerdictKind.ALLOW, VerdictKind.NEEDS)
    assert "11 %" in judged(11).sentence


@pytest.mark.parametrize("action", [INSERT, RETRY], ids=["insert", "retry"])
def test_more_work_past_the_end_of_a_shift_is_for_a_person(action: ChangeRoutes):
    ends = the_day().drivers[DriverId("d-v1")].shift.closes
    (change,) = action.routes
    in_time = replace(action, routes=(replace(change, return_at=ends),))
    late = replace(action, routes=(replace(change, return_at=ends + timedelta(seconds=1)),))
    assert verdict(in_time).kind is VerdictKind.ALLOW
    assert (verdict(late).kind, verdict(late).rule) == (VerdictKind.NEEDS, "overtime")


def test_collateral_is_what_the_prices_say_about_the_others():
    def risks(**late: int) -> Price:
        at = minute(50)
        listed = tuple(OrderRisk(OrderId(o), p, at, at) for o, p in late.items())
        return Price(0, (), 0, 256, listed)

    context = JudgeContext(
        the_day(), "late_route", risks(a=10, b=32, new=90), "", minute(20), risks(a=15, b=10)
    )
    assert context.collateral(frozenset({NEW.order_id})) == 220
    assert judge(INSERT, context).rule == "insert_collateral"


def test_nobody_overrides_an_overload():
    heavy = replace(NEW, load=Load(parcels=4))
    day = the_day()
    day = replace(
        day, orders={**day.orders, NEW.order_id: replace(day.orders[NEW.order_id], order=heavy)}
    )
    found = verdict(INSERT, day, role="manager")
    assert (found.kind, found.rule) == (VerdictKind.FORBID, "over_capacity")
    assert "8 parcels, room for 6" in found.sentence


def on_the_road(since_min: float) -> Day:
    day = the_day(PolicyRules(auto_resequence=True))
    driving = a_route("v1", [A, B, C, GONE], progress=Progress.DRIVING, since_min=since_min)
    return replace(day, routes={**day.routes, V1: driving})


TAIL = change(ChangeKind.RESEQUENCE, "acbg")


def test_stops_are_not_moved_on_a_stale_position():
    found = verdict(TAIL, on_the_road(0), ages={V1: 301}, role="manager")
    assert (found.kind, found.rule) == (VerdictKind.FORBID, "stale_position")
    assert "301 s ago, the limit is 300 s" in found.sentence


def test_a_fresh_position_or_scan_is_proof_enough():
    assert verdict(TAIL, on_the_road(0), ages={V1: 300}).kind is VerdictKind.ALLOW
    assert verdict(TAIL, on_the_road(18), ages={V1: 900}).kind is VerdictKind.ALLOW


def test_a_cancelled_stop_goes_whatever_the_age_of_the_position():
    assert verdict(DROP, on_the_road(0), ages={V1: 900}).kind is VerdictKind.ALLOW


def test_a_price_that_counts_what_others_suffer_is_taken_at_its_word():
    """Whole per cents of the orders shown beside a price miss what many suffer a little of."""
    limit = PolicyRules(max_auto_collateral_pm=20)
    day = the_day(limit)
    for pm, kind in ((20, VerdictKind.ALLOW), (21, VerdictKind.NEEDS)):
        counted = Price(0, (), 0, 256, collateral_pm=pm)
        found = verdict_of_price(INSERT, day, counted)
        assert (found.kind, found.sentence) == (
            kind,
            f"0.{pm:03d} promises of others more at risk, limit 0.020",
        )


def test_messages_about_an_order_end_at_the_cap():
    two = [notify("a"), notify("a")]
    day = the_day()
    told = replace(day.orders[A.order_id], messages=2)
    day = replace(day, orders={**day.orders, A.order_id: told})
    assert rank(verdict(an_option(two[0]), day)) == 0
    found = verdict(an_option(*two), day)
    assert (found.rule, found.sentence) == ("messages_cap", "message 4 about a; 3 is the limit")


def test_what_several_tenders_spend_counts_together():
    found = verdict(an_option(tender(600), tender(600)), the_day(TENDERS))
    assert (found.rule, rank(found)) == ("spend", 1)
    assert found.sentence == "EUR 12.00; 10.00 may be spent without asking"


def test_a_full_or_unsuitable_carrier_is_not_asked():
    day = the_day(TENDERS)
    full = replace(day, carriers={GIG.carrier_id: CarrierState(GIG, 1, 10)})
    assert verdict(tender(900), full).rule == "carrier_cap"
    big = replace(day.orders[NEW.order_id], order=replace(NEW, load=Load(1, 13_000, 0)))
    assert verdict(tender(900), replace(day, orders={NEW.order_id: big})).rule == "carrier_limit"
    none = replace(day, carriers={})
    assert verdict(tender(900), none).rule == "unknown_carrier"


def test_the_kill_switch_leaves_everything_to_people():
    found = verdict(INSERT, replace(the_day(), killed=True))
    assert (found.kind, found.rule) == (VerdictKind.NEEDS, "kill_switch")


def test_a_hard_violation_is_forbidden_with_its_sentence():
    hard = Violation(Code.GOODS_ON_BOARD, True, V1, None, "c is on v2")
    found = verdict(INSERT, violations=(hard,), role="manager")
    assert found == Verdict(VerdictKind.FORBID, "hard_rule_goods_on_board", "c is on v2")


def test_an_infeasible_option_is_forbidden():
    option = replace(an_option(INSERT), price=None, refused_because="no vehicle is free")
    assert verdict(option).sentence == "no vehicle is free"


def test_a_role_that_is_not_enough_is_told_who_is():
    found = verdict(tender(5_001), role="dispatcher")
    assert (found.kind, found.rule) == (VerdictKind.FORBID, "role")
    assert found.sentence.startswith("needs a manager, not a dispatcher: EUR 50.01")
    asked = verdict(tender(5_001), role="manager")
    assert permits(asked, "manager")
    assert not permits(asked, "dispatcher")
    assert not permits(asked, "")


ACTIONS: Sequence[Action] = (
    INSERT,
    RESEQUENCE,
    DROP,
    RETRY,
    MOVE,
    MEET,
    ASK,
    REFUSE,
    notify("a"),
    notify("c"),
    tender(0),
    tender(400),
    tender(9_000),
)
ROLES = st.sampled_from(["", "dispatcher", "manager", "guest"])


@given(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=4), ROLES, st.integers(0, 50))
def test_without_a_rule_nothing_happens_by_itself(actions: list[Action], role: str, pm: int):
    for level in ("shadow", "supervised"):
        day = the_day(NO_RULE, level)
        found = verdict(an_option(*actions), day, role=role, collateral_pm=pm)
        assert found.kind is not VerdictKind.ALLOW


@given(
    st.lists(st.sampled_from(ACTIONS), max_size=2),
    st.integers(0, 8_000),
    st.integers(0, 8_000),
    st.integers(0, 6_000),
    ROLES,
)
def test_spending_more_is_never_judged_more_mildly(
    others: list[Action], cents: int, more: int, cap: int, role: str
):
    day = the_day(PolicyRules(auto_tender_cap_cents=cap))
    less_spent = verdict(an_option(*others, tender(cents)), day, role=role)
    more_spent = verdict(an_option(*others, tender(cents + more)), day, role=role)
    assert rank(more_spent) >= rank(less_spent)


@given(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=4), st.sampled_from(ACTIONS))
def test_one_action_more_never_makes_an_option_milder(actions: list[Action], extra: Action):
    day = the_day(PolicyRules(auto_resequence=True, auto_tender_cap_cents=10_000))
    alone = verdict(an_option(*actions), day)
    assert rank(verdict(an_option(*actions, extra), day)) >= rank(alone)


def test_another_way_than_was_planned_needs_a_person_unless_the_depot_allows_it():
    """The new order goes to its locker, which no plan has said yet."""
    day = the_day()
    held = day.orders[OrderId(NEW.order_id)]
    order = replace(held.order, alternatives=(by("locker", east(700)),))
    day = replace(day, orders={**day.orders, order.order_id: replace(held, order=order)})
    (route,) = INSERT.routes
    stops = tuple(
        replace(s, way="locker", point=east(700)) if s.order_id == order.order_id else s
        for s in route.stops
    )
    sent = replace(INSERT, routes=(replace(route, stops=stops),))
    asked = verdict(sent, day=day)
    assert (asked.kind, asked.rule) == (VerdictKind.NEEDS, "redirect")
    assert asked.sentence.startswith("new would be served by locker instead of its first way")
    rules = replace(day.rules, policy=PolicyRules(auto_redirect=True))
    assert verdict(sent, day=replace(day, rules=rules)).rule == verdict(INSERT, day=day).rule
