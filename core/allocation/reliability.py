"""How often a carrier keeps its promises, learned by zone and hour and shrunk by count."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from core.domain.day import Day
from core.domain.ids import CarrierId
from core.domain.order import OrderStatus
from core.domain.place import Point

SHRINK = 20
"""Deliveries that the belief from farther out weighs as much as; an assumption of this project."""

ZONE_E6 = 20_000
"""Side of a zone in micro-degrees: about 2.2 km north to south."""

Zone = tuple[int, int]


def zone_of(point: Point) -> Zone:
    """Return the square of the map that a point lies in."""
    return point.lat_e6 // ZONE_E6, point.lon_e6 // ZONE_E6


@dataclass(frozen=True, slots=True)
class Kept:
    """One promise of a carrier, and whether it was kept. `hour` is local, of the promise's end."""

    carrier_id: CarrierId
    zone: Zone
    hour: int
    kept: bool


_Key = tuple[CarrierId, Zone | None, int | None]


@dataclass(frozen=True)
class Reliability:
    """Kept and counted promises by carrier; by its zones; by its hours; by both."""

    counts: Mapping[_Key, tuple[int, int]] = field(default_factory=dict[_Key, tuple[int, int]])

    @classmethod
    def learned(cls, seen: Iterable[Kept]) -> "Reliability":
        """Count what was seen; the order does not matter."""
        kept, all_ = Counter[_Key](), Counter[_Key]()
        for one in seen:
            for zone in (None, one.zone):
                for hour in (None, one.hour):
                    key = (one.carrier_id, zone, hour)
                    all_[key] += 1
                    kept[key] += one.kept
        return cls({key: (kept[key], count) for key, count in all_.items()})

    def kept_pm(self, carrier_id: CarrierId, zone: Zone, hour: int, agreed_pct: int) -> int:
        """Return the expected share of kept promises in thousandths.

        What was agreed is the belief about the carrier before anything was seen; the carrier's
        share is the belief about a zone and about an hour; both together are the belief about
        that zone at that hour. Each weighs as much as SHRINK deliveries.
        """
        agreed = Fraction(agreed_pct, 100)
        carrier = self._shrunk((carrier_id, None, None), agreed)
        by_zone = self._shrunk((carrier_id, zone, None), carrier)
        by_hour = self._shrunk((carrier_id, None, hour), carrier)
        both = min(Fraction(1), max(Fraction(0), by_zone + by_hour - carrier))
        return round(1000 * self._shrunk((carrier_id, zone, hour), both))

    def _shrunk(self, key: _Key, belief: Fraction) -> Fraction:
        kept, count = self.counts.get(key, (0, 0))
        return (kept + SHRINK * belief) / (count + SHRINK)


def observed(day: Day) -> tuple[Kept, ...]:
    """Return what a day teaches: accepted tenders that were delivered, or whose time is over."""
    found: list[Kept] = []
    for _, tender in sorted(day.tenders.items()):
        state = day.orders[tender.order_id]
        if tender.accepted is not True or state.order.point is None or state.cancelled:
            continue
        if state.status is OrderStatus.DELIVERED and state.ended_at is not None:
            kept = state.ended_at <= tender.deliver_by
        elif day.now > tender.deliver_by:
            kept = False
        else:
            continue
        zone, hour = zone_of(state.order.point), day.local(state.promise.closes).hour
        found.append(Kept(tender.carrier_id, zone, hour, kept))
    return tuple(found)
