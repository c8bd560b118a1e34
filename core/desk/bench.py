"""What a command may use beside the day, and the making of events."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.context import Ids
from core.domain.case import Case, CaseStatus
from core.domain.day import Day
from core.domain.decision import CaseChanged
from core.domain.ids import EventId, VehicleId
from core.domain.position import Position, Positions
from core.ledger import fold
from core.ledger.events import Body, Event, Unsaved
from core.ledger.upcast import version_of
from core.travel.protocol import TravelTimes

OWN = "tenfour:"
"""Prefix of the ids of our own events: `tenfour:<seq>`. No sender may use it."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The moment, the ids, the roads and where everybody was seen when a command is handled."""

    ids: Ids
    now: datetime
    travel: TravelTimes | None = None
    positions: Positions = field(default_factory=dict[VehicleId, tuple[Position, ...]])


def written(
    day: Day, bench: Bench, actor: str, bodies: Iterable[Body], *, after: int = 0
) -> tuple[Unsaved, ...]:
    """Make our own events; `after` counts those that go before them in the same append.

    Their ids come from their place in the ledger, so that no restart can give one twice.
    """
    first = day.seq + 1 + after
    return tuple(
        Unsaved(EventId(f"{OWN}{first + n}"), bench.now, actor, body)
        for n, body in enumerate(bodies)
    )


def foreseen(day: Day, events: Iterable[Unsaved], bench: Bench) -> Day:
    """Return the day as it will be after these events."""
    for unsaved in events:
        day = fold.apply(
            day,
            Event(
                day.opened.day_id,
                day.seq + 1,
                unsaved.event_id,
                unsaved.at,
                bench.now,
                unsaved.actor,
                unsaved.body,
                version_of(unsaved.body.type),
            ),
        )
    return day


def reopened(case: Case, note: str = "") -> CaseChanged:
    """Start the next attempt at a case."""
    return CaseChanged(
        replace(
            case,
            status=CaseStatus.OPEN,
            revision=case.revision + 1,
            snoozed_until=None,
            note=note,
        )
    )
