"""Commands about cases: what the tower found, waiting, snoozing, answering."""

from dataclasses import replace
from datetime import timedelta

from core.desk.bench import Bench, written
from core.desk.commands import NoteWaiting, RecordFindings, Respond, Snooze
from core.domain.case import Case, CaseStatus
from core.domain.day import Day
from core.domain.decision import (
    CaseAnswered,
    CaseChanged,
    CaseClosed,
    CaseOpened,
    CaseSnoozed,
    ProposalEnded,
)
from core.domain.ids import CaseId
from core.domain.proposal import ProposalStatus
from core.errors import NotOpen, Refused, Stale, UnknownId
from core.ledger.events import Body, Unsaved


def open_case(day: Day, case_id: CaseId) -> Case:
    """Return a case that is not closed; UnknownId or NotOpen otherwise."""
    case = day.cases.get(case_id)
    if case is None:
        raise UnknownId("case", case_id)
    if case.status is CaseStatus.CLOSED:
        raise NotOpen(f"case {case_id}", "closed")
    return case


def ended_with_case(day: Day, case_id: CaseId, note: str) -> list[Body]:
    """Take the open proposals of a case off the table."""
    return [
        ProposalEnded(p.proposal.proposal_id, ProposalStatus.SUPERSEDED, "tenfour", note=note)
        for p in day.proposals.values()
        if p.proposal.case_id == case_id and p.status is ProposalStatus.OPEN
    ]


def record_findings(day: Day, command: RecordFindings, bench: Bench) -> tuple[Unsaved, ...]:
    """Open, change and close cases. A finding made before a decision does not undo it."""
    bodies: list[Body] = []
    for case in command.opened:
        if case.case_id in day.cases:
            raise Refused(f"case {case.case_id} exists already; look again")
        bodies.append(CaseOpened(case))
    bodies += [CaseChanged(_merged(open_case(day, c.case_id), c)) for c in command.changed]
    for case_id, because in command.closed:
        open_case(day, case_id)
        bodies += [*ended_with_case(day, case_id, because), CaseClosed(case_id, because)]
    return written(day, bench, "tenfour", bodies)


def _merged(known: Case, given: Case) -> Case:
    if given.revision > known.revision:
        return given
    return replace(
        given,
        status=known.status,
        revision=known.revision,
        snoozed_until=known.snoozed_until,
        note=known.note,
    )


def note_waiting(day: Day, command: NoteWaiting, bench: Bench) -> tuple[Unsaved, ...]:
    """Keep what a run found, and look again when waiting is due for review."""
    case = open_case(day, command.case_id)
    if case.revision != command.revision:
        raise Stale(f"note on {case.case_id}", (f"case {case.case_id}",))
    again = bench.now + timedelta(seconds=day.rules.thresholds.wait_review_s)
    if command.deadline_at is not None and command.deadline_at > bench.now:
        again = min(again, command.deadline_at)
    changed = replace(
        case,
        status=CaseStatus.SNOOZED,
        snoozed_until=again,
        note=command.note,
        waiting_cents=command.waiting_cents,
        deadline_at=command.deadline_at,
    )
    bodies = [*ended_with_case(day, case.case_id, command.note), CaseChanged(changed)]
    return written(day, bench, "tenfour", bodies)


def snooze(day: Day, command: Snooze, bench: Bench) -> tuple[Unsaved, ...]:
    case = open_case(day, command.case_id)
    if command.until.tzinfo is None or command.until <= bench.now:
        raise Refused(f"{command.until.isoformat()} is not a time still to come")
    bodies = [
        *ended_with_case(day, case.case_id, "snoozed"),
        CaseSnoozed(case.case_id, command.until, command.by),
    ]
    return written(day, bench, f"person:{command.by}", bodies)


def respond(day: Day, command: Respond, bench: Bench) -> tuple[Unsaved, ...]:
    """Keep a person's words with the case; the next attempt at it reads them."""
    case = open_case(day, command.case_id)
    if not command.text.strip():
        raise Refused("an answer needs words")
    body = CaseAnswered(case.case_id, command.by, command.text)
    return written(day, bench, f"person:{command.by}", [body])
