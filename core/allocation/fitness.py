"""Why a carrier does not take an order, rule by rule, and what it could promise if it did."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.allocation.problem import Rule
from core.domain.carrier import Carrier
from core.domain.day import CarrierState, Day, GoodsAt, OrderState
from core.domain.depots import source_of
from core.domain.order import Order
from core.domain.place import Point
from core.domain.plan import Refusal
from core.routing.check.violation import Lookup, minutes, over
from core.travel.protocol import UNREACHABLE


@dataclass(frozen=True, slots=True)
class Terms:
    """What a carrier could promise for an order tendered at some instant."""

    pickup: Point
    pickup_by: datetime
    deliver_by: datetime
    distance_m: int
    too_late: Refusal | None = None
    """Why that breaks what we promised, if it does."""


def refuse(carrier: Carrier, code: str, text: str) -> Refusal:
    return Refusal(None, code, f"{carrier.carrier_id} {text}")


def not_free(state: OrderState, carrier: Carrier) -> Refusal | None:
    """Return why the order is nobody's to give away, if so."""
    order_id = state.order.order_id
    if not state.open:
        word = "cancelled" if state.cancelled else state.status.value
        return refuse(carrier, "frozen", f"is not asked: {order_id} is {word}")
    if state.tender_id is not None:
        text = f"is not asked: {order_id} is already offered as {state.tender_id}"
        return refuse(carrier, "frozen", text)
    if state.goods is not GoodsAt.DEPOT:
        where = state.vehicle_id or f"the {state.goods.value}"
        text = f"cannot fetch the goods of {order_id}: they are on {where}"
        return refuse(carrier, "frozen", text)
    return None


def barred(
    day: Day, order: Order, carrier: Carrier, at: datetime
) -> tuple[tuple[Rule, Refusal], ...]:
    """Return every rule of the agreement that bars the order at `at`; caps are not among them."""
    return tuple(_barred(day, order, carrier, at))


def _barred(
    day: Day, order: Order, carrier: Carrier, at: datetime
) -> Iterator[tuple[Rule, Refusal]]:
    unfit = _unfit(order, carrier)
    if unfit is not None:
        yield Rule.SKILL, unfit
    if carrier.max_order is not None:
        exceeded = over(order.load, carrier.max_order)
        if exceeded:
            words = "; ".join(words for _, _, words in exceeded)
            text = f"takes no order of that size: {words}"
            yield Rule.ORDER_SIZE, refuse(carrier, "capacity", text)
    parcel = _parcel_too_big(order, carrier)
    if parcel is not None:
        yield Rule.PARCEL_SIZE, parcel
    point = order.point
    if carrier.areas and point is not None and not any(a.holds(point) for a in carrier.areas):
        near = min(a.centre.crow_m(point) - a.radius_m for a in carrier.areas)
        text = f"does not deliver there: {order.order_id} lies {near} m outside its area"
        yield Rule.AREA, refuse(carrier, "area", text)
    if at > carrier.cut_off:
        text = f"takes orders until {day.clock(carrier.cut_off)}; it is {day.clock(at)}"
        yield Rule.CUT_OFF, refuse(carrier, "cut_off", text)


def _unfit(order: Order, carrier: Carrier) -> Refusal | None:
    refused = sorted(order.needs & carrier.refuses)
    if refused:
        return refuse(carrier, "skill", f"does not take {', '.join(refused)}")
    if carrier.only and not order.needs & carrier.only:
        has = ", ".join(sorted(order.needs)) or "nothing special"
        text = f"takes only {', '.join(sorted(carrier.only))}; {order.order_id} needs {has}"
        return refuse(carrier, "skill", text)
    lacking = sorted(order.needs - carrier.only - carrier.offers)
    if lacking:
        return refuse(carrier, "skill", f"does not offer {', '.join(lacking)}")
    return None


def _parcel_too_big(order: Order, carrier: Carrier) -> Refusal | None:
    """Judge by the average parcel: the heaviest is no lighter, and an order knows no more."""
    parcels = max(1, order.load.parcels)
    for amount, most, unit in (
        (order.load.weight_g, carrier.max_parcel_g, "kg"),
        (order.load.volume_ml, carrier.max_parcel_ml, "l"),
    ):
        if most is not None and amount > most * parcels:
            text = (
                f"takes parcels up to {most / 1000:g} {unit}; those of {order.order_id} have "
                f"{amount / parcels / 1000:g} {unit} on average"
            )
            return refuse(carrier, "capacity", text)
    return None


def full(order: Order, held: CarrierState) -> Refusal | None:
    """Return why the carrier has no room for one order more today, or not enough to come for."""
    carrier, taken, parcels = held.carrier, held.taken_parcels, order.load.parcels
    card = carrier.rates
    for cap, words in (
        (carrier.daily_cap_parcels, "takes {cap} parcels a day"),
        (card.max_parcels, "keeps its rates up to {cap} parcels a day"),
    ):
        if cap is not None and taken + parcels > cap:
            text = f"{words.format(cap=cap)} and has {taken}; {order.order_id} brings {parcels}"
            return refuse(carrier, "capacity", text)
    if card.short_cents is None and taken + parcels < card.min_parcels:
        text = (
            f"comes for {card.min_parcels} parcels a day or not at all; with {order.order_id} it "
            f"would have {taken + parcels}"
        )
        return refuse(carrier, "capacity", text)
    return None


def terms_of(
    day: Day, state: OrderState, carrier: Carrier, lookup: Lookup, at: datetime
) -> Terms | Refusal:
    """Return what the carrier could promise; a refusal where no road or no place is known."""
    order, promise = state.order, state.promise
    if order.point is None:
        return refuse(carrier, "no_address", f"cannot find {order.order_id}: it has no place yet")
    pickup = carrier.pickup or source_of(day, order, None).point
    drive_s, distance_m = lookup(pickup, order.point)
    if max(drive_s, distance_m) >= UNREACHABLE:
        return refuse(carrier, "access", f"finds no road to {order.order_id}")
    begins, too_late = max(at, carrier.delivers.opens), None
    if carrier.lead_s is None:
        # Any time of its hours may be the one, so all of them have to suit the customer.
        if begins < promise.opens:
            text = (
                f"may come from {day.clock(begins)} on; the window of {order.order_id} opens "
                f"at {day.clock(promise.opens)}"
            )
            too_late = refuse(carrier, "window", text)
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
            too_late = refuse(carrier, "window", text)
    late_s = promise.lateness_s(deliver_by)
    if late_s and too_late is None:
        text = (
            f"promises {order.order_id} by {day.clock(deliver_by)}, {minutes(late_s)} after its "
            f"window closes at {day.clock(promise.closes)}"
        )
        too_late = refuse(carrier, "window", text)
    return Terms(pickup, pickup_by, deliver_by, distance_m, too_late)
