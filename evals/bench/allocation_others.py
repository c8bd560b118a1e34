"""What our allocation is measured against: enumeration, with an arithmetic of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from core.allocation.problem import Lane, LaneKind, Problem

MOST_CHOICES = 200_000
"""Enumeration beyond this is refused: it would not come back."""


@dataclass(frozen=True, slots=True)
class Enumerated:
    cost_mc: int
    choices: int
    """How many ways were looked at."""


def brute_force(problem: Problem) -> Enumerated:
    """Return the cost of the very best allocation, by trying them all.

    It shares no arithmetic with the engine or with `bill`: prices of volumes are added parcel by
    parcel, rules are read off the definitions. ValueError for a problem that is too large.
    """
    names = [lane.lane_id for lane in problem.lanes]
    options: list[list[tuple[int | None, int, int, int]]] = []
    count = 1
    for bundle in problem.bundles:
        mine: list[tuple[int | None, int, int, int]] = [(None, bundle.left_cents * 1000, 0, 0)]
        for offer in bundle.offers:
            if not offer.bars:
                cost = offer.price_cents * 1000
                mine.append((names.index(offer.lane_id), cost, offer.risk_mc, offer.added_s))
        options.append(mine)
        count *= len(mine)
        if count > MOST_CHOICES:
            raise ValueError(f"more than {MOST_CHOICES} allocations to try")
    best = min(
        cost for choice in product(*options) if (cost := _cost_mc(problem, choice)) is not None
    )
    return Enumerated(best, count)


def _cost_mc(problem: Problem, choice: Sequence[tuple[int | None, int, int, int]]) -> int | None:
    """Return what one choice costs; None where it breaks a rule."""
    total = sum(cost + risk for _, cost, risk, _ in choice)
    volumes: list[int] = []
    for number, lane in enumerate(problem.lanes):
        inside = [i for i, option in enumerate(choice) if option[0] == number]
        loads = [problem.bundles[i].load for i in inside]
        parcels = sum(load.parcels for load in loads)
        volumes.append(parcels)
        asked = sum(choice[i][1] for i in inside)
        tiers = _tiers_mc(lane, lane.taken_parcels + parcels) - _tiers_mc(lane, lane.taken_parcels)
        coming = lane.fixed_cents * 1000 if inside else 0
        total += tiers + coming
        day = lane.taken_parcels + parcels
        if lane.short_mc is not None:
            total += lane.short_mc * max(0, lane.min_parcels - day)
        elif inside and day < lane.min_parcels:
            return None
        if parcels and any(cap is not None and day > cap for cap in _caps(lane)):
            return None
        if lane.cap_cents is not None:
            still = max(0, lane.cap_cents - lane.spent_cents) * 1000
            if asked + tiers + coming > still:
                return None
        if lane.room is not None:
            grams = sum(load.weight_g for load in loads)
            millilitres = sum(load.volume_ml for load in loads)
            if (
                parcels > lane.room.parcels
                or grams > lane.room.weight_g
                or millilitres > lane.room.volume_ml
            ):
                return None
        if lane.spare_s is not None and sum(choice[i][3] for i in inside) > lane.spare_s:
            return None
    return total if _blended(problem, volumes) else None


def _caps(lane: Lane) -> tuple[int | None, int | None]:
    return lane.cap_parcels, lane.max_parcels


def _tiers_mc(lane: Lane, parcels: int) -> int:
    """Return what a volume costs. Marginal prices are added one parcel after the other."""
    if not lane.curve:
        return 0
    if all(band.offset_mc == 0 for band in lane.curve):
        # Backwards: the band that is reached prices every parcel.
        reached = [b for b in lane.curve if b.from_parcels <= parcels]
        return reached[-1].slope_mc * parcels
    cost = 0
    for parcel in range(1, parcels + 1):
        cost += [b for b in lane.curve if b.from_parcels <= parcel][-1].slope_mc
    return cost


def _blended(problem: Problem, volumes: Sequence[int]) -> bool:
    lanes = list(zip(problem.lanes, volumes, strict=True))
    for blend in problem.blends:
        group = [(lane, n) for lane, n in lanes if lane.lane_id in blend.lane_ids]
        if not any(n for _, n in group):
            continue
        share = sum(lane.taken_parcels + n for lane, n in group)
        if blend.outsourced:
            base = sum(lane.taken_parcels + n for lane, n in lanes if lane.kind != LaneKind.OWN)
        else:
            base = sum(lane.taken_parcels for lane, _ in lanes)
            base += sum(bundle.load.parcels for bundle in problem.bundles)
        if share * 1000 > blend.most_pm * base:
            return False
    return True
