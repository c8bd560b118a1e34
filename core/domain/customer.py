"""Who receives: preferences that last beyond a day, and the erasable words about a person."""

from dataclasses import dataclass

from core.domain.ids import CustomerId
from core.domain.time import TimeWindow


@dataclass(frozen=True, slots=True)
class Customer:
    """What the ledger may know of a customer: choices, never a name."""

    customer_id: CustomerId
    channel: str = "sms"
    """How they want to hear from us: sms, email or none."""
    safe_place: bool = False
    neighbour_ok: bool = False
    usual_window: TimeWindow | None = None


@dataclass(frozen=True, slots=True)
class PersonalText:
    """Words about a person or an address. Kept apart, so that it can be erased."""

    key: str
    """`customer:<id>`, `order:<id>` or `driver:<id>`."""
    name: str = ""
    address: str = ""
    phone: str = ""
    note: str = ""
