"""Travel times as a model expects them, behind the same face as any provider's."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from core.domain.place import Point
from core.domain.plan import ProviderStamp
from core.eta.learned.records import Asked
from core.eta.learned.serve import LegForecaster
from core.eta.life.harvest import cell, wall_s
from core.travel.keep import Memory
from core.travel.profile import Paced
from core.travel.protocol import UNREACHABLE, Matrix, SlowArea, TravelTimes

Floats = NDArray[np.float64]

HOUR_S = 3_600
_KEPT_HOURS = 8
_Key = tuple[tuple[int, ...], int]


class LearnedTravel:
    """A provider whose seconds are multiplied by what a model expects of legs between its cells.

    The ratio is that of a leg of usual length between two cells at the full hour; where the
    provider knows no way, and inside a point, nothing is multiplied.
    """

    def __init__(self, inner: TravelTimes, forecaster: LegForecaster, zone: str) -> None:
        self.inner, self.forecaster, self._zone = inner, forecaster, zone
        self._known = Memory[_Key, Floats](_KEPT_HOURS)

    @property
    def stamp(self) -> ProviderStamp:
        """Return who multiplies whom: the model's id, and the provider's own name."""
        of = self.inner.stamp
        return ProviderStamp(f"learned over {of.name}", of.map_date, self.forecaster.model_id)

    def pace(self, at: datetime) -> float:
        return self.inner.pace(at) if isinstance(self.inner, Paced) else 1.0

    def matrix(self, points: Sequence[Point], at: datetime) -> Matrix:
        """Return the provider's matrix, each leg as long as the model's P50 has it."""
        plain = self.inner.matrix(points, at)
        if not len(points):
            return plain
        cells, of = np.unique([cell(p) for p in points], return_inverse=True)
        hour = wall_s(at, self._zone) // HOUR_S
        key = (tuple(int(c) for c in cells), hour)
        ratio = self._known.get(key, lambda: self._ratios(cells, of, plain, hour))
        ways = (plain.seconds > 0) & (plain.seconds < UNREACHABLE)
        seconds = np.where(ways, plain.seconds * ratio[of][:, of], plain.seconds)
        return Matrix(np.maximum(np.rint(seconds), ways).astype(np.int64), plain.metres)

    def geometry(self, start: Point, end: Point) -> tuple[Point, ...]:
        return self.inner.geometry(start, end)

    def slowed(self, areas: Sequence[SlowArea]) -> "LearnedTravel":
        """Return the same over the slowed provider; what a model learned was of normal roads."""
        slow = self.inner.slowed(areas)
        return self if slow is self.inner else _Slowed(slow, self.forecaster, self._zone, self)

    def _ratios(
        self, cells: NDArray[np.int64], of: NDArray[np.int64], plain: Matrix, hour: int
    ) -> Floats:
        count = len(cells)
        ways = (plain.seconds > 0) & (plain.seconds < UNREACHABLE)
        pair = (of[:, None] * count + of[None, :])[ways]
        legs = np.bincount(pair, minlength=count * count)
        total = np.bincount(pair, plain.seconds[ways], minlength=count * count)
        known = np.flatnonzero(legs)
        ratio = np.ones(count * count)
        if len(known):
            usual = total[known] / legs[known]
            asked = Asked(
                np.full(len(known), hour * HOUR_S, dtype=np.int64),
                cells[known // count].astype(np.int64),
                cells[known % count].astype(np.int64),
                np.full(len(known), np.nan),
                usual,
            )
            ratio[known] = np.exp(self.forecaster.forecast(asked).quantiles.mid) / usual
        return ratio.reshape(count, count)


class _Slowed(LearnedTravel):
    """Ratios stay those of normal roads: a jam is the provider's to know."""

    def __init__(
        self,
        inner: TravelTimes,
        forecaster: LegForecaster,
        zone: str,
        normal: LearnedTravel,
    ) -> None:
        super().__init__(inner, forecaster, zone)
        self._normal = normal

    def matrix(self, points: Sequence[Point], at: datetime) -> Matrix:
        slow, usual = self.inner.matrix(points, at), self._normal.inner.matrix(points, at)
        learned = self._normal.matrix(points, at)
        ways = (usual.seconds > 0) & (slow.seconds < UNREACHABLE)
        share = np.where(ways, learned.seconds / np.maximum(usual.seconds, 1), 1.0)
        seconds = np.where(ways, np.rint(slow.seconds * share), slow.seconds)
        return Matrix(seconds.astype(np.int64), slow.metres)

    def slowed(self, areas: Sequence[SlowArea]) -> LearnedTravel:
        return self._normal.slowed(areas) if areas else self._normal
