"""OR-Tools CP-SAT behind one allocation: one worker, a seed, a deterministic limit.

Importing this takes most of a second; `assign` does it when it is asked for the first time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import ortools
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from core.allocation.bill import (
    LEFT,
    Choice,
    Taken,
    bill,
    blend_sides,
    money_room_cents,
    short_parcels,
    taken,
)
from core.allocation.pieces import Piece
from core.allocation.problem import Lane, LaneKind, Problem
from core.allocation.volume import band_of, volume_mc

Expression = cp_model.LinearExpr | int


@dataclass(frozen=True, eq=False)
class Within:
    """A part of all choices: each lane on one piece of its price, each bundle near where it is
    cheapest at the prices of what is scarce."""

    pieces: tuple[Piece, ...]
    near: NDArray[np.bool_]
    """(bundles, lanes)"""


@dataclass(frozen=True, slots=True)
class Solved:
    """The best choice found and a proven lower bound on any choice, both without rounding."""

    choice: Choice
    bound_mc: int | None
    """None: nothing was proven within the limit."""
    engine: str
    version: str


def solve(
    problem: Problem,
    start: Choice,
    *,
    seed: int,
    deterministic_s: float,
    gap_ppm: int,
    within: Within | None = None,
) -> Solved:
    """Return a choice that is never dearer than `start`, which must break no rule.

    The search ends at the deterministic limit, or when the bound is within `gap_ppm` millionths of
    the best. Same arguments give the same answer in every process. What is proven `within` a part
    of the choices holds there only, and is not returned.
    """
    model = _Model(problem, start, within)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = deterministic_s
    solver.parameters.relative_gap_limit = gap_ppm / 1_000_000
    # The relaxation of fixed charges and tiers is what proves the bound; level 1 leaves it at 7 to
    # 9 % after ten times as long (1,000 orders, 8 carriers).
    solver.parameters.linearization_level = 2
    # These look for structure that an allocation does not have, and take most of the limit.
    solver.parameters.find_big_linear_overlap = False
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    status = solver.solve(model.model)
    if status == cp_model.MODEL_INVALID:
        raise ValueError(f"no valid model: {model.model.validate()}")
    choice, bound_mc = start, None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = tuple(
            next((lane for lane, x in row if solver.boolean_value(x)), LEFT) for row in model.rows
        )
        if bill(problem, found).exact_mc < bill(problem, start).exact_mc:
            choice = found
    if within is None and status != cp_model.INFEASIBLE:
        proven = solver.best_objective_bound
        # A whole number, whatever its spelling in binary; the margin is for that.
        if abs(proven) < 2**52 and (status != cp_model.UNKNOWN or proven != 0):
            bound_mc = math.floor(proven + 0.01) + model.constant_mc
    return Solved(choice, bound_mc, "cp-sat", ortools.__version__)


class _Model:
    """The allocation as booleans and whole numbers, with the start as a complete hint."""

    def __init__(self, problem: Problem, start: Choice, within: Within | None = None) -> None:
        self.problem, self.start = problem, start
        self.model = cp_model.CpModel()
        self.constant_mc = 0
        self.rows: list[list[tuple[int, cp_model.IntVar]]] = []
        """For each bundle its lanes, LEFT included, each with the boolean that chooses it."""
        self._terms: list[tuple[cp_model.IntVar, int]] = []
        self._loads: list[list[tuple[cp_model.IntVar, int, int]]] = [[] for _ in problem.lanes]
        """For each lane (variable, bundle, offer)."""
        self._bundles(None if within is None else within.near)
        got = taken(problem, start)
        for i, lane in enumerate(problem.lanes):
            self._lane(i, lane, got[i], None if within is None else within.pieces[i])
        self._blends(got)
        self.model.minimize(
            cp_model.LinearExpr.weighted_sum(
                [x for x, _ in self._terms], [c for _, c in self._terms]
            )
        )

    def _bundles(self, near: NDArray[np.bool_] | None) -> None:
        lanes = {lane.lane_id: i for i, lane in enumerate(self.problem.lanes)}
        for number, bundle in enumerate(self.problem.bundles):
            made = self.model.new_bool_var(f"left {number}")
            self._terms.append((made, bundle.left_cents * 1000))
            self.model.add_hint(made, self.start[number] == LEFT)
            options = [(LEFT, made)]
            for which, offer in enumerate(bundle.offers):
                lane = lanes[offer.lane_id]
                if offer.bars or (near is not None and not near[number, lane]):
                    continue
                x = self.model.new_bool_var(f"{number} to {lane}")
                self.model.add_hint(x, self.start[number] == lane)
                self._terms.append((x, offer.price_cents * 1000 + offer.risk_mc))
                self._loads[lane].append((x, number, which))
                options.append((lane, x))
            self.model.add_exactly_one([x for _, x in options])
            self.rows.append(options)

    def _sum(self, lane: int, amounts: Sequence[int]) -> cp_model.LinearExpr:
        variables = [x for x, _, _ in self._loads[lane]]
        return cp_model.LinearExpr.weighted_sum(variables, list(amounts))

    def _parcels(self, lane: int) -> cp_model.LinearExpr:
        bundles = self.problem.bundles
        return self._sum(lane, [bundles[b].load.parcels for _, b, _ in self._loads[lane]])

    def _lane(self, number: int, lane: Lane, got: Taken, within: Piece | None) -> None:
        model, bundles = self.model, self.problem.bundles
        mine = self._loads[number]
        used = model.new_bool_var(f"used {number}")
        model.add_hint(used, got.bundles > 0)
        for x, _, _ in mine:
            model.add_implication(x, used)
        if mine:
            model.add_bool_or([used.negated(), *(x for x, _, _ in mine)])
        else:
            model.add(used == 0)
        parcels = self._parcels(number)
        self._terms.append((used, lane.fixed_cents * 1000))
        if within is not None:
            model.add(used == 0) if within.closed else model.add(parcels >= within.least)
            model.add(parcels <= within.most)
        for cap in (lane.cap_parcels, lane.max_parcels):
            if cap is not None:
                model.add(parcels <= max(0, cap - lane.taken_parcels) * used)
        if lane.short_mc is None and lane.min_parcels > lane.taken_parcels:
            model.add(parcels >= (lane.min_parcels - lane.taken_parcels) * used)
        if lane.short_mc is not None:
            short = model.new_int_var(0, max(0, lane.min_parcels - lane.taken_parcels), "short")
            model.add_hint(short, short_parcels(lane, got.load.parcels))
            model.add(short >= lane.min_parcels - lane.taken_parcels - parcels)
            self._terms.append((short, lane.short_mc))
        volume: Expression = self._volume(number, lane, got, used) if lane.curve else 0
        if lane.cap_cents is not None:
            prices = [1000 * bundles[b].offers[o].price_cents for _, b, o in mine]
            spend = self._sum(number, prices) + 1000 * lane.fixed_cents * used + volume
            model.add(spend <= 1000 * money_room_cents(lane))
        if lane.room is not None:
            for name in ("parcels", "weight_g", "volume_ml"):
                amounts = [int(getattr(bundles[b].load, name)) for _, b, _ in mine]
                model.add(self._sum(number, amounts) <= int(getattr(lane.room, name)) * used)
        if lane.spare_s is not None:
            longer = self._sum(number, [bundles[b].offers[o].added_s for _, b, o in mine])
            model.add(longer <= lane.spare_s * used)

    def _volume(
        self, number: int, lane: Lane, got: Taken, used: cp_model.IntVar
    ) -> cp_model.LinearExpr:
        """Tie the day's volume to one piece of the curve; return what it asks beside before."""
        model = self.model
        sizes = [b.load.parcels for b in self.problem.bundles]
        most = lane.taken_parcels + sum(sizes[b] for _, b, _ in self._loads[number])
        before = volume_mc(lane.curve, lane.taken_parcels)
        hinted = lane.taken_parcels + got.load.parcels
        idle = lane.taken_parcels == 0
        on: list[cp_model.IntVar] = []
        volumes: list[cp_model.IntVar] = []
        asks: list[cp_model.LinearExpr] = []
        for k, band in enumerate(lane.curve):
            last = k + 1 == len(lane.curve)
            top = most if last else min(most, lane.curve[k + 1].from_parcels - 1)
            if band.from_parcels > most:
                break
            chosen = model.new_bool_var(f"band {number} {k}")
            inside = model.new_int_var(0, top, f"volume {number} {k}")
            here = band_of(lane.curve, hinted) == k and (not idle or got.bundles > 0)
            model.add_hint(chosen, here)
            model.add_hint(inside, hinted if here else 0)
            model.add(inside <= top * chosen)
            model.add(inside >= band.from_parcels * chosen)
            self._terms += [(chosen, band.offset_mc), (inside, band.slope_mc)]
            on.append(chosen)
            volumes.append(inside)
            asks.append(band.offset_mc * chosen + band.slope_mc * inside)
        model.add(cp_model.LinearExpr.sum(volumes) == self._parcels(number) + lane.taken_parcels)
        model.add(cp_model.LinearExpr.sum(on) == (used if idle else 1))
        self.constant_mc -= before
        return cp_model.LinearExpr.sum(asks) - before

    def _blends(self, got: Sequence[Taken]) -> None:
        problem, model = self.problem, self.model
        lanes = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
        nothing = [0] * len(problem.lanes)
        for blend in problem.blends:
            members = sorted(lanes[lane_id] for lane_id in set(blend.lane_ids))
            share, most = blend_sides(problem, blend, nothing)
            inside = cp_model.LinearExpr.sum([self._parcels(m) for m in members])
            if not blend.outsourced:
                model.add(1000 * inside <= max(0, most - share))
                continue
            outside = cp_model.LinearExpr.sum(
                [
                    self._parcels(i)
                    for i, lane in enumerate(problem.lanes)
                    if lane.kind is not LaneKind.OWN
                ]
            )
            some = model.new_bool_var(f"some of {blend.name}")
            model.add_hint(some, any(got[m].load.parcels for m in members))
            model.add(inside == 0).only_enforce_if(some.negated())
            within = 1000 * inside + share <= blend.most_pm * outside + most
            model.add(within).only_enforce_if(some)
