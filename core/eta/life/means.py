"""What a model expects of legs and doors, kept: the same question always has the same answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from core.eta.doors.records import DoorsAsked
from core.eta.learned.leg_model import Stage
from core.eta.learned.quantiles import TAIL_SDS, Floats, Quantiles
from core.eta.learned.records import Asked
from core.eta.life.active import Active
from core.travel.protocol import UNREACHABLE

K = TypeVar("K")

HOUR_S = 3_600
# Formula seconds are asked in steps, so that a second more or less is no new question.
STEP_S = 5
# A spread beyond this says that a model knows nothing; its mean would run away from its middle.
WIDEST = 0.8
_MOST_KEPT = 200_000


@dataclass(frozen=True, slots=True, order=True)
class Leg:
    """A leg as a model tells it from others."""

    hour: int
    """Hours of the wall clock since 1970."""
    from_cell: int
    to_cell: int
    formula_s: int

    @property
    def known(self) -> bool:
        return 0 < self.formula_s < UNREACHABLE


@dataclass(frozen=True, slots=True, order=True)
class Door:
    """A service as a model tells it from others."""

    hour: int
    driver: int
    door: int
    parcels: int
    floor: int
    access: int
    formula_s: int


@dataclass(frozen=True, slots=True)
class Mean:
    """What one piece of work takes on average relative to the formula, and its log spread."""

    ratio: float = 1.0
    sd: float | None = None
    """None: as wide as published figures have it."""


PLAIN = Mean()


def leg(hour: int, from_cell: int, to_cell: int, formula_s: float) -> Leg:
    return Leg(hour, from_cell, to_cell, STEP_S * round(formula_s / STEP_S))


class Means:
    """The expectations of one model."""

    def __init__(self, model: Active) -> None:
        self.model = model
        self._legs: dict[Leg, Mean] = {}
        self._doors: dict[Door, Mean] = {}

    def legs(self, asked: Sequence[Leg]) -> list[Mean]:
        """Return what each leg takes; the formula where no provider knows the way."""
        if self.model.legs.model.stage is Stage.FORMULA:
            return [PLAIN] * len(asked)
        _filled(self._legs, [a for a in asked if a.known], self._of_legs)
        return [self._legs.get(a, PLAIN) for a in asked]

    def doors(self, asked: Sequence[Door]) -> list[Mean]:
        """Return what each service takes."""
        if self.model.doors.stage is Stage.FORMULA:
            return [PLAIN] * len(asked)
        _filled(self._doors, [a for a in asked if a.formula_s > 0], self._of_doors)
        return [self._doors.get(a, PLAIN) for a in asked]

    def _of_legs(self, asked: Sequence[Leg]) -> list[Mean]:
        columns = np.array([[a.hour, a.from_cell, a.to_cell, a.formula_s] for a in asked]).T
        formula = columns[3].astype(np.float64)
        nobody_said = np.full(len(asked), np.nan)
        made = self.model.legs.forecast(
            Asked(columns[0] * HOUR_S, columns[1], columns[2], nobody_said, formula)
        )
        spread = _spread(made.quantiles)
        mean = np.exp(made.quantiles.mid + spread**2 / 2)
        return _means(mean / formula, spread)

    def _of_doors(self, asked: Sequence[Door]) -> list[Mean]:
        words = [[a.hour, a.driver, a.door, a.parcels, a.floor, a.access] for a in asked]
        hour, driver, door, parcels, floor, access = np.array(words, dtype=np.int64).T
        formula = np.array([a.formula_s for a in asked], dtype=np.float64)
        start = hour * HOUR_S
        seen = self.model.door_history.features(
            DoorsAsked(start, driver, door, parcels, floor, access, formula)
        )
        spread = _spread(self.model.doors.predict(seen))
        return _means(self.model.doors.mean_s(seen) / formula, spread)


def _spread(of: Quantiles) -> Floats:
    return np.minimum((of.high - of.low) / (2 * TAIL_SDS), WIDEST)


def _means(ratio: Floats, spread: Floats) -> list[Mean]:
    """Return what is sound; the formula where a model answers with no number."""
    return [
        Mean(r, sd) if np.isfinite(r) and np.isfinite(sd) and r > 0 else PLAIN
        for r, sd in zip(ratio.tolist(), spread.tolist(), strict=True)
    ]


def _filled(
    kept: dict[K, Mean], asked: Sequence[K], make: Callable[[Sequence[K]], list[Mean]]
) -> None:
    """Ask for what is not kept yet, all at once and each once."""
    wanted = dict.fromkeys(asked)
    fresh = [a for a in wanted if a not in kept]
    if not fresh:
        return
    if len(kept) + len(fresh) > _MOST_KEPT:
        kept.clear()
        fresh = list(wanted)
    kept.update(zip(fresh, make(fresh), strict=True))
