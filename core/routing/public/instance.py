"""One public instance under its own objective, and what is refused of it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.errors import CopilotError

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

UNLIMITED = 1 << 29
"""Stands for no limit: later than any day ends, more than any load."""


class BadInstance(CopilotError):
    """A file does not hold a problem that can be solved."""

    code = "bad_instance"
    status = 422

    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name}: {why}")


@dataclass(frozen=True, eq=False)
class Instance:
    """Place 0 is the depot, all others are customers, numbered as in plans.

    Costs and times are whole numbers: `scale` of them are one unit of the file. Where the file's
    own rule is real numbers, `real` holds the exact distances and the times here are rounded up.
    """

    name: str
    convention: str
    scale: int
    cost: I64
    time: I64
    opens: I64
    closes: I64
    service: I64
    load: I64
    capacity: int
    vehicles: int | None = None
    """None: as many as one likes."""
    release: I64 | None = None
    """When the goods of a customer are at the depot."""
    reloads: bool = False
    """Vehicles may come back for more; 0 within a route is such a visit."""
    prize: I64 | None = None
    """What leaving a customer out costs; None: everybody must be served."""
    partner: I64 | None = None
    """The delivery of a pickup (positive), the pickup of a delivery (negative), 0 of the depot."""
    vehicles_first: bool = False
    real: F64 | None = None

    BIGGEST: ClassVar[int] = 5_001
    """Places; the matrices of more would fill a small machine."""

    @property
    def size(self) -> int:
        """Return the number of places, the depot included."""
        return len(self.opens)

    @property
    def plain(self) -> bool:
        """Return whether it is one depot, one kind of vehicle, everybody once, nothing else."""
        return (
            self.release is None
            and not self.reloads
            and self.prize is None
            and self.partner is None
        )

    def __post_init__(self) -> None:
        """Refuse what no plan could be made for."""
        size = self.size
        if size < 2:
            raise BadInstance(self.name, "it holds no customer")
        if size > self.BIGGEST:
            most = self.BIGGEST - 1
            raise BadInstance(self.name, f"{size - 1} customers, and at most {most} are taken")
        for what, table in (("distance", self.cost), ("time", self.time)):
            if table.shape != (size, size):
                rows = " x ".join(map(str, table.shape))
                raise BadInstance(self.name, f"the {what} matrix is {rows}, not {size} x {size}")
            if (table < 0).any():
                a, b = (int(x) for x in np.argwhere(table < 0)[0])
                raise BadInstance(self.name, f"the {what} from {a} to {b} is negative")
        if self.vehicles is not None and self.vehicles < 1:
            raise BadInstance(self.name, f"there are {self.vehicles} vehicles")
        if self.capacity < 0:
            raise BadInstance(self.name, f"the capacity is {self.capacity}")
        self._refuse_customers()

    def _refuse_customers(self) -> None:
        first, last = int(self.opens[0]), int(self.closes[0])
        if last < first:
            raise BadInstance(self.name, f"the depot closes at {last}, before it opens at {first}")
        for i in range(self.size):
            opens, closes = int(self.opens[i]), int(self.closes[i])
            who = "the depot" if i == 0 else f"customer {i}"
            if closes < opens:
                why = f"the window of {who} closes at {closes}, before it opens at {opens}"
                raise BadInstance(self.name, why)
            if opens < 0:
                raise BadInstance(self.name, f"the window of {who} opens at {opens}, before 0")
            if closes < first or opens > last:
                why = f"the window of {who}, {opens} to {closes}, lies outside the depot's hours"
                raise BadInstance(self.name, f"{why}, {first} to {last}")
            if self.service[i] < 0:
                raise BadInstance(self.name, f"the service at {who} takes {self.service[i]}")
            load = int(self.load[i])
            if load < 0 and self.partner is None:
                raise BadInstance(self.name, f"the load of {who} is {load}")
            if load > self.capacity:
                why = f"the load of {who} is {load}, more than a vehicle's {self.capacity}"
                raise BadInstance(self.name, why)


Plan = tuple[tuple[int, ...], ...]
"""Routes of customers, without the depot at both ends."""
