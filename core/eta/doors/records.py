"""Services at doors as columns: what is known before one begins, and how long it took."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from core.domain.order import Access as NotedAccess
from core.domain.order import Order
from core.errors import Refused
from core.eta.learned.records import DAY_S

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

UNKNOWN = -1
"""A floor or an access that nobody noted."""
MOST_PARCELS, MOST_FLOOR = 8, 6
"""More are counted as so many."""
# A scan and another one a moment later is no service; after two hours somebody forgot to scan.
SHORTEST_S, LONGEST_S = 5, 7_200


class Access(IntEnum):
    """How one gets to a door, as a column of whole numbers."""

    UNKNOWN = -1
    STREET = 0
    CODE = 1
    GATE = 2
    RECEPTION = 3
    YARD = 4


_ACCESS = {
    NotedAccess.STREET: Access.STREET,
    NotedAccess.CODE: Access.CODE,
    NotedAccess.GATE: Access.GATE,
    NotedAccess.RECEPTION: Access.RECEPTION,
    NotedAccess.YARD: Access.YARD,
}


def stairs_of(order: Order) -> int:
    """Return the floors to climb, or to go down; none with a lift, UNKNOWN if not noted."""
    if order.lift:
        return 0
    return UNKNOWN if order.floor is None else abs(order.floor)


def access_of(order: Order) -> int:
    """Return how one gets to the door as the model counts it; UNKNOWN if not noted."""
    return UNKNOWN if order.access is None else int(_ACCESS[order.access])


@dataclass(frozen=True, slots=True, eq=False)
class DoorsAsked:
    """Services as they are known before they begin, one row each; no outcome is among them."""

    start_s: Ints
    """When it is expected to begin, seconds of the wall clock since 1970."""
    driver: Ints
    door: Ints
    """The address."""
    parcels: Ints
    floor: Ints
    """Stairs to climb, none with a lift; UNKNOWN where nobody noted it."""
    access: Ints
    """A value of Access."""
    formula_s: Floats
    """What the depot's own figures give it."""

    def __post_init__(self) -> None:
        columns = (self.driver, self.door, self.parcels, self.floor, self.access, self.formula_s)
        if {len(c) for c in columns} != {len(self.start_s)}:
            raise ValueError("columns of services differ in length")
        if not np.all(np.isfinite(self.formula_s)) or np.any(self.formula_s <= 0):
            raise Refused("a service has a formula of zero, below zero or without end")
        if np.any(self.access < UNKNOWN) or np.any(self.access >= len(Access) - 1):
            raise Refused("a service has an access that is none of the known ones")

    def __len__(self) -> int:
        return len(self.start_s)

    @property
    def day(self) -> Ints:
        return self.start_s // DAY_S

    @property
    def hour(self) -> Ints:
        return self.start_s % DAY_S // 3600

    def take(self, rows: Ints | NDArray[np.bool_]) -> "DoorsAsked":
        return DoorsAsked(
            self.start_s[rows],
            self.driver[rows],
            self.door[rows],
            self.parcels[rows],
            self.floor[rows],
            self.access[rows],
            self.formula_s[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """Services that are over, with the seconds each took, waiting for a window not counted."""

    asked: DoorsAsked
    began_s: Ints
    seconds: Floats

    def __post_init__(self) -> None:
        if not len(self.asked) == len(self.seconds) == len(self.began_s):
            raise ValueError("columns of services differ in length")

    def __len__(self) -> int:
        return len(self.asked)

    @property
    def finish_s(self) -> Floats:
        return self.began_s + self.seconds

    @property
    def plausible(self) -> NDArray[np.bool_]:
        """Return which rows can be a service; NaN, negative and forgotten ones teach nothing."""
        with np.errstate(invalid="ignore"):
            return (self.seconds >= SHORTEST_S) & (self.seconds <= LONGEST_S)

    def take(self, rows: Ints | NDArray[np.bool_]) -> "Served":
        return Served(self.asked.take(rows), self.began_s[rows], self.seconds[rows])

    def in_order(self) -> "Served":
        """Return the same rows by their ends, then by all else: equal sets, equal orders."""
        asked = self.asked
        keys = (
            asked.formula_s,
            asked.access,
            asked.floor,
            asked.parcels,
            asked.door,
            asked.driver,
            asked.start_s,
            self.finish_s,
        )
        return self.take(np.lexsort(keys).astype(np.int64))
