"""Small allocation problems: a builder sets what does not matter."""

from core.allocation.problem import Bundle, BundleId, Lane, LaneId, LaneKind, Offer
from core.domain.ids import OrderId
from core.domain.order import Load


def a_lane(name: str, kind: LaneKind = LaneKind.THIRD_PARTY, **changes: object) -> Lane:
    return Lane(LaneId(name), kind, **changes)  # pyright: ignore[reportArgumentType]


def a_bundle(name: str, parcels: int = 1, left_cents: int = 10_000, **prices: int) -> Bundle:
    """A bundle with one offer for each named lane."""
    return Bundle(
        BundleId(name),
        (OrderId(f"order {name}"),),
        Load(parcels, parcels * 1_000, parcels * 5_000),
        left_cents,
        tuple(Offer(LaneId(lane), cents) for lane, cents in prices.items()),
    )
