"""Rate shopping: each bundle to the cheapest lane that still takes it. A yardstick, and a start."""

from enum import StrEnum

from core.allocation.bill import LEFT, Choice, bill
from core.allocation.filling import Filling
from core.allocation.prices import Priced, priced
from core.allocation.problem import LaneId, Problem

_PASSES = 4
_NEAR = 0.1
"""A bundle is tried on lanes whose priced cost is at most a tenth of the median above its own."""


class Turn(StrEnum):
    """Who is served first."""

    ARRIVAL = "arrival"
    REGRET = "regret"
    """Who would lose most if the cheapest lane were full."""


def greedy(problem: Problem, turn: Turn = Turn.ARRIVAL) -> Choice:
    """Return a choice that breaks no rule, by shopping once through all bundles.

    A lane that stays below a hard minimum is closed, the farthest below first, and all is done
    again without it; whoever breaks a share of what goes out is moved where it costs least.
    """
    closed: set[LaneId] = set()
    while True:
        filling = Filling(problem, closed)
        for bundle in _turns(filling, turn):
            found = filling.cheapest(bundle, [LEFT, *filling.offers[bundle]], filling.takes)
            if found is not None and found[0] < 0:
                filling.move(bundle, found[1])
        if _settled(filling, closed):
            return filling.made()


def start(problem: Problem) -> Choice:
    """Return the cheapest of several ways to begin: shopping, by prices, leaving everything."""
    choices = [(LEFT,) * len(problem.bundles), *(greedy(problem, turn) for turn in Turn)]
    if problem.bundles:
        found = priced(problem)
        choices.append(_by_prices(problem, found))
    return min(choices, key=lambda c: bill(problem, c).exact_mc)


def _by_prices(problem: Problem, found: Priced) -> Choice:
    """Return a choice in which each bundle follows the prices, mended and then improved."""
    closed = {lane.lane_id for lane in problem.lanes} - found.open_lanes(problem)
    reduced = found.reduced_mc
    ranked = reduced.argsort(axis=1, kind="stable")
    sorted_mc = reduced[range(len(reduced)), ranked.T].T
    order = (sorted_mc[:, 0] - sorted_mc[:, 1]).argsort(kind="stable").tolist()
    while True:
        filling = Filling(problem, closed)
        for bundle in order:
            for column in ranked[bundle].tolist():
                to = LEFT if column == len(problem.lanes) else column
                if filling.takes(bundle, to):
                    filling.move(bundle, to)
                    break
        _raised(filling)
        if _settled(filling, closed):
            break
    _improved(filling, found)
    return filling.made()


def _turns(filling: Filling, turn: Turn) -> list[int]:
    numbers = list(range(len(filling.choice)))
    if turn is Turn.ARRIVAL:
        return numbers

    def regret(bundle: int) -> int:
        asks = sorted([0, *(filling.delta_mc(bundle, to) for to in filling.offers[bundle])])
        return asks[1] - asks[0] if len(asks) > 1 else 0

    return sorted(numbers, key=lambda b: (-regret(b), b))


def _settled(filling: Filling, closed: set[LaneId]) -> bool:
    """Mend shares of what goes out; close one lane below its minimum and say that it is not done.

    Each time a lane is closed one fewer is left, so this ends.
    """
    _mended(filling)
    below = filling.below()
    if not below:
        return True
    lanes, got = filling.problem.lanes, filling.got

    def missing(at: int) -> int:
        return lanes[at].min_parcels - lanes[at].taken_parcels - got[at].load.parcels

    closed.add(lanes[max(below, key=lambda at: (missing(at), at))].lane_id)
    return False


def _mended(filling: Filling) -> None:
    """Move bundles out of the lanes of a broken share until none is broken."""
    while broken := filling.broken_blends():
        members = filling.members(broken[0])
        held = [b for b, at in enumerate(filling.choice) if at in members]
        out = [(_away(filling, b, members), b) for b in held]
        for (_, to), bundle in sorted(out, key=lambda o: (o[0][0], o[1])):
            if broken[0] not in filling.broken_blends():
                break
            filling.move(bundle, to if filling.takes(bundle, to) else LEFT)
            if len(filling.broken_blends()) > len(broken):
                # Another share broke by it: leaving breaks none that counts all parcels.
                filling.move(bundle, LEFT)


def _away(filling: Filling, bundle: int, members: set[int]) -> tuple[int, int]:
    lanes = [LEFT, *(to for to in filling.offers[bundle] if to not in members)]
    return filling.cheapest(bundle, lanes, filling.takes) or (0, LEFT)


def _raised(filling: Filling) -> None:
    """Fill lanes that are below a hard minimum with what it costs least to bring over."""
    for at in filling.below():
        able = [
            b for b, mine in enumerate(filling.offers) if at in mine and filling.choice[b] != at
        ]
        costs = sorted((filling.delta_mc(b, at) // _size(filling, b), b) for b in able)
        for _, bundle in costs:
            if at not in filling.below():
                break
            now = filling.choice[bundle]
            if filling.takes(bundle, at):
                steady = now in filling.below()
                filling.move(bundle, at)
                if now in filling.below() and not steady:
                    filling.move(bundle, now)


def _size(filling: Filling, bundle: int) -> int:
    return max(1, filling.problem.bundles[bundle].load.parcels)


def _improved(filling: Filling, found: Priced) -> None:
    """Move single bundles while that saves something and keeps every rule."""
    reduced = found.reduced_mc
    slack = _NEAR * float(abs(reduced.min(axis=1)).mean())
    last = len(filling.problem.lanes)
    for _ in range(_PASSES):
        moved = False
        for bundle, mine in enumerate(filling.offers):
            now = filling.choice[bundle]
            limit = reduced[bundle, last if now == LEFT else now] + slack
            near = [to for to in mine if to != now and reduced[bundle, to] <= limit]
            if now != LEFT:
                near.append(LEFT)
            best = min(((filling.delta_mc(bundle, to), to) for to in near), default=(0, LEFT))
            if best[0] < 0 and filling.keeps(bundle, best[1]):
                filling.move(bundle, best[1])
                moved = True
        if not moved:
            return
