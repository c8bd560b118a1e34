"""What time ends: proposals nobody answered, holds, snoozes, tenders without an answer."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.desk.bench import Bench, reopened, written
from core.desk.commands import SettleMessage, Sweep
from core.domain.case import CaseStatus, ExceptionType
from core.domain.day import Day
from core.domain.decision import (
    CaseChanged,
    MessageSettled,
    ProposalEnded,
    TenderWithdrawn,
)
from core.domain.fact import TenderAnswered
from core.domain.ids import CaseId
from core.domain.proposal import Proposal, ProposalStatus
from core.errors import Refused, UnknownId
from core.ledger.events import Body, Unsaved

# A person reads a proposal, asks somebody and decides: with less than this it lapsed by itself.
TIME_TO_ANSWER_S = 300
UNANSWERED = "nobody answered the last proposal"
OUTCOMES = ("sent", "withdrawn", "failed", "unknown")


def sweep(day: Day, command: Sweep, bench: Bench) -> tuple[Unsaved, ...]:
    """Return what ended by now; nothing when nothing did.

    A proposal that nobody answered expires into waiting: who had no time for it is asked again
    after as long as it lay there, or once the case got worse. An urgent order whose proposal left
    nobody the time to answer is looked at again at once.
    """
    del command
    bodies: list[Body] = []
    again: dict[CaseId, str] = {}
    unanswered: dict[CaseId, datetime] = {}
    for state in day.proposals.values():
        proposal = state.proposal
        if state.status is ProposalStatus.OPEN and proposal.expires_at <= bench.now:
            bodies.append(ProposalEnded(proposal.proposal_id, ProposalStatus.EXPIRED, by="time"))
            if _lapsed(day, proposal):
                again[proposal.case_id] = UNANSWERED
            else:
                unanswered[proposal.case_id] = _asked_again(day, proposal, bench.now)
        elif (
            state.status is ProposalStatus.HELD
            and state.hold_until is not None
            and state.hold_until <= bench.now
        ):
            bodies.append(ProposalEnded(proposal.proposal_id, ProposalStatus.APPROVED, by="policy"))
    for tender in day.tenders.values():
        if tender.accepted is None and tender.answer_by < bench.now:
            reason = f"no answer by {day.clock(tender.answer_by)}"
            bodies += [
                TenderAnswered(tender.tender_id, tender.carrier_id, False, reason),
                TenderWithdrawn(tender.tender_id, tender.order_id, tender.carrier_id, reason),
            ]
            case_id = day.proposals[tender.proposal_id].proposal.case_id
            again[case_id] = f"{tender.carrier_id} gave {reason}"
    for case in day.cases.values():
        if (
            case.status is CaseStatus.SNOOZED
            and case.snoozed_until is not None
            and case.snoozed_until <= bench.now
        ):
            again.setdefault(case.case_id, case.note)
    bodies += [
        CaseChanged(
            replace(
                day.cases[case_id], status=CaseStatus.SNOOZED, snoozed_until=until, note=UNANSWERED
            )
        )
        for case_id, until in unanswered.items()
        if day.cases[case_id].status is not CaseStatus.CLOSED and case_id not in again
    ]
    bodies += [
        reopened(day.cases[case_id], note)
        for case_id, note in again.items()
        if day.cases[case_id].status is not CaseStatus.CLOSED
    ]
    return written(day, bench, "tenfour", bodies)


def _lapsed(day: Day, proposal: Proposal) -> bool:
    lay = proposal.expires_at - proposal.made_at
    urgent = day.cases[proposal.case_id].type is ExceptionType.URGENT_ORDER
    return urgent and lay < timedelta(seconds=TIME_TO_ANSWER_S)


def _asked_again(day: Day, proposal: Proposal, now: datetime) -> datetime:
    """Return when a case is looked at again after a proposal that nobody answered.

    That is after as long as it was on the table, at most a review time, and at most half of what
    is left until waiting can no longer be undone; never sooner than an answer can be hoped for.
    """
    limits = day.rules.thresholds
    wait = min(proposal.expires_at - proposal.made_at, timedelta(seconds=limits.wait_review_s))
    deadline = day.cases[proposal.case_id].deadline_at
    if deadline is not None and deadline > now:
        wait = min(wait, (deadline - now) / 2)
    return now + max(wait, timedelta(seconds=limits.approval_delay_s))


def settle_message(day: Day, command: SettleMessage, bench: Bench) -> tuple[Unsaved, ...]:
    """Record what became of a message, once."""
    known = day.messages.get(command.message_id)
    if known is None:
        raise UnknownId("message", command.message_id)
    if command.outcome not in OUTCOMES:
        raise Refused(f"the outcome {command.outcome!r} is none of {', '.join(OUTCOMES)}")
    if known.outcome != "queued":
        return ()
    body = MessageSettled(command.message_id, command.outcome, command.detail)
    return written(day, bench, "tenfour", [body])
