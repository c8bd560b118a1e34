"""Sentences about options: for a customer who calls, and for the dispatcher who decides."""

from collections.abc import Sequence

from core.domain.case import Case, ExceptionType
from core.domain.day import Day
from core.domain.ids import IncidentId, OrderId
from core.domain.money import euros
from core.domain.option import (
    ChangeRoutes,
    Meeting,
    NotifyCustomer,
    Option,
    RefuseOrder,
    TenderOrder,
)
from core.domain.time import TimeWindow
from core.resolve.places import named
from core.resolve.rank import keeps_promise, price_of, waiting
from core.resolve.simulate import Simulator
from core.resolve.tell import expected_window
from core.travel.protocol import TravelTimes

MOST_CALLERS = 3


def why(day: Day, case: Case) -> str:
    """Return the cause as a customer understands it."""
    root = case.exceptions[0]
    if root.type is ExceptionType.ROAD_INCIDENT:
        incident = day.incidents.get(IncidentId(root.subject.removeprefix("incident:")))
        street = incident.street if incident is not None else ""
        return f"a traffic jam on {street}" if street else "a traffic jam"
    return {
        ExceptionType.VEHICLE_BREAKDOWN: "a breakdown of the vehicle",
        ExceptionType.BATTERY_LOW: "the vehicle has to be charged",
        ExceptionType.URGENT_ORDER: "your order came in after today's routes had left",
        ExceptionType.CANCELLED_ORDER: "the order was cancelled",
        ExceptionType.FAILED_ATTEMPT: "nobody opened at our first visit",
        ExceptionType.LATE_ROUTE: "earlier stops took longer than planned",
        ExceptionType.CUSTOMER_CONTACT: "your rider is on the way",
        ExceptionType.IMPROVEMENT: "the stops are driven in another order",
    }.get(root.type, "a delay on the way")


def between(day: Day, window: TimeWindow) -> str:
    return f"between {day.clock(window.opens)} and {day.clock(window.closes)}"


def caller_sentence(sim: Simulator, option: Option) -> str:
    """Return what to tell customers who call under this option, a line each: why, where, when.

    Who asked comes first, then who is likeliest late.
    """
    if option.price is None:
        return ""
    parts: list[str] = []
    for action in option.actions:
        if isinstance(action, TenderOrder):
            by = sim.day.clock(action.deliver_by)
            parts.append(f"Order {action.order_id}: our partner brings it until {by}.")
        elif isinstance(action, RefuseOrder):
            parts.append(_refusal(sim, action))
    handled = {a.order_id for a in option.actions if isinstance(a, TenderOrder | RefuseOrder)}
    asked = [
        o
        for e in sim.case.exceptions
        if e.type in (ExceptionType.CUSTOMER_CONTACT, ExceptionType.URGENT_ORDER)
        for o in e.order_ids
    ]
    told = [a.order_id for a in option.actions if isinstance(a, NotifyCustomer)]
    risky = [r.order_id for r in option.price.risks if r.p_late_pct >= 50]
    spoken_of = list(dict.fromkeys([*asked, *told, *risky]))
    for order_id in spoken_of:
        if order_id in handled or len(parts) >= MOST_CALLERS:
            continue
        sentence = _one(sim, option, order_id)
        if sentence:
            parts.append(sentence)
    if not parts:
        return ""
    return f"We are sorry: {why(sim.day, sim.case)}. " + "\n".join(parts)


def _refusal(sim: Simulator, action: RefuseOrder) -> str:
    if action.honest_at is None:
        return f"Order {action.order_id}: we cannot bring it today."
    at = sim.day.clock(action.honest_at)
    return f"Order {action.order_id}: the earliest we can honestly promise is {at}."


def _one(sim: Simulator, option: Option, order_id: OrderId) -> str:
    """Return where the rider of one order is, in stops, and when to expect them."""
    plans = {
        r.vehicle_id: r.stops
        for a in option.actions
        if isinstance(a, ChangeRoutes)
        for r in a.routes
        if sim.drivable(r.vehicle_id)
    }
    present = sim.day.route_of(order_id)
    if present is not None and sim.drivable(present.vehicle_id):
        plans.setdefault(present.vehicle_id, present.remaining)
    for vehicle_id, stops in sorted(plans.items()):
        places = [s.order_id for s in stops]
        if order_id not in places:
            continue
        ahead = sum(1 for o in places[: places.index(order_id)] if o is not None)
        drive = sim.drives(plans)[vehicle_id]
        window = expected_window(sim, drive.start_s[stops[places.index(order_id)].stop_id])
        where = {0: "is on the way to you", 1: "has one stop before you"}.get(
            ahead, f"has {ahead} stops before you"
        )
        return f"Order {order_id}: the rider {where}, expected {between(sim.day, window)}."
    return ""


MOST_NAMED = 6


def hand_over(day: Day, meeting: Meeting, travel: TravelTimes | None = None) -> str:
    """Return who physically hands what to whom, where and when, without a full stop."""
    orders, more = meeting.order_ids[:MOST_NAMED], len(meeting.order_ids) - MOST_NAMED
    names = ", ".join(orders) + (f" and {more} more" if more > 0 else "")
    noun = "order" if len(meeting.order_ids) == 1 else "orders"
    where = named(day, travel, meeting.point)
    return (
        f"{meeting.giver} hands {noun} {names} to {meeting.taker} "
        f"at {where} at {day.clock(meeting.at)}"
    )


def hand_overs(day: Day, option: Option, travel: TravelTimes | None = None) -> tuple[str, ...]:
    """Return one sentence for each meeting of an option."""
    meetings: list[Meeting] = [
        m for a in option.actions if isinstance(a, ChangeRoutes) for m in a.meetings
    ]
    ordered = sorted(meetings, key=lambda m: m.meeting_id)
    return tuple(f"{hand_over(day, m, travel)}." for m in ordered)


def explanation(
    day: Day, case: Case, options: Sequence[Option], travel: TravelTimes | None = None
) -> str:
    """Return the template prose for a dispatcher; every figure comes from the prices."""
    best, wait = options[0], waiting(options)
    ours, theirs = price_of(best), price_of(wait)
    gain = theirs.total_cents - ours.total_cents
    parts = [
        f"{case.title}.",
        f"Waiting is expected to cost {euros(theirs.total_cents)}; "
        f"{best.label} comes to {euros(ours.total_cents)}, "
        f"{euros(abs(gain))} {'less' if gain >= 0 else 'more'}.",
    ]
    if gain < 0 and keeps_promise(best, options, day, day.now):
        parts.append("It keeps a promise made today, which waiting would break.")
    if ours.promises_saved_milli >= 50:
        parts.append(f"It keeps {ours.promises_saved_milli / 1000:.1f} promises more.")
    if ours.drivers_disturbed:
        drivers = "driver" if ours.drivers_disturbed == 1 else "drivers"
        stops = "stop" if ours.stops_moved == 1 else "stops"
        parts.append(
            f"{ours.drivers_disturbed} {drivers} drive differently, "
            f"{ours.stops_moved} {stops} move."
        )
    parts.extend(hand_overs(day, best, travel))
    count = sum(1 for a in best.actions if isinstance(a, NotifyCustomer))
    if count:
        parts.append(
            f"{count} {'customer hears' if count == 1 else 'customers hear'} a new window."
        )
    runner = next((o for o in options[1:] if o.feasible and not o.waits), None)
    if runner is not None:
        parts.append(f"Next best: {runner.label}, {runner.reason}.")
    return " ".join(parts)
