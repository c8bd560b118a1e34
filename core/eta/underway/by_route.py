"""Tails of arrivals that hold what they promise: conformal, by whole routes, never by rows.

Stops of one route are late together. A hundred rows of it are one witness, so each route weighs
the same in a bucket however many stops it has there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import Refused
from core.eta.underway.route import Floats, Ints

AHEAD = ("1", "2-5", "6-20", "above 20")
"""Buckets by how many stops ahead an arrival lies."""
AHEAD_BOUNDS = (2, 6, 21)
# What a route showed before its first stop is nothing: its morning is calibrated apart.
BUCKETS = 2 * len(AHEAD)
LEVELS = (0.05, 0.1, 0.5, 0.9, 0.95)
"""P10, P50 and P90, and the tails of a customer's window."""
# Standard normal quantiles, until enough routes were seen.
NORMAL = (-1.6449, -1.2816, 0.0, 1.2816, 1.6449)
LEAST_ROUTES = 30
WINDOW_DAYS = 28


def ahead_of(stops_ahead: Ints) -> Ints:
    """Return the bucket of each arrival, by stops ahead alone."""
    return np.searchsorted(AHEAD_BOUNDS, stops_ahead, side="right").astype(np.int64)


def bucket_of(done: int, stops_ahead: Ints) -> Ints:
    return ahead_of(stops_ahead) + (len(AHEAD) if done == 0 else 0)


@dataclass(frozen=True, slots=True)
class Tails:
    """Quantiles of (actual - expected) / spread, by bucket and level."""

    at: tuple[tuple[float, ...], ...]
    routes: int
    """How many whole routes they rest on; zero: assumptions."""

    def __post_init__(self) -> None:
        if len(self.at) != BUCKETS or any(len(row) != len(LEVELS) for row in self.at):
            raise Refused("a calibration of arrivals lacks buckets or levels")
        if not all(np.isfinite(row).all() and list(row) == sorted(row) for row in self.at):
            raise Refused("a calibration of arrivals is not finite or not in order")

    def quantiles(self, expected_s: Floats, spread_s: Floats, bucket: Ints) -> Floats:
        """Return one column for each level, in order."""
        return expected_s[:, None] + np.array(self.at)[bucket] * spread_s[:, None]


ASSUMED = Tails((NORMAL,) * BUCKETS, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """How far arrivals of one route lay from what was expected of them, in spreads."""

    day: int
    """The day of the route; known from the next midnight on."""
    bucket: Ints
    off: Floats


def tails(routes: Sequence[Residuals], day: int, window_days: int = WINDOW_DAYS) -> Tails:
    """Return the tails as known at the midnight that begins `day`."""
    known = [r for r in routes if day - window_days <= r.day < day]
    if len(known) < LEAST_ROUTES:
        return ASSUMED
    at: list[tuple[float, ...]] = []
    for bucket in range(BUCKETS):
        parts = [p for r in known if len(p := r.off[r.bucket == bucket])]
        at.append(_levels(parts) if len(parts) >= LEAST_ROUTES else NORMAL)
    return Tails(tuple(at), len(known))


def _levels(parts: Sequence[Floats]) -> tuple[float, ...]:
    off = np.concatenate(parts)
    weight = np.concatenate([np.full(len(p), 1 / len(p)) for p in parts])
    order = np.argsort(off, kind="stable")
    off, total = off[order], np.cumsum(weight[order])
    routes = len(parts)
    found: list[float] = []
    for level in LEVELS:
        # One route more is to come: a tail is left as far out as that one could push it.
        tail = min(level, 1 - level)
        wanted = max(0.0, tail * (routes + 1) - 1) if tail < 0.5 else routes / 2
        wanted = wanted if level < 0.5 else routes - wanted
        at = int(np.searchsorted(total, wanted - 1e-9, side="left"))
        found.append(float(off[min(at, len(off) - 1)]))
    return tuple(found)
