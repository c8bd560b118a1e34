"""The record of tool calls: one entry each, whatever became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One call, whatever became of it."""

    tool: str
    effect: str
    """Empty where there is no such tool."""
    actor: str
    at: datetime
    args: str
    ok: bool
    code: str = ""
    sentence: str = ""
    trace: str = ""
    """Where it broke, when the fault is ours."""
    seq: int = 0
    """How far the day stood when the call was over."""


Audit = Callable[[AuditEntry], None]


def unwritten(_entry: AuditEntry) -> None:
    """Keep nothing: evaluations, which are repeated and not looked into afterwards."""
