"""Who else can deliver: third-party and gig carriers with their rate cards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.ids import CarrierId
from core.domain.order import Load
from core.domain.place import Point
from core.domain.time import TimeWindow


class CarrierKind(StrEnum):
    THIRD_PARTY = "3pl"
    GIG = "gig"


@dataclass(frozen=True, slots=True)
class Surge:
    """A time of day at which the card's price is multiplied; a percentage, 130 is x1.3."""

    window: TimeWindow
    price_pct: int


@dataclass(frozen=True, slots=True)
class RateCard:
    """Price of one order: fixed + per parcel + per started kg over a threshold + per km."""

    per_order_cents: int = 0
    per_parcel_cents: int = 0
    free_weight_g: int = 0
    per_kg_over_cents: int = 0
    per_km_cents: int = 0
    surges: tuple[Surge, ...] = ()


@dataclass(frozen=True, slots=True)
class Carrier:
    """One carrier's agreement for the day."""

    carrier_id: CarrierId
    kind: CarrierKind
    rates: RateCard
    cut_off: datetime
    """Orders tendered after this instant are not taken."""
    delivers: TimeWindow
    """When it delivers; with `lead_s` it gives the promise it can make."""
    lead_s: int | None = None
    """Seconds from tender to door for a gig carrier; None: some time inside `delivers`."""
    daily_cap_parcels: int | None = None
    promise_kept_pct: int = 100
    """Share of its promises it kept, as agreed or as measured."""
    max_order: Load | None = None
    refuses: frozenset[str] = frozenset()
    """Needs it cannot serve."""
    only: frozenset[str] = frozenset()
    """When not empty, it takes nothing but orders with one of these needs."""
    offers: frozenset[str] = frozenset()
    """Needs it can serve beside those in `only`."""
    pickup: Point | None = None
    """Where it fetches goods; None: at the depot that holds them."""
    answers_within_s: int = 300

    def __post_init__(self) -> None:
        if not 0 <= self.promise_kept_pct <= 100:
            raise ValueError(
                f"carrier {self.carrier_id}: {self.promise_kept_pct} % kept is no share"
            )
