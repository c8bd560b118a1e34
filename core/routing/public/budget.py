"""How long a search may go on: a number of rounds, or seconds of one core."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

_SLICES = 200
_FIRST = 20
_USUAL_RATE = 150_000
"""Rounds of our own search in a second: to judge a budget by, not to spend it."""


class Budget(Protocol):
    """Runs a search to its end; the limit is spent exactly once."""

    @property
    def reproducible(self) -> bool:
        """Return whether the same seed gives the same plan."""
        ...

    @property
    def about_rounds(self) -> float:
        """Return about how many rounds of our own search it is good for."""
        ...

    def part(self, since: float, until: float) -> "Budget":
        """Return what lies between two shares of it, from 0 to 1; parts are spent in their order.

        Of seconds, one that is begun late ends no later for it, and a little is always run.
        """
        ...

    def after(self, share: float, rounds_each: int) -> Callable[[], bool]:
        """Return a question asked before every step of the rest: is it over?

        A step takes about the time of so many rounds of our own search.
        """
        ...

    def spend(self, run: Callable[[int, float, float], None]) -> None:
        """Call `run(rounds, since, until)` with shares of the whole until the limit is reached."""
        ...


@dataclass(frozen=True)
class Rounds:
    """A number of rounds: the same plan in every process."""

    rounds: int

    @property
    def reproducible(self) -> bool:
        return True

    @property
    def about_rounds(self) -> float:
        return self.rounds

    def part(self, since: float, until: float) -> "Rounds":
        return Rounds(int(self.rounds * until) - int(self.rounds * since))

    def after(self, share: float, rounds_each: int) -> Callable[[], bool]:
        steps, asked = self.part(share, 1.0).rounds // rounds_each, count()
        return lambda: next(asked) >= steps

    def spend(self, run: Callable[[int, float, float], None]) -> None:
        done = 0
        for k in range(_SLICES):
            to = self.rounds * (k + 1) // _SLICES
            if to > done:
                run(to - done, done / self.rounds, to / self.rounds)
                done = to


@dataclass(frozen=True)
class Seconds:
    """Seconds of a clock that is handed in; how many rounds that makes depends on the machine."""

    seconds: float
    clock: Callable[[], float]
    began: float

    @property
    def reproducible(self) -> bool:
        return False

    @property
    def about_rounds(self) -> float:
        return self.seconds * _USUAL_RATE

    def part(self, since: float, until: float) -> "Seconds":
        began = self.began + self.seconds * since
        return replace(self, began=began, seconds=self.seconds * (until - since))

    def spend(self, run: Callable[[int, float, float], None]) -> None:
        """Run slices of about a two-hundredth of the time, each cut to what is left."""
        rounds, share = _FIRST, 0.0
        while share < 1.0:
            at = self.clock()
            run(rounds, share, min(1.0, share + 1 / _SLICES))
            now = self.clock()
            rate = rounds / max(1e-6, now - at)
            share = (now - self.began) / self.seconds
            left_s = self.seconds * min(1 / _SLICES, 1.0 - share)
            rounds = max(1, min(4 * rounds, int(rate * left_s)))

    def after(self, share: float, rounds_each: int) -> Callable[[], bool]:  # noqa: ARG002  see below
        """Return the question; a step that would take too long, like the last one, is not begun.

        The clock tells what is left and how long a step takes; only rounds need to be told.
        """
        ends, before = self.began + self.seconds, float("inf")

        def over() -> bool:
            nonlocal before
            now = self.clock()
            took, before = max(0.0, now - before), now
            return now >= ends or now + took > ends

        return over
