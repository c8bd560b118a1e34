"""What a carrier would ask for one order and could promise, or why it does not take it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.allocation.rates import RateLine, card_price
from core.domain.carrier import Carrier
from core.domain.day import Day, GoodsAt, OrderState
from core.domain.ids import CarrierId, OrderId
from core.domain.order import Order
from core.domain.place import Point
from core.domain.plan import Refusal
from core.errors import UnknownId
from core.routing.check.violation import Lookup, minutes, over
from core.travel.protocol import UNREACHABLE


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
    refusal = (
        _not_free(state, carrier)
        or _unfit(state.order, carrier)
        or _too_much(state.order, carrier, held.taken_parcels)
    )
    if refusal is None and at > carrier.cut_off:
        cut_off = day.clock(carrier.cut_off)
        text = f"takes orders until {cut_off}; it is {day.clock(at)}"
        refusal = _refuse(carrier, "cut_off", text)
    if refusal is not None:
        return refusal
    return _promised(day, state, carrier, lookup, at)


def quotes(
    day: Day, order_id: OrderId, lookup: Lookup, at: datetime
) -> tuple[Quote | Refusal, ...]:
    """Return every carrier's answer: quotes, least expected cost first, then refusals."""
    answers = [quote(day, order_id, carrier_id, lookup, at) for carrier_id in sorted(day.carriers)]
    taken = [a for a in answers if isinstance(a, Quote)]
    taken.sort(key=lambda q: (q.expected_cents, q.price_cents, q.carrier_id))
    return (*taken, *(a for a in answers if isinstance(a, Refusal)))


def _refuse(carrier: Carrier, code: str, text: str) -> Refusal:
    return Refusal(None, code, f"{carrier.carrier_id} {text}")


def _not_free(state: OrderState, carrier: Carrier) -> Refusal | None:
    order_id = state.order.order_id
    if not state.open:
        word = "cancelled" if state.cancelled else state.status.value
        return _refuse(carrier, "frozen", f"is not asked: {order_id} is {word}")
    if state.tender_id is not None:
        text = f"is not asked: {order_id} is already offered as {state.tender_id}"
        return _refuse(carrier, "frozen", text)
    if state.goods is not GoodsAt.DEPOT:
        where = state.vehicle_id or f"the {state.goods.value}"
        text = f"cannot fetch the goods of {order_id}: they are on {where}"
        return _refuse(carrier, "frozen", text)
    return None


def _unfit(order: Order, carrier: Carrier) -> Refusal | None:
    refused = sorted(order.needs & carrier.refuses)
    if refused:
        return _refuse(carrier, "skill", f"does not take {', '.join(refused)}")
    if carrier.only and not order.needs & carrier.only:
        has = ", ".join(sorted(order.needs)) or "nothing special"
        text = f"takes only {', '.join(sorted(carrier.only))}; {order.order_id} needs {has}"
        return _refuse(carrier, "skill", text)
    lacking = sorted(order.needs - carrier.only - carrier.offers)
    if lacking:
        return _refuse(carrier, "skill", f"does not offer {', '.join(lacking)}")
    return None


def _too_much(order: Order, carrier: Carrier, taken_parcels: int) -> Refusal | None:
    if carrier.max_order is not None:
        exceeded = over(order.load, carrier.max_order)
        if exceeded:
            words = "; ".join(words for _, _, words in exceeded)
            return _refuse(carrier, "capacity", f"takes no order of that size: {words}")
    cap = carrier.daily_cap_parcels
    if cap is not None and taken_parcels + order.load.parcels > cap:
        text = (
            f"takes {cap} parcels a day and has {taken_parcels}; "
            f"{order.order_id} brings {order.load.parcels}"
        )
        return _refuse(carrier, "capacity", text)
    return None


def _promised(
    day: Day, state: OrderState, carrier: Carrier, lookup: Lookup, at: datetime
) -> Quote | Refusal:
    """Return the quote, if what the carrier can promise lies inside what we promised."""
    order, promise = state.order, state.promise
    if order.point is None:
        return _refuse(carrier, "no_address", f"cannot find {order.order_id}: it has no place yet")
    pickup = carrier.pickup or day.depot.point
    drive_s, distance_m = lookup(pickup, order.point)
    if max(drive_s, distance_m) >= UNREACHABLE:
        return _refuse(carrier, "access", f"finds no road to {order.order_id}")
    begins = max(at, carrier.delivers.opens)
    if carrier.lead_s is None:
        # Any time of its hours may be the one, so all of them have to suit the customer.
        if begins < promise.opens:
            text = (
                f"may come from {day.clock(begins)} on; the window of {order.order_id} opens "
                f"at {day.clock(promise.opens)}"
            )
            return _refuse(carrier, "window", text)
        deliver_by, pickup_by = carrier.delivers.closes, carrier.cut_off
    else:
        lasts = timedelta(seconds=max(carrier.lead_s, drive_s))
        deliver_by = max(begins + lasts, promise.opens)
        pickup_by = deliver_by - timedelta(seconds=drive_s)
        if deliver_by > carrier.delivers.closes:
            text = (
                f"could be at {order.order_id} at {day.clock(deliver_by)}; it delivers until "
                f"{day.clock(carrier.delivers.closes)}"
            )
            return _refuse(carrier, "window", text)
    late_s = promise.lateness_s(deliver_by)
    if late_s:
        text = (
            f"promises {order.order_id} by {day.clock(deliver_by)}, {minutes(late_s)} after its "
            f"window closes at {day.clock(promise.closes)}"
        )
        return _refuse(carrier, "window", text)
    price = card_price(carrier.rates, order.load, distance_m, at)
    return Quote(
        order.order_id,
        carrier.carrier_id,
        price.cents,
        pickup,
        pickup_by,
        deliver_by,
        carrier.promise_kept_pct,
        price.lines,
        price.surge_pct,
        price.cents + _risk_cents(day, order, carrier),
    )


def _risk_cents(day: Day, order: Order, carrier: Carrier) -> int:
    """Return what broken promises cost on average, at the share that this carrier breaks."""
    cents = order.late_penalty_cents
    milli = day.rules.costs.broken(order.priority).cents_milli if cents is None else cents * 1000
    return round(milli * (100 - carrier.promise_kept_pct) / 100_000)
