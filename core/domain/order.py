"""What a customer is owed: an order, its load and its promise."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.added import added
from core.domain.alternative import FIRST, Alternative
from core.domain.door import HIGHEST_FLOOR, LOWEST_FLOOR, Access
from core.domain.ids import CustomerId, DepotId, OrderId
from core.domain.place import Point
from core.domain.time import TimeWindow, require_utc


class Priority(StrEnum):
    STANDARD = "standard"
    EXPRESS = "express"
    VIP = "vip"


class OrderStatus(StrEnum):
    """Where an order stands. The members stand in the order of life, and it only moves on."""

    RECEIVED = "received"
    LOADED = "loaded"
    WITH_CARRIER = "with_carrier"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    COLLECTED = "collected"
    """A return is on its way to the depot."""
    DELIVERED = "delivered"


SERVED = frozenset({OrderStatus.COLLECTED, OrderStatus.DELIVERED})
"""Somebody was at the door, and all went well."""

ENDED = frozenset(
    {
        OrderStatus.COLLECTED,
        OrderStatus.DELIVERED,
        OrderStatus.CANCELLED,
        OrderStatus.REFUSED,
    }
)
"""No stop is owed any more. A failed attempt is not an end: a second one may follow."""


class FailReason(StrEnum):
    """Why an attempt failed: result reasons of the Open Trip Model (v5)."""

    RECEIVER_ABSENT = "receiverAbsent"
    REJECTED = "rejectedByReceiver"
    INACCESSIBLE = "inaccessibleAddress"
    INVALID_ADDRESS = "invalidAddress"
    DAMAGE = "damage"


@dataclass(frozen=True, slots=True)
class Load:
    """An amount in every dimension that a vehicle can run out of."""

    parcels: int = 0
    weight_g: int = 0
    volume_ml: int = 0

    def __post_init__(self) -> None:
        if min(self.parcels, self.weight_g, self.volume_ml) < 0:
            raise ValueError(f"a load cannot be negative: {self}")

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.parcels + other.parcels,
            self.weight_g + other.weight_g,
            self.volume_ml + other.volume_ml,
        )

    def fits(self, room: "Load") -> bool:
        return (
            self.parcels <= room.parcels
            and self.weight_g <= room.weight_g
            and self.volume_ml <= room.volume_ml
        )


@dataclass(frozen=True, slots=True)
class Pickup:
    """Where goods are collected, by the vehicle that then brings them."""

    point: Point
    window: TimeWindow
    service_s: int

    def __post_init__(self) -> None:
        if self.service_s < 0:
            raise ValueError(f"collecting cannot last {self.service_s} s")


@dataclass(frozen=True, slots=True)
class Order:
    """One visit to one door, or to two where the goods have to be collected first.

    Names, addresses, notes and phones live in the erasable personal table under `customer_id` and
    `order_id`; none of them is here.
    """

    order_id: OrderId
    customer_id: CustomerId
    point: Point | None
    """None: imported, not plannable until located."""
    load: Load
    promise: TimeWindow
    service_s: int
    priority: Priority = Priority.STANDARD
    needs: frozenset[str] = frozenset()
    """Skills of the driver or equipment of the vehicle, by the depot's own names."""
    late_penalty_cents: int | None = None
    """Agreed for this order; None takes the price of its priority."""
    hours: tuple[TimeWindow, ...] = added(())
    """When the door takes goods, as many windows as it has: nobody begins outside of them. The
    promise says what the customer was told. Empty: at any time."""
    max_height_cm: int | None = added(None)
    """Of the way to the door: a gate, a ramp, a garage."""
    release_at: datetime | None = added(None)
    """When the goods stand at the depot, ready to load; None: before the day begins."""
    prize_cents: int | None = added(None)
    """What serving it today is worth: it may wait for another day where it costs more. None: it is
    owed, whatever it costs."""
    depot_id: DepotId | None = added(None)
    """Where its goods lie; None: every depot of the day has them."""
    returns: bool = added(False)
    """The goods are collected at the door and come to the depot."""
    pickup: Pickup | None = added(None)
    """Where the goods are, when they are not at the depot."""
    floor: int | None = added(None)
    """Of the door, 0 at the street; None: nobody noted it."""
    lift: bool = added(False)
    """There is one, so that nobody climbs stairs."""
    access: Access | None = added(None)
    """How one gets in; None: nobody noted it."""
    alternatives: tuple[Alternative, ...] = added(())
    """Other ways to serve it; one of them all is used. See `core.domain.ways`."""
    way: str = added(FIRST)
    """Which way its own point, promise, service, hours, height and door are of."""
    way_cents: int = added(0)
    """What using that way costs."""

    def __post_init__(self) -> None:
        if not self.order_id:
            raise ValueError("an order needs a number")
        if self.service_s < 0:
            raise ValueError(f"order {self.order_id}: service cannot last {self.service_s} s")
        if self.prize_cents is not None and self.prize_cents < 0:
            raise ValueError(f"order {self.order_id}: a prize cannot be {self.prize_cents} cents")
        if self.returns and self.pickup is not None:
            raise ValueError(f"order {self.order_id} comes to the depot or to a door, not to both")
        lies_there = self.release_at is not None or self.depot_id is not None
        if lies_there and (self.returns or self.pickup is not None):
            text = "its goods are not at a depot, so that they neither lie nor are released there"
            raise ValueError(f"order {self.order_id}: {text}")
        if self.release_at is not None:
            require_utc(self.release_at, f"release of order {self.order_id}")
        if self.max_height_cm is not None and self.max_height_cm <= 0:
            raise ValueError(f"order {self.order_id}: nothing is {self.max_height_cm} cm high")
        if self.floor is not None and not LOWEST_FLOOR <= self.floor <= HIGHEST_FLOOR:
            raise ValueError(f"order {self.order_id}: no house has a floor {self.floor}")
        ways = sorted((self.way, *(a.way for a in self.alternatives)))
        if FIRST not in ways or len(set(ways)) < len(ways):
            text = f"its ways need different names, one of them none: {', '.join(ways)}"
            raise ValueError(f"order {self.order_id}: {text}")
        if self.way_cents < 0:
            raise ValueError(f"order {self.order_id}: a way cannot cost {self.way_cents} cents")
