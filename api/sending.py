"""The outbox at work: sends what is due and tells the day what became of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from core.context import Clock
from core.desk.commands import SettleMessage
from core.desk.owner import DayOwner
from core.domain.ids import MessageId
from core.outbox.channels import Channel, FileChannel, HttpChannel
from core.outbox.rows import message_key
from core.outbox.sender import Backoff, Sender
from core.settings import Settings
from core.store.store import Store

SETTLED = ("sent", "failed", "unknown", "withdrawn")


def channels(settings: Settings) -> Mapping[str, Channel]:
    """Return how messages leave: over keyed HTTP where a receiver is set, else into a file."""
    if settings.outbox_url:
        return {"*": HttpChannel(settings.outbox_url)}
    return {"*": FileChannel(settings.home / "outbox.jsonl")}


class Post:
    """Sends for one day. A message that left before a crash is told to the day after it."""

    def __init__(self, store: Store, owner: DayOwner, settings: Settings, clock: Clock) -> None:
        self._store, self._owner = store, owner
        backoff = Backoff(
            settings.outbox_retry_base_s,
            settings.outbox_retry_cap_s,
            settings.outbox_retry_for_s,
        )
        self._sender = Sender(store, channels(settings), clock, owner.day_id, backoff)

    def recover(self) -> None:
        """Call once at start: settle what was in the air when the last process ended."""
        self._sender.recover()
        self._tell((r.key, r.status, r.detail) for r in self._store.outbox(self._owner.day_id))

    def send_due(self, now: datetime) -> None:
        sent = self._sender.send_due(now)
        self._tell((o.row.key, o.status, o.detail) for o in sent)

    def _tell(self, outcomes: Iterable[tuple[str, str, str]]) -> None:
        day = self._owner.day
        by_key: dict[str, MessageId] = {message_key(day, m): m for m in day.messages}
        for key, status, detail in outcomes:
            message_id = by_key.get(key)
            if message_id is None or status not in SETTLED:
                continue
            if day.messages[message_id].outcome == "queued":
                self._owner.submit(SettleMessage(message_id, status, detail))
