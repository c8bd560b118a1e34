"""Brings home what the outbox knows: the ledger hears what became of each message."""

from core.desk.commands import SettleMessage
from core.desk.owner import DayOwner
from core.outbox.rows import message_key

SETTLED = ("sent", "failed", "unknown", "withdrawn")


def settle(owner: DayOwner) -> int:
    """Record outcomes that the ledger lacks, and return how many. Safe to repeat at any time."""
    day = owner.day
    rows = {row.key: row for row in owner.store.outbox(owner.day_id, *SETTLED)}
    told = 0
    for message in day.messages.values():
        row = rows.get(message_key(day, message.message_id))
        if message.outcome == "queued" and row is not None:
            owner.submit(SettleMessage(message.message_id, row.status, row.detail))
            told += 1
    return told
