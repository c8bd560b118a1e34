"""The end of the demo says plainly what the copilot gained and where it lost."""

from dataclasses import replace

from core.domain.ids import OrderId
from evals.report import document, verdict, where_it_lost
from evals.score import ArmResult, CostLines, Outcome, UrgentOutcome

COSTS = CostLines(10_000, 500, 4_000, 3_000, 1_000, 0, 0)


def an_arm(
    *broken: Outcome, costs: CostLines = COSTS, contacts: int = 2, told: int = 0
) -> ArmResult:
    return ArmResult(
        stops=40,
        delivered=40,
        on_time=40 - len(broken),
        promises_broken=len(broken),
        late=len(broken),
        failed=0,
        contacts=contacts,
        cost_cents=costs.total(),
        stops_moved=0,
        drivers_changed=told,
        cases=0,
        proposals=0,
        automatic=0,
        approved=0,
        rejected=0,
        expired=0,
        policy_violations=0,
        stale=0,
        attempts_failed=0,
        checker=(),
        policy_found=(),
        refused_commands=(),
        costs=costs,
        urgent=(),
        broken=broken,
        returned_at=(),
        digest="",
    )


def late(name: str, late_s: int) -> Outcome:
    return Outcome(OrderId(name), "standard", "late", late_s)


NOTHING = an_arm(late("o1", 900), late("o2", 60))
COPILOT = an_arm(
    late("o3", 30),
    costs=replace(COSTS, broken_cents=2_000, disturbance_cents=240),
    contacts=1,
    told=3,
)
RESULTS = {"do_nothing": NOTHING, "copilot": COPILOT}


def test_the_verdict_names_money_promises_calls_and_drivers():
    assert verdict(RESULTS) == (
        "With the copilot the day cost EUR 17.60 less, 1 promise fewer broke, "
        "1 customer fewer called, and drivers were told of changes 3 times."
    )


def test_a_dearer_day_is_said_to_be_dearer():
    worse = {"do_nothing": COPILOT, "copilot": NOTHING}
    assert "the day cost EUR 17.60 more, 1 promise more broke" in verdict(worse)


def test_every_loss_is_told_and_half_a_minute_late_is_late():
    assert where_it_lost(RESULTS) == (
        "It spent EUR 2.40 more on disturbance.",
        "o3 (standard) was 1 min late; with nothing done it was on time.",
    )


def test_an_order_that_was_taken_on_during_the_demo_was_not_on_time_with_nothing_done():
    by_hand = UrgentOutcome(OrderId("u9"), "late", answered_after_s=60, late_s=300)
    late_u1 = UrgentOutcome(OrderId("u1"), "late", answered_after_s=60, late_s=120)
    kept_u1 = UrgentOutcome(OrderId("u1"), "in_promise", answered_after_s=None)
    copilot = an_arm(late("u9", 300), late("u1", 120))
    told = where_it_lost(
        {
            "do_nothing": replace(an_arm(), urgent=(kept_u1,)),
            "copilot": replace(copilot, urgent=(late_u1, by_hand)),
        }
    )
    assert told == (
        "u9 (standard) was 5 min late; the day with nothing done did not have it.",
        "u1 (standard) was 2 min late; with nothing done it was on time.",
    )


def test_the_console_gets_what_the_terminal_shows():
    told = document(RESULTS)
    assert told["columns"] == ["", "do nothing", "copilot"]
    rows = told["rows"]
    assert isinstance(rows, list)
    assert ["promises broken", "2", "1"] in rows
    assert ["hard rules broken", "0", "0"] in rows
    assert rows[-1] == ["cost of the day, EUR", "185.00", "167.40"]
    assert told["notes"] == [verdict(RESULTS), *where_it_lost(RESULTS)]
