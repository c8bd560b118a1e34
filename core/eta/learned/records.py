"""Legs as columns: what is known before one is driven, and what is known after."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused

DAY_S = 86_400
# Below a minute somebody pressed a button twice, above two hours a meter was left running:
# such rows are counted and neither taught nor scored.
SHORTEST_S, LONGEST_S = 60, 7_200
# A distance is believed where its mean speed is possible for a vehicle in a city.
SLOWEST_MPS, FASTEST_MPS, NEAREST_M, FARTHEST_M = 0.5, 40.0, 100.0, 160_000.0
# A day at an end of the records that holds less than this share of a usual day is a stray date.
STRAY_SHARE = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Legs as they are known before they are driven, one row each; no outcome is among them."""

    start_s: NDArray[np.int64]
    """Seconds of the wall clock since 1970-01-01 00:00."""
    from_zone: NDArray[np.int64]
    to_zone: NDArray[np.int64]
    kind: NDArray[np.float64]
    """What sort of trip it is; NaN where nobody said."""
    formula_s: NDArray[np.float64]
    """Seconds by the travel provider; NaN where there is none, and distances are learned."""

    def __post_init__(self) -> None:
        lengths = {len(c) for c in (self.from_zone, self.to_zone, self.kind, self.formula_s)}
        if lengths != {len(self.start_s)}:
            raise ValueError(f"columns of legs differ in length: {len(self.start_s)}, {lengths}")
        given = self.formula_s[~np.isnan(self.formula_s)]
        if np.any(given <= 0) or np.any(np.isinf(given)):
            raise Refused("a leg has formula seconds of zero, below zero or without end")

    def __len__(self) -> int:
        return len(self.start_s)

    @property
    def day(self) -> NDArray[np.int64]:
        return self.start_s // DAY_S

    @property
    def hour(self) -> NDArray[np.int64]:
        return self.start_s % DAY_S // 3600

    @property
    def weekday(self) -> NDArray[np.int64]:
        """Return 0 for Monday to 6 for Sunday."""
        return (self.day + 3) % 7

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Asked":
        return Asked(
            self.start_s[rows],
            self.from_zone[rows],
            self.to_zone[rows],
            self.kind[rows],
            self.formula_s[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Driven:
    """Legs that are over: what was asked, how long each took, how far it was."""

    asked: Asked
    seconds: NDArray[np.int64]
    metres: NDArray[np.float64]
    """NaN where nobody measured."""

    def __post_init__(self) -> None:
        if not len(self.asked) == len(self.seconds) == len(self.metres):
            raise ValueError("columns of driven legs differ in length")

    def __len__(self) -> int:
        return len(self.asked)

    @property
    def finish_s(self) -> NDArray[np.int64]:
        return self.asked.start_s + self.seconds

    @property
    def plausible(self) -> NDArray[np.bool_]:
        """Return which rows can be a leg of a vehicle; the others teach nothing."""
        return (self.seconds >= SHORTEST_S) & (self.seconds <= LONGEST_S)

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Return which rows have a distance that their seconds make believable."""
        metres = np.nan_to_num(self.metres, nan=-1.0)
        speed = metres / np.maximum(self.seconds, 1)
        return (
            (metres >= NEAREST_M)
            & (metres <= FARTHEST_M)
            & (speed >= SLOWEST_MPS)
            & (speed <= FASTEST_MPS)
        )

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Driven":
        return Driven(self.asked.take(rows), self.seconds[rows], self.metres[rows])

    def in_order(self) -> "Driven":
        """Return the same rows by start, then by all else."""
        return self.take(self.order())

    def order(self) -> NDArray[np.int64]:
        """Return the rows by start, then by all else: equal sets have equal orders."""
        asked = self.asked
        keys = (
            np.nan_to_num(self.metres, nan=-1.0),
            np.nan_to_num(asked.formula_s, nan=-1.0),
            np.nan_to_num(asked.kind, nan=-1.0),
            asked.to_zone,
            asked.from_zone,
            self.seconds,
            asked.start_s,
        )
        return np.lexsort(keys).astype(np.int64)


def usual_days(day: NDArray[np.int64]) -> tuple[int, int]:
    """Return the first and the last day of the records without stray dates before and after."""
    if not len(day):
        return 0, -1
    days, counts = np.unique(day, return_counts=True)
    least = STRAY_SHARE * float(np.median(counts[counts >= counts.max() * STRAY_SHARE]))
    usual = days[counts >= least]
    return int(usual[0]), int(usual[-1])
