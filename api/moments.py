"""Moments that people type: an instant with its offset, or a wall time of the service date."""

from datetime import UTC, date, datetime, time

from api.inputs import Moment, WindowBody
from api.problems import Invalid
from core.domain.day import Day
from core.domain.time import TimeWindow, from_local


def instant(day: Day, moment: Moment, where: str) -> datetime:
    """Return the instant in UTC; Invalid for a wall time that the clock change skips."""
    if isinstance(moment, datetime):
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise Invalid([(where, f"{moment.isoformat()} is no day of ours")]) from None
    wall = datetime.combine(date.fromisoformat(day.opened.service_date), time.fromisoformat(moment))
    try:
        return from_local(wall, day.zone)
    except ValueError as error:
        raise Invalid([(where, str(error))]) from None


def window(day: Day, body: WindowBody, where: str) -> TimeWindow:
    opens = instant(day, body.opens, f"{where}.opens")
    closes = instant(day, body.closes, f"{where}.closes")
    try:
        return TimeWindow(opens, closes)
    except ValueError as error:
        raise Invalid([(where, str(error))]) from None
