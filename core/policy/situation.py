"""What the judge knows beside the action: the day, the price, who asks, what was seen when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.option import Price
from core.domain.position import Positions
from core.domain.time import seconds_between
from core.routing.check.violation import Violation


def ages_s(positions: Positions, now: datetime) -> dict[VehicleId, int]:
    """Return how old the last position of each vehicle is that was ever seen."""
    return {v: seen[-1].age_s(now) for v, seen in sorted(positions.items()) if seen}


@dataclass(frozen=True, slots=True)
class JudgeContext:
    """Everything a verdict may depend on."""

    day: Day
    exception_type: str
    price: Price | None
    """Of the option as a whole."""
    role: str
    """Who decides; empty while nobody has spoken. It never makes a verdict milder."""
    now: datetime
    waiting: Price | None = None
    """What waiting leads to: the promises of others are compared with it."""
    collateral_pm: int | None = None
    """Extra expected broken promises of other orders, in thousandths; None: from the prices."""
    position_ages_s: Mapping[VehicleId, int] = field(default_factory=dict[VehicleId, int])
    """Age of each vehicle's last position that the action was based on."""
    violations: tuple[Violation, ...] = ()
    """What the checker found, when it was asked."""

    def level(self) -> str:
        return self.day.autonomy.get(self.exception_type, "supervised")

    def collateral(self, subjects: frozenset[OrderId]) -> int | None:
        """Return how many more promises of others break than by waiting, in thousandths;
        None when the prices do not say.

        A price that names only whole per cents of a few orders is read that way.
        """
        if self.collateral_pm is not None:
            return self.collateral_pm
        if self.price is not None and self.price.collateral_pm is not None:
            return self.price.collateral_pm
        if self.price is None or self.waiting is None:
            return None
        before = {r.order_id: r.p_late_pct for r in self.waiting.risks}
        if not before:
            return None
        return sum(
            10 * max(0, r.p_late_pct - before.get(r.order_id, 0))
            for r in self.price.risks
            if r.order_id not in subjects
        )

    def stale_s(self, vehicle_id: VehicleId) -> int | None:
        """Return the age of the last proof of where a vehicle is, when that is too old.

        A scan or a logged call proves a place as well as a position does. Who never sent a
        position, where others do, was last seen at its last scan: on the way to its first stop,
        at its departure. Where nobody sends any, nobody is asked for one.
        """
        route = self.day.routes.get(vehicle_id)
        if route is None or route.since is None or not self.position_ages_s:
            return None
        proofs = [seconds_between(route.since, self.now)]
        if vehicle_id in self.position_ages_s:
            proofs.append(self.position_ages_s[vehicle_id])
        if vehicle_id in self.day.reports:
            proofs.append(seconds_between(self.day.reports[vehicle_id][0], self.now))
        down = self.day.vehicles[vehicle_id].down_since if vehicle_id in self.day.vehicles else None
        if down is not None:
            proofs.append(seconds_between(down, self.now))
        youngest = max(0, min(proofs))
        return youngest if youngest > self.day.rules.thresholds.stale_position_s else None
