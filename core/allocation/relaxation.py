"""Prices of what is scarce, by the linear relaxation of an allocation (HiGHS through SciPy).

Bundles may be split between lanes here, and a lane may be on a bit of several pieces of its price.
The prices are where a bound begins that is proven elsewhere, whatever they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from core.allocation.arrays import KINDS, NEVER_MC, Real, Table
from core.allocation.pieces import FAR, Piece

Ranges = Sequence[Sequence[tuple[Piece, float]]]
"""For each lane the pieces that it may be on, each with the volume that it ends at."""


@dataclass(frozen=True, eq=False)
class Scarce:
    """What a unit costs beside what the bundle's offer asks, in thousandths of a cent."""

    parcel: Real
    """(lanes,): what the lane's price of its volume asks, and what the volume's ends are worth."""
    amount: Real
    """(kinds, lanes + 1)"""
    blend: Real
    """(blends,): a parcel of share."""


def scarce(table: Table, lanes: Ranges, caps: Real) -> Scarce | None:
    """Return the prices of the relaxation; None where no split keeps the limits.

    `caps` are like the table's. The dual simplex gives the same prices in every process.
    """
    from scipy import optimize, sparse

    # Neither module has types of its own.
    solve, rows = cast("Any", optimize).linprog, cast("Any", sparse)
    model = _Model(table, lanes)
    model.hold(caps)
    bundles, units = len(table.parcels), model.units()
    scale = max(1.0, abs(table.scale))
    once = rows.csr_matrix(
        (np.ones(len(model.row)), (model.row, np.arange(len(model.row)))),
        shape=(bundles, len(model.cost)),
    )
    solved = solve(
        model.cost / scale,
        A_ub=rows.csr_matrix(np.array(model.limits) / units[:, None]),
        b_ub=np.array(model.most) / units,
        A_eq=rows.vstack([once, rows.csr_matrix(np.array(model.ties))]).tocsr(),
        b_eq=np.array([1.0] * bundles + [0.0, 1.0] * len(lanes)),
        bounds=(0, None),
        method="highs-ds",
    )
    if solved.status != 0:
        return None
    # A limit is worth something where it may only rise: its dual is then at most zero.
    worth: Real = -cast("Real", solved.ineqlin.marginals) * scale / units
    parcel: Real = cast("Real", solved.eqlin.marginals)[bundles::2] * scale
    amount: Real = np.zeros((KINDS, table.wide))
    blend: Real = np.zeros(len(table.bases))
    for row, kind, lane in model.scarce:
        amount[kind, lane] = worth[row]
    for row, number in model.shared:
        blend[number] = worth[row]
    return Scarce(parcel, amount, blend)


class _Model:
    """Columns: who goes where, then for each piece of each lane its volume and its share."""

    def __init__(self, table: Table, lanes: Ranges) -> None:
        self._table = table
        used = np.array([*(any(not p.closed for p, _ in own) for own in lanes), True])
        self.row, self.lane = np.nonzero((table.cost < NEVER_MC) & used)
        self._parcels = table.parcels[self.row]
        self.cost: Real = np.zeros(len(self.row) + 2 * sum(len(own) for own in lanes))
        self.cost[: len(self.row)] = table.cost[self.row, self.lane]
        self.limits: list[Real] = []
        """Rows of `sum of parts <= most`."""
        self.most: list[float] = []
        self.ties: list[Real] = []
        """For each lane: volumes are what bundles bring, shares of its pieces are one."""
        self.scarce: list[tuple[int, int, int]] = []
        """(row, kind, lane)"""
        self.shared: list[tuple[int, int]] = []
        """(row, blend)"""
        at = len(self.row)
        for number, own in enumerate(lanes):
            at = self._lane(number, own, at)

    def _lane(self, number: int, own: Sequence[tuple[Piece, float]], at: int) -> int:
        volume, one = self._brought(number, -self._parcels), self._nothing()
        for piece, most in own:
            self.cost[at], self.cost[at + 1] = piece.slope_mc, piece.const_mc
            volume[at] = one[at + 1] = 1
            above, below = self._nothing(), self._nothing()
            above[at], above[at + 1] = 1, -most
            below[at], below[at + 1] = -1, piece.least
            self._limit(above, 0)
            self._limit(below, 0)
            at += 2
        self.ties += [volume, one]
        return at

    def hold(self, caps: Real) -> None:
        """Add what else is scarce: money, weight, volume, time; and shares of the day."""
        table = self._table
        for lane in range(table.wide - 1):
            for kind in range(1, KINDS):
                if caps[kind, lane] < FAR:
                    self.scarce.append((len(self.limits), kind, lane))
                    taken = table.amounts[kind, self.row, self.lane]
                    self._limit(self._brought(lane, taken), float(caps[kind, lane]))
        for number, base in enumerate(table.bases.tolist()):
            self.shared.append((len(self.limits), number))
            share = self._nothing()
            share[: len(self.row)] = table.shares[number, self.lane] * self._parcels
            self._limit(share, base)

    def units(self) -> Real:
        """Return the largest part of each limit; solvers are at their best with parts of one."""
        return np.maximum(1.0, np.abs(np.array(self.limits)).max(axis=1))

    def _brought(self, lane: int, parts: Real) -> Real:
        row = self._nothing()
        row[: len(self.row)] = np.where(self.lane == lane, parts, 0.0)
        return row

    def _nothing(self) -> Real:
        return np.zeros(len(self.cost))

    def _limit(self, parts: Real, most: float) -> None:
        self.limits.append(parts)
        self.most.append(most)
