"""How the rest of a route is expected to go, over what travel times and orders say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.domain.day import Day
from core.domain.foreseen import Foreseen
from core.domain.ids import StopId, VehicleId
from core.domain.plan import Stop
from core.eta.legs import Legs

Factors = Mapping[StopId, float]


def _none() -> dict[StopId, float]:
    return {}


@dataclass(frozen=True, slots=True)
class Going:
    """What legs and doors of one route take relative to the formula; means, pace included."""

    drive: Factors = field(default_factory=_none)
    """Of the leg that leads to each stop; absent: as the formula says."""
    home: float = 1.0
    serve: Factors = field(default_factory=_none)
    """Of the service at each door."""
    drive_sd: Factors = field(default_factory=_none)
    """Standard deviation of a leg's own log ratio; absent: the published one."""
    serve_sd: Factors = field(default_factory=_none)
    road_open: float | None = None
    """Variance that is left of the pace on the road; None: nothing was shown of it."""
    hand_open: float | None = None
    """The same of the pace at doors."""

    def timed(self, stops: Sequence[Stop]) -> tuple[Stop, ...]:
        """Return the stops with the service times that are expected of them."""
        return tuple(
            s
            if (factor := self.serve.get(s.stop_id)) is None
            or (service_s := max(1, round(s.service_s * factor))) == s.service_s
            else replace(s, service_s=service_s)
            for s in stops
        )


AS_SAID = Going()
"""The formula: travel times and orders as they stand."""


class Answers(Protocol):
    """Whoever knows more of a day's routes than the formula does."""

    def foreseen(self, day: Day) -> Foreseen | None:
        """Return who answers for the day; None: the formula, and nobody said otherwise."""
        ...

    def going(
        self, day: Day, plans: Mapping[VehicleId, Sequence[Stop]], legs: Legs
    ) -> Mapping[VehicleId, Going]:
        """Return what is expected of these routes through these stops, all that remain."""
        ...


def goings(
    answers: Answers | None, day: Day, plans: Mapping[VehicleId, Sequence[Stop]], legs: Legs
) -> Mapping[VehicleId, Going]:
    """Return what is expected of each route; without anybody who knows more, the formula."""
    if answers is None or answers.foreseen(day) is None:
        return dict.fromkeys(plans, AS_SAID)
    return answers.going(day, plans, legs)
