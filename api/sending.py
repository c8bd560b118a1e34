"""The outbox at work: sends what is due and tells the day what became of it."""

from collections.abc import Mapping
from datetime import datetime

from core.context import Clock
from core.desk.owner import DayOwner
from core.desk.settling import settle
from core.outbox.channels import Channel, FileChannel, HttpChannel
from core.outbox.sender import Backoff, Sender
from core.settings import Settings
from core.store.store import Store


def channels(settings: Settings) -> Mapping[str, Channel]:
    """Return how messages leave: over keyed HTTP where a receiver is set, else into a file."""
    if settings.outbox_url:
        return {"*": HttpChannel(settings.outbox_url)}
    return {"*": FileChannel(settings.home / "outbox.jsonl")}


class Post:
    """Sends for one day. A message that left before a crash is told to the day after it."""

    def __init__(self, store: Store, owner: DayOwner, settings: Settings, clock: Clock) -> None:
        self._owner = owner
        backoff = Backoff(
            settings.outbox_retry_base_s,
            settings.outbox_retry_cap_s,
            settings.outbox_retry_for_s,
        )
        self._sender = Sender(store, channels(settings), clock, owner.day_id, backoff)

    def recover(self) -> None:
        """Call once at start: settle what was in the air when the last process ended."""
        self._sender.recover()
        settle(self._owner)

    def send_due(self, now: datetime) -> None:
        if self._sender.send_due(now):
            settle(self._owner)
