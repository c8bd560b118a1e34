"""Rows of an option table that a person could not tell apart: only the better of them is shown."""

from collections.abc import Sequence

from core.domain.option import ChangeRoutes, NotifyCustomer, Option, Price
from core.resolve.rank import price_of

# Two prices closer than this, and two counts of stops closer than that, say the same to a person.
SAME_CENTS = 100
SAME_STOPS = 2


def without_twins(ranked: Sequence[Option]) -> tuple[Option, ...]:
    """Return a ranked table without rows that do the same kind of thing with the same riders, at
    nearly the same price, with nearly as many stops moved and promises kept, as a row above.

    Only changes of routes have twins: a tender, a refusal, a message and waiting are what they are.
    """
    kept: list[Option] = []
    for option in ranked:
        if not any(_twins(option, other) for other in kept):
            kept.append(option)
    return tuple(kept)


def _twins(a: Option, b: Option) -> bool:
    if not (a.feasible and b.feasible) or _does(a) != _does(b) or not _does(a):
        return False
    return _alike(price_of(a), price_of(b))


def _does(option: Option) -> tuple[object, ...]:
    """Return kinds, riders and partners of its changes; empty where something else is done too."""
    changes = [a for a in option.actions if isinstance(a, ChangeRoutes)]
    others = [a for a in option.actions if not isinstance(a, ChangeRoutes | NotifyCustomer)]
    if others:
        return ()
    return tuple(
        (
            c.kind,
            tuple(r.vehicle_id for r in c.routes),
            tuple((m.giver, m.taker) for m in c.meetings),
        )
        for c in changes
    )


def _alike(a: Price, b: Price) -> bool:
    return (
        abs(a.total_cents - b.total_cents) < SAME_CENTS
        and abs(a.stops_moved - b.stops_moved) < SAME_STOPS
        and a.drivers_disturbed == b.drivers_disturbed
        and abs(a.promises_saved_milli - b.promises_saved_milli) < 100
    )
