"""The words that leave the house: fixed templates, filled from typed values only.

No template computes a figure. Times are local, as `day.clock` says them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.plan import Stop, StopKind
from core.domain.time import TimeWindow
from core.errors import Refused, UnknownId

NEXT_STOPS = 5
"""As many stops as a driver reads at a glance; the app shows the whole route."""

SAYS_WINDOW = frozenset({"new_window", "another_way", "on_the_way", "which_window"})
"""Templates that mean nothing once the window they name is over."""


@dataclass(frozen=True, slots=True)
class Slots:
    """What a template is filled with."""

    order_id: OrderId | None = None
    vehicle_id: VehicleId | None = None
    window: TimeWindow | None = None


def render(
    template: str,
    day: Day,
    *,
    order_id: OrderId | None = None,
    vehicle_id: VehicleId | None = None,
    window: TimeWindow | None = None,
) -> str:
    """Return the words; UnknownId for no such template, Refused when it lacks a value."""
    words = TEMPLATES.get(template)
    if words is None:
        raise UnknownId("template", template)
    return words(day, Slots(order_id, vehicle_id, window))


def _order(slots: Slots) -> OrderId:
    if slots.order_id is None:
        raise Refused("this message needs an order")
    return slots.order_id


def _between(day: Day, slots: Slots) -> str:
    if slots.window is None:
        raise Refused("this message needs a window")
    return f"between {day.clock(slots.window.opens)} and {day.clock(slots.window.closes)}"


def _new_window(day: Day, slots: Slots) -> str:
    return (
        f"Your delivery {_order(slots)} is now expected {_between(day, slots)}. "
        "We are sorry for the wait."
    )


def _another_way(day: Day, slots: Slots) -> str:
    """The day is the one after the decision: the way in force is the new one."""
    order_id = _order(slots)
    way = day.orders[order_id].order.way
    where = f"brought another way: {way}" if way else "brought to your door after all"
    return f"Your delivery {order_id} is {where}, expected {_between(day, slots)}."


def _on_the_way(day: Day, slots: Slots) -> str:
    return f"Your delivery {_order(slots)} is on its way, expected {_between(day, slots)}."


def _order_refused(day: Day, slots: Slots) -> str:
    order_id = _order(slots)
    promise = day.orders[order_id].promise
    words = (
        f"We cannot bring your order {order_id} by {day.clock(promise.closes)} as promised, "
        "and are sorry."
    )
    if slots.window is not None:
        words += f" The earliest time we can keep is {day.clock(slots.window.opens)}."
    return words


def _missed_you(day: Day, slots: Slots) -> str:
    del day
    return f"We could not hand over your delivery {_order(slots)}. We will try again today."


def _back_to_depot(day: Day, slots: Slots) -> str:
    del day
    return (
        f"We could not hand over your delivery {_order(slots)}. It stays with our driver today; "
        "if we do not come by again, it goes back to the depot and we write to you."
    )


def _which_window(day: Day, slots: Slots) -> str:
    return f"Can we bring your delivery {_order(slots)} {_between(day, slots)}? Please answer."


def _route_changed(day: Day, slots: Slots) -> str:
    route = day.routes.get(slots.vehicle_id) if slots.vehicle_id is not None else None
    if route is None:
        raise Refused("this message needs a vehicle with a route")
    if not route.remaining:
        return "Your route has changed: no stops are left. Please return to the depot."
    steps = [_step(day, stop) for stop in route.remaining[:NEXT_STOPS]]
    meetings = [_step(day, s) for s in route.remaining[NEXT_STOPS:] if s.kind is StopKind.MEET]
    return f"Your route has changed. Next: {'; '.join([*steps, *meetings])}."


def _step(day: Day, stop: Stop) -> str:
    at = day.clock(stop.arrive_at)
    match stop.kind:
        case StopKind.DELIVER:
            return f"{at} order {stop.order_id}{f' to {stop.way}' if stop.way else ''}"
        case StopKind.COLLECT:
            return f"{at} collect {', '.join(stop.loads) or stop.order_id}"
        case StopKind.REST:
            return f"{at} rest"
        case StopKind.CHARGE:
            return f"{at} charge for {round(stop.service_s / 60)} min"
        case StopKind.RELOAD:
            return f"{at} load {', '.join(stop.loads)} at the depot"
        case StopKind.MEET:
            parts = [f"{at} meet {stop.meets}"]
            if stop.gives:
                parts.append(f"hand over {', '.join(stop.gives)}")
            if stop.takes:
                parts.append(f"take {', '.join(stop.takes)}, scanning each")
            return ", ".join(parts)


def _ask_progress(day: Day, slots: Slots) -> str:
    del day
    return f"{slots.vehicle_id}: how late do you run, and is anything wrong? Please call."


def _ask_repair(day: Day, slots: Slots) -> str:
    del day
    return (
        f"{slots.vehicle_id}: are you safe, and how long will the repair take? "
        "Please stay off the road and call."
    )


TEMPLATES: Mapping[str, Callable[[Day, Slots], str]] = {
    "new_window": _new_window,
    "another_way": _another_way,
    "on_the_way": _on_the_way,
    "order_refused": _order_refused,
    "missed_you": _missed_you,
    "back_to_depot": _back_to_depot,
    "which_window": _which_window,
    "route_changed": _route_changed,
    "ask_progress": _ask_progress,
    "ask_repair_time": _ask_repair,
}
