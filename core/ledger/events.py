"""The event envelope with the union of everything that a ledger may hold."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.decision import Decision
from core.domain.fact import Fact
from core.domain.ids import DayId, EventId

Body = Fact | Decision

VERSION = 1
"""Version of every body written today; older ones are brought up when read."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger. `at` is when it happened, `received_at` when we heard."""

    day_id: DayId
    seq: int
    event_id: EventId
    at: datetime
    received_at: datetime
    actor: str
    """`driver:<id>`, `customer:<id>`, `feed:<name>`, `person:<name>`, `policy` or `tenfour`."""
    body: Body
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Unsaved:
    """An event before the ledger gives it a place: what `handle` returns."""

    event_id: EventId
    at: datetime
    actor: str
    body: Body
