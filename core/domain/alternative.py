"""Another way to serve an order: a locker, a pickup point, a second door, another window."""

from dataclasses import dataclass

from core.domain.added import added
from core.domain.door import Access
from core.domain.place import Point
from core.domain.time import TimeWindow

FIRST = ""
"""Name of the way in which an order was given: its own door, at its own hours."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Where and when an order may be served instead, and what that costs."""

    way: str
    """As people call it: locker, pickup point, evening."""
    point: Point | None
    """None for an order's own door only, while nobody has located it."""
    window: TimeWindow
    service_s: int
    price_cents: int = added(0)
    """What using it costs, beside the way there."""
    hours: tuple[TimeWindow, ...] = added(())
    max_height_cm: int | None = added(None)
    floor: int | None = added(None)
    lift: bool = added(False)
    access: Access | None = added(None)

    def __post_init__(self) -> None:
        name = self.way or "the first way"
        if self.way != self.way.strip():
            raise ValueError(f"a way is named without spaces around it, not {self.way!r}")
        if self.service_s < 0:
            raise ValueError(f"{name}: service cannot last {self.service_s} s")
        if self.price_cents < 0:
            raise ValueError(f"{name}: using it cannot cost {self.price_cents} cents")
        if self.max_height_cm is not None and self.max_height_cm <= 0:
            raise ValueError(f"{name}: nothing is {self.max_height_cm} cm high")
        if self.way != FIRST and self.point is None:
            raise ValueError(f"{name}: another way needs a place on the map")
