"""A start by prices: each bundle goes where a proof's prices send it, then moves one by one."""

from core.allocation.bill import LEFT, Choice, bill
from core.allocation.filling import Filling
from core.allocation.greedy import shopped
from core.allocation.mending import raised, settled
from core.allocation.problem import Problem
from core.allocation.proof import Leaf, Proof

_PASSES = 4
_ROUNDS = 3
_UNHAPPY, _PARTNERS = 250, 6
"""Bundles that are tried for an exchange, and with how many others on each lane."""
_NEAR = 0.1
"""A bundle is tried on lanes whose priced cost is at most a tenth of the average above its own."""


def start(problem: Problem, proof: Proof) -> Choice:
    """Return the cheapest of several ways to begin: by prices, by shopping, leaving everything."""
    leaves = proof.leaves if problem.bundles else ()
    choices = [by_prices(problem, leaf) for leaf in leaves]
    choices += [*shopped(problem), (LEFT,) * len(problem.bundles)]
    return min(choices, key=lambda c: bill(problem, c).exact_mc)


def by_prices(problem: Problem, leaf: Leaf) -> Choice:
    """Return a choice that breaks no rule, with the lanes open that the leaf has open."""
    pairs = zip(problem.lanes, leaf.pieces, strict=True)
    closed = {lane.lane_id for lane, piece in pairs if piece.closed}
    reduced = leaf.reduced_mc
    ranked = reduced.argsort(axis=1, kind="stable")
    in_order = reduced[range(len(reduced)), ranked.T].T
    # Who would lose most by its second best goes first.
    order: list[int] = (in_order[:, 0] - in_order[:, 1]).argsort(kind="stable").tolist()
    while True:
        filling = Filling(problem, closed)
        for bundle in order:
            columns: list[int] = ranked[bundle].tolist()
            for column in columns:
                to = LEFT if column == len(problem.lanes) else column
                if filling.takes(bundle, to):
                    filling.move(bundle, to)
                    break
        raised(filling)
        if settled(filling, closed):
            break
    for _ in range(_ROUNDS):
        _improved(filling, leaf)
        if not _exchanged(filling, leaf):
            break
    return filling.made()


def _improved(filling: Filling, leaf: Leaf) -> None:
    """Move single bundles while that saves something and keeps every rule."""
    reduced = leaf.reduced_mc
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


def _exchanged(filling: Filling, leaf: Leaf) -> bool:
    """Exchange bundles of full lanes, those farthest from where the prices want them first."""
    reduced = leaf.reduced_mc
    last = len(filling.problem.lanes)
    here = [last if at == LEFT else at for at in filling.choice]
    excess = reduced[range(len(here)), here] - reduced.min(axis=1)
    unhappy: list[int] = (-excess).argsort(kind="stable")[:_UNHAPPY].tolist()
    done = False
    for bundle in unhappy:
        now = filling.choice[bundle]
        column = last if now == LEFT else now
        wanted = [
            to for to in filling.offers[bundle] if reduced[bundle, to] < reduced[bundle, column]
        ]
        for to in sorted(wanted, key=lambda to: reduced[bundle, to]):
            others = [b for b, at in enumerate(filling.choice) if at == to]
            others.sort(key=lambda b: reduced[b, column] - reduced[b, to])
            if any(_swapped(filling, bundle, other, to) for other in others[:_PARTNERS]):
                done = True
                break
    return done


def _swapped(filling: Filling, bundle: int, other: int, to: int) -> bool:
    """Exchange two bundles if that saves something and breaks no rule; else leave all as it is."""
    now = filling.choice[bundle]
    below, blends = filling.below(), filling.broken_blends()
    saved = 0
    for who, where in ((bundle, LEFT), (other, now), (bundle, to)):
        if not filling.takes(who, where):
            break
        saved -= filling.delta_mc(who, where)
        filling.move(who, where)
    else:
        if saved > 0 and filling.below() == below and filling.broken_blends() == blends:
            return True
    # Back the way it came: first out of each other's lane, then home.
    filling.move(bundle, LEFT)
    filling.move(other, to)
    filling.move(bundle, now)
    return False
