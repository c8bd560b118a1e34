"""Rate shopping: each bundle to the cheapest lane that still takes it. A yardstick, and a start."""

from enum import StrEnum

from core.allocation.bill import LEFT, Choice
from core.allocation.filling import Filling
from core.allocation.mending import raised, settled
from core.allocation.problem import LaneId, Problem


class Turn(StrEnum):
    """Who is served first."""

    ARRIVAL = "arrival"
    REGRET = "regret"
    """Who would lose most if the cheapest lane were full."""


def greedy(problem: Problem, turn: Turn = Turn.ARRIVAL, *, lift: bool = False) -> Choice:
    """Return a choice that breaks no rule, by shopping once through all bundles.

    A lane that stays below a hard minimum is closed, the farthest below first, and all is done
    again without it; to `lift`, it is filled up before that with what costs least to bring over.
    Whoever breaks a share of what goes out is moved where it costs least.
    """
    closed: set[LaneId] = set()
    while True:
        filling = Filling(problem, closed)
        for bundle in _turns(filling, turn):
            found = filling.cheapest(bundle, [LEFT, *filling.offers[bundle]], filling.takes)
            if found is not None and found[0] < 0:
                filling.move(bundle, found[1])
        if lift:
            raised(filling)
        if settled(filling, closed):
            return filling.made()


def shopped(problem: Problem) -> tuple[Choice, ...]:
    """Return every way to shop."""
    return tuple(greedy(problem, turn, lift=lift) for turn in Turn for lift in (False, True))


def _turns(filling: Filling, turn: Turn) -> list[int]:
    numbers = list(range(len(filling.choice)))
    if turn is Turn.ARRIVAL:
        return numbers

    def regret(bundle: int) -> int:
        asks = sorted([0, *(filling.delta_mc(bundle, to) for to in filling.offers[bundle])])
        return asks[1] - asks[0] if len(asks) > 1 else 0

    return sorted(numbers, key=lambda b: (-regret(b), b))
