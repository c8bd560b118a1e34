"""What the sampled paths say of each stop: its spread, and how likely and how much it is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.day import Day
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.plan import Stop
from core.eta.arrivals import bounds_of
from core.eta.paths import PathTimes, Quantiles


@dataclass(frozen=True, slots=True)
class StopRisk:
    """One stop of one vehicle; whole per mille and seconds."""

    vehicle_id: VehicleId
    stop_id: StopId
    order_id: OrderId | None
    p_late_pm: int
    """Chance that it begins after its promise, or a rest after its window."""
    expected_late_s: int
    """Mean over all paths, on time counted as zero."""
    starts: Quantiles


def stop_risks(
    day: Day, plans: Mapping[VehicleId, Sequence[Stop]], times: PathTimes
) -> tuple[StopRisk, ...]:
    """Return the risk of every stop of `plans`, by vehicle and then in the order of driving."""
    risks: list[StopRisk] = []
    for vehicle_id in sorted(plans):
        for stop in plans[vehicle_id]:
            latest = bounds_of(day, vehicle_id, stop).latest
            late = latest is not None
            risks.append(
                StopRisk(
                    vehicle_id,
                    stop.stop_id,
                    stop.order_id,
                    round(1000 * times.p_late(stop.stop_id, latest)) if late else 0,
                    times.expected_late_s(stop.stop_id, latest) if late else 0,
                    times.start_quantiles(stop.stop_id),
                )
            )
    return tuple(risks)
