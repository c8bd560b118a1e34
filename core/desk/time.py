"""What time ends: proposals nobody answered, holds, snoozes, tenders without an answer."""

from core.desk.bench import Bench, reopened, written
from core.desk.commands import SettleMessage, Sweep
from core.domain.case import CaseStatus
from core.domain.day import Day
from core.domain.decision import MessageSettled, ProposalEnded, TenderWithdrawn
from core.domain.fact import TenderAnswered
from core.domain.ids import CaseId
from core.domain.proposal import ProposalStatus
from core.errors import Refused, UnknownId
from core.ledger.events import Body, Unsaved

OUTCOMES = ("sent", "withdrawn", "failed", "unknown")


def sweep(day: Day, command: Sweep, bench: Bench) -> tuple[Unsaved, ...]:
    """Return what ended by now; nothing when nothing did."""
    del command
    bodies: list[Body] = []
    again: dict[CaseId, str] = {}
    for state in day.proposals.values():
        proposal = state.proposal
        if state.status is ProposalStatus.OPEN and proposal.expires_at <= bench.now:
            bodies.append(ProposalEnded(proposal.proposal_id, ProposalStatus.EXPIRED, by="time"))
            again[proposal.case_id] = "nobody answered the last proposal"
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
        reopened(day.cases[case_id], note)
        for case_id, note in again.items()
        if day.cases[case_id].status is not CaseStatus.CLOSED
    ]
    return written(day, bench, "tenfour", bodies)


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
