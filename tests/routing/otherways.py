"""Orders that may be served in several ways."""

from dataclasses import replace

from core.domain.alternative import Alternative
from core.domain.order import Order
from core.domain.place import Point
from tests.builders import a_window


def by(
    way: str,
    point: Point,
    *,
    opens_min: float = 0,
    closes_min: float = 330,
    service_s: int = 60,
    cents: int = 0,
    hours: tuple[tuple[float, float], ...] = (),
    max_height_cm: int | None = None,
) -> Alternative:
    return Alternative(
        way,
        point,
        a_window(opens_min, closes_min),
        service_s,
        cents,
        tuple(a_window(*h) for h in hours),
        max_height_cm,
    )


def or_else(order: Order, *ways: Alternative) -> Order:
    """The same order, which may be served in these ways too."""
    return replace(order, alternatives=ways)
