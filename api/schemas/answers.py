"""What writing is answered with: decisions, facts, calls, controls."""

from api.schemas.base import View
from api.schemas.cases import CaseRow
from api.schemas.proposals import ProposalView


class AcceptedEvent(View):
    id: str
    duplicate: bool
    """It was already in the ledger with the same content; nothing was added."""
    unmatched: bool = False
    """Kept, but it speaks of something not yet known; applied when that arrives."""


class Accepted(View):
    """The answer to events: one line for each, in order."""

    seq: int
    results: list[AcceptedEvent]


class AcceptedPositions(View):
    accepted: int


class Logged(View):
    """The answer to a logged call."""

    event_id: str
    seq: int
    duplicate: bool
    case_id: str | None
    say: str
    """What to tell who is on the line, from the live day."""


class Control(View):
    seq: int
    killed: bool
    autonomy: dict[str, str]


class Decided(View):
    """The answer to approve, reject, undo, snooze, respond and the like."""

    done: str
    """A short sentence: `done, undo 30 s`."""
    seq: int
    duplicate: bool
    undo_s: int
    proposal: ProposalView | None = None
    case: CaseRow | None = None
