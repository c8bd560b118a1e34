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


def card_price(
    card: RateCard,
    load: Load,
    distance_m: int,
    at: datetime,
    *,
    taken_parcels: int = 0,
    alone: bool = True,
) -> CardPrice:
    """Return the price of one order. Metres count exactly; half a cent is rounded up, once.

    `taken_parcels` went to the carrier before on this day: the order's parcels stand behind them in
    the tiers, and the first order of a day pays for the carrier's coming, at no surge. A tier that
    prices backwards is asked for these parcels only; what it takes off those before is not this
    order's. Not `alone`, all that the day's volume changes is left out: `volume` prices it.
    """
    kg = started_kg_over(load.weight_g, card.free_weight_g)
    by_volume = alone or not card.tiers
    lines = (
        RateLine("order", 1, "order", card.per_order_cents),
        *(_parcel_lines(card, taken_parcels, load.parcels) if by_volume else ()),
        RateLine(
            f"kg over {card.free_weight_g / 1000:g}", kg, "started kg", card.per_kg_over_cents
        ),
    )
    whole = sum(line.amount * line.unit_cents for line in lines)
    milli_cents = whole * 1000 + card.per_km_cents * distance_m
    pct = surge_pct(card, at)
    cents = (2 * milli_cents * pct + 100_000) // 200_000
    distance = RateLine("distance", distance_m, "m at the price of a km", card.per_km_cents)
    asked = [line for line in (*lines, distance) if line.amount and line.unit_cents]
    if alone and card.per_day_cents and taken_parcels == 0:
        cents += card.per_day_cents
        asked.append(RateLine("coming", 1, "day", card.per_day_cents))
    return CardPrice(cents, tuple(asked), pct)


def _parcel_lines(card: RateCard, taken: int, parcels: int) -> tuple[RateLine, ...]:
    """Return the parcels behind `taken` others, by the tier that each of them falls in."""
    starts = (1, *(t.from_parcels for t in card.tiers))
    prices = (card.per_parcel_cents, *(t.per_parcel_cents for t in card.tiers))
    if card.tiers_retroactive:
        reached = max(k for k, start in enumerate(starts) if k == 0 or taken + parcels >= start)
        return (RateLine("parcels", parcels, "parcel", prices[reached]),)
    lines: list[RateLine] = []
    for k, (start, price) in enumerate(zip(starts, prices, strict=True)):
        end = starts[k + 1] - 1 if k + 1 < len(starts) else taken + parcels
        inside = min(end, taken + parcels) - max(start - 1, taken)
        if inside > 0:
            label = "parcels" if start == 1 else f"parcels from {start} on"
            lines.append(RateLine(label, inside, "parcel", price))
    return tuple(lines)
