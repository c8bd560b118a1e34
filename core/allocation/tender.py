"""What a carrier would ask for one order and could promise, or why it does not take it."""

from dataclasses import dataclass
from datetime import datetime

from core.allocation.fitness import barred, full, not_free, terms_of
from core.allocation.problem import Rule
from core.allocation.rates import RateLine, card_price
from core.domain.carrier import Carrier
from core.domain.day import Day
from core.domain.ids import CarrierId, OrderId
from core.domain.option import TenderOrder
from core.domain.order import Order
from core.domain.place import Point
from core.domain.plan import Refusal
from core.errors import UnknownId
from core.routing.check.violation import Lookup


@dataclass(frozen=True, slots=True)
class Quote:
    """One carrier's price and promise for one order."""

    order_id: OrderId
    carrier_id: CarrierId
    price_cents: int
    pickup: Point
    pickup_by: datetime
    """When the goods have to be ready there at the latest."""
    deliver_by: datetime
    promise_kept_pct: int
    lines: tuple[RateLine, ...] = ()
    surge_pct: int = 100
    expected_cents: int = 0
    """The price with the share of broken promises at their cost: what quotes are ranked by."""


def tender_for(quote: Quote) -> TenderOrder:
    """Return the action that offers the order at that quote."""
    return TenderOrder(
        order_id=quote.order_id,
        carrier_id=quote.carrier_id,
        price_cents=quote.price_cents,
        pickup=quote.pickup,
        pickup_by=quote.pickup_by,
        deliver_by=quote.deliver_by,
    )


def quote(
    day: Day, order_id: OrderId, carrier_id: CarrierId, lookup: Lookup, at: datetime
) -> Quote | Refusal:
    """Return what a carrier asks for an order tendered at `at`, or why it cannot take it.

    Raises UnknownId for an order or carrier that the day does not hold.
    """
    state = day.orders.get(order_id)
    if state is None:
        raise UnknownId("order", order_id)
    held = day.carriers.get(carrier_id)
    if held is None:
        raise UnknownId("carrier", carrier_id)
    carrier = held.carrier
    bars = barred(day, state.order, carrier, at)
    first = [why for rule, why in bars if rule is not Rule.CUT_OFF]
    refusal = (
        not_free(state, carrier)
        or next(iter(first), None)
        or full(state.order, held)
        or next((why for _, why in bars), None)
    )
    if refusal is not None:
        return refusal
    terms = terms_of(day, state, carrier, lookup, at)
    if isinstance(terms, Refusal):
        return terms
    if terms.too_late is not None:
        return terms.too_late
    order = state.order
    price = card_price(
        carrier.rates, order.load, terms.distance_m, at, taken_parcels=held.taken_parcels
    )
    return Quote(
        order.order_id,
        carrier.carrier_id,
        price.cents,
        terms.pickup,
        terms.pickup_by,
        terms.deliver_by,
        carrier.promise_kept_pct,
        price.lines,
        price.surge_pct,
        price.cents + _risk_cents(day, order, carrier),
    )


def quotes(
    day: Day, order_id: OrderId, lookup: Lookup, at: datetime
) -> tuple[Quote | Refusal, ...]:
    """Return every carrier's answer: quotes, least expected cost first, then refusals."""
    answers = [quote(day, order_id, carrier_id, lookup, at) for carrier_id in sorted(day.carriers)]
    taken = [a for a in answers if isinstance(a, Quote)]
    taken.sort(key=lambda q: (q.expected_cents, q.price_cents, q.carrier_id))
    return (*taken, *(a for a in answers if isinstance(a, Refusal)))


def _risk_cents(day: Day, order: Order, carrier: Carrier) -> int:
    """Return what broken promises cost on average, at the share that this carrier breaks."""
    cents = order.late_penalty_cents
    milli = day.rules.costs.broken(order.priority).cents_milli if cents is None else cents * 1000
    return round(milli * (100 - carrier.promise_kept_pct) / 100_000)
