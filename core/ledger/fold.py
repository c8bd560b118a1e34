"""The fold: a day is what its events say, one after another. Pure, and never a step back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import singledispatch
from typing import cast, get_args

from core.domain.day import Day, Unmatched
from core.domain.decision import OrderTendered, PlanAdopted, ProposalUndone, RouteChanged
from core.domain.fact import (
    DayOpened,
    DriverListed,
    Fact,
    OrderReceived,
    RoadIncidentReported,
    VehicleListed,
)
from core.domain.rules import Rules
from core.ledger import (
    fold_collected,
    fold_decisions,
    fold_effects,
    fold_orders,
    fold_routes,
    fold_world,
)
from core.ledger.canonical import digest
from core.ledger.events import Event
from core.ledger.unmatched import waits_for

_FACTS = cast(tuple[type[Fact], ...], get_args(Fact))
_BRINGS = (
    OrderReceived,
    VehicleListed,
    DriverListed,
    RoadIncidentReported,
    PlanAdopted,
    RouteChanged,
    ProposalUndone,
    OrderTendered,
)
"""Bodies that bring something which a fact may have waited for."""


@singledispatch
def _applied(body: object, day: Day, at: datetime) -> Day:
    raise TypeError(f"day {day.opened.day_id}: nothing folds {type(body).__name__} of {at}")


for _family in (fold_orders, fold_routes, fold_collected, fold_world, fold_decisions, fold_effects):
    for _apply in _family.APPLY:
        _applied.register(_apply)


def opened_day(event: Event) -> Day:
    """Make the day from the first event of its ledger."""
    if not isinstance(event.body, DayOpened):
        raise ValueError(f"a ledger begins with day_opened, not {event.body.type}")
    rules = Rules()
    return Day(
        opened=event.body,
        now=event.received_at,
        seq=event.seq,
        rules=rules,
        rules_digest=digest(rules),
    )


def apply(day: Day, event: Event) -> Day:
    """Return the day after `event`.

    A fact about something not yet known is kept in `unmatched` and applied when that arrives.
    """
    now = event.received_at if event.received_at > day.now else day.now
    day = replace(day, now=now, seq=event.seq)
    body = event.body
    if isinstance(body, _FACTS) and (missing := waits_for(day, body)) is not None:
        kept = Unmatched(event.event_id, event.seq, missing, event.at, body)
        return replace(day, unmatched=(*day.unmatched, kept))
    day = _applied(body, day, event.at)
    if day.unmatched and isinstance(body, _BRINGS):
        return _matched(day)
    return day


def _matched(day: Day) -> Day:
    """Apply kept facts whose subject has arrived, oldest first, until none is left to match."""
    while True:
        ready = next((u for u in day.unmatched if waits_for(day, u.body) is None), None)
        if ready is None:
            return day
        left = tuple(u for u in day.unmatched if u.event_id != ready.event_id)
        day = _applied(ready.body, replace(day, unmatched=left), ready.at)


def replay(events: Iterable[Event]) -> Day:
    """Fold a whole ledger; ValueError when it is empty."""
    day: Day | None = None
    for event in events:
        day = opened_day(event) if day is None else apply(day, event)
    if day is None:
        raise ValueError("an empty ledger is no day")
    return day
