"""Rate shopping: each bundle to the cheapest lane that still takes it. A start, and a yardstick."""

from enum import StrEnum

from core.allocation.bill import (
    LEFT,
    Choice,
    Taken,
    added_volume_mc,
    bill,
    blend_sides,
    breaches,
    money_room_cents,
    spend_mc,
)
from core.allocation.problem import Bundle, Lane, LaneId, Offer, Problem, Rule
from core.domain.order import Load

_NOTHING = Taken(0, Load(), 0, 0, 0)


class Turn(StrEnum):
    """Who is served first."""

    ARRIVAL = "arrival"
    REGRET = "regret"
    """Who would lose most if the cheapest lane were full."""


def greedy(problem: Problem, turn: Turn = Turn.ARRIVAL) -> Choice:
    """Return a choice that breaks no rule.

    A lane that stays below a hard minimum is closed, the farthest below first, and all is done
    again without it; whoever breaks a share of what is outsourced is taken back, cheapest first.
    """
    closed: set[LaneId] = set()
    while True:
        choice = _within_blends(problem, _filled(problem, turn, closed))
        below = [b.subject for b in breaches(problem, choice) if b.rule is Rule.LEAST_PARCELS]
        if not below:
            return choice
        lanes = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
        parcels = _parcels(problem, choice)

        def missing(
            lane_id: str,
            lanes: dict[LaneId, int] = lanes,
            parcels: list[int] = parcels,
        ) -> int:
            number = lanes[LaneId(lane_id)]
            return problem.lanes[number].min_parcels - parcels[number]

        closed.add(LaneId(max(below, key=lambda b: (missing(b), b))))


def start(problem: Problem) -> Choice:
    """Return the cheapest of the ways to shop, leaving everything included."""
    choices = [greedy(problem, turn) for turn in Turn]
    choices.append((LEFT,) * len(problem.bundles))
    return min(choices, key=lambda c: bill(problem, c).exact_mc)


def _filled(problem: Problem, turn: Turn, closed: set[LaneId]) -> Choice:
    lanes = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
    got = [_NOTHING] * len(problem.lanes)
    parcels = [0] * len(problem.lanes)
    choice = [LEFT] * len(problem.bundles)
    numbers = list(range(len(problem.bundles)))
    if turn is Turn.REGRET:
        numbers.sort(key=lambda i: (-_regret_mc(problem, problem.bundles[i], closed), i))
    whole = tuple(b for b in problem.blends if not b.outsourced)
    for number in numbers:
        bundle = problem.bundles[number]
        best, best_mc = LEFT, bundle.left_cents * 1000
        for offer in bundle.offers:
            at = lanes[offer.lane_id]
            if offer.bars or offer.lane_id in closed:
                continue
            more = _with(got[at], bundle, offer)
            asks = _marginal_mc(problem.lanes[at], got[at], more)
            if asks >= best_mc or not _takes(problem.lanes[at], more):
                continue
            trial = [*parcels[:at], more.load.parcels, *parcels[at + 1 :]]
            sides = (blend_sides(problem, b, trial) for b in whole if offer.lane_id in b.lane_ids)
            if all(share <= most for share, most in sides):
                best, best_mc = at, asks
        if best != LEFT:
            offer = next(o for o in bundle.offers if lanes[o.lane_id] == best)
            got[best] = _with(got[best], bundle, offer)
            parcels[best] = got[best].load.parcels
        choice[number] = best
    return tuple(choice)


def _within_blends(problem: Problem, choice: Choice) -> Choice:
    """Take back, one by one, what a share of the outsourced parcels does not allow."""
    lanes = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
    made = list(choice)
    for blend in (b for b in problem.blends if b.outsourced):
        members = {lanes[lane_id] for lane_id in blend.lane_ids}
        held = [i for i, lane in enumerate(made) if lane in members]
        held.sort(key=lambda i: (problem.bundles[i].left_cents, i))
        for number in held:
            share, most = blend_sides(problem, blend, _parcels(problem, tuple(made)))
            if share <= most:
                break
            made[number] = LEFT
    broken = [b for b in breaches(problem, tuple(made)) if b.rule is Rule.BLEND]
    if broken:
        # Taking back for one share broke another: keep out of the lanes of all of them.
        names = {b.subject for b in broken}
        out = {lanes[x] for b in problem.blends if b.name in names for x in b.lane_ids}
        made = [LEFT if lane in out else lane for lane in made]
        return _within_blends(problem, tuple(made))
    return tuple(made)


def _parcels(problem: Problem, choice: Choice) -> list[int]:
    parcels = [0] * len(problem.lanes)
    for bundle, lane in zip(problem.bundles, choice, strict=True):
        if lane != LEFT:
            parcels[lane] += bundle.load.parcels
    return parcels


def _with(got: Taken, bundle: Bundle, offer: Offer) -> Taken:
    return Taken(
        got.bundles + 1,
        got.load + bundle.load,
        got.price_cents + offer.price_cents,
        got.risk_mc + offer.risk_mc,
        got.added_s + offer.added_s,
    )


def _marginal_mc(lane: Lane, before: Taken, after: Taken) -> int:
    risk = after.risk_mc - before.risk_mc
    return spend_mc(lane, after) - spend_mc(lane, before) + risk


def _takes(lane: Lane, got: Taken) -> bool:
    parcels = lane.taken_parcels + got.load.parcels
    caps = [c for c in (lane.cap_parcels, lane.max_parcels) if c is not None]
    return (
        all(parcels <= cap for cap in caps)
        and (lane.cap_cents is None or spend_mc(lane, got) <= 1000 * money_room_cents(lane))
        and (lane.room is None or got.load.fits(lane.room))
        and (lane.spare_s is None or got.added_s <= lane.spare_s)
    )


def _regret_mc(problem: Problem, bundle: Bundle, closed: set[LaneId]) -> int:
    lanes = {lane.lane_id: lane for lane in problem.lanes}
    asks = [bundle.left_cents * 1000]
    for offer in bundle.offers:
        if not offer.bars and offer.lane_id not in closed:
            volume = added_volume_mc(lanes[offer.lane_id], bundle.load.parcels)
            asks.append(offer.price_cents * 1000 + offer.risk_mc + volume)
    asks.sort()
    return asks[1] - asks[0] if len(asks) > 1 else 0
