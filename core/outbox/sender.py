"""The sender: claims what is due, sends it, writes down what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.context import Clock
from core.domain.ids import DayId
from core.outbox.channels import Channel, SendFailed
from core.outbox.failpoint import reach
from core.outbox.rows import withdrawal_key
from core.store.store import Outgoing, Store

TRIES = 8
"""After so many failed tries a person has to look."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row."""

    row: Outgoing
    status: str
    """sent, failed, unknown, withdrawn, or queued for another try."""
    detail: str = ""


class Sender:
    """Sends through a channel by kind of recipient: customer, driver, carrier, or `*`."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        day_id: DayId | None = None,
    ) -> None:
        """`day_id`: leave the other days of the database to those who run them; None: all."""
        self._store, self._channels, self._clock = store, channels, clock
        self._day_id = day_id

    def recover(self) -> tuple[Outcome, ...]:
        """After a crash: what was leaving goes again under its key, or is `unknown`.

        Call once at start, before anybody sends.
        """
        found: list[Outcome] = []
        for row in self._store.stuck(self._day_id):
            channel = self._channel(row)
            if self._called_off(row):
                status, detail = "withdrawn", "called off while it was leaving"
            elif channel is not None and channel.keyed:
                status, detail = "queued", ""
            else:
                status = "unknown"
                detail = "the process ended while this was leaving; ask whether it came"
            if self._store.mark(row.key, "sending", status, detail):
                found.append(Outcome(row, status, detail))
        return tuple(found)

    def send_due(self, now: datetime | None = None) -> tuple[Outcome, ...]:
        """Send every row whose hold is over; each is claimed first, so nobody sends it twice."""
        due = self._store.due(now or self._clock.now(), day_id=self._day_id)
        if due:
            reach("commit_to_outbox")
        return tuple(o for row in due if (o := self._send(row)) is not None)

    def _called_off(self, row: Outgoing) -> bool:
        """Return whether the carrier is told to forget this tender: it must not come after that."""
        return row.kind == "tender" and self._store.holds(withdrawal_key(row.key))

    def _channel(self, row: Outgoing) -> Channel | None:
        return self._channels.get(row.recipient.partition(":")[0]) or self._channels.get("*")

    def _send(self, row: Outgoing) -> Outcome | None:
        if not self._store.mark(row.key, "queued", "sending"):
            return None
        channel = self._channel(row)
        if channel is None:
            return self._settle(row, "failed", f"no channel for {row.recipient}")
        try:
            channel.send(row)
        except SendFailed as failed:
            if self._called_off(row):
                return self._settle(row, "withdrawn", failed.detail)
            again = failed.again and row.attempts + 1 < TRIES
            return self._settle(row, "queued" if again else "failed", failed.detail)
        reach("mid_send")
        return self._settle(row, "sent", "")

    def _settle(self, row: Outgoing, status: str, detail: str) -> Outcome:
        self._store.mark(row.key, "sending", status, detail)
        return Outcome(row, status, detail)
