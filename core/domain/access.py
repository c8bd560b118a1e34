"""Where not every vehicle may go at every time: low-emission zones, bike streets, low gates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.fleet import Vehicle
from core.domain.ids import ZoneId
from core.domain.order import Order
from core.domain.place import Area, Point
from core.domain.time import TimeWindow


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the town with rules of its own about who may stop there, and when.

    It speaks of stops. Whoever only drives through is not asked.
    """

    zone_id: ZoneId
    area: Area
    admits: frozenset[str] = frozenset()
    """Kinds of vehicle or of energy that may always be there (`cargo-bike`, `electric`)."""
    hours: tuple[TimeWindow, ...] = ()
    """When all others may be there, from arrival to leaving; never, when there are none."""
    max_height_cm: int | None = None

    def __post_init__(self) -> None:
        if not self.admits and not self.hours and self.max_height_cm is None:
            raise ValueError(f"zone {self.zone_id} forbids nothing: name kinds, hours or a height")
        if self.max_height_cm is not None and self.max_height_cm <= 0:
            raise ValueError(f"zone {self.zone_id}: nothing is {self.max_height_cm} cm high")

    def admitted(self, vehicle: Vehicle) -> bool:
        """Return whether that vehicle may be there at any time, its height apart."""
        if not self.admits and not self.hours:
            return True
        return vehicle.kind.lower() in self.admits or vehicle.energy.value in self.admits

    def lets_in(self, vehicle: Vehicle) -> bool:
        """Return whether that vehicle may be there at some time of the day."""
        return self.low_enough(vehicle) and (self.admitted(vehicle) or bool(self.hours))

    def low_enough(self, vehicle: Vehicle) -> bool:
        return fits_under(vehicle, self.max_height_cm)


def fits_under(vehicle: Vehicle, max_height_cm: int | None) -> bool:
    """Return whether a vehicle passes below that height; one of unknown height does."""
    if max_height_cm is None or vehicle.height_cm is None:
        return True
    return vehicle.height_cm <= max_height_cm


def zones_at(zones: Iterable[Zone], point: Point) -> tuple[Zone, ...]:
    """Return the zones that a place lies in."""
    return tuple(z for z in zones if z.area.holds(point))


Span = tuple[datetime, datetime]
"""From when until when a service may begin; both belong to it, and they may be equal."""


def begin_spans(
    order: Order, zones: Iterable[Zone], vehicle: Vehicle, service_s: int
) -> tuple[Span, ...] | None:
    """Return when that vehicle may begin at an order's door, in order; None: at any time.

    Its own hours say when the door is open, and so when a service may begin. In a zone with
    hours the whole service has to fit. The promise is not asked.
    """
    spans: tuple[Span, ...] | None = None
    if order.hours:
        spans = _merged((w.opens, w.closes) for w in order.hours)
    lasts = timedelta(seconds=service_s)
    for zone in zones:
        if zone.admitted(vehicle):
            continue
        open_for = _merged((w.opens, w.closes - lasts) for w in zone.hours)
        spans = open_for if spans is None else _common(spans, open_for)
    return spans


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that overlap as one; what ends before it begins is left out."""
    found: list[Span] = []
    for opens, closes in sorted(s for s in spans if s[0] <= s[1]):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return tuple(found)


def _common(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    both = ((max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other)
    return _merged(both)
