"""Aware UTC instants and the windows between them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def require_utc(instant: datetime, what: str = "instant") -> datetime:
    """Return `instant` in UTC; ValueError when it carries no zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{what} {instant.isoformat()} carries no time zone")
    return instant.astimezone(UTC)


def from_local(wall: datetime, zone: ZoneInfo) -> datetime:
    """Turn a local wall time into UTC.

    Of a time that occurs twice the first is meant; ValueError for one that the clock change skips.
    """
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise ValueError(f"{wall.isoformat()} does not exist in {zone.key}: the clock skips it")
    return instant


def seconds_between(start: datetime, end: datetime) -> int:
    """Return the whole seconds from `start` to `end`, negative when it lies before."""
    return round((end - start).total_seconds())


@dataclass(frozen=True, slots=True, order=True)
class TimeWindow:
    """The interval in which something may begin; both ends belong to it."""

    opens: datetime
    closes: datetime

    def __post_init__(self) -> None:
        require_utc(self.opens, "window opening")
        require_utc(self.closes, "window closing")
        if self.closes <= self.opens:
            raise ValueError(
                f"window closes at {self.closes.isoformat()}, "
                f"not after it opens at {self.opens.isoformat()}"
            )

    def lateness_s(self, arrival: datetime) -> int:
        """Return how many seconds `arrival` misses the window by; zero when on time."""
        return max(0, seconds_between(self.closes, arrival))

    def wait_s(self, arrival: datetime) -> int:
        """Return how many seconds somebody arriving then waits for the opening."""
        return max(0, seconds_between(arrival, self.opens))

    def holds(self, instant: datetime) -> bool:
        return self.opens <= instant <= self.closes

    def length_s(self) -> int:
        return seconds_between(self.opens, self.closes)
