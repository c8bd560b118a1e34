"""Answers to a promise quote, and the best of them over the ways of an order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.alternative import FIRST
from core.domain.ids import VehicleId
from core.domain.order import Order
from core.domain.plan import Refusal
from core.domain.time import TimeWindow
from core.domain.ways import other_ways, served_by


@dataclass(frozen=True, slots=True)
class WindowQuote:
    """One window: who would come when, at what price; or why nobody can."""

    window: TimeWindow
    vehicle_id: VehicleId | None
    added_cents: int = 0
    begins_at: datetime | None = None
    stops_before: int = 0
    refusal: Refusal | None = None
    way: str = FIRST
    """In which of its ways the order would be served."""

    @property
    def offered(self) -> bool:
        return self.vehicle_id is not None


@dataclass(frozen=True, slots=True)
class Quote:
    """Answers in the order of the windows asked for."""

    windows: tuple[WindowQuote, ...]

    @property
    def best(self) -> WindowQuote | None:
        """Return the cheapest window that can be offered; None when there is none."""
        offered = [w for w in self.windows if w.offered]
        return min(offered, key=lambda w: (w.added_cents, w.window), default=None)


Ask = Callable[[Order, Sequence[TimeWindow]], tuple[WindowQuote, ...]]
"""Answers for an order in the way that is in force."""


def in_any_way(order: Order, windows: Sequence[TimeWindow], ask: Ask) -> tuple[WindowQuote, ...]:
    """Return for each window the cheapest answer over the ways of an order: at its own door in any
    window, in another way inside that way's own. Where none can, the reasons of all of them."""
    found = list(ask(order, windows))
    for way in other_ways(order):
        other = served_by(order, way)
        inside = [_common(window, other.promise) for window in windows]
        asked = iter(ask(other, [w for w in inside if w is not None]))
        for number, window in enumerate(inside):
            one = found[number]
            if window is None:
                why = Refusal(None, "window", f"by {way or 'its first way'}: not in that window")
                found[number] = _with_reason(one, why)
                continue
            answer = replace(next(asked), window=windows[number], way=way)
            if answer.offered:
                if not one.offered or answer.added_cents < one.added_cents:
                    found[number] = answer
            elif answer.refusal is not None:
                text = f"by {way or 'its first way'}: {answer.refusal.sentence}"
                found[number] = _with_reason(one, replace(answer.refusal, sentence=text))
    return tuple(found)


def _with_reason(one: WindowQuote, why: Refusal) -> WindowQuote:
    if one.refusal is None:
        return one
    told = f"{one.refusal.sentence}; {why.sentence}"
    return replace(one, refusal=replace(one.refusal, sentence=told))


def _common(one: TimeWindow, other: TimeWindow) -> TimeWindow | None:
    opens, closes = max(one.opens, other.opens), min(one.closes, other.closes)
    return TimeWindow(opens, closes) if opens < closes else None
