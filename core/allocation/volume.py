"""What a day's volume costs with one carrier: tiers, as straight pieces of a curve."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.carrier import RateCard


@dataclass(frozen=True, slots=True)
class Band:
    """From a volume of `from_parcels` on, a day costs `offset_mc` + `slope_mc` a parcel."""

    from_parcels: int
    offset_mc: int
    slope_mc: int


def bands(card: RateCard, surge_pct: int = 100) -> tuple[Band, ...]:
    """Return the pieces of a card's price of a volume; none where no tier changes with it.

    Thousandths of a cent at the given surge, exactly.
    """
    if not card.tiers:
        return ()
    starts = (0, *(t.from_parcels for t in card.tiers))
    slopes = [
        price * 10 * surge_pct
        for price in (card.per_parcel_cents, *(t.per_parcel_cents for t in card.tiers))
    ]
    made = [Band(0, 0, slopes[0])]
    for start, slope in zip(starts[1:], slopes[1:], strict=True):
        before = made[-1]
        meets = before.offset_mc + (before.slope_mc - slope) * (start - 1)
        made.append(Band(start, 0 if card.tiers_retroactive else meets, slope))
    return tuple(made)


def band_of(curve: Sequence[Band], parcels: int) -> int:
    """Return the index of the piece on which a volume lies."""
    return max(k for k, band in enumerate(curve) if k == 0 or parcels >= band.from_parcels)


def volume_mc(curve: Sequence[Band], parcels: int) -> int:
    """Return what a volume costs, in thousandths of a cent; nothing without a curve."""
    if not curve:
        return 0
    band = curve[band_of(curve, parcels)]
    return band.offset_mc + band.slope_mc * parcels
