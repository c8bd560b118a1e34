"""A lower bound on every allocation: branch and bound over the pieces of the lanes' prices.

At a node some lanes are tied to one piece (closed, below a tier, above a minimum ...), others may
be on any. What links bundles to lanes is priced out, so that each bundle shops alone and each lane
chooses its volume alone: whatever the prices, no allocation of that node costs less. Good prices
come from the linear relaxation, of the root and of the least leaves; between them they follow what
is asked too much of (subgradients).
"""

import math
from dataclasses import dataclass, replace
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from core.allocation.arrays import KINDS, NEVER_MC, Real, Table, Whole
from core.allocation.pieces import FAR, Piece, pieces
from core.allocation.problem import Problem
from core.allocation.relaxation import scarce

Mask = NDArray[np.bool_]

MOST_NODES = 400
LEAVES = 2
_ROUNDS, _FIRST_ROUNDS = 30, 20
_STEP, _SHRINK = 0.05, 0.96
_MARGIN_MC = 1000
"""Taken off the bound for the last digits of floating point; one cent."""


@dataclass(frozen=True, eq=False)
class _Node:
    allowed: Mask
    """(lanes, pieces)"""
    parcel: Real
    """The price of a parcel on each lane."""
    amount: Real
    blend: Real
    bound: float
    split: int
    """The lane whose pieces disagree most with what the bundles ask of it."""
    settled: bool = False
    """Whether it has the prices of its relaxation, being the least."""

    @property
    def leaf(self) -> bool:
        return self.split < 0


@dataclass(frozen=True, eq=False)
class Leaf:
    """Every lane on one piece, and what each bundle would ask of each lane at the prices there."""

    pieces: tuple[Piece, ...]
    reduced_mc: Real
    """(bundles, lanes + 1): cost with the price of what is scarce; the last column is left."""

    def near(self, more: int) -> Mask:
        """Return (bundles, lanes) where each bundle is cheapest, and the `more` next best."""
        excess = self.reduced_mc - self.reduced_mc.min(axis=1, keepdims=True)
        known = np.sort(excess, axis=None)
        limit = known[min(len(self.reduced_mc) + more, known.size) - 1]
        return (excess <= limit)[:, :-1]


@dataclass(frozen=True, eq=False)
class Proof:
    bound_mc: int
    nodes: int
    leaves: tuple[Leaf, ...]
    """Those met on the way, least bound first."""


def prove(problem: Problem, *, most_nodes: int | None = None) -> Proof:
    """Return a bound, and the combinations of pieces in which cheap allocations are likely.

    It ends when the least node has every lane tied (what lies between its bound and a cost is for
    a search to find), or at `most_nodes`: then the least open node is the bound all the same. Left
    out, it is the number of bundles: a search proves what is small faster than prices do.
    """
    most = min(MOST_NODES, len(problem.bundles)) if most_nodes is None else most_nodes
    search = _Search(problem)
    root = search.root()
    heap: list[tuple[float, int, _Node]] = [(root.bound, 0, root)]
    leaves: list[tuple[float, int, _Node]] = [heap[0]] if root.leaf else []
    nodes: int = 1
    least = root.bound
    while heap:
        least, _, node = heap[0]
        if nodes >= most or (node.leaf and node.settled):
            break
        heappop(heap)
        if node.leaf:
            nodes += 1
            again = search.settled(node)
            heappush(heap, (again.bound, nodes, again))
            leaves = [entry for entry in leaves if entry[2] is not node]
            leaves.append((again.bound, nodes, again))
            continue
        for child in search.children(node):
            nodes += 1
            if child.leaf:
                leaves.append((child.bound, nodes, child))
            heappush(heap, (max(child.bound, node.bound), nodes, child))
    leaves.sort(key=lambda x: x[:2])
    return Proof(
        math.floor(least) - _MARGIN_MC, nodes, tuple(search.leaf(n) for _, _, n in leaves[:LEAVES])
    )


class _Search:
    def __init__(self, problem: Problem) -> None:
        self.table = Table(problem)
        self.options = [pieces(lane) for lane in problem.lanes]
        table, wide = self.table, max(len(o) for o in self.options)
        lanes = len(self.options)
        reach = (table.parcels[:, None] * (table.cost < NEVER_MC)).sum(axis=0)[:-1]
        most = np.minimum(reach, table.caps[0, :-1])
        self.least: Real = np.zeros((lanes, wide))
        self.most: Real = np.zeros((lanes, wide))
        self.const: Real = np.zeros((lanes, wide))
        self.slope: Real = np.zeros((lanes, wide))
        self.allowed: Mask = np.zeros((lanes, wide), dtype=np.bool_)
        self.closed: Mask = np.zeros((lanes, wide), dtype=np.bool_)
        for lane, own in enumerate(self.options):
            for k, piece in enumerate(own):
                self.least[lane, k] = piece.least
                self.most[lane, k] = min(piece.most, most[lane])
                self.const[lane, k], self.slope[lane, k] = piece.const_mc, piece.slope_mc
                self.closed[lane, k] = piece.closed
                self.allowed[lane, k] = piece.least <= most[lane]
        self.caps = table.caps.copy()
        self.caps[0] = FAR
        for lane, own in enumerate(problem.lanes):
            if own.curve:
                # What tiers ask is part of what is spent; leaving it out only loosens the bound.
                self.caps[4, lane] = FAR
        self.kinds = [k for k in range(1, KINDS) if (self.caps[k] < FAR).any()]
        self.width: Real = np.maximum(1.0, self.caps)

    def root(self) -> _Node:
        slope = np.where(self.allowed, self.slope, 0).max(axis=1)
        node = _Node(
            self.allowed,
            slope,
            np.zeros((KINDS, self.table.wide)),
            np.zeros(len(self.table.bases)),
            -np.inf,
            0,
        )
        return self._relaxed(self._bounded(node, self.allowed, _FIRST_ROUNDS))

    def children(self, node: _Node) -> list[_Node]:
        found: list[_Node] = []
        for k in np.flatnonzero(node.allowed[node.split]).tolist():
            allowed = node.allowed.copy()
            allowed[node.split] = False
            allowed[node.split, k] = True
            found.append(self._bounded(node, allowed, _ROUNDS))
        return found

    def settled(self, node: _Node) -> _Node:
        return replace(self._relaxed(node), settled=True)

    def leaf(self, node: _Node) -> Leaf:
        on = [int(np.flatnonzero(row)[0]) for row in node.allowed]
        chosen = tuple(own[k] for own, k in zip(self.options, on, strict=True))
        return Leaf(chosen, self._reduced(node.allowed, node.parcel, node.amount, node.blend))

    def _relaxed(self, node: _Node) -> _Node:
        """Return a node with the prices of its relaxation, where those prove more."""
        lanes = [
            [(own[k], float(self.most[at, k])) for k in np.flatnonzero(node.allowed[at]).tolist()]
            for at, own in enumerate(self.options)
        ]
        prices = scarce(self.table, lanes, self.caps)
        if prices is None:
            return node
        priced = replace(node, parcel=prices.parcel, amount=prices.amount, blend=prices.blend)
        return self._bounded(priced, node.allowed, 1)

    def _reduced(self, allowed: Mask, parcel: Real, amount: Real, blend: Real) -> Real:
        table = self.table
        shut = ~(allowed & ~self.closed).any(axis=1)
        shut_mc = np.array([*np.where(shut, float(NEVER_MC), 0.0), 0.0])
        a_parcel = np.array([*parcel, 0.0]) + blend @ table.shares
        made = table.cost + table.parcels[:, None] * np.rint(a_parcel)[None, :] + shut_mc
        for kind in self.kinds:
            if amount[kind].any():
                made += table.amounts[kind] * amount[kind][None, :]
        return made

    def _bounded(self, start: _Node, allowed: Mask, rounds: int) -> _Node:
        table = self.table
        parcel, amount, blend = start.parcel, start.amount, start.blend
        choices = allowed.sum(axis=1)
        lanes = np.arange(len(self.options))
        step = _STEP * table.scale
        best, kept, gaps = -np.inf, (parcel, amount, blend), np.zeros(len(lanes))
        for _ in range(rounds):
            made = self._reduced(allowed, parcel, amount, blend)
            lane = made.argmin(axis=1)
            asked = table.per_lane(lane, table.parcels)[:-1]
            # Each lane takes the piece, and there the end, that suits the price best.
            slack = self.slope - parcel[:, None]
            ends = np.where(slack >= 0, self.least, self.most)
            worth = np.where(allowed, self.const + slack * ends, np.inf)
            piece = worth.argmin(axis=1)
            value = float(made[table.rows, lane].sum()) + float(worth[lanes, piece].sum())
            for kind in self.kinds:
                held = self.caps[kind] < FAR
                value -= float((amount[kind][held] * self.caps[kind][held]).sum())
            value -= float((blend * table.bases).sum())
            offered = ends[lanes, piece]
            if value > best:
                best, kept = value, (parcel, amount, blend)
                gaps = np.where(choices > 1, np.abs(asked - offered) + 1, -1.0)
            parcel = self._repriced(parcel, asked, piece, step)
            amount = self._scarcer(lane, amount, step)
            share = (table.shares[:, :-1] @ asked - table.bases) / (table.bases + 1)
            blend = np.maximum(0.0, blend + step * np.clip(share, -1, 1) / table.unit[0])
            blend = np.rint(blend / 1000) * 1000
            step *= _SHRINK
        split = int(gaps.argmax()) if gaps.max() > 0 else -1
        return _Node(allowed, *kept, max(best, start.bound), split)

    def _repriced(self, parcel: Real, asked: Real, piece: Whole, step: float) -> Real:
        """Return prices that follow the volumes, and go back to the piece's own inside it."""
        lanes = np.arange(len(parcel))
        least, most = self.least[lanes, piece], self.most[lanes, piece]
        slope = self.slope[lanes, piece]
        wide: Real = np.maximum(1.0, most)
        up: Real = np.clip((asked - most) / wide, -1, 1)
        down: Real = np.clip((asked - least) / np.maximum(1.0, least), -1, 1)
        change = step / float(self.table.unit[0])
        above: Real = np.maximum(slope, parcel + change * up)
        below: Real = np.minimum(slope, parcel + change * down)
        moved: Real = np.where(asked > most, parcel + change * up, parcel + change * down)
        inside: Real = np.where(parcel > slope, above, below)
        return np.rint(np.where((asked >= least) & (asked <= most), inside, moved))

    def _scarcer(self, lane: Whole, amount: Real, step: float) -> Real:
        table = self.table
        moved: list[Real] = [np.zeros(table.wide) for _ in range(KINDS)]
        for kind in self.kinds:
            used = table.per_lane(lane, table.amounts[kind][table.rows, lane])
            held = self.caps[kind] < FAR
            over: Real = np.where(held, (used - self.caps[kind]) / self.width[kind], 0.0)
            price: Real = amount[kind] + step * np.clip(over, -1, 1) / table.unit[kind]
            moved[kind] = np.maximum(0.0, price)
        return np.array(moved)
