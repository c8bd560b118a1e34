"""Decisions about proposals. Each is one idempotent call, conditional on what it stands on."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from api.idempotency import Key
from api.inputs import ApproveBody, RejectBody, UndoBody
from api.live import Live, LiveDep
from api.proposal_views import (
    open_proposal,
    options_of,
    proposal_map,
    proposal_view,
    undo_seconds,
)
from api.schemas import Decided, ProposalMap, Proposals, ProposalView
from core.desk.commands import Approve, Reject, Undo
from core.domain.day import Day, ProposalState
from core.domain.ids import CaseId, OptionId, ProposalId
from core.domain.proposal import ProposalStatus
from core.errors import CopilotError, NotOpen, Stale, UnknownId

router = APIRouter(prefix="/proposals", tags=["proposals"])

ProposalParam = Annotated[str, Path(max_length=200)]
OptionParam = Annotated[str | None, Query(max_length=200)]
# After a stale approval the engine makes a fresh proposal; the person waits this long for it.

Status = Literal["open", "held", "approved", "rejected", "expired", "stale", "superseded", "undone"]


def state_of(day: Day, proposal_id: str) -> ProposalState:
    state = day.proposals.get(ProposalId(proposal_id))
    if state is None:
        raise UnknownId("proposal", proposal_id)
    return state


@router.get("")
def proposals(live: LiveDep, status: Status | None = None) -> Proposals:
    """Return proposals, newest first, of one status or all."""
    day, now = live.day, live.now()
    wanted = [s for s in day.proposals.values() if status is None or s.status.value == status]
    return Proposals(
        now=day.local(now),
        seq=day.seq,
        proposals=[proposal_view(live, day, s, now) for s in reversed(wanted)],
    )


@router.get("/{proposal_id}")
def proposal(live: LiveDep, proposal_id: ProposalParam) -> ProposalView:
    """Return one proposal with its whole option table and the arithmetic of each price."""
    day = live.day
    return proposal_view(live, day, state_of(day, proposal_id), live.now())


@router.get("/{proposal_id}/map")
def drawn(live: LiveDep, proposal_id: ProposalParam, option_id: OptionParam = None) -> ProposalMap:
    """Return what one option changes, as lines, points and a timeline."""
    day = live.day
    state = state_of(day, proposal_id)
    return proposal_map(live, day, live.outlook(day, live.now()), state, option_id)


@router.post("/{proposal_id}/approve")
def approve(
    live: LiveDep, proposal_id: ProposalParam, body: ApproveBody, key: Key = None
) -> Decided:
    """Approve the recommended option, or another one of the same table (an edit).

    409 `stale` when something it stands on moved on: nothing changed, `moved` says what, and
    `fresh_proposal_id` is the one to look at. 403 when policy forbids it or the role is too small.
    """

    def work() -> Decided:
        state = state_of(live.day, proposal_id)
        option = OptionId(body.option_id) if body.option_id is not None else None
        if option is not None and all(o.option_id != option for o in options_of(state)):
            raise UnknownId("option", option)
        if _same_approval(state, body):
            return _answer(live, proposal_id, "done already", duplicate=True)
        command = Approve(state.proposal.proposal_id, body.by, body.role, option)
        return _decide(live, proposal_id, command, "done")

    return live.once.run(key, f"approve {proposal_id}", body, work)


@router.post("/{proposal_id}/reject")
def reject(live: LiveDep, proposal_id: ProposalParam, body: RejectBody, key: Key = None) -> Decided:
    """Reject with one of six reasons; the case is worked again with that in mind."""

    def work() -> Decided:
        state = state_of(live.day, proposal_id)
        if (
            state.status is ProposalStatus.REJECTED
            and state.decided_by == body.by
            and state.reason is body.reason
            and state.note == body.note
        ):
            return _answer(live, proposal_id, "rejected already", duplicate=True)
        command = Reject(state.proposal.proposal_id, body.by, body.reason, body.note)
        return _decide(live, proposal_id, command, "rejected")

    return live.once.run(key, f"reject {proposal_id}", body, work)


@router.post("/{proposal_id}/undo")
def undo(live: LiveDep, proposal_id: ProposalParam, body: UndoBody, key: Key = None) -> Decided:
    """Take a committed proposal back, while nothing it touches has moved on."""

    def work() -> Decided:
        state = state_of(live.day, proposal_id)
        if state.status is ProposalStatus.UNDONE:
            return _answer(live, proposal_id, "undone already", duplicate=True)
        return _decide(live, proposal_id, Undo(state.proposal.proposal_id, body.by), "undone")

    return live.once.run(key, f"undo {proposal_id}", body, work)


def _same_approval(state: ProposalState, body: ApproveBody) -> bool:
    """Whether this very approval was made before: a retry after a lost answer."""
    if state.status is not ProposalStatus.APPROVED or state.decided_by != body.by:
        return False
    asked = body.option_id if body.option_id is not None else state.proposal.option.option_id
    return asked == state.committed.option_id


def _decide(live: Live, proposal_id: str, command: Approve | Reject | Undo, done: str) -> Decided:
    try:
        live.submit(command)
    except (Stale, NotOpen) as error:
        live.wake()
        case_id = state_of(live.day, proposal_id).proposal.case_id
        patience = live.fresh_wait_s if isinstance(error, Stale) else 0.0
        raise _pointing(error, _fresh(live, case_id, proposal_id, patience)) from None
    return _answer(live, proposal_id, done, duplicate=False)


def _fresh(live: Live, case_id: CaseId, old: str, patience_s: float) -> str | None:
    """Return the proposal to look at instead, waiting a little where the loop is at work."""
    until = time.monotonic() + (patience_s if live.loop_state() == "running" else 0.0)
    while True:
        state = open_proposal(live.day, case_id)
        if state is not None and state.proposal.proposal_id != old:
            return state.proposal.proposal_id
        if time.monotonic() >= until:
            return None
        time.sleep(0.05)  # the loop needs the machine more than whoever waits for it


def _pointing(error: CopilotError, fresh: str | None) -> CopilotError:
    error.__dict__["fresh_proposal_id"] = fresh
    return error


def _answer(live: Live, proposal_id: str, done: str, *, duplicate: bool) -> Decided:
    day, now = live.day, live.now()
    state = state_of(day, proposal_id)
    left = undo_seconds(day, state, now)
    return Decided(
        done=f"{done}, undo {left} s" if left else done,
        seq=day.seq,
        duplicate=duplicate,
        undo_s=left,
        proposal=proposal_view(live, day, state, now),
    )
