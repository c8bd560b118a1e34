"""The unattended loop: it looks, runs what wants a run, and leaves one proposal each."""

import pytest

from agents.runner import run_case, step
from core.desk.commands import AdoptRules, Reject, SetKillSwitch
from core.domain.case import CaseStatus
from core.domain.fact import OrderReceived
from core.domain.ids import ProposalId
from core.domain.order import Priority
from core.domain.proposal import ProposalStatus, RejectReason
from core.domain.rules import PolicyRules, Rules
from tests.agents.scene import Morning
from tests.builders import an_order, east
from tools.audit import AuditEntry


def asking(morning: Morning) -> Morning:
    """The same morning under rules that let the machine do nothing alone."""
    careful = PolicyRules(auto_insert=False, auto_notify=False)
    morning.owner.submit(AdoptRules(Rules(policy=careful), "ada"))
    return morning


def test_a_quiet_day_has_nothing_to_run():
    report = step(Morning().runtime)
    assert report.trouble == ""
    assert report.runs == ()


def test_every_case_gets_one_proposal_and_a_second_look_adds_nothing():
    morning = asking(Morning().troubled())
    report = step(morning.runtime)
    assert [r.outcome for r in report.runs] == ["proposed", "proposed"]
    assert {p.status for p in morning.day.proposals.values()} == {ProposalStatus.OPEN}
    before = morning.day.seq
    assert step(morning.runtime).runs == ()
    assert morning.day.seq == before


def test_what_policy_allows_is_held_and_can_be_undone():
    morning = Morning().troubled()
    report = step(morning.runtime)
    urgent = next(r for r in report.runs if r.proposal_id == "P-1-1")
    assert urgent.outcome == "automatic"
    assert morning.day.proposals[ProposalId("P-1-1")].status is ProposalStatus.HELD


def test_what_an_automatic_change_overtakes_is_proposed_afresh_in_the_same_step():
    """Both urgent orders suit V2; the second goes in by itself, so the first is asked anew."""
    morning = asking(Morning().troubled())
    step(morning.runtime)
    asked = morning.day.proposals[ProposalId("P-1-1")]
    assert asked.status is ProposalStatus.OPEN
    assert [v for v, _ in asked.proposal.basis.routes] == ["V2"]

    cautious = PolicyRules(auto_notify=False, auto_insert=True)
    morning.owner.submit(AdoptRules(Rules(policy=cautious), "ada"))
    morning.later(30).tell(
        OrderReceived(
            an_order("u2", east(-300, 500), closes_min=90, priority=Priority.VIP), urgent=True
        )
    )
    report = step(morning.runtime)
    assert [(r.case_id, r.revision, r.outcome) for r in report.runs] == [
        ("C-3", 1, "automatic"),
        ("C-1", 2, "automatic"),
    ]
    overtaken = morning.day.proposals[ProposalId("P-1-1")]
    assert overtaken.status is ProposalStatus.SUPERSEDED
    assert overtaken.note == "overtaken by P-3-1: the route of V2 changed"


def test_the_kill_switch_leaves_everything_to_people():
    morning = Morning().troubled()
    morning.owner.submit(SetKillSwitch(on=True, by="ada"))
    assert {r.outcome for r in step(morning.runtime).runs} == {"proposed"}


def test_a_killed_run_is_run_again_and_ends_in_the_same_ledger():
    whole, killed = asking(Morning().troubled()), asking(Morning().troubled())
    step(whole.runtime)
    calls: list[AuditEntry] = []

    def dies_at_the_ranking(entry: AuditEntry) -> None:
        calls.append(entry)
        if entry.tool == "rank_options":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        step(killed.runtime, audit=dies_at_the_ranking)
    assert calls
    assert killed.day.proposals == {}
    step(killed.runtime)
    assert killed.ledger() == whole.ledger()


def test_a_rejection_starts_the_next_revision_and_one_fresh_proposal():
    morning = asking(Morning().troubled())
    step(morning.runtime)
    morning.owner.submit(Reject(ProposalId("P-1-1"), "ana", RejectReason.DRIVER_WONT))
    report = step(morning.runtime)
    assert [(r.case_id, r.revision) for r in report.runs] == [("C-1", 2)]
    again = morning.day.proposals.get(ProposalId("P-1-2"))
    rejected = morning.day.proposals[ProposalId("P-1-1")].proposal.option
    assert again is None or again.proposal.option.actions != rejected.actions


def test_a_run_at_an_unknown_case_is_a_result_not_an_error():
    result = run_case(Morning().runtime, "C-99")
    assert (result.outcome, result.code) == ("failed", "unknown_id")
    assert "C-99" in result.sentence


def test_a_waiting_case_is_looked_at_again_at_review_time():
    morning = asking(Morning().troubled())
    step(morning.runtime)
    proposals = len(morning.day.proposals)
    report = step(morning.later(901).runtime)
    assert report.trouble == ""
    # What nobody answered has expired into waiting, which is reviewed in its turn; only an urgent
    # order is proposed again at once.
    unanswered = {
        c.title: c.status
        for c in morning.day.open_cases()
        if c.note == "nobody answered the last proposal"
    }
    assert sorted(unanswered.values()) == [CaseStatus.PROPOSED, CaseStatus.SNOOZED]
    assert [t for t, s in unanswered.items() if s is CaseStatus.PROPOSED] == [
        "Urgent order u1 unassigned"
    ]
    report = step(morning.later(901).runtime)
    assert report.trouble == ""
    assert len(morning.day.proposals) > proposals
    assert all(c.status is not CaseStatus.OPEN for c in morning.day.open_cases())


def test_two_days_told_the_same_hold_the_same_bytes():
    ledgers: list[tuple[bytes, ...]] = []
    for _ in range(2):
        morning = Morning().troubled()
        step(morning.runtime)
        ledgers.append(morning.ledger())
    assert ledgers[0] == ledgers[1]
