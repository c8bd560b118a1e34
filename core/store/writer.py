"""One open transaction: events, what they send, and the read tables, written together."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.day import Day
from core.domain.ids import DayId
from core.errors import CopilotError
from core.ledger import chain, codec
from core.ledger.events import Event
from core.store import reads
from core.store.tables import DAY, EVENT, OUTBOX


class Overtaken(CopilotError):
    """Somebody else appended to the ledger first."""

    code = "overtaken"
    status = 409


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox before and after it is sent."""

    key: str
    """Idempotency key: `message:<id>` or `tender:<id>`."""
    day_id: DayId
    seq: int
    kind: str
    recipient: str
    payload: str
    hold_until: datetime
    status: str = "queued"
    """queued, sending, sent, withdrawn, failed or unknown."""
    attempts: int = 0
    detail: str = ""
    not_before: datetime | None = None
    """A row that could not be delivered is not tried again before this."""
    expires_at: datetime | None = None
    """From here on it would say something that is no longer so; None: always worth sending."""


class Writer:
    """One open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """Undo what happens inside when it raises, and nothing else."""
        with self.connection.begin_nested():
            yield

    def append(
        self,
        day_id: DayId,
        expected_seq: int,
        events: Sequence[Event],
        outbox_rows: Sequence[Outgoing] = (),
    ) -> None:
        """Append events that follow `expected_seq`, with what they send; Overtaken otherwise."""
        if not events:
            return
        head = self.connection.execute(
            select(DAY.c.seq, DAY.c.hash).where(DAY.c.day_id == day_id)
        ).one_or_none()
        seq, prev = (0, chain.GENESIS) if head is None else (int(head.seq), str(head.hash))
        if seq != expected_seq or [e.seq for e in events] != list(
            range(seq + 1, seq + 1 + len(events))
        ):
            raise Overtaken(f"day {day_id} stands at {seq}, not at {expected_seq}; read it again")
        rows: list[dict[str, object]] = []
        for event in events:
            doc = codec.encode_event(event)
            prev = chain.next_hash(prev, doc)
            rows.append(
                {
                    "day_id": day_id,
                    "seq": event.seq,
                    "event_id": event.event_id,
                    "type": event.body.type,
                    "doc": doc.decode(),
                    "hash": prev,
                }
            )
        try:
            self._move_head(day_id, head is None, seq, events[-1].seq, prev)
            self.connection.execute(insert(EVENT), rows)
        except IntegrityError as clash:
            raise Overtaken(f"day {day_id} moved on past {expected_seq}; read it again") from clash
        self.queue(*outbox_rows)

    def queue(self, *rows: Outgoing) -> None:
        """Put rows into the outbox."""
        if rows:
            self.connection.execute(insert(OUTBOX), [asdict(row) for row in rows])

    def _move_head(self, day_id: DayId, first: bool, seq: int, to: int, hashed: str) -> None:
        if first:
            self.connection.execute(insert(DAY).values(day_id=day_id, seq=to, hash=hashed))
            return
        moved = self.connection.execute(
            update(DAY).where(DAY.c.day_id == day_id, DAY.c.seq == seq).values(seq=to, hash=hashed)
        )
        if moved.rowcount != 1:
            raise Overtaken(f"day {day_id} moved on past {seq}; read it again")

    def write_reads(self, day_id: DayId, before: Day | None, after: Day) -> None:
        reads.write(self.connection, day_id, before, after)

    def attempts(self, key: str) -> int:
        """Return how often somebody began to send a row; 0 for one that is not there."""
        query = select(OUTBOX.c.attempts).where(OUTBOX.c.key == key)
        return int(self.connection.execute(query).scalar() or 0)

    def withdraw(self, key: str) -> bool:
        """Keep a queued row from leaving; False when it has left or is leaving."""
        done = self.connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.key == key, OUTBOX.c.status == "queued")
            .values(status="withdrawn")
        )
        return done.rowcount == 1
