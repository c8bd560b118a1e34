"""The owner of a day: folds it, lets one command through at a time, commits and remembers."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock

from core.context import Clock, Ids
from core.desk.bench import Bench
from core.desk.commands import Approve, Command, ReportFact
from core.desk.handle import handle
from core.desk.proposals import stale_because
from core.domain.customer import PersonalText
from core.domain.day import Day
from core.domain.decision import MessageSettled, ProposalUndone, TenderWithdrawn
from core.domain.fact import DayOpened
from core.domain.ids import DayId, EventId, VehicleId
from core.domain.position import Position, Positions
from core.errors import Conflict, CopilotError, NotOpen, NotReady, Refused
from core.ledger import fold
from core.ledger.events import Event, Unsaved
from core.ledger.upcast import version_of
from core.outbox.failpoint import reach
from core.outbox.rows import message_key, rows_for, tender_key, withdrawal_key
from core.store.store import Store
from core.store.writer import Overtaken, Writer
from core.travel.protocol import TravelTimes

POSITIONS_KEPT = 40
"""Recent positions of a vehicle held in memory: about 10 minutes at one every 15 s."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command came to."""

    events: tuple[Event, ...]
    duplicate: bool = False
    """The same had been said before; nothing was added."""


class DayOwner:
    """The only writer of one day. Safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        day_id: DayId,
        *,
        clock: Clock,
        ids: Ids,
        travel: TravelTimes | None = None,
    ) -> None:
        self.store, self.day_id = store, day_id
        self._clock, self._ids, self._travel = clock, ids, travel
        self._lock = RLock()
        self._day: Day | None = None
        self._events: list[Event] = []
        self._seqs: dict[EventId, int] = {}
        self._positions: dict[VehicleId, tuple[Position, ...]] = {}
        self._catch_up()
        for _, position in store.positions_since(day_id):
            self._keep(position)

    @property
    def day(self) -> Day:
        """The day as of its last commit; NotReady before it is opened."""
        day = self._day
        if day is None:
            raise NotReady(f"day {self.day_id} is not open yet; open or import it first")
        return day

    @property
    def is_open(self) -> bool:
        return self._day is not None

    @property
    def positions(self) -> Positions:
        """Up to 40 recent positions of each vehicle, oldest first."""
        return self._positions

    def set_travel(self, travel: TravelTimes | None) -> None:
        """Set the travel times that plans and changes are checked against."""
        with self._lock:
            self._travel = travel

    def submit(self, command: Command) -> Receipt:
        """Commit one command: its events, outbox rows and read tables, or nothing at all.

        Raises what refused it. An approval whose basis moved is recorded as stale, then raises
        Stale.
        """
        (result,) = self.submit_all([command])
        if isinstance(result, CopilotError):
            raise result
        return result

    def submit_all(self, commands: Sequence[Command]) -> tuple[Receipt | CopilotError, ...]:
        """Commit several commands in one transaction, each in a savepoint of its own.

        A refused one leaves the others standing; its error stands in its place.
        """
        with self._lock:
            try:
                return self._commit(commands)
            except Overtaken:
                # Another process wrote to this day: read what it wrote, then try once more.
                self._catch_up()
                return self._commit(commands)

    def _commit(self, commands: Sequence[Command]) -> tuple[Receipt | CopilotError, ...]:
        day, fresh = self._day, list[Event]()
        results: list[Receipt | CopilotError] = []
        with self.store.transaction() as writer:
            for command in commands:
                try:
                    with writer.savepoint():
                        after, result = self._one(writer, day, fresh, command)
                except Overtaken:
                    raise
                except CopilotError as refused:
                    results.append(refused)
                    continue
                day = after
                fresh += result.events
                stale = _stale(command, result.events)
                results.append(stale or result)
            if fresh:
                reach("before_commit")
        self._remember(day, fresh)
        if fresh:
            reach("after_commit")
        return tuple(results)

    def _one(
        self, writer: Writer, day: Day | None, fresh: Sequence[Event], command: Command
    ) -> tuple[Day | None, Receipt]:
        if isinstance(command, ReportFact):
            known = self._known(command, fresh)
            if known is not None:
                return day, Receipt((), duplicate=True)
            opens = command.body
            if isinstance(opens, DayOpened) and opens.day_id != self.day_id:
                raise Refused(f"this ledger is of day {self.day_id}, not {opens.day_id}")
        bench = Bench(self._ids, self._clock.now(), self._travel, self._positions)
        unsaved = handle(day, command, bench)
        if not unsaved:
            return day, Receipt((), duplicate=True)
        events = self._placed(day, unsaved)
        after = day
        for event in events:
            after = fold.opened_day(event) if after is None else fold.apply(after, event)
        if after is None:
            raise NotReady(f"day {self.day_id} is not open yet")
        seq = 0 if day is None else day.seq
        writer.append(self.day_id, seq, events, rows_for(after, events))
        _withdraw(writer, after, events)
        writer.write_reads(self.day_id, day, after)
        return after, Receipt(events)

    def _known(self, command: ReportFact, fresh: Sequence[Event]) -> Event | None:
        """Return the event that this fact already is; Conflict when it says something else."""
        seq = self._seqs.get(command.event_id)
        event = self._events[seq - 1] if seq is not None else None
        if event is None:
            event = next((e for e in fresh if e.event_id == command.event_id), None)
        if event is not None and (event.at, event.body) != (command.at, command.body):
            raise Conflict(command.event_id)
        return event

    def _placed(self, day: Day | None, unsaved: Sequence[Unsaved]) -> tuple[Event, ...]:
        now = self._clock.now()
        first = 1 if day is None else day.seq + 1
        return tuple(
            Event(
                self.day_id,
                first + n,
                u.event_id,
                u.at,
                now,
                u.actor,
                u.body,
                version_of(u.body.type),
            )
            for n, u in enumerate(unsaved)
        )

    def _remember(self, day: Day | None, fresh: Sequence[Event]) -> None:
        self._day = day
        self._events += fresh
        self._seqs.update((e.event_id, e.seq) for e in fresh)

    def _catch_up(self) -> None:
        day, fresh = self._day, list[Event]()
        for event in self.store.load(self.day_id, 0 if day is None else day.seq):
            day = fold.opened_day(event) if day is None else fold.apply(day, event)
            fresh.append(event)
        self._remember(day, fresh)

    def events(self, since_seq: int = 0) -> tuple[Event, ...]:
        """Return the events after `since_seq`, in ledger order."""
        return tuple(self._events[max(0, since_seq) :])

    def report_position(self, *positions: Position) -> None:
        """Log where vehicles were seen. Refused without a zone or from the future."""
        now = self._clock.now()
        for position in positions:
            if position.at.tzinfo is None or position.received_at.tzinfo is None:
                raise Refused(f"a position of {position.vehicle_id} carries no time zone")
            if position.age_s(now) == 0 and (position.at - now).total_seconds() > 300:
                raise Refused(f"a position of {position.vehicle_id} lies in the future")
        with self._lock:
            self.store.add_position(self.day_id, *positions)
            for position in positions:
                self._keep(position)

    def _keep(self, position: Position) -> None:
        kept = (*self._positions.get(position.vehicle_id, ()), position)
        recent = tuple(sorted(kept, key=lambda p: (p.at, p.received_at))[-POSITIONS_KEPT:])
        self._positions = {**self._positions, position.vehicle_id: recent}

    def personal(self, key: str) -> PersonalText | None:
        """Return the erasable words under `customer:<id>`, `order:<id>` or `driver:<id>`."""
        return self.store.text(key)


def _stale(command: Command, events: tuple[Event, ...]) -> CopilotError | None:
    if not isinstance(command, Approve):
        return None
    return stale_because(tuple(Unsaved(e.event_id, e.at, e.actor, e.body) for e in events))


def _withdraw(writer: Writer, day: Day, events: Sequence[Event]) -> None:
    """Keep back what an undo takes back; NotOpen when it is leaving already. A tender that timed
    out before it ever left is kept back too, and then nobody has to be told."""
    for event in events:
        body = event.body
        keys: list[str] = []
        if isinstance(body, TenderWithdrawn):
            key = tender_key(day, body.tender_id)
            tried = writer.attempts(key)
            writer.withdraw(key)
            if not tried:
                writer.withdraw(withdrawal_key(key))
        if isinstance(body, MessageSettled) and body.outcome == "withdrawn":
            keys = [message_key(day, body.message_id)]
        elif isinstance(body, ProposalUndone):
            keys = [
                tender_key(day, t.tender_id)
                for t in day.tenders.values()
                if t.proposal_id == body.proposal_id
            ]
        for key in keys:
            if not writer.withdraw(key):
                raise NotOpen(key, "on its way")
