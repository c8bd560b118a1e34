"""What was known of each visit by the midnight before it: rates of customer, door, zone and slot.

Each rate is shrunk by its count to a broader one: the customer's to the door's, the door's to the
zone's, the zone's to everybody's; the part of the day moves the odds of each.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.attempt import SLOTS
from core.eta.attempts.records import Floats, Ints, Tried, codes, doors, plain
from core.eta.learned.attempt_history import (
    CELL_VISITS,
    FEATURES,
    features,
    overall_rate,
    past_rate,
)

# What nobody says in a ledger is no feature of one.
_SILENT = ("auto", "customer_auto_share")
GENERAL = tuple(name for name in FEATURES if name not in _SILENT)
# Each with 1 where more of it can only mean a likelier failure, 0 where that is open.
OF_SLOT: dict[str, int] = {
    "door_rate": 1,
    "door_visits": 0,
    "slot": 0,
    "slot_rate": 1,
    "zone_slot_rate": 1,
    "customer_slot_rate": 1,
}
NAMES = (*GENERAL, *OF_SLOT)
MONOTONE = (*(FEATURES[name] for name in GENERAL), *OF_SLOT.values())
# Visits of the broader group that each is shrunk by.
DOOR_VISITS, CUSTOMER_VISITS, SLOT_VISITS = 5.0, 3.0, 100.0
ZONE_SLOT_VISITS, CUSTOMER_SLOT_VISITS = 30.0, 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of visits before they are made, one row each."""

    base: Floats
    """The rate of everybody, shrunk to a first guess."""
    table: Floats
    """The customer's own rate at that part of the day, shrunk as above."""
    customer_visits: Floats
    matrix: NDArray[np.float32]

    def take(self, rows: Ints | NDArray[np.bool_]) -> "Known":
        return Known(
            self.base[rows], self.table[rows], self.customer_visits[rows], self.matrix[rows]
        )


class History:
    """Attempts by day, with all that does not depend on the part of the day worked out once."""

    def __init__(self, tried: Tried) -> None:
        """`tried` is by day; rows still to come stand last, with no failure."""
        self._attempts = plain(tried)
        self._failed = tried.failed.astype(np.float64)
        self._day, self._slot = tried.planned.day, tried.planned.slot
        self._customer, self._zone = codes(tried.planned.customer), codes(tried.planned.zone)
        self._door = doors(tried.planned)
        columns = [list(FEATURES).index(name) for name in GENERAL]
        self._general = features(self._attempts)[:, columns]
        self.base = overall_rate(self._attempts)
        self._zone_rate, _ = self._rate(self._zone, self.base, CELL_VISITS)
        self._door_rate, self._door_visits = self._rate(self._door, self._zone_rate, DOOR_VISITS)
        self._own_rate, self.customer_visits = self._rate(
            self._customer, self._door_rate, CUSTOMER_VISITS
        )

    def known(self, rows: Ints | NDArray[np.bool_], slot: int | None = None) -> Known:
        """Return what was known of those rows; as if `slot` were theirs, where one is given."""
        at = (
            self._slot if slot is None else np.where(_mask(rows, len(self._slot)), slot, self._slot)
        )
        slot_rate, _ = self._rate(at, self.base, SLOT_VISITS)
        prior = moved(self._zone_rate, odds(slot_rate) / odds(self.base))
        zone_slot, _ = self._rate(self._zone * SLOTS + at, prior, ZONE_SLOT_VISITS)
        prior = moved(self._own_rate, odds(zone_slot) / odds(self._zone_rate))
        own_slot, _ = self._rate(self._customer * SLOTS + at, prior, CUSTOMER_SLOT_VISITS)
        of_slot = {
            "door_rate": self._door_rate,
            "door_visits": self._door_visits,
            "slot": at.astype(np.float64),
            "slot_rate": slot_rate,
            "zone_slot_rate": zone_slot,
            "customer_slot_rate": own_slot,
        }
        added = np.column_stack([of_slot[name] for name in OF_SLOT]).astype(np.float32)
        whole = Known(self.base, own_slot, self.customer_visits, np.hstack([self._general, added]))
        return whole.take(rows)

    def _rate(self, group: Ints, prior: Floats, visits: float) -> tuple[Floats, Floats]:
        return past_rate(self._day, group, self._failed, prior, visits)


def odds(chance: Floats) -> Floats:
    return chance / (1 - chance)


def moved(chance: Floats, ratio: Floats) -> Floats:
    """Return chances with their odds multiplied."""
    return ratio * chance / (1 - chance + ratio * chance)


def _mask(rows: Ints | NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    found = np.zeros(count, dtype=np.bool_)
    found[rows] = True
    return found
