"""Untrusted words to typed records: a model may read them, but only without tools, into a form."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

from agents.models.base import Model, ModelFailed, Request
from agents.prompts import READ_NOTE


class NoteKind(StrEnum):
    NEIGHBOUR = "leave_with_neighbour"
    SAFE_PLACE = "leave_in_safe_place"
    CALL_FIRST = "call_first"
    ACCESS = "access"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    COMPLAINT = "complaint"
    WHERE_IS_IT = "where_is_it"
    RUNNING_LATE = "running_late"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """Everything that a planner gets to see of a note."""

    order_id: str
    kind: NoteKind


_KEYWORDS: Sequence[tuple[NoteKind, str]] = (
    (NoteKind.CANCEL, r"\bcancel|don'?t want it|no longer (?:want|need)|not needed"),
    (NoteKind.NEIGHBOUR, r"\bneighbou?rs?\b|next door"),
    (
        NoteKind.SAFE_PLACE,
        r"safe place|\bporch\b|\bshed\b|\bgarage\b|leave (?:it|them) (?:at|by|in)",
    ),
    (NoteKind.CALL_FIRST, r"\b(?:call|ring|phone|text) (?:me|us|first|before|ahead|when)"),
    (
        NoteKind.ACCESS,
        r"\b(?:gate|code|buzzer|intercom|lift|elevator|stairs|floor|entrance|bell)\b",
    ),
    (NoteKind.RESCHEDULE, r"\b(?:tomorrow|another day|later today|reschedul\w*|other time)\b"),
    (NoteKind.WHERE_IS_IT, r"\bwhere\b|\bwhen (?:will|is|does)\b|still waiting|\beta\b"),
    (NoteKind.COMPLAINT, r"complain|unacceptable|refund|terrible|third time|angry"),
    (NoteKind.RUNNING_LATE, r"\brunning late\b|\bbehind\b|\blate\b|\bdelayed\b"),
)


def read_plainly(words: str) -> NoteKind:
    """Read a note by its keywords: the reader that needs no model."""
    text = words.casefold()
    for kind, pattern in _KEYWORDS:
        if re.search(pattern, text):
            return kind
    return NoteKind.OTHER


def read_note(model: Model, now: datetime, order_id: str, words: str) -> NoteRecord:
    """Read one note into a record. A model's reading counts only when it is one of the kinds, in
    the form asked for; anything else is read plainly."""
    try:
        reply = model.complete(Request("read_note", READ_NOTE, words[:2000]), now)
        kind = _kind(reply.text)
    except ModelFailed:
        kind = None
    return NoteRecord(order_id, kind or read_plainly(words))


def _kind(text: str) -> NoteKind | None:
    try:
        form: object = json.loads(text)
    except ValueError:
        return None
    if not isinstance(form, dict):
        return None
    fields = cast("dict[str, object]", form)
    kind = fields.get("kind")
    if set(fields) != {"kind"} or kind not in [k.value for k in NoteKind]:
        return None
    return NoteKind(str(kind))
