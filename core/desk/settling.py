"""Brings home what the outbox knows: the ledger hears what became of each message."""

from core.desk.commands import SettleMessage
from core.desk.owner import DayOwner
from core.outbox.rows import message_key


def settle(owner: DayOwner) -> int:
    """Record outcomes that the ledger lacks, and return how many. Safe to repeat at any time."""
    day = owner.day
    rows = {row.key: row for row in owner.store.outbox(owner.day_id)}
    commands: list[SettleMessage] = []
    for message in day.messages.values():
        row = rows.get(message_key(day, message.message_id))
        if message.outcome != "queued" or row is None:
            continue
        if row.status in ("sent", "failed", "unknown"):
            commands.append(SettleMessage(message.message_id, row.status, row.detail))
    if commands:
        owner.submit_all(commands)
    return len(commands)
