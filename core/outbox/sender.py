"""The sender: claims what is due, sends it, writes down what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.context import Clock
from core.domain.ids import DayId
from core.outbox.channels import Channel, SendFailed
from core.outbox.failpoint import reach
from core.outbox.rows import withdrawal_key
from core.outbox.subject import replaced
from core.store.store import Store
from core.store.writer import Outgoing


@dataclass(frozen=True, slots=True)
class Backoff:
    """The pauses between the tries of a keyed effect: doubling, up to a cap, for some hours.

    The n-th pause depends on n alone, so whoever replays the tries waits alike.
    """

    base_s: int = 5
    cap_s: int = 600
    for_s: int = 4 * 3600
    """Given up when the pauses would come to more than this."""

    def pause(self, tries: int) -> timedelta | None:
        """Return the pause after that many failed tries, one or more; None: no further try."""
        pauses = [self._pause_s(n) for n in range(1, tries + 1)]
        return timedelta(seconds=pauses[-1]) if sum(pauses) <= self.for_s else None

    def _pause_s(self, tries: int) -> int:
        return min(self.cap_s, self.base_s * 2 ** min(tries - 1, 32))


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
        backoff: Backoff | None = None,
    ) -> None:
        """`day_id`: leave the other days of the database to those who run them; None: all."""
        self._store, self._channels, self._clock = store, channels, clock
        self._day_id, self._backoff = day_id, backoff or Backoff()

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
        now = now or self._clock.now()
        due = self._store.due(now, day_id=self._day_id)
        if due:
            reach("commit_to_outbox")
        return tuple(o for row in due if (o := self._send(row, now)) is not None)

    def _called_off(self, row: Outgoing) -> bool:
        """Return whether the carrier is told to forget this tender: it must not come after that."""
        return row.kind == "tender" and self._store.holds(withdrawal_key(row.key))

    def _channel(self, row: Outgoing) -> Channel | None:
        return self._channels.get(row.recipient.partition(":")[0]) or self._channels.get("*")

    def _send(self, row: Outgoing, now: datetime) -> Outcome | None:
        pointless = self._pointless(row, now)
        if pointless:
            held = self._store.mark(row.key, "queued", "failed", pointless)
            return Outcome(row, "failed", pointless) if held else None
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
            pause = self._backoff.pause(row.attempts + 1) if failed.again else None
            if pause is None:
                return self._settle(row, "failed", failed.detail)
            return self._settle(row, "queued", failed.detail, now + pause)
        reach("mid_send")
        return self._settle(row, "sent", "")

    def _pointless(self, row: Outgoing, now: datetime) -> str:
        """Return why a row is not worth sending any more; empty while it is."""
        if row.expires_at is not None and row.expires_at <= now:
            return "; ".join(["its time was over before it could leave", *_said(row)])
        paused = row.not_before is not None  # what only a crash cut short goes again, in its turn
        if paused and replaced(row, self._store.later(row), now):
            return "; ".join(["a newer message takes its place", *_said(row)])
        return ""

    def _settle(
        self, row: Outgoing, status: str, detail: str, not_before: datetime | None = None
    ) -> Outcome:
        self._store.mark(row.key, "sending", status, detail, not_before)
        return Outcome(row, status, detail)


def _said(row: Outgoing) -> list[str]:
    return [row.detail] if row.detail else []
