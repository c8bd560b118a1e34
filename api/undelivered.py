"""What did not go out, as the day view shows it."""

from api.live import Live
from api.schemas import UndeliveredView
from core.domain.day import Day
from core.outbox.undelivered import LOST, undelivered

MOST = 50
"""More are counted by the outbox; nobody reads a longer list."""


def undelivered_views(live: Live, day: Day) -> list[UndeliveredView]:
    """Return messages, tenders and withdrawals that failed or are unknown, oldest first."""
    store, day_id = live.owner.store, live.owner.day_id
    if not store.outbox(day_id, *LOST):
        return []
    return [
        UndeliveredView(
            key=one.row.key,
            kind=one.row.kind,
            status=one.row.status,
            to=one.row.recipient,
            order_id=one.order_id,
            vehicle_id=one.vehicle_id,
            due_at=day.local(one.row.hold_until),
            tries=one.row.attempts,
            sentence=one.sentence,
            todo=one.todo,
            text=one.text,
            because=one.row.detail,
        )
        for one in undelivered(day, store.outbox(day_id))[:MOST]
    ]
