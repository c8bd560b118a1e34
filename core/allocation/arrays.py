"""An allocation problem as arrays: rows are bundles, columns are lanes, the last one is left."""

import numpy as np
from numpy.typing import NDArray

from core.allocation.bill import blend_sides, money_room_cents
from core.allocation.pieces import FAR
from core.allocation.problem import LaneKind, Problem

Whole = NDArray[np.intp]
Real = NDArray[np.float64]

NEVER_MC = 2**45
"""The price of what may not be."""

KINDS = 5
"""What a bundle takes of a lane: parcels, grams, millilitres, seconds, cents."""


class Table:
    """A problem as arrays: rows are bundles, columns are lanes, the last one is left."""

    def __init__(self, problem: Problem) -> None:
        lanes = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
        count, wide = len(problem.bundles), len(problem.lanes) + 1
        self.wide = wide
        self.cost: Real = np.full((count, wide), float(NEVER_MC))
        self.parcels: Real = np.array([b.load.parcels for b in problem.bundles], dtype=np.float64)
        self.amounts: Real = np.zeros((KINDS, count, wide))
        for row, bundle in enumerate(problem.bundles):
            self.cost[row, -1] = bundle.left_cents * 1000
            for offer in bundle.offers:
                if offer.bars:
                    continue
                at = lanes[offer.lane_id]
                self.cost[row, at] = offer.price_cents * 1000 + offer.risk_mc
                load = bundle.load
                self.amounts[:, row, at] = (
                    load.parcels,
                    load.weight_g,
                    load.volume_ml,
                    offer.added_s,
                    offer.price_cents,
                )
        self.caps: Real = np.full((KINDS, wide), float(FAR))
        for at, lane in enumerate(problem.lanes):
            if lane.room is not None:
                room = (lane.room.parcels, lane.room.weight_g, lane.room.volume_ml)
                self.caps[:3, at] = room
            if lane.spare_s is not None:
                self.caps[3, at] = lane.spare_s
            if lane.cap_cents is not None:
                self.caps[4, at] = max(0, money_room_cents(lane) - lane.fixed_cents)
        self._blends(problem)
        finite = self.cost[self.cost < NEVER_MC]
        self.scale = float(np.median(finite)) if finite.size else 1.0
        self.rows = np.arange(count)
        sums, held = self.amounts.sum(axis=(1, 2)), (self.amounts > 0).sum(axis=(1, 2))
        self.unit: Real = np.maximum(1.0, np.abs(sums) / np.maximum(1, held))

    def _blends(self, problem: Problem) -> None:
        nothing = [0] * len(problem.lanes)
        self.shares: Real = np.zeros((len(problem.blends), self.wide))
        self.bases: Real = np.zeros(len(problem.blends))
        for row, blend in enumerate(problem.blends):
            share, most = blend_sides(problem, blend, nothing)
            self.bases[row] = max(0, most - share) / 1000
            for at, lane in enumerate(problem.lanes):
                inside = lane.lane_id in blend.lane_ids
                base = blend.most_pm if blend.outsourced and lane.kind is not LaneKind.OWN else 0
                self.shares[row, at] = (1000 * inside - base) / 1000

    def per_lane(self, lane: Whole, amounts: Real) -> Real:
        """Return the sum of each bundle's amount over the lanes that they are on."""
        sums: Real = np.bincount(lane, weights=amounts, minlength=self.wide).astype(np.float64)
        return sums
