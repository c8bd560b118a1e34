"""Looking at the day: ends what time has ended, runs the detectors, records what they find."""

from dataclasses import dataclass

from core.desk.commands import RecordFindings, Sweep
from core.domain.case import CaseStatus, ExceptionType
from core.domain.day import Day
from core.domain.ids import CaseId
from core.domain.proposal import ProposalStatus
from core.tower.watch import watch
from tools.cases import by_urgency
from tools.effect import Effect
from tools.registry import registry
from tools.runtime import Runtime
from tools.schema import NoArgs


@dataclass(frozen=True, slots=True)
class Seen:
    """How the cases changed."""

    swept: int
    """Events with which time ended something."""
    opened: tuple[CaseId, ...]
    changed: tuple[CaseId, ...]
    closed: tuple[CaseId, ...]


@registry.tool(effect=Effect.PROPOSE, for_models=False)
def look(runtime: Runtime, args: NoArgs) -> Seen:
    """Look at the whole day: end what has run out, then open, renew and close cases by what the
    detectors find now."""
    del args
    swept = runtime.owner.submit(Sweep())
    found = watch(
        runtime.day,
        runtime.travel,
        runtime.owner.positions,
        runtime.now(),
        seed=runtime.seed,
        answers=runtime.answers,
    )
    closed = (*found.closed, *answered(runtime.day))
    if found.opened or found.changed or closed:
        runtime.owner.submit(RecordFindings(found.opened, found.changed, closed))
    return Seen(
        swept=len(swept.events),
        opened=tuple(c.case_id for c in found.opened),
        changed=tuple(c.case_id for c in found.changed),
        closed=tuple(case_id for case_id, _ in closed),
    )


def answered(day: Day) -> tuple[tuple[CaseId, str], ...]:
    """Return people's requests that nobody has to decide any more, with what became of them."""
    waiting = {
        s.proposal.case_id for s in day.proposals.values() if s.status is ProposalStatus.OPEN
    }
    last = {s.proposal.case_id: s.status for s in day.proposals.values()}
    return tuple(
        (c.case_id, f"the request was {last[c.case_id].value}")
        for c in day.open_cases()
        if c.type is ExceptionType.REQUEST
        and c.case_id in last
        and c.case_id not in waiting
        and last[c.case_id] is not ProposalStatus.HELD
    )


@dataclass(frozen=True, slots=True)
class Due:
    """Cases that want a run now, the most urgent first."""

    case_ids: tuple[CaseId, ...]


@registry.tool(effect=Effect.READ, for_models=False)
def due_cases(runtime: Runtime, args: NoArgs) -> Due:
    """Say which cases want a run: open ones for whose present revision nothing was proposed.
    What waits for review, was snoozed or is being resolved is not open."""
    del args
    made = {(s.proposal.case_id, s.proposal.case_revision) for s in runtime.day.proposals.values()}
    return Due(
        tuple(
            c.case_id
            for c in by_urgency(runtime.day)
            if c.status is CaseStatus.OPEN
            and c.type is not ExceptionType.REQUEST
            and (c.case_id, c.revision) not in made
        )
    )
