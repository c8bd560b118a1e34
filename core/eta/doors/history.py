"""What doors, drivers and loads had shown by a midnight, each shrunk by how often it was seen."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from core.eta.doors.records import (
    MOST_FLOOR,
    MOST_PARCELS,
    Access,
    DoorsAsked,
    Floats,
    Ints,
    Served,
)
from core.eta.learned.pace import START_SPREAD, Groups, PaceTable, pace_table
from core.eta.learned.records import DAY_S

# Older services than this are in no table.
HISTORY_DAYS = 120
# A service cannot be said to take a tenth or ten times of what the depot gives it.
MOST_LOG_RATIO = float(np.log(10.0))
# Few services together speak for the mean of what luck adds.
SMEAR_BELIEVED_AT = 20.0


class Effect(IntEnum):
    """What services are told apart by, the broad ones first."""

    PARCELS = 0
    FLOOR = 1
    ACCESS = 2
    HOUR = 3
    DRIVER = 4
    DOOR = 5
    DRIVER_HOURS = 6


# Services of a group until half of what it shows is believed. Doors differ more than drivers do.
BELIEVED_AT = (20.0, 20.0, 20.0, 60.0, 15.0, 3.0, 60.0)
HOURS_APART = 4


@dataclass(frozen=True, slots=True, eq=False)
class SeenDoors:
    """What is known of each service before it begins, one row each."""

    log_formula: Floats
    table_ratio: Floats
    """Log ratio to the formula by the table; zero without history."""
    spread: Floats
    """Standard deviation of the log ratio around it."""
    door_seen: Floats
    """How many services of that door count, older ones less."""
    smear: Floats
    """By what the mean exceeds the middle, since bad luck lasts longer than good luck."""

    def take(self, rows: Ints) -> "SeenDoors":
        return SeenDoors(
            self.log_formula[rows],
            self.table_ratio[rows],
            self.spread[rows],
            self.door_seen[rows],
            self.smear[rows],
        )


class DoorHistory:
    """Services that are over, and what they had shown by any day; implausible ones left out."""

    def __init__(self, served: Served) -> None:
        self.served = served.take(served.plausible).in_order()
        asked = self.served.asked
        self._doors, self._drivers = np.unique(asked.door), np.unique(asked.driver)
        self._groups = self._grouped(asked)
        self._log_ratio = np.log(self.served.seconds) - np.log(asked.formula_s)
        self._finish_s = self.served.finish_s
        self._kept: tuple[int, tuple[PaceTable, float]] | None = None

    def features(self, asked: DoorsAsked) -> SeenDoors:
        """Return what was known of each service by the midnight before it; nothing later counts."""
        rows = len(asked)
        ratio, spread, seen, smear = np.zeros((4, rows))
        for day in np.unique(asked.day):
            of = np.flatnonzero(asked.day == day)
            table, mean = self._told(int(day))
            groups = self._grouped(asked.take(of))
            door = groups.of[Effect.DOOR]
            ratio[of] = np.clip(table.log_ratio(groups), -MOST_LOG_RATIO, MOST_LOG_RATIO)
            spread[of], seen[of] = table.spreads[Effect.DOOR][door], table.counts[Effect.DOOR][door]
            smear[of] = mean
        return SeenDoors(np.log(asked.formula_s), ratio, spread, seen, smear)

    def _told(self, day: int) -> tuple[PaceTable, float]:
        if self._kept is None or self._kept[0] != day:
            self._kept = (day, self._tell(day))
        return self._kept[1]

    def _tell(self, day: int) -> tuple[PaceTable, float]:
        first, stop = np.searchsorted(
            self._finish_s, [(day - HISTORY_DAYS) * DAY_S, day * DAY_S], side="left"
        )
        past: Ints = np.arange(int(first), int(stop), dtype=np.int64)
        age = np.maximum(0, day - self.served.asked.day[past])
        table = pace_table(self._log_ratio[past], age, self._groups.take(past), BELIEVED_AT)
        prior = float(np.exp(START_SPREAD**2 / 2)) * SMEAR_BELIEVED_AT if len(past) else 1.0
        belief = SMEAR_BELIEVED_AT if len(past) else 1.0
        return table, (float(np.exp(table.rest).sum()) + prior) / (len(past) + belief)

    def _grouped(self, asked: DoorsAsked) -> Groups:
        doors, drivers = len(self._doors) + 1, len(self._drivers) + 1
        driver = _place(self._drivers, asked.driver)
        part = asked.hour // HOURS_APART
        of = (
            np.clip(asked.parcels, 0, MOST_PARCELS),
            np.clip(asked.floor, -1, MOST_FLOOR) + 1,
            asked.access + 1,
            asked.hour,
            driver,
            _place(self._doors, asked.door),
            driver * (24 // HOURS_APART) + part,
        )
        parts = drivers * (24 // HOURS_APART)
        sizes = (MOST_PARCELS + 1, MOST_FLOOR + 2, len(Access), 24, drivers, doors, parts)
        return Groups(of, sizes)


def _place(known: Ints, wanted: Ints) -> Ints:
    """Return the place of each among the known ones; the last place is for all others."""
    if not len(known):
        return np.zeros(len(wanted), dtype=np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, at, len(known)).astype(np.int64)
