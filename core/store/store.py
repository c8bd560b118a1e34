"""The store: every read and write of the database, and the only SQL of the house."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from threading import RLock

from sqlalchemy import Select, delete, insert, or_, select, update

from core.domain.customer import PersonalText
from core.domain.ids import DayId, VehicleId
from core.domain.place import Point
from core.domain.position import Position
from core.ledger import chain, codec, fold
from core.ledger.events import Event
from core.store import reads
from core.store.engine import open_engine
from core.store.tables import DAY, EVENT, OUTBOX, PERSONAL, POSITION, TOOL_CALL
from core.store.writer import Outgoing, Writer


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a tool: what, by which kind of caller, and what became of it."""

    seq: int
    at: datetime
    tool: str
    effect: str
    scope: str
    args_digest: str
    code: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What checking a stored day found."""

    day_id: DayId
    events: int
    problems: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not self.problems


class Store:
    """A database by URL; SQLite by default. Safe to use from several threads."""

    def __init__(self, url: str = "sqlite://") -> None:
        self.url = url
        self._engine = open_engine(url)
        # An in-memory database is one connection for all threads.
        self._lock = RLock()

    @contextmanager
    def transaction(self) -> Generator[Writer]:
        """Commit all that happens inside, or nothing."""
        with self._lock, self._engine.begin() as connection:
            yield Writer(connection)

    def close(self) -> None:
        self._engine.dispose()

    def days(self) -> tuple[DayId, ...]:
        with self.transaction() as writer:
            rows = writer.connection.execute(select(DAY.c.day_id).order_by(DAY.c.day_id))
            return tuple(DayId(str(r.day_id)) for r in rows)

    def load(self, day_id: DayId, since_seq: int = 0) -> Iterator[Event]:
        """Yield the events after `since_seq`, in order; nothing for an unknown day."""
        query = (
            select(EVENT.c.doc)
            .where(EVENT.c.day_id == day_id, EVENT.c.seq > since_seq)
            .order_by(EVENT.c.seq)
        )
        with self.transaction() as writer:
            docs = [str(d) for d in writer.connection.execute(query).scalars()]
        for doc in docs:
            yield codec.decode_event(doc.encode())

    def put_text(self, *texts: PersonalText) -> None:
        """Keep personal words, replacing what was kept under the same keys."""
        if not texts:
            return
        latest = {t.key: t for t in texts}
        with self.transaction() as writer:
            writer.connection.execute(delete(PERSONAL).where(PERSONAL.c.key.in_(list(latest))))
            writer.connection.execute(insert(PERSONAL), [asdict(t) for t in latest.values()])

    def text(self, key: str) -> PersonalText | None:
        """Return the words under `key`; None when there are none, or none any more."""
        with self.transaction() as writer:
            query = select(PERSONAL).where(PERSONAL.c.key == key)
            row = writer.connection.execute(query).mappings().one_or_none()
        return None if row is None else PersonalText(**{k: str(v) for k, v in row.items()})

    def erase(self, key: str) -> bool:
        """Forget the words under `key`; False when there were none."""
        with self.transaction() as writer:
            gone = writer.connection.execute(delete(PERSONAL).where(PERSONAL.c.key == key))
            return gone.rowcount == 1

    def add_tool_calls(self, day_id: DayId, calls: Sequence[ToolCall], *, keep: int) -> None:
        """Append calls and keep the newest `keep` of that day."""
        if not calls:
            return
        rows = [{"day_id": day_id, **asdict(call)} for call in calls]
        newest = select(TOOL_CALL.c.number).where(TOOL_CALL.c.day_id == day_id)
        last = newest.order_by(TOOL_CALL.c.number.desc()).limit(1).offset(keep)
        with self.transaction() as writer:
            writer.connection.execute(insert(TOOL_CALL), rows)
            beyond = writer.connection.execute(last).scalar()
            if beyond is not None:
                writer.connection.execute(
                    delete(TOOL_CALL).where(
                        TOOL_CALL.c.day_id == day_id, TOOL_CALL.c.number <= beyond
                    )
                )

    def tool_calls(self, day_id: DayId) -> tuple[ToolCall, ...]:
        """Return the calls of a day, oldest first."""
        query = select(*(TOOL_CALL.c[f.name] for f in fields(ToolCall)))
        query = query.where(TOOL_CALL.c.day_id == day_id).order_by(TOOL_CALL.c.number)
        with self.transaction() as writer:
            rows = writer.connection.execute(query).mappings().all()
        return tuple(ToolCall(**row) for row in rows)

    def add_position(self, day_id: DayId, *positions: Position) -> None:
        if not positions:
            return
        rows = [
            {
                "day_id": day_id,
                "vehicle_id": p.vehicle_id,
                "at": p.at,
                "received_at": p.received_at,
                "lat_e6": p.point.lat_e6,
                "lon_e6": p.point.lon_e6,
            }
            for p in positions
        ]
        with self.transaction() as writer:
            writer.connection.execute(insert(POSITION), rows)

    def positions_since(self, day_id: DayId, number: int = 0) -> tuple[tuple[int, Position], ...]:
        """Return the positions received after `number`, each with its own, in receipt order."""
        query = (
            select(POSITION)
            .where(POSITION.c.day_id == day_id, POSITION.c.number > number)
            .order_by(POSITION.c.number)
        )
        with self.transaction() as writer:
            rows = writer.connection.execute(query).all()
        return tuple(
            (
                int(r.number),
                Position(
                    VehicleId(str(r.vehicle_id)),
                    r.at,
                    r.received_at,
                    Point(int(r.lat_e6), int(r.lon_e6)),
                ),
            )
            for r in rows
        )

    def rebuild_reads(self, day_id: DayId) -> None:
        """Write the read tables of a day anew from its ledger."""
        day = fold.replay(self.load(day_id))
        with self.transaction() as writer:
            reads.rebuild(writer.connection, day_id, day)

    def due(
        self, now: datetime, limit: int = 100, day_id: DayId | None = None
    ) -> tuple[Outgoing, ...]:
        """Return queued rows whose hold and pause are over, oldest first; of one day, or of all."""
        rested = or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= now)
        query = (
            select(OUTBOX)
            .where(OUTBOX.c.status == "queued", OUTBOX.c.hold_until < now, rested)
            .order_by(OUTBOX.c.hold_until, OUTBOX.c.day_id, OUTBOX.c.seq, OUTBOX.c.key)
            .limit(limit)
        )
        return self._outgoing(query if day_id is None else query.where(OUTBOX.c.day_id == day_id))

    def outbox(self, day_id: DayId, *statuses: str) -> tuple[Outgoing, ...]:
        """Return the rows of a day, of some statuses or of all, in ledger order."""
        query = select(OUTBOX).where(OUTBOX.c.day_id == day_id)
        if statuses:
            query = query.where(OUTBOX.c.status.in_(statuses))
        return self._outgoing(query.order_by(OUTBOX.c.seq, OUTBOX.c.key))

    def later(self, row: Outgoing) -> tuple[Outgoing, ...]:
        """Return what was queued for the same recipient after `row` and not taken back."""
        query = select(OUTBOX).where(
            OUTBOX.c.day_id == row.day_id,
            OUTBOX.c.recipient == row.recipient,
            OUTBOX.c.seq > row.seq,
            OUTBOX.c.status != "withdrawn",
        )
        return self._outgoing(query.order_by(OUTBOX.c.seq, OUTBOX.c.key))

    def stuck(self, day_id: DayId | None = None) -> tuple[Outgoing, ...]:
        """Return rows, of one day or of all, that were being sent when the process ended."""
        query = select(OUTBOX).where(OUTBOX.c.status == "sending").order_by(OUTBOX.c.key)
        return self._outgoing(query if day_id is None else query.where(OUTBOX.c.day_id == day_id))

    def _outgoing(self, query: Select[tuple[object, ...]]) -> tuple[Outgoing, ...]:
        with self.transaction() as writer:
            rows = writer.connection.execute(query).mappings().all()
        return tuple(Outgoing(**row) for row in rows)

    def holds(self, key: str) -> bool:
        """Return whether the outbox has a row of that key."""
        with self.transaction() as writer:
            query = select(OUTBOX.c.key).where(OUTBOX.c.key == key)
            return writer.connection.execute(query).first() is not None

    def mark(
        self,
        key: str,
        expected: str,
        status: str,
        detail: str = "",
        not_before: datetime | None = None,
    ) -> bool:
        """Move an outbox row from one status to another; False when it was not there."""
        attempt = 1 if status == "sending" else 0
        with self.transaction() as writer:
            moved = writer.connection.execute(
                update(OUTBOX)
                .where(OUTBOX.c.key == key, OUTBOX.c.status == expected)
                .values(
                    status=status,
                    detail=detail,
                    not_before=not_before,
                    attempts=OUTBOX.c.attempts + attempt,
                )
            )
            return moved.rowcount == 1

    def verify(self, day_id: DayId) -> VerifyReport:
        """Check the hash chain, the sequence and the read tables of one day.

        All is read in one transaction, so that a day may go on while it is checked.
        """
        query = select(EVENT).where(EVENT.c.day_id == day_id).order_by(EVENT.c.seq)
        with self.transaction() as writer:
            rows = writer.connection.execute(query).all()
            head = writer.connection.execute(
                select(DAY.c.seq, DAY.c.hash).where(DAY.c.day_id == day_id)
            ).one_or_none()
            kept = reads.stored(writer.connection, day_id)
        problems: list[str] = []
        prev = chain.GENESIS
        for number, row in enumerate(rows, start=1):
            if int(row.seq) != number:
                problems.append(f"event {number} is missing; {row.seq} follows {number - 1}")
                break
            prev = chain.next_hash(prev, str(row.doc).encode())
            if prev != row.hash:
                problems.append(f"event {number} was altered: its hash does not fit")
                break
        if head is None or (int(head.seq), head.hash) != (len(rows), prev):
            problems.append("the head of the ledger does not match its last event")
        if not problems and rows:
            day = fold.replay(codec.decode_event(str(r.doc).encode()) for r in rows)
            problems.extend(reads.differences(kept, day))
        return VerifyReport(day_id, len(rows), tuple(problems))
