"""What the two graphs carry from node to node."""

from typing import TypedDict

from agents.untrusted import NoteRecord
from tools.policy import Judged
from tools.registry import Failed
from tools.resolve import Assessment, Drafts, OptionTable, Put


class RunState(TypedDict, total=False):
    """One attempt at one case. Nothing of it is kept: a killed run is simply run again."""

    case_id: str
    assessment: Assessment
    records: tuple[NoteRecord, ...]
    """What customers wrote, as typed records; the words themselves go no further."""
    drafts: Drafts
    table: OptionTable
    judged: Judged
    explanation: str
    """Rendered prose of a model, or empty for the template's."""
    put: Put
    failed: Failed
    """Set by the step that could not go on; the graph ends there."""


class ChatState(TypedDict, total=False):
    """One conversation. Plain text and numbers only: a checkpointer stores it."""

    text: str
    person: str
    case_id: str
    """The case on the screen, or the one spoken of last."""
    vehicle_id: str
    order_id: str
    intent: str
    picked: dict[str, str]
    """What a model named where the router abstained; ids as it wrote them."""
    turns: list[dict[str, str]]
    """What was said, oldest first: `who` and `text`."""
    events: list[dict[str, object]]
    """The answer to the last message."""
