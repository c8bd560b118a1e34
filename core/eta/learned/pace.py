"""How much longer than the formula legs took on earlier days: effects shrunk by their counts."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# A leg of two months ago counts a third of one of yesterday.
FADES_DAYS = 60.0
SWEEPS = 2
WEEK_HOURS, DAY_PARTS, HOUR_PARTS = 48, 4, 8
# Night, morning, midday, evening: parts in which a pair of zones has a pace of its own.
PART_OF_HOUR = np.array([0] * 6 + [1] * 4 + [2] * 5 + [3] * 5 + [0] * 4, dtype=np.int64)


class Effect(IntEnum):
    """What a pace is told apart by, the broad ones first; the rest of each goes to the next."""

    WEEK_HOUR = 0
    FROM = 1
    TO = 2
    PAIR = 3
    FROM_HOURS = 4
    TO_HOURS = 5
    PAIR_PART = 6


# Legs that a group needs until half of what it shows is believed.
BELIEVED_AT: tuple[float, ...] = (20.0, 10.0, 10.0, 5.0, 20.0, 20.0, 10.0)
# All legs together speak from a few on.
ALL_BELIEVED_AT = 3.0
SPREAD_BELIEVED_AT = 5.0
START_SPREAD = 0.4
"""Standard deviation of the log ratio before anything was seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The group of each leg under every effect, and how many groups there are."""

    of: tuple[Ints, ...]
    sizes: tuple[int, ...]

    def take(self, rows: Ints | NDArray[np.bool_]) -> "Groups":
        return Groups(tuple(g[rows] for g in self.of), self.sizes)

    def head(self, rows: int) -> "Groups":
        return Groups(tuple(g[:rows] for g in self.of), self.sizes)


def groups(
    start: Ints, end: Ints, pair: Ints, hour: Ints, weekday: Ints, zones: int, pairs: int
) -> Groups:
    """Return the groups of legs between zone codes below `zones`, of pairs below `pairs`."""
    week_hour = np.where(weekday >= 5, 24, 0) + hour
    three = hour // 3
    of = (
        week_hour,
        start,
        end,
        pair,
        start * HOUR_PARTS + three,
        end * HOUR_PARTS + three,
        pair * DAY_PARTS + PART_OF_HOUR[hour],
    )
    sizes = (
        WEEK_HOURS,
        zones,
        zones,
        pairs,
        zones * HOUR_PARTS,
        zones * HOUR_PARTS,
        pairs * DAY_PARTS,
    )
    return Groups(of, sizes)


@dataclass(frozen=True, slots=True, eq=False)
class PaceTable:
    """Additive log ratios to the formula, fitted on legs of earlier days."""

    overall: float
    effects: tuple[Floats, ...]
    counts: tuple[Floats, ...]
    spreads: tuple[Floats, ...]
    """Standard deviation of what is left, for each group, shrunk to that of all."""
    rest: Floats
    """What is left of each leg it was fitted on."""

    def log_ratio(self, legs: Groups) -> Floats:
        """Return the expected log of seconds over the formula's; zero without history."""
        found = np.full(len(legs.of[0]), self.overall)
        for effect, group in zip(self.effects, legs.of, strict=True):
            found += effect[group]
        return found


def sums(group: Ints, values: Floats, size: int) -> Floats:
    """Return the total of the values of each group."""
    return np.bincount(group, values, size).astype(np.float64)


def pace_table(
    log_ratio: Floats,
    age_days: Ints,
    legs: Groups,
    believed_at: tuple[float, ...] = BELIEVED_AT,
) -> PaceTable:
    """Fit the table: each effect on what the ones before leave, twice around.

    `believed_at` says for each effect how many rows of a group make half of it believed.
    """
    weight = np.exp(-age_days / FADES_DAYS)
    seen = float(weight.sum())
    overall = float((log_ratio * weight).sum()) / (seen + ALL_BELIEVED_AT)
    rest = log_ratio - overall
    counts = tuple(sums(g, weight, size) for g, size in zip(legs.of, legs.sizes, strict=True))
    effects = [np.zeros(size) for size in legs.sizes]
    for _ in range(SWEEPS):
        for e, believed in enumerate(believed_at):
            group = legs.of[e]
            rest = rest + effects[e][group]
            total = sums(group, rest * weight, legs.sizes[e])
            effects[e] = total / (counts[e] + believed)
            rest = rest - effects[e][group]
    prior, squares = SPREAD_BELIEVED_AT, rest**2 * weight
    mean = (float(squares.sum()) + prior * START_SPREAD**2) / (seen + prior)
    spreads = tuple(
        np.sqrt((sums(g, squares, size) + prior * mean) / (count + prior))
        for g, size, count in zip(legs.of, legs.sizes, counts, strict=True)
    )
    return PaceTable(overall, tuple(effects), counts, spreads, rest)
