"""The price of one order on a carrier's rate card, with its arithmetic."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.carrier import RateCard
from core.domain.order import Load


@dataclass(frozen=True, slots=True)
class RateLine:
    """One line of the arithmetic: `amount` of `unit` at `unit_cents` each."""

    label: str
    amount: int
    unit: str
    unit_cents: int


@dataclass(frozen=True, slots=True)
class CardPrice:
    """What a card asks: the lines, times the surge, rounded once to whole cents."""

    cents: int
    lines: tuple[RateLine, ...]
    surge_pct: int = 100


def started_kg_over(weight_g: int, free_g: int) -> int:
    """Return the kilograms above `free_g`, every started one counted whole."""
    return max(0, -((free_g - weight_g) // 1000))


def surge_pct(card: RateCard, at: datetime) -> int:
    """Return the percentage of the card's price asked at `at`; the highest of those that hold."""
    return max((s.price_pct for s in card.surges if s.window.holds(at)), default=100)


def card_price(card: RateCard, load: Load, distance_m: int, at: datetime) -> CardPrice:
    """Return the price of one order. Metres count exactly; half a cent is rounded up, once."""
    kg = started_kg_over(load.weight_g, card.free_weight_g)
    lines = (
        RateLine("order", 1, "order", card.per_order_cents),
        RateLine("parcels", load.parcels, "parcel", card.per_parcel_cents),
        RateLine(
            f"kg over {card.free_weight_g / 1000:g}", kg, "started kg", card.per_kg_over_cents
        ),
        RateLine("distance", distance_m, "m at the price of a km", card.per_km_cents),
    )
    whole = (
        card.per_order_cents + card.per_parcel_cents * load.parcels + card.per_kg_over_cents * kg
    )
    milli_cents = whole * 1000 + card.per_km_cents * distance_m
    pct = surge_pct(card, at)
    cents = (2 * milli_cents * pct + 100_000) // 200_000
    asked = tuple(line for line in lines if line.amount and line.unit_cents)
    return CardPrice(cents, asked, pct)
