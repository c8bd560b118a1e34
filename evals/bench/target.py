"""One line of what a benchmark must show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A bound and what was measured; met when it is not above."""

    what: str
    at_most: float
    measured: float
    count: int
    """How many files or cases it was measured on."""

    @property
    def met(self) -> bool:
        return self.measured <= self.at_most

    @property
    def missed_by(self) -> float:
        return max(0.0, self.measured - self.at_most)
