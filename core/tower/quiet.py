"""Asks at set times whether riders in no trouble could drive the rest of the day cheaper."""

from datetime import timedelta

from core.domain.case import CaseStatus, DeliveryException, ExceptionType
from core.domain.day import Day
from core.domain.ids import VehicleId
from core.tower.look import Look, exception_id, moving, observed

# A question that could not be asked on time (the server was down) is dropped after this long.
GRACE_S = 300
FEWEST_STOPS = 4
"""Fewer are driven in the right order anyway, or nearly."""


def improvements(look: Look) -> tuple[DeliveryException, ...]:
    """Return one exception about all quiet riders on the road, around each set time.

    Set times lie `Thresholds.improve_every_s` apart, half of it after midnight local time, so that
    hourly ones fall on the half hour. It stays while somebody has an answer to decide about.
    """
    waiting = [c for c in look.day.open_cases() if c.type is ExceptionType.IMPROVEMENT]
    waiting = [c for c in waiting if c.status in (CaseStatus.OPEN, CaseStatus.PROPOSED)]
    if waiting:
        return tuple(e for c in waiting for e in c.exceptions)
    every_s = look.day.rules.thresholds.improve_every_s
    if not every_s:
        return ()
    local = look.day.local(look.now)
    since_s = (local.hour * 3600 + local.minute * 60 + local.second - every_s // 2) % every_s
    at = look.day.local(look.now - timedelta(seconds=since_s))
    cause = f"improve:{at:%Y-%m-%d}:{at:%H%M}"
    riders = _quiet(look.day)
    if since_s >= GRACE_S or not riders or any(c.cause == cause for c in look.day.cases.values()):
        return ()
    name = exception_id(ExceptionType.IMPROVEMENT, cause)
    return (
        DeliveryException(
            exception_id=name,
            type=ExceptionType.IMPROVEMENT,
            subject=cause,
            cause=cause,
            vehicle_ids=riders,
            order_ids=(),
            detected_at=look.now,
            evidence=(observed(f"{len(riders)} riders in no case at {at:%H:%M}", look.now),),
        ),
    )


def _quiet(day: Day) -> tuple[VehicleId, ...]:
    """Return who is on the road in nobody's case, with enough stops left to choose from."""
    busy = {v for c in day.open_cases() for v in c.vehicle_ids()}
    return tuple(
        r.vehicle_id
        for r in moving(day)
        if r.vehicle_id not in busy and len(r.remaining) >= FEWEST_STOPS
    )
