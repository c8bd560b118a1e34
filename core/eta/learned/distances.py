"""How far zones lie apart, from what was driven before: the formula where no map is at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.travel.estimate import SECONDS_FACTOR, SECONDS_POWER
from core.travel.profile import DEFAULT

# What was driven the other way, then the shortest way over other zones, count like this many
# legs of the pair itself.
PRIOR_LEGS = 2.0
# Inside a zone nobody drives less than this.
LEAST_M = 200.0
WITHIN_M = 1_200.0
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ZoneDistances:
    """Log metres between zones by their codes; the last row and column are unknown zones."""

    log_m: Floats
    path_log_m: Floats
    """The shortest way over zones that were driven; its difference shows how odd a pair is."""

    def formula_s(self, start: Ints, end: Ints, start_s: Ints) -> Floats:
        """Return seconds by the power law of the estimate and its hour profile."""
        metres = np.exp(self.log_m[start, end])
        return SECONDS_FACTOR * metres**SECONDS_POWER / speed_factors(start_s)

    def oddness(self, start: Ints, end: Ints) -> Floats:
        """Return how much the way over other zones exceeds what was driven, in logs."""
        return self.path_log_m[start, end] - self.log_m[start, end]


def zone_distances(start: Ints, end: Ints, metres: Floats, zones: int) -> ZoneDistances | None:
    """Return what believable legs between `zones` codes tell; None where there are none."""
    if not len(metres):
        return None
    size = zones + 1
    log = np.log(metres)
    cell = start * size + end
    count = np.bincount(cell, minlength=size * size).reshape(size, size).astype(np.float64)
    total = np.bincount(cell, log, size * size).reshape(size, size).astype(np.float64)
    both, both_total = count + count.T, total + total.T
    path = np.log(_paths(both, both_total, float(np.exp(log.mean()))))
    either = (both_total + PRIOR_LEGS * path) / (both + PRIOR_LEGS)
    return ZoneDistances((total + PRIOR_LEGS * either) / (count + PRIOR_LEGS), path)


def as_if_driven_m(seconds: Ints) -> Floats:
    """Return the metres that the formula would give such a time: where nobody measured any."""
    return (seconds / SECONDS_FACTOR) ** (1 / SECONDS_POWER)


def _paths(count: Floats, total: Floats, mean_m: float) -> Floats:
    known = count > 0
    direct = np.where(known, np.exp(total / np.maximum(count, 1.0)), 0.0)
    inside = np.where(np.diag(known), np.diag(direct), WITHIN_M)
    np.fill_diagonal(direct, 0.0)
    ways = _shortest(direct)
    ways = np.where(np.isfinite(ways), ways, mean_m)
    np.fill_diagonal(ways, inside)
    return np.maximum(ways, LEAST_M)


def _shortest(direct: Floats) -> Floats:
    from scipy.sparse import csgraph, csr_matrix

    search = cast("Callable[[object], Floats]", csgraph.dijkstra)
    return search(csr_matrix(direct))


def speed_factors(start_s: Ints) -> Floats:
    """Return the hour profile's factor for each instant of the wall clock, to the quarter."""
    quarters = np.array([DEFAULT.speed_factor((q + 0.5) / 4) for q in range(96)])
    return quarters[start_s % 86_400 // 900]
