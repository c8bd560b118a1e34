"""Errors of forecasts against arrivals: how far off, how often inside, on which side outside."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import numpy as np

from core.domain.time import seconds_between
from core.eta.quality.rows import Arrival, Said
from core.eta.underway.by_route import AHEAD, AHEAD_BOUNDS

HORIZONS_MIN = (240, 60, 15)
WITHIN_MIN = (5, 10, 15, 30)

Pair = tuple[Arrival, Said]
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Errors:
    """Figures over some forecasts. Without any, all but the counts are None."""

    forecasts: int = 0
    arrivals: int = 0
    routes: int = 0
    """A route is late as a whole: so many witnesses there truly are."""
    mae_s: float | None = None
    rmse_s: float | None = None
    mape_pct: float | None = None
    """Of the time that the arrival was still away."""
    bias_s: float | None = None
    """Mean of actual minus said: above zero, people come later than said."""
    within_pct: tuple[float, ...] = ()
    """Shares within 5, 10, 15 and 30 minutes."""
    below_pct: float | None = None
    """Arrived before P10."""
    inside_pct: float | None = None
    above_pct: float | None = None


NOTHING = Errors()


def errors(pairs: Sequence[Pair]) -> Errors:
    """Return the figures of these forecasts; nothing of none."""
    if not pairs:
        return NOTHING
    off = np.array([seconds_between(said.mid, came.at) for came, said in pairs], dtype=np.float64)
    away = np.array([max(1, seconds_between(said.at, came.at)) for came, said in pairs])
    below = np.array([came.at < said.low for came, said in pairs])
    above = np.array([came.at > said.high for came, said in pairs])
    size = np.abs(off)
    return Errors(
        forecasts=len(pairs),
        arrivals=len({(came.day_id, came.stop_id) for came, _ in pairs}),
        routes=len({(came.day_id, came.vehicle_id) for came, _ in pairs}),
        mae_s=float(size.mean()),
        rmse_s=float(np.sqrt((off**2).mean())),
        mape_pct=100 * float((size / away).mean()),
        bias_s=float(off.mean()),
        within_pct=tuple(100 * float((size <= 60 * m).mean()) for m in WITHIN_MIN),
        below_pct=100 * float(below.mean()),
        inside_pct=100 * float((~below & ~above).mean()),
        above_pct=100 * float(above.mean()),
    )


def so_long_before(arrivals: Sequence[Arrival], minutes: int) -> list[Pair]:
    """Return for each arrival what was said last, at least so long before it."""
    found: list[Pair] = []
    for came in arrivals:
        asked = came.at - timedelta(minutes=minutes)
        last = next((s for s in reversed(came.said) if s.at <= asked), None)
        if last is not None:
            found.append((came, last))
    return found


def in_force(pairs: Sequence[Pair]) -> list[Pair]:
    """Return those that were said of the plan by which the stop was reached."""
    return [(came, said) for came, said in pairs if said.change == came.change]


def overtaken(pairs: Sequence[Pair]) -> list[Pair]:
    """Return those that a later change of ours made void."""
    return [(came, said) for came, said in pairs if said.change != came.change]


def by_ahead(arrivals: Sequence[Arrival]) -> dict[str, Errors]:
    """Return the errors of everything said in force, by how many stops ahead it was."""
    pairs = in_force([(came, said) for came in arrivals for said in came.said])
    bucket = np.searchsorted(AHEAD_BOUNDS, [s.stops_ahead for _, s in pairs], side="right")
    return {
        name: errors([pair for pair, b in zip(pairs, bucket, strict=True) if b == number])
        for number, name in enumerate(AHEAD)
    }


def grouped(pairs: Sequence[Pair], key: Callable[[Arrival], K]) -> dict[K, list[Pair]]:
    """Return the pairs of each group; groups in the order in which they first appear."""
    found: dict[K, list[Pair]] = {}
    for came, said in pairs:
        found.setdefault(key(came), []).append((came, said))
    return found
