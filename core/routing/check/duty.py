"""Rules about how long somebody may drive and be on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.fleet import Driver
from core.domain.ids import VehicleId
from core.domain.place import Point
from core.domain.plan import Stop, StopKind
from core.routing.check.violation import Code, Lookup, Violation, drive_s, minutes


@dataclass(frozen=True, slots=True)
class Worked:
    """What one route makes its driver do, in seconds."""

    driving_s: int
    on_end_s: int
    """The longest at the wheel without a rest between."""
    duty_s: int


def worked_along(
    start: Point,
    stops: Sequence[Stop],
    end: Point,
    lookup: Lookup,
    *,
    departs: datetime,
    duty_s: int,
) -> Worked:
    """Add up the legs of a route from its start to its end, begun when it says that they are."""
    here, free, total, since, longest = start, departs, 0, 0, 0
    for stop in stops:
        leg_s = drive_s(lookup, here, stop.point, free)
        total, since = total + leg_s, since + leg_s
        longest = max(longest, since)
        if stop.kind is StopKind.REST:
            since = 0
        here, free = stop.point, stop.leave_at
    leg_s = drive_s(lookup, here, end, free)
    return Worked(total + leg_s, max(longest, since + leg_s), duty_s)


def limits_broken(
    vehicle_id: VehicleId, driver: Driver, worked: Worked, kept: Worked | None = None
) -> list[Violation]:
    """Return what is beyond the driver's limits; soft where `kept`, the route as it was, is no
    better."""
    rules = (
        (Code.DRIVING, driver.most_driving_s, "driving_s", "at the wheel"),
        (Code.DRIVING, driver.most_driving_on_end_s, "on_end_s", "at the wheel without a rest"),
        (Code.DUTY, driver.most_duty_s, "duty_s", "on duty"),
    )
    found: list[Violation] = []
    for code, most_s, name, what in rules:
        does_s: int = getattr(worked, name)
        if most_s is None or does_s <= most_s:
            continue
        hard = kept is None or does_s > getattr(kept, name)
        text = (
            f"{driver.driver_id} on {vehicle_id} would be {minutes(does_s)} {what}; allowed are "
            f"{minutes(most_s)}"
        )
        found.append(Violation(code, hard, vehicle_id, None, text, does_s - most_s))
    return found
