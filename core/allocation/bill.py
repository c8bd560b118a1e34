"""The exact arithmetic of an allocation, and the rules that it breaks; whoever made it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.allocation.problem import Blend, Lane, LaneId, LaneKind, Problem, Rule
from core.allocation.volume import volume_mc
from core.domain.order import Load

LEFT = -1
"""Stands for the lane of a bundle that is left to nobody."""

Choice = tuple[int, ...]
"""For each bundle the index of its lane, or LEFT."""


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of the total: rounded to cents once, half away from zero."""

    label: str
    lane_id: LaneId | None
    amount: int
    unit: str
    cents: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What an allocation costs. The lines add up to the total; `exact_mc` is before rounding."""

    lines: tuple[BillLine, ...]
    exact_mc: int

    @property
    def total_cents(self) -> int:
        return sum(line.cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that an allocation breaks, with its figures."""

    rule: Rule
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What one lane takes by a choice, beside what it took before."""

    bundles: int
    load: Load
    price_cents: int
    risk_mc: int
    added_s: int


def whole_cents(milli_cents: int) -> int:
    """Return thousandths as cents, half away from zero."""
    sign = 1 if milli_cents >= 0 else -1
    return sign * ((2 * abs(milli_cents) + 1000) // 2000)


def taken(problem: Problem, choice: Choice) -> tuple[Taken, ...]:
    """Return what each lane takes. ValueError where a bundle goes where it has no offer."""
    index = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
    counted = [[0, 0, 0, 0] for _ in problem.lanes]
    loads = [Load() for _ in problem.lanes]
    for bundle, lane in zip(problem.bundles, choice, strict=True):
        if lane == LEFT:
            continue
        offer = next((o for o in bundle.offers if index[o.lane_id] == lane), None)
        if offer is None:
            raise ValueError(f"lane {lane} made no offer for {bundle.bundle_id}")
        loads[lane] += bundle.load
        for i, value in enumerate((1, offer.price_cents, offer.risk_mc, offer.added_s)):
            counted[lane][i] += value
    return tuple(
        Taken(n, load, cents, risk, added)
        for (n, cents, risk, added), load in zip(counted, loads, strict=True)
    )


def added_volume_mc(lane: Lane, parcels: int) -> int:
    """Return what the day's tiers ask for `parcels` more."""
    before = volume_mc(lane.curve, lane.taken_parcels)
    return volume_mc(lane.curve, lane.taken_parcels + parcels) - before


def short_parcels(lane: Lane, parcels: int) -> int:
    """Return how many parcels are missing to the lane's minimum when it gets `parcels` more."""
    return max(0, lane.min_parcels - lane.taken_parcels - parcels)


def bill(problem: Problem, choice: Choice) -> Bill:
    """Return what a choice costs, line by line. It need not keep the rules."""
    lines: list[BillLine] = []
    exact_mc = 0

    def add(label: str, lane: Lane | None, amount: int, unit: str, milli_cents: int) -> None:
        nonlocal exact_mc
        exact_mc += milli_cents
        if amount or milli_cents:
            lane_id = None if lane is None else lane.lane_id
            lines.append(BillLine(label, lane_id, amount, unit, whole_cents(milli_cents)))

    for lane, got in zip(problem.lanes, taken(problem, choice), strict=True):
        parcels = got.load.parcels
        add("orders", lane, got.bundles, "bundle", got.price_cents * 1000)
        if lane.curve:
            add("volume", lane, parcels, "parcel", added_volume_mc(lane, parcels))
        if got.bundles and lane.fixed_cents:
            add("coming", lane, 1, "day", lane.fixed_cents * 1000)
        if lane.short_mc is not None:
            short = short_parcels(lane, parcels)
            add("below the minimum", lane, short, "parcel", short * lane.short_mc)
        if got.risk_mc:
            add("promises expected to break", lane, got.bundles, "bundle", got.risk_mc)
    left = [b for b, lane in zip(problem.bundles, choice, strict=True) if lane == LEFT]
    add("left to nobody", None, len(left), "bundle", 1000 * sum(b.left_cents for b in left))
    return Bill(tuple(lines), exact_mc)


def breaches(problem: Problem, choice: Choice) -> tuple[Breach, ...]:
    """Return every rule that a choice breaks; none where it may be put in force."""
    found: list[Breach] = []
    index = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
    for bundle, lane in zip(problem.bundles, choice, strict=True):
        for offer in bundle.offers:
            if index[offer.lane_id] == lane:
                for rule in sorted(offer.bars):
                    text = f"{offer.lane_id} may not take {bundle.bundle_id}: {rule.value}"
                    found.append(Breach(rule, offer.lane_id, text))
    got = taken(problem, choice)
    for lane, what in zip(problem.lanes, got, strict=True):
        found += _of_lane(lane, what)
    parcels = [what.load.parcels for what in got]
    for blend in problem.blends:
        share, most = blend_sides(problem, blend, parcels)
        members = [index[lane_id] for lane_id in blend.lane_ids]
        if share > most and any(parcels[m] for m in members):
            text = f"{blend.name}: more than {blend.most_pm} thousandths of the parcels"
            found.append(Breach(Rule.BLEND, blend.name, text))
    return tuple(found)


def blend_sides(problem: Problem, blend: Blend, parcels: Sequence[int]) -> tuple[int, int]:
    """Return both sides of a blend's `share <= most`, in thousandths of parcels."""
    members = set(blend.lane_ids)
    pairs = list(zip(problem.lanes, parcels, strict=True))
    share = sum(lane.taken_parcels + n for lane, n in pairs if lane.lane_id in members)
    if blend.outsourced:
        base = sum(lane.taken_parcels + n for lane, n in pairs if lane.kind is not LaneKind.OWN)
    else:
        base = sum(lane.taken_parcels for lane in problem.lanes)
        base += sum(b.load.parcels for b in problem.bundles)
    return 1000 * share, blend.most_pm * base


def spend_mc(lane: Lane, got: Taken) -> int:
    """Return what a lane is paid for what it takes: prices, tiers and the charge for coming."""
    coming = lane.fixed_cents if got.bundles else 0
    return 1000 * (got.price_cents + coming) + added_volume_mc(lane, got.load.parcels)


def _of_lane(lane: Lane, got: Taken) -> Iterator[Breach]:
    if not got.bundles:
        return
    parcels = lane.taken_parcels + got.load.parcels

    def breach(rule: Rule, figures: str) -> Breach:
        return Breach(rule, lane.lane_id, f"{lane.lane_id}: {figures}")

    if got.load.parcels and lane.cap_parcels is not None and parcels > lane.cap_parcels:
        yield breach(Rule.CAP_PARCELS, f"{parcels} parcels, {lane.cap_parcels} a day")
    if got.load.parcels and lane.max_parcels is not None and parcels > lane.max_parcels:
        yield breach(Rule.MOST_PARCELS, f"{parcels} parcels, the card holds to {lane.max_parcels}")
    if lane.short_mc is None and parcels < lane.min_parcels:
        yield breach(Rule.LEAST_PARCELS, f"{parcels} parcels, at least {lane.min_parcels}")
    spend = spend_mc(lane, got)
    if lane.cap_cents is not None and spend > 0 and spend > 1000 * money_room_cents(lane):
        yield breach(
            Rule.CAP_CENTS,
            f"{whole_cents(spend)} cents behind {lane.spent_cents}, {lane.cap_cents} a day",
        )
    if lane.room is not None and not got.load.fits(lane.room):
        yield breach(Rule.ROOM, f"{got.load} into {lane.room}")
    if lane.spare_s is not None and got.added_s > lane.spare_s:
        yield breach(Rule.SPARE_TIME, f"{got.added_s} s longer, {lane.spare_s} s to spare")


def money_room_cents(lane: Lane) -> int:
    """Return what may still be spent with a lane that has a cap."""
    return max(0, (lane.cap_cents or 0) - lane.spent_cents)
