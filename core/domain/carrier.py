"""Who else can deliver: third-party and gig carriers with their rate cards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.ids import CarrierId
from core.domain.order import Load
from core.domain.place import Area, Point
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
class Tier:
    """Another price per parcel, from that parcel of the day on: 101 means after the first 100."""

    from_parcels: int
    per_parcel_cents: int

    def __post_init__(self) -> None:
        if self.from_parcels < 2:
            raise ValueError(
                f"a tier from parcel {self.from_parcels} is no tier: the card's own price "
                "holds from the first parcel on"
            )
        if self.per_parcel_cents < 0:
            raise ValueError(f"a tier cannot ask {self.per_parcel_cents} cents a parcel")


@dataclass(frozen=True, slots=True)
class RateCard:
    """Price of one order: fixed + per parcel + per started kg over a threshold + per km.

    What the day's volume changes stands below: tiers, a charge for coming at all, a smallest and
    a largest volume.
    """

    per_order_cents: int = 0
    per_parcel_cents: int = 0
    free_weight_g: int = 0
    per_kg_over_cents: int = 0
    per_km_cents: int = 0
    surges: tuple[Surge, ...] = ()
    per_day_cents: int = 0
    """Asked once on a day on which the carrier comes."""
    tiers: tuple[Tier, ...] = ()
    tiers_retroactive: bool = False
    """Whether a tier that is reached prices every parcel of the day, or only those from it on."""
    min_parcels: int = 0
    """The smallest volume of a day."""
    short_cents: int | None = None
    """What each parcel below the minimum costs, also on a day without any; None: the carrier
    comes for the minimum or not at all."""
    max_parcels: int | None = None
    """The volume up to which the card holds."""

    def __post_init__(self) -> None:
        for name in (
            "per_order_cents",
            "per_parcel_cents",
            "free_weight_g",
            "per_kg_over_cents",
            "per_km_cents",
            "per_day_cents",
            "min_parcels",
            "short_cents",
            "max_parcels",
        ):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"a rate card cannot ask {name} {value}: it is below zero")
        if self.max_parcels is not None and self.min_parcels > self.max_parcels:
            raise ValueError(
                f"a rate card asks for at least {self.min_parcels} parcels and takes at most "
                f"{self.max_parcels}"
            )
        starts = [t.from_parcels for t in self.tiers]
        if sorted(set(starts)) != starts:
            raise ValueError(f"tiers begin at parcels {starts}; write each once, smallest first")


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
    areas: tuple[Area, ...] = ()
    """Where it delivers; empty: everywhere."""
    max_parcel_g: int | None = None
    """The heaviest parcel that it takes."""
    max_parcel_ml: int | None = None
    """The largest parcel that it takes."""
    daily_cap_cents: int | None = None
    """The most that is spent with it on a day."""

    def __post_init__(self) -> None:
        if not 0 <= self.promise_kept_pct <= 100:
            raise ValueError(
                f"carrier {self.carrier_id}: {self.promise_kept_pct} % kept is no share"
            )
        cap, least = self.daily_cap_parcels, self.rates.min_parcels
        if cap is not None and self.rates.short_cents is None and least > cap:
            raise ValueError(
                f"carrier {self.carrier_id} asks for at least {least} parcels and takes at most "
                f"{cap} a day"
            )
        if self.daily_cap_cents is not None and self.daily_cap_cents < 0:
            raise ValueError(
                f"carrier {self.carrier_id}: a cap of {self.daily_cap_cents} cents is below zero"
            )
