"""One allocation in whole units: bundles of orders, the lanes that could take them, blends."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from core.allocation.rates import RateLine
from core.allocation.volume import Band
from core.domain.ids import OrderId
from core.domain.order import Load
from core.errors import Refused

LaneId = NewType("LaneId", str)
BundleId = NewType("BundleId", str)

MOST_BUNDLES = 5_000
"""A day beyond this is split by area first: the search would not come near its bound in time."""


class LaneKind(StrEnum):
    OWN = "own"
    THIRD_PARTY = "3pl"
    GIG = "gig"


class Rule(StrEnum):
    """Every kind of constraint, by the word that reports use. The first group bars one offer."""

    CUT_OFF = "cut_off"
    WINDOW = "window"
    AREA = "area"
    SKILL = "skill"
    ORDER_SIZE = "order_size"
    PARCEL_SIZE = "parcel_size"

    CAP_PARCELS = "cap_parcels"
    CAP_CENTS = "cap_cents"
    MOST_PARCELS = "most_parcels"
    LEAST_PARCELS = "least_parcels"
    ROOM = "room"
    SPARE_TIME = "spare_time"
    BLEND = "blend"


BARS = frozenset(
    {Rule.CUT_OFF, Rule.WINDOW, Rule.AREA, Rule.SKILL, Rule.ORDER_SIZE, Rule.PARCEL_SIZE}
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one lane asks for one bundle, but for what the day's volume changes."""

    lane_id: LaneId
    price_cents: int
    """Own lanes: what the route costs more, which may be less than nothing."""
    risk_mc: int = 0
    """Expected cost of a broken promise, in thousandths of a cent."""
    added_s: int = 0
    """How much later an own vehicle returns."""
    bars: frozenset[Rule] = frozenset()
    """Rules that forbid it; priced all the same, to say what each rule costs."""
    lines: tuple[RateLine, ...] = ()
    surge_pct: int = 100

    def __post_init__(self) -> None:
        if not self.bars <= BARS:
            raise ValueError(f"an offer of {self.lane_id} is barred by {sorted(self.bars)}")
        if self.risk_mc < 0:
            raise ValueError(f"a broken promise on {self.lane_id} cannot cost {self.risk_mc}")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Orders that go together, mostly one; left to nobody they cost `left_cents`."""

    bundle_id: BundleId
    order_ids: tuple[OrderId, ...]
    load: Load
    left_cents: int
    offers: tuple[Offer, ...] = ()

    def __post_init__(self) -> None:
        if self.left_cents < 0:
            raise ValueError(f"leaving {self.bundle_id} cannot cost {self.left_cents} cents")
        lanes = [o.lane_id for o in self.offers]
        if len(set(lanes)) < len(lanes):
            raise ValueError(f"bundle {self.bundle_id} has two offers of one lane")


@dataclass(frozen=True, slots=True)
class Lane:
    """One carrier, own vehicle or group of own vehicles, with what it has taken so far today."""

    lane_id: LaneId
    kind: LaneKind
    taken_parcels: int = 0
    spent_cents: int = 0
    fixed_cents: int = 0
    """Asked once when the lane takes anything now; 0 where it was paid before."""
    curve: tuple[Band, ...] = ()
    min_parcels: int = 0
    short_mc: int | None = None
    """What each parcel below the minimum costs; None: the minimum or nothing."""
    max_parcels: int | None = None
    cap_parcels: int | None = None
    cap_cents: int | None = None
    room: Load | None = None
    spare_s: int | None = None

    def __post_init__(self) -> None:
        most = min(m for m in (self.max_parcels, self.cap_parcels, 2**40) if m is not None)
        if self.short_mc is None and self.min_parcels > most:
            raise ValueError(
                f"lane {self.lane_id} asks for at least {self.min_parcels} parcels and takes at "
                f"most {most}"
            )
        figures = (self.taken_parcels, self.spent_cents, self.fixed_cents, self.min_parcels)
        if min(*figures, self.short_mc or 0, most, self.cap_cents or 0, self.spare_s or 0) < 0:
            raise ValueError(f"lane {self.lane_id} holds a figure below zero: {self}")


@dataclass(frozen=True, slots=True)
class Blend:
    """At most so many thousandths of the day's parcels go to these lanes together.

    What was taken before counts on both sides. `outsourced` counts only what carriers take; else
    every parcel of the bundles counts, whoever takes it.
    """

    name: str
    lane_ids: tuple[LaneId, ...]
    most_pm: int
    outsourced: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.most_pm <= 1000:
            raise ValueError(f"blend {self.name}: {self.most_pm} thousandths are no share")


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that one decision needs. Bundles and lanes keep their order."""

    bundles: tuple[Bundle, ...]
    lanes: tuple[Lane, ...]
    blends: tuple[Blend, ...] = ()

    def __post_init__(self) -> None:
        """Refused, with what to do, for what no allocation can be made of."""
        if not self.lanes:
            raise Refused(
                "there is neither a carrier nor an own vehicle to allocate to; list one first"
            )
        if len(self.bundles) > MOST_BUNDLES:
            raise Refused(
                f"{len(self.bundles)} bundles are more than one allocation takes "
                f"({MOST_BUNDLES}); split the day by area"
            )
        _once("lane", [lane.lane_id for lane in self.lanes])
        _once("bundle", [b.bundle_id for b in self.bundles])
        _once("order", [o for b in self.bundles for o in b.order_ids])
        _once("blend", [b.name for b in self.blends])
        known = {lane.lane_id for lane in self.lanes}
        asked = {o.lane_id for b in self.bundles for o in b.offers}
        asked |= {lane_id for blend in self.blends for lane_id in blend.lane_ids}
        unknown = sorted(asked - known)
        if unknown:
            raise Refused(f"there is no lane {unknown[0]!r}; the lanes are {sorted(known)}")


def _once(what: str, names: list[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise Refused(f"{what} {twice[0]!r} comes {Counter(names)[twice[0]]} times; once is enough")
