"""The allocation of a real day: who asks what for each order, and what they have taken so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.allocation.fitness import barred, not_free, terms_of
from core.allocation.problem import (
    Blend,
    Bundle,
    BundleId,
    Lane,
    LaneId,
    LaneKind,
    Offer,
    Problem,
    Rule,
)
from core.allocation.rates import card_price, surge_pct
from core.allocation.reliability import Reliability, zone_of
from core.allocation.volume import bands
from core.domain.carrier import Carrier
from core.domain.day import CarrierState, Day, GoodsAt, OrderState
from core.domain.ids import CarrierId, OrderId
from core.domain.order import Load, Order
from core.domain.plan import LeftOut, Refusal
from core.errors import Refused, UnknownId
from core.routing.check.violation import Lookup
from core.routing.cost import late_mc


@dataclass(frozen=True, slots=True)
class OwnLane:
    """An own vehicle or group, and what each order costs it at the margin, by the router."""

    lane: Lane
    offers: Mapping[OrderId, Offer]

    def __post_init__(self) -> None:
        if self.lane.kind is not LaneKind.OWN:
            raise ValueError(f"lane {self.lane.lane_id} is not our own")


@dataclass(frozen=True, slots=True)
class Ask:
    """What to allocate, and by which rules beside those of the agreements."""

    order_ids: tuple[OrderId, ...]
    own: tuple[OwnLane, ...] = ()
    together: Mapping[BundleId, tuple[OrderId, ...]] = field(
        default_factory=dict[BundleId, tuple[OrderId, ...]]
    )
    """Orders that go to one taker; all others go alone."""
    blends: tuple[Blend, ...] = ()
    left_cents: Mapping[OrderId, int] = field(default_factory=dict[OrderId, int])
    """What leaving an order to nobody costs; if absent, a late promise and another attempt."""


def problem_of(
    day: Day,
    ask: Ask,
    lookup: Lookup,
    at: datetime,
    reliability: Reliability | None = None,
) -> tuple[Problem, tuple[LeftOut, ...]]:
    """Return the decision at `at`, and the orders that are nobody's to give away, with why.

    Carriers come in by id, with what they have taken and been paid today. UnknownId for an order
    that the day does not hold; Refused where nobody could take anything.
    """
    learned = reliability or Reliability()
    carriers = [day.carriers[c] for c in sorted(day.carriers)]
    lanes = [*(own.lane for own in ask.own), *(carrier_lane(day, c, at) for c in carriers)]
    free: dict[OrderId, tuple[OrderState, dict[LaneId, Offer]]] = {}
    skipped: list[LeftOut] = []
    for order_id in ask.order_ids:
        state = day.orders.get(order_id)
        if state is None:
            raise UnknownId("order", order_id)
        taken = next((r for c in carriers if (r := not_free(state, c.carrier))), None)
        at_depot = state.goods is GoodsAt.DEPOT
        if taken is not None or not state.open or state.tender_id is not None or not at_depot:
            skipped.append(LeftOut(order_id, () if taken is None else (taken,)))
            continue
        offers = {o.lane.lane_id: o.offers[order_id] for o in ask.own if order_id in o.offers}
        for held in carriers:
            offer = carrier_offer(day, state, held.carrier, lookup, at, learned)
            if isinstance(offer, Offer):
                offers[offer.lane_id] = offer
        free[order_id] = (state, offers)
    bundles = _bundles(day, ask, free)
    return Problem(tuple(bundles), tuple(lanes), ask.blends), tuple(skipped)


def carrier_lane(day: Day, held: CarrierState, at: datetime) -> Lane:
    """Return a carrier's lane, as far as its day has gone."""
    carrier, card = held.carrier, held.carrier.rates
    pct = surge_pct(card, at)
    spent = [
        t.price_cents
        for t in day.tenders.values()
        if t.carrier_id == carrier.carrier_id and t.accepted is not False
    ]
    return Lane(
        lane_of(carrier.carrier_id),
        LaneKind(carrier.kind.value),
        taken_parcels=held.taken_parcels,
        spent_cents=sum(spent),
        fixed_cents=0 if held.taken_parcels else card.per_day_cents,
        curve=bands(card, pct),
        min_parcels=card.min_parcels,
        short_mc=None if card.short_cents is None else card.short_cents * 1000,
        max_parcels=card.max_parcels,
        cap_parcels=carrier.daily_cap_parcels,
        cap_cents=carrier.daily_cap_cents,
    )


def lane_of(carrier_id: CarrierId) -> LaneId:
    return LaneId(carrier_id)


def carrier_offer(
    day: Day,
    state: OrderState,
    carrier: Carrier,
    lookup: Lookup,
    at: datetime,
    reliability: Reliability,
) -> Offer | Refusal:
    """Return what a carrier asks, with every rule that bars it; a refusal where none can be named.

    The expected broken promises are priced by what was learned of the carrier, there and then.
    """
    order = state.order
    terms = terms_of(day, state, carrier, lookup, at)
    if isinstance(terms, Refusal):
        return terms
    assert order.point is not None
    bars = {rule for rule, _ in barred(day, order, carrier, at)}
    if terms.too_late is not None:
        bars.add(Rule.WINDOW)
    price = card_price(carrier.rates, order.load, terms.distance_m, at, alone=False)
    hour = day.local(state.promise.closes).hour
    kept_pm = reliability.kept_pm(
        carrier.carrier_id, zone_of(order.point), hour, carrier.promise_kept_pct
    )
    risk_mc = broken_mc(day, order) * (1000 - kept_pm) // 1000
    return Offer(
        lane_of(carrier.carrier_id),
        price.cents,
        risk_mc,
        bars=frozenset(bars),
        lines=price.lines,
        surge_pct=price.surge_pct,
    )


def broken_mc(day: Day, order: Order) -> int:
    """Return what a broken promise to that order costs, in thousandths of a cent."""
    own = order.late_penalty_cents
    return day.rules.costs.broken(order.priority).cents_milli if own is None else own * 1000


def left_cents(day: Day, state: OrderState) -> int:
    """Return what an order left to nobody costs: a late promise, and another attempt."""
    whole = late_mc(state, day.rules) + day.rules.costs.failed_attempt.cents_milli
    return (whole + 500) // 1000


def _bundles(
    day: Day,
    ask: Ask,
    free: Mapping[OrderId, tuple[OrderState, Mapping[LaneId, Offer]]],
) -> list[Bundle]:
    wanted: dict[BundleId, tuple[OrderId, ...]] = {}
    bound: set[OrderId] = set()
    for bundle_id, members in ask.together.items():
        missing = [o for o in members if o not in free]
        if missing or not members:
            which = missing[0] if missing else "nothing"
            raise Refused(f"bundle {bundle_id} holds {which}, which is not to be given away")
        wanted[bundle_id] = members
        bound |= set(members)
    for order_id in free:
        if order_id not in bound:
            wanted[BundleId(order_id)] = (order_id,)
    return [_bundle(day, ask, bundle_id, ids, free) for bundle_id, ids in wanted.items()]


def _bundle(
    day: Day,
    ask: Ask,
    bundle_id: BundleId,
    order_ids: Sequence[OrderId],
    free: Mapping[OrderId, tuple[OrderState, Mapping[LaneId, Offer]]],
) -> Bundle:
    load, left = Load(), 0
    for order_id in order_ids:
        state = free[order_id][0]
        load += state.order.load
        own = ask.left_cents.get(order_id)
        left += left_cents(day, state) if own is None else own
    lanes = [x for x in free[order_ids[0]][1] if all(x in free[o][1] for o in order_ids)]
    offers = tuple(_joined(lane_id, [free[o][1][lane_id] for o in order_ids]) for lane_id in lanes)
    return Bundle(bundle_id, tuple(order_ids), load, left, offers)


def _joined(lane_id: LaneId, offers: Sequence[Offer]) -> Offer:
    """Return one offer for orders that go together: all prices, every bar."""
    if len(offers) == 1:
        return offers[0]
    return Offer(
        lane_id,
        sum(o.price_cents for o in offers),
        sum(o.risk_mc for o in offers),
        sum(o.added_s for o in offers),
        frozenset(bar for o in offers for bar in o.bars),
        tuple(line for o in offers for line in o.lines),
        max(o.surge_pct for o in offers),
    )
