"""What becomes of a proposal that nobody answers: it expires into waiting."""

from dataclasses import replace

import pytest

from core.desk.commands import Approve, Propose, RecordFindings, Sweep
from core.domain.case import CaseStatus, ExceptionType
from core.domain.ids import CaseId, ProposalId
from core.domain.proposal import ProposalStatus
from core.errors import NotOpen
from tests.builders import minute
from tests.desk.scene import Scene

P1 = ProposalId("P-C-1-1")


@pytest.fixture
def proposed() -> Scene:
    scene = Scene().under_way()
    change = scene.resequenced("V1", ["o1", "o3", "o2"])
    scene.owner.submit(Propose(scene.proposal(change)))
    return scene


def test_an_unanswered_proposal_expires_into_waiting_and_the_case_is_looked_at_again(
    proposed: Scene,
):
    # It lay there from 08:05 to 08:20.
    proposed.at(21)
    with pytest.raises(NotOpen):
        proposed.owner.submit(Approve(P1, "ada"))
    proposed.owner.submit(Sweep())
    assert proposed.day.proposals[P1].status is ProposalStatus.EXPIRED
    case = proposed.day.cases[CaseId("C-1")]
    assert (case.status, case.snoozed_until) == (CaseStatus.SNOOZED, minute(36))
    assert case.note == "nobody answered the last proposal"
    assert proposed.at(35).owner.submit(Sweep()).events == ()
    proposed.at(36).owner.submit(Sweep())
    case = proposed.day.cases[CaseId("C-1")]
    assert (case.status, case.revision) == (CaseStatus.OPEN, 2)
    assert proposed.owner.submit(Sweep()).events == ()


def test_the_nearer_the_deadline_the_sooner_an_unanswered_case_is_looked_at_again(proposed: Scene):
    case = replace(proposed.day.cases[CaseId("C-1")], deadline_at=minute(31))
    proposed.owner.submit(RecordFindings(changed=(case,)))
    proposed.at(21).owner.submit(Sweep())
    assert proposed.day.cases[CaseId("C-1")].snoozed_until == minute(26)


def test_a_case_that_got_worse_does_not_wait_for_that(proposed: Scene):
    proposed.at(21).owner.submit(Sweep())
    case = proposed.day.cases[CaseId("C-1")]
    worse = replace(case, status=CaseStatus.OPEN, revision=2, snoozed_until=None)
    proposed.owner.submit(RecordFindings(changed=(worse,)))
    assert proposed.day.cases[CaseId("C-1")].status is CaseStatus.OPEN


def test_an_urgent_order_whose_proposal_lapsed_in_minutes_is_looked_at_again_at_once():
    scene = Scene().under_way()
    case = scene.day.cases[CaseId("C-1")]
    urgent = replace(case.exceptions[0], type=ExceptionType.URGENT_ORDER)
    scene.owner.submit(RecordFindings(changed=(replace(case, exceptions=(urgent,)),)))
    change = scene.resequenced("V1", ["o1", "o3", "o2"])
    hasty = replace(scene.proposal(change), expires_at=minute(7))
    scene.owner.submit(Propose(hasty))
    scene.at(7).owner.submit(Sweep())
    assert scene.day.proposals[P1].status is ProposalStatus.EXPIRED
    case = scene.day.cases[CaseId("C-1")]
    assert (case.status, case.revision) == (CaseStatus.OPEN, 2)
