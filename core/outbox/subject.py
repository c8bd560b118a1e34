"""What a message is about: a later one about the same makes an earlier one wrong."""

import json
from collections.abc import Iterable
from datetime import datetime

from core.store.writer import Outgoing

ABOUT = ("to", "template", "order_id", "vehicle_id")


def subject(row: Outgoing) -> tuple[str, ...]:
    """Return what two rows must share to be about the same thing; tenders are all of their own."""
    if row.kind != "message":
        return (row.kind, row.key)
    said: dict[str, object] = json.loads(row.payload)
    return ("message", *(str(said.get(name)) for name in ABOUT))


def replaced(row: Outgoing, later: Iterable[Outgoing], now: datetime) -> bool:
    """Return whether one of `later`, none of them taken back, says the same thing anew.

    One that is still held may be taken back, so it replaces nothing yet.
    """
    mine = subject(row)
    return any(other.hold_until < now and subject(other) == mine for other in later)
