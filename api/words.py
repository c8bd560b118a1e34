"""The sentences of the API: short, with times as people say them."""

from datetime import datetime, timedelta

from api.outlook import Expected, Outlook
from core.domain.day import Day, GoodsAt, OrderState
from core.domain.ids import OrderId, VehicleId
from core.domain.listed import listed
from core.domain.option import (
    Action,
    AskDriver,
    ChangeKind,
    ChangeRoutes,
    Meeting,
    NotifyCustomer,
    PriceLine,
    RefuseOrder,
    TenderOrder,
    Wait,
)
from core.domain.order import OrderStatus

CHANGES = {
    ChangeKind.INSERT: "insert",
    ChangeKind.RESEQUENCE: "change the order of stops of",
    ChangeKind.MOVE_AT_DEPOT: "load otherwise at the depot:",
    ChangeKind.MOVE_AT_MEETING: "hand over between",
    ChangeKind.DROP: "drop the stop from",
    ChangeKind.RETRY: "try again later with",
}


def euros(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d} EUR"


def amount(milli: int) -> str:
    return f"{milli / 1000:.2f}".rstrip("0").rstrip(".")


def price_sentence(line: PriceLine) -> str:
    unit = f"{line.unit_cents_milli / 100_000:.3f}".rstrip("0")
    whole, _, part = unit.partition(".")
    return f"{amount(line.amount_milli)} {line.unit} x {whole}.{part:0<2} EUR = {euros(line.cents)}"


def meeting_sentence(day: Day, meeting: Meeting, street: str) -> str:
    where = street or f"{meeting.point.lat:.5f}, {meeting.point.lon:.5f}"
    count = len(meeting.order_ids)
    goods = meeting.order_ids[0] if count == 1 else f"{count} orders"
    return (
        f"{meeting.giver} hands {goods} to {meeting.taker} at {day.clock(meeting.at)}, "
        f"{where}, {meeting.duration_s // 60} min each"
    )


def action_sentence(day: Day, action: Action) -> str:
    match action:
        case ChangeRoutes():
            who = listed(r.vehicle_id for r in action.routes)
            if action.kind is ChangeKind.INSERT:
                return f"insert into the route of {who}"
            return f"{CHANGES[action.kind]} {who}"
        case TenderOrder():
            return (
                f"tender {action.order_id} to {action.carrier_id} at {euros(action.price_cents)}, "
                f"pickup by {day.clock(action.pickup_by)}, door by {day.clock(action.deliver_by)}"
            )
        case NotifyCustomer():
            when = ""
            if action.window is not None:
                w = action.window
                when = f", {day.clock(w.opens)} to {day.clock(w.closes)}"
            return f"tell the customer of {action.order_id}{when}"
        case AskDriver():
            return f"ask the driver of {action.vehicle_id}"
        case RefuseOrder():
            when = f", honest time {day.clock(action.honest_at)}" if action.honest_at else ""
            return f"tell the customer that {action.order_id} cannot be kept{when}"
        case Wait():
            return f"wait until {day.clock(action.until)}"


def rounded(instant: datetime, minutes: int = 5) -> datetime:
    step = minutes * 60
    seconds = round(instant.timestamp() / step) * step
    return datetime.fromtimestamp(seconds, instant.tzinfo)


def stops_before(day: Day, expected: Expected, order_id: OrderId) -> int:
    """Return how many deliveries the driver has before this one."""
    count = 0
    for stop in day.routes[expected.vehicle_id].remaining:
        if stop.order_id == order_id:
            break
        count += stop.order_id is not None
    return count


def caller_sentence(day: Day, outlook: Outlook, order_id: OrderId) -> str:
    """Return what to tell the customer of that order, with the figures of the live forecast."""
    state = day.orders[order_id]
    ended = _ended_sentence(day, state)
    if ended:
        return ended
    expected = outlook.orders.get(order_id)
    if expected is None:
        if state.goods is GoodsAt.CARRIER and state.tender_id is not None:
            by = day.clock(day.tenders[state.tender_id].deliver_by)
            return f"Your parcel is with our partner and comes by {by}."
        return "Your parcel is at the depot; no driver has it yet. We call you back."
    before = stops_before(day, expected, order_id)
    place = {0: "you are next", 1: "you are next but one"}.get(before, f"{before} doors before you")
    arrive = rounded(expected.time.start_at)
    margin = timedelta(minutes=10)
    why = cause_words(day, expected.vehicle_id)
    return (
        f"The driver is on the way{why}; {place}, "
        f"between {day.clock(max(arrive - margin, outlook.now))} and {day.clock(arrive + margin)}."
    )


def _ended_sentence(day: Day, state: OrderState) -> str:
    if state.status is OrderStatus.DELIVERED and state.ended_at is not None:
        return f"Your parcel was delivered at {day.clock(state.ended_at)}."
    if state.status is OrderStatus.COLLECTED and state.ended_at is not None:
        return f"Your parcel was collected at {day.clock(state.ended_at)}."
    if state.cancelled:
        return "This order was cancelled; nothing comes."
    if state.status is OrderStatus.REFUSED:
        return "We cannot bring this order in time; we told you so and are sorry."
    if state.attempt_failed:
        return "We were at your door and could not deliver; a person arranges what is next."
    return ""


def cause_words(day: Day, vehicle_id: VehicleId) -> str:
    """Return why that driver is slow, as words that follow `on the way`."""
    if day.vehicles[vehicle_id].down_since is not None:
        return " but the vehicle broke down"
    ahead = day.routes[vehicle_id].remaining
    for incident in day.open_incidents():
        if any(incident.area.holds(s.point) for s in ahead):
            where = f" on {incident.street}" if incident.street else ""
            return f" but held up by traffic{where}"
    return ""
