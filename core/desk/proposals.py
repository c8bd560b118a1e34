"""Proposals and the decisions about them: conditional on their basis, the checker and policy."""

from dataclasses import replace
from datetime import timedelta

from core.desk.bench import Bench, foreseen, reopened, written
from core.desk.cases import ended_with_case, open_case
from core.desk.commands import Approve, Propose, Reject
from core.desk.effects import Committed, effects
from core.desk.standing import basis_for, carried_option, fallen, moved_on
from core.domain.case import CaseStatus
from core.domain.day import Day, ProposalState
from core.domain.decision import ProposalEnded, ProposalHeld, Proposed
from core.domain.ids import OptionId, ProposalId
from core.domain.option import ChangeRoutes, Option, RefuseOrder, TenderOrder
from core.domain.proposal import Proposal, ProposalStatus, Verdict, VerdictKind
from core.errors import Forbidden, NotOpen, NotReady, Refused, Stale, UnknownId
from core.ledger.events import Body, Unsaved
from core.policy.judge import JudgeContext, judge
from core.policy.situation import ages_s
from core.routing.check import Violation, change_points
from core.routing.rulers import check_by_all, rulers


def propose(day: Day, command: Propose, bench: Bench) -> tuple[Unsaved, ...]:
    """Put a proposal on the table; one for each case and revision, the same again is nothing new.

    What policy allows is committed at once and held through its undo window. Stale when the
    case or the basis moved while the proposal was made.
    """
    proposal = command.proposal
    case = open_case(day, proposal.case_id)
    if _made_before(day, command):
        return ()
    moved: tuple[str, ...] = ()
    if proposal.case_revision != case.revision:
        moved = (f"case {case.case_id}",)
    option, past = carried_option(day, proposal.option)
    moved = (*moved, *moved_on(day, proposal.basis), *past)
    if moved:
        raise Stale(proposal.proposal_id, _once(moved))
    bodies = ended_with_case(day, case.case_id, f"superseded by {proposal.proposal_id}")
    if proposal.verdict.kind is not VerdictKind.ALLOW:
        bodies.append(Proposed(proposal))
        return written(day, bench, "tenfour", bodies)
    wrong = _violations(day, option, bench)
    verdict = _judged(day, proposal, option, wrong, "", bench)
    if verdict.kind is VerdictKind.FORBID:
        raise Forbidden(verdict.sentence)
    bodies.append(Proposed(replace(proposal, verdict=verdict)))
    if verdict.kind is VerdictKind.ALLOW:
        until = bench.now + timedelta(seconds=day.rules.thresholds.undo_window_s)
        bodies.append(ProposalHeld(proposal.proposal_id, until))
        bodies += effects(day, Committed(proposal, option, until, "policy"))
    events = written(day, bench, "tenfour", bodies)
    if verdict.kind is not VerdictKind.ALLOW:
        return events
    overtaken = _overtaken(day, foreseen(day, events, bench), proposal.proposal_id)
    return (*events, *written(day, bench, "tenfour", overtaken, after=len(events)))


def _overtaken(day: Day, after: Day, by: ProposalId) -> list[Body]:
    """Take what an automatic change has overtaken off the table, and begin again at those cases.

    Nobody decided on them yet, and whoever did now would only be told that they are stale.
    """
    bodies: list[Body] = []
    for state in day.proposals.values():
        proposal = state.proposal
        still = after.proposals[proposal.proposal_id].status is ProposalStatus.OPEN
        moved = fallen(after, proposal) if still else ()
        if not moved:
            continue
        note = f"overtaken by {by}: {'; '.join(moved)} changed"
        bodies.append(
            ProposalEnded(proposal.proposal_id, ProposalStatus.SUPERSEDED, "tenfour", note=note)
        )
        case = after.cases[proposal.case_id]
        if case.status is not CaseStatus.CLOSED:
            bodies.append(reopened(case))
    return bodies


def _made_before(day: Day, command: Propose) -> bool:
    mine = (command.proposal.case_id, command.proposal.case_revision)
    return command.proposal.proposal_id in day.proposals or any(
        (p.proposal.case_id, p.proposal.case_revision) == mine for p in day.proposals.values()
    )


def approve(day: Day, command: Approve, bench: Bench) -> tuple[Unsaved, ...]:
    """Commit a proposal, or another option of its table: everything in force, or nothing.

    When something it stands on moved, the events end it as stale and start the next attempt;
    the caller raises Stale from them. Forbidden when policy or role says no.
    """
    state = open_proposal(day, command.proposal_id, bench)
    proposal = state.proposal
    chosen = _chosen(state, command.option_id)
    option, past = carried_option(day, chosen)
    moved = (*moved_on(day, basis_for(proposal, chosen)), *past)
    wrong: tuple[Violation, ...] = ()
    if not moved:
        wrong = _violations(day, option, bench)
        moved = tuple(v.sentence for v in wrong if v.hard)
    if moved:
        return _stale(day, state, command.by, _once(moved), bench)
    verdict = _judged(day, proposal, option, wrong, command.role, bench)
    if verdict.kind is VerdictKind.FORBID:
        raise Forbidden(verdict.sentence)
    until = bench.now + timedelta(seconds=day.rules.thresholds.undo_window_s)
    edited = chosen.option_id if chosen.option_id != proposal.option.option_id else None
    ended = ProposalEnded(
        proposal.proposal_id, ProposalStatus.APPROVED, command.by, option_id=edited
    )
    done = effects(day, Committed(proposal, option, until, command.by))
    return written(day, bench, f"person:{command.by}", [ended, *done])


def reject(day: Day, command: Reject, bench: Bench) -> tuple[Unsaved, ...]:
    """Take a proposal off the table; its reason goes into the next attempt at the case."""
    state = open_proposal(day, command.proposal_id, bench)
    case = day.cases[state.proposal.case_id]
    bodies: list[Body] = [
        ProposalEnded(
            command.proposal_id, ProposalStatus.REJECTED, command.by, command.reason, command.note
        )
    ]
    if case.status is not CaseStatus.CLOSED:
        bodies.append(reopened(case))
    return written(day, bench, f"person:{command.by}", bodies)


def stale_because(events: tuple[Unsaved, ...]) -> Stale | None:
    """Return the error that the events of an approval amount to, if they end it as stale."""
    for event in events:
        body = event.body
        if isinstance(body, ProposalEnded) and body.status is ProposalStatus.STALE:
            return Stale(body.proposal_id, tuple(body.note.split("; ")))
    return None


def open_proposal(day: Day, proposal_id: ProposalId, bench: Bench) -> ProposalState:
    state = day.proposals.get(proposal_id)
    if state is None:
        raise UnknownId("proposal", proposal_id)
    if state.status is not ProposalStatus.OPEN:
        raise NotOpen(f"proposal {proposal_id}", state.status.value)
    if bench.now >= state.proposal.expires_at:
        raise NotOpen(f"proposal {proposal_id}", ProposalStatus.EXPIRED.value)
    return state


def _chosen(state: ProposalState, option_id: OptionId | None) -> Option:
    proposal = state.proposal
    if option_id is None:
        return proposal.option
    for option in (proposal.option, *proposal.alternatives):
        if option.option_id == option_id:
            if not option.feasible:
                raise Refused(f"{option.label} cannot be done: {option.refused_because}")
            return option
    raise UnknownId("option", option_id)


def _stale(
    day: Day, state: ProposalState, by: str, moved: tuple[str, ...], bench: Bench
) -> tuple[Unsaved, ...]:
    proposal = state.proposal
    bodies: list[Body] = [
        ProposalEnded(proposal.proposal_id, ProposalStatus.STALE, by, note="; ".join(moved))
    ]
    case = day.cases[proposal.case_id]
    if case.status is not CaseStatus.CLOSED:
        bodies.append(reopened(case))
    return written(day, bench, f"person:{by}", bodies)


def _violations(day: Day, option: Option, bench: Bench) -> tuple[Violation, ...]:
    changes = [a for a in option.actions if isinstance(a, ChangeRoutes)]
    if not changes:
        return ()
    if bench.travel is None:
        raise NotReady("a change of routes is checked against travel times, and none are set up")
    routes = [r for c in changes for r in c.routes]
    meetings = [m for c in changes for m in c.meetings]
    let_go = [a.order_id for a in option.actions if isinstance(a, TenderOrder | RefuseOrder)]
    by = rulers(day, bench.travel, change_points(day, routes), bench.now)
    return check_by_all(day, routes, meetings, by, bench.now, let_go=let_go)


def _judged(
    day: Day,
    proposal: Proposal,
    option: Option,
    wrong: tuple[Violation, ...],
    role: str,
    bench: Bench,
) -> Verdict:
    waiting = next((o for o in (proposal.option, *proposal.alternatives) if o.waits), None)
    context = JudgeContext(
        day=day,
        exception_type=day.cases[proposal.case_id].type.value,
        price=option.price,
        role=role,
        now=bench.now,
        waiting=waiting.price if waiting is not None else None,
        position_ages_s=ages_s(bench.positions, bench.now),
        violations=wrong,
    )
    return judge(option, context)


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
