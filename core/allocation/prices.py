"""A start by prices: what is scarce on a lane gets a price, and each bundle shops by these.

The prices follow what is over- and underbooked (a Lagrangean relaxation). Which piece of its
price each lane is on (closed, before or behind a tier, above its minimum) is searched one
lane at a time, by the lower bound that the prices prove for that combination.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.allocation.bill import blend_sides, money_room_cents
from core.allocation.pieces import FAR, Piece, pieces
from core.allocation.problem import LaneId, LaneKind, Problem

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

NEVER_MC = 2**45
"""The price of what may not be."""
_ROUNDS = 100
_REFINED = 30
"""Rounds of price changes: from nothing, and from the prices of a neighbouring combination."""
_STEP, _SHRINK = 0.25, 0.97
_PASSES = 12


@dataclass(frozen=True, eq=False)
class Priced:
    """Prices found: what each bundle would ask of each lane (last column: left), and the bound."""

    reduced_mc: Real
    bound_mc: float
    """No allocation with these pieces costs less."""
    pieces: tuple[Piece, ...]

    def open_lanes(self, problem: Problem) -> frozenset[LaneId]:
        pairs = zip(problem.lanes, self.pieces, strict=True)
        return frozenset(lane.lane_id for lane, piece in pairs if not piece.closed)


@dataclass(frozen=True, eq=False)
class _Prices:
    """Multipliers: of each lane's amounts, of its lower volume, of each blend."""

    amount: Real
    lower: Real
    blend: Real


def priced(problem: Problem) -> Priced:
    """Return the prices of the best combination of pieces found."""
    table = _Table(problem)
    options = [pieces(lane) for lane in problem.lanes]
    loose = tuple(replace(p[-1], least=0, const_mc=0) for p in options)
    prices, volumes = table.zero(), [0] * len(options)
    if all(len(p) > 1 for p in options):
        _, prices, volumes = table.improved(loose, prices, _ROUNDS)
    now = tuple(_holding(p, v) for p, v in zip(options, volumes, strict=True))
    bound, prices, volumes = table.improved(now, prices, _ROUNDS)
    for _ in range(_PASSES):
        better = False
        for lane, choices in enumerate(options):
            for piece in choices:
                if piece == now[lane]:
                    continue
                trial = (*now[:lane], piece, *now[lane + 1 :])
                value, found, _ = table.improved(trial, prices, _REFINED)
                if value < bound - 1:
                    # It may only look cheap because its prices have not risen yet.
                    value, found, _ = table.improved(trial, found, _ROUNDS)
                if value < bound - 1:
                    now, bound, prices, better = trial, value, found, True
        bound, prices, volumes = table.improved(now, prices, _ROUNDS)
        if not better:
            break
    return Priced(table.reduced(now, prices), bound, now)


def _holding(options: Sequence[Piece], parcels: int) -> Piece:
    """Return the piece that a volume lies on, or the nearest below it."""
    found = [p for p in options if not p.closed and p.least <= parcels]
    return found[-1] if found and parcels > 0 else options[0]


class _Table:
    """The problem as arrays: rows are bundles, columns are lanes, the last one is left."""

    def __init__(self, problem: Problem) -> None:
        lanes = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
        count, wide = len(problem.bundles), len(problem.lanes) + 1
        self.wide = wide
        self.cost: Real = np.full((count, wide), float(NEVER_MC))
        self.parcels: Real = np.array([b.load.parcels for b in problem.bundles], dtype=np.float64)
        self.amounts: Real = np.zeros((5, count, wide))
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
        self.caps: Real = np.full((5, wide), float(FAR))
        for at, lane in enumerate(problem.lanes):
            if lane.room is not None:
                room = (lane.room.parcels, lane.room.weight_g, lane.room.volume_ml)
                self.caps[:3, at] = room
            if lane.spare_s is not None:
                self.caps[3, at] = lane.spare_s
            if lane.cap_cents is not None:
                self.caps[4, at] = max(0, money_room_cents(lane) - lane.fixed_cents)
        self.money_lanes = [bool(self.caps[4, at] < FAR) for at in range(wide)]
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

    def zero(self) -> _Prices:
        return _Prices(np.zeros((5, self.wide)), np.zeros(self.wide), np.zeros(len(self.bases)))

    def reduced(self, chosen: Sequence[Piece], prices: _Prices) -> Real:
        """Return the cost of each bundle on each lane with its share of what is scarce."""
        slope = np.array([*(p.slope_mc for p in chosen), 0.0])
        shut = np.array([*(NEVER_MC if p.closed else 0.0 for p in chosen), 0.0])
        a_parcel = slope + prices.amount[0] - prices.lower + prices.blend @ self.shares
        made = self.cost + self.parcels[:, None] * a_parcel[None, :] + shut[None, :]
        for kind in range(1, 5):
            if prices.amount[kind].any():
                made += self.amounts[kind] * prices.amount[kind][None, :]
        return made

    def improved(
        self, chosen: Sequence[Piece], prices: _Prices, rounds: int
    ) -> tuple[float, _Prices, list[int]]:
        """Return the best bound found, its prices, and the parcels that each lane got there."""
        least = np.array([*(p.least for p in chosen), 0.0])
        caps = self.caps.copy()
        slope = np.array([p.slope_mc for p in chosen])
        caps[0, :-1] = np.minimum(caps[0, :-1], [p.most for p in chosen])
        for at, money in enumerate(self.money_lanes[:-1]):
            if money and slope[at]:
                caps[4, at] = max(0.0, caps[4, at] - slope[at] * least[at] / 1000)
        const = float(sum(p.const_mc for p in chosen))
        bound_kinds = [k for k in range(5) if (caps[k] < FAR).any()]
        width = np.maximum(caps, 1.0)
        best, kept, volumes = -np.inf, prices, [0] * (self.wide - 1)
        step = _STEP * self.scale
        for _ in range(rounds):
            made = self.reduced(chosen, prices)
            lane = made.argmin(axis=1)
            used = np.zeros((5, self.wide))
            for kind in {0, *bound_kinds}:
                weights = self.amounts[kind][self.rows, lane]
                used[kind] = np.bincount(lane, weights=weights, minlength=self.wide)
            value = float(made[self.rows, lane].sum()) + const
            value += float((prices.lower * least).sum())
            for kind in bound_kinds:
                held = caps[kind] < FAR
                value -= float((prices.amount[kind][held] * caps[kind][held]).sum())
            value -= float((prices.blend * self.bases).sum())
            if value > best:
                best, kept = value, prices
                volumes = [int(v) for v in used[0][:-1]]
            prices = self._moved(prices, used, caps, width, least, step)
            step *= _SHRINK
        return best, kept, volumes

    def _moved(
        self, prices: _Prices, used: Real, caps: Real, width: Real, least: Real, step: float
    ) -> _Prices:
        """Return prices that follow what is over- and underbooked, in parts of what there is."""
        over = np.where(caps < FAR, (used - caps) / width, 0.0)
        # A price is per unit: a step is what an average bundle would pay more.
        change = step * np.clip(over, -1, 1) / self.unit[:, None]
        amount = np.maximum(0.0, prices.amount + change)
        below = (least - used[0]) / np.maximum(1.0, least)
        lower = np.maximum(0.0, prices.lower + step * np.clip(below, -1, 1) / self.unit[0])
        lower = np.where(least > 0, lower, 0.0)
        share = (self.shares @ used[0] - self.bases) / np.maximum(1.0, self.bases + 1)
        blend = np.maximum(0.0, prices.blend + step * np.clip(share, -1, 1) / self.unit[0])
        return _Prices(amount, lower, blend)
