"""How long a search may go on: a number of rounds, or seconds of one core."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

_SLICES = 200
_FIRST = 20
_USUAL_RATE = 50_000
"""Rounds of our own search in a second: to judge a budget by, not to spend it."""
_ROUNDS_EACH = 500
"""Rounds of our own search in the time of one iteration of PyVRP, give or take a factor of two."""


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

    def first(self, share: float) -> "Budget":
        """Return the first part of it."""
        ...

    def after(self, share: float) -> "Budget":
        """Return what is left behind that part, for PyVRP: its iterations count as many rounds."""
        ...

    def spend(self, run: Callable[[int, float, float], None]) -> None:
        """Call `run(rounds, since, until)` with shares of the whole until the limit is reached."""
        ...

    def over(self) -> Callable[[], bool]:
        """Return a question for engines with rounds of their own: asked once each, is it over?"""
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

    def first(self, share: float) -> "Rounds":
        return Rounds(int(self.rounds * share))

    def after(self, share: float) -> "Rounds":
        return Rounds((self.rounds - int(self.rounds * share)) // _ROUNDS_EACH)

    def spend(self, run: Callable[[int, float, float], None]) -> None:
        done = 0
        for k in range(_SLICES):
            to = self.rounds * (k + 1) // _SLICES
            if to > done:
                run(to - done, done / self.rounds, to / self.rounds)
                done = to

    def over(self) -> Callable[[], bool]:
        asked = count()
        return lambda: next(asked) >= self.rounds


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

    def first(self, share: float) -> "Seconds":
        return replace(self, seconds=self.seconds * share)

    def after(self, share: float) -> "Seconds":  # noqa: ARG002  its end is the end of the whole
        return self

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

    def over(self) -> Callable[[], bool]:
        return lambda: self.clock() - self.began >= self.seconds
