"""The chance that a visit fails, as a model told it for each part of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from core.domain.ids import OrderId

SLOT_H = 3
SLOTS = 24 // SLOT_H
CERTAIN_PM = 1000


@dataclass(frozen=True, slots=True)
class AttemptRisk:
    """How likely a first visit to one order fails, whole per mille, by part of the day."""

    order_id: OrderId
    by_slot_pm: tuple[int, ...]
    """One for each three hours of the local day, from midnight on."""
    visits: int = 0
    """Earlier first attempts at that customer behind it; none: the zone and the base rate."""

    def __post_init__(self) -> None:
        if len(self.by_slot_pm) != SLOTS:
            raise ValueError(f"order {self.order_id}: {SLOTS} parts of a day, each with its chance")
        if not all(0 <= pm <= CERTAIN_PM for pm in self.by_slot_pm) or self.visits < 0:
            raise ValueError(f"order {self.order_id}: no chance of {self.by_slot_pm} per mille")

    def at_pm(self, at: datetime, zone: str) -> int:
        return self.by_slot_pm[slot_of(at, zone)]


@dataclass(frozen=True, slots=True)
class Told:
    """What a day holds of one order's chance, with who said it."""

    model_id: str
    provider: str
    """In words: what it rests on."""
    risk: AttemptRisk


Risks = Mapping[OrderId, Told]


def slot_of(at: datetime, zone: str) -> int:
    """Return the part of the local day in which an instant lies."""
    return at.astimezone(ZoneInfo(zone)).hour // SLOT_H


def slot_words(slot: int) -> str:
    """Return a part of the day as a clock shows it."""
    return f"{slot * SLOT_H:02d}:00-{(slot + 1) * SLOT_H:02d}:00"
