"""What the checker finds: a broken rule with its figures in a sentence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from core.domain.ids import OrderId, VehicleId
from core.domain.order import Load
from core.domain.place import Point

Lookup = Callable[[Point, Point], tuple[int, int]]
"""Seconds and metres of the drive from one point to another."""


@runtime_checkable
class ByTheHour(Protocol):
    """A lookup that also knows how long a drive takes when it begins at some moment."""

    def leaving(self, start: Point, end: Point, at: datetime) -> int:
        """Return the seconds of the drive for somebody who leaves `at`."""
        ...


def drive_s(lookup: Lookup, start: Point, end: Point, leaves: datetime) -> int:
    """Return the seconds of a drive, by its own hour where the lookup knows that."""
    if isinstance(lookup, ByTheHour):
        return lookup.leaving(start, end, leaves)
    return lookup(start, end)[0]


class Code(StrEnum):
    """Every kind of broken rule. What `amount` counts stands behind each."""

    CAPACITY = "capacity"  # parcels, grams or millilitres over
    WINDOW = "window"  # seconds late
    SHIFT = "shift"  # seconds outside the shift
    DRIVING = "driving"  # seconds at the wheel over what is allowed
    DUTY = "duty"  # seconds between departure and return over what is allowed
    REST = "rest"  # seconds missing or outside the window
    SKILL = "skill"  # 1
    EQUIPMENT = "equipment"  # 1
    ACCESS = "access"  # 1, centimetres too high, or seconds after the last opening
    FROZEN = "frozen"  # stops touched
    GOODS_ON_BOARD = "goods_on_board"  # 1
    COLLECT = "collect"  # 1
    RELOAD = "reload"  # 1, or seconds of loading missing
    DEPOT = "depot"  # metres from the depot that it should be, or where the goods lie
    DOCK = "dock"  # seconds without a door, or vehicles too many at them
    RELEASE = "release"  # seconds before the goods are ready
    CHARGE = "charge"  # 1, or metres from the nearest charger
    RANGE = "range"  # metres over
    ORDER_TWICE = "order_twice"  # times
    ORDER_LOST = "order_lost"  # 1
    MEETING = "meeting"  # 1, or seconds missing
    VEHICLE_DOWN = "vehicle_down"  # stops asked of it
    TIMING = "timing"  # seconds too early
    PRICE = "price"  # cents that a stated price is away from what it is
    UNKNOWN_ORDER = "unknown_order"  # 1
    CANCELLED = "cancelled"  # 1
    PLACE = "place"  # metres away
    WAY = "way"  # 1
    UNKNOWN_VEHICLE = "unknown_vehicle"  # 1


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule. `hard` forbids the commit; the others are reported."""

    code: Code
    hard: bool
    vehicle_id: VehicleId | None
    order_id: OrderId | None
    sentence: str
    amount: int = 1


def hard_ones(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    return tuple(v for v in violations if v.hard)


def minutes(seconds: int) -> str:
    """Return a duration as people read it: `45 s`, `12 min`, `12 min 30 s`."""
    whole, rest = divmod(seconds, 60)
    if whole == 0:
        return f"{rest} s"
    return f"{whole} min" if rest == 0 else f"{whole} min {rest} s"


def over(load: Load, room: Load) -> tuple[tuple[str, int, str], ...]:
    """Return each dimension in which `load` exceeds `room`: its name, by how much, in words."""
    found: list[tuple[str, int, str]] = []
    if load.parcels > room.parcels:
        words = f"{load.parcels} parcels, room for {room.parcels}"
        found.append(("parcels", load.parcels - room.parcels, words))
    if load.weight_g > room.weight_g:
        words = f"{load.weight_g / 1000:g} kg, room for {room.weight_g / 1000:g} kg"
        found.append(("weight", load.weight_g - room.weight_g, words))
    if load.volume_ml > room.volume_ml:
        words = f"{load.volume_ml / 1000:g} l, room for {room.volume_ml / 1000:g} l"
        found.append(("volume", load.volume_ml - room.volume_ml, words))
    return tuple(found)
