"""What did not leave the house, or perhaps did: in words, with what a person can do about it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.order import OrderStatus
from core.domain.plan import Progress
from core.outbox.rows import withdrawal_key
from core.outbox.subject import subject
from core.store.writer import Outgoing

LOST = ("failed", "unknown")
"""Final outcomes that a person has to hear of."""
TOLD = {
    "new_window": "told the new time",
    "another_way": "told where it goes instead",
    "on_the_way": "told that it is on its way",
    "order_refused": "told that it cannot be brought",
    "missed_you": "told that we missed them",
    "back_to_depot": "told that it may go back to the depot",
    "which_window": "asked whether another time suits",
    "route_changed": "told of its changed route",
    "ask_progress": "asked how late it runs",
    "ask_repair_time": "asked how long the repair takes",
}


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One message, tender or withdrawal whose fate is final and not good."""

    row: Outgoing
    order_id: OrderId | None
    vehicle_id: VehicleId | None
    sentence: str
    todo: str
    """What a person can do, short: `call D03`."""
    text: str
    """The words that were to be said; empty where there were none."""


def undelivered(day: Day, rows: Iterable[Outgoing]) -> tuple[Undelivered, ...]:
    """Return what failed or is unknown among `rows`, all of the day's, and still matters.

    What a later message said anew, and what nobody waits for any more, is left out.
    """
    kept = [row for row in rows if row.status != "withdrawn"]
    newest = {subject(row): row.key for row in kept if row.hold_until < day.now}
    keys = {row.key for row in kept}
    return tuple(
        found
        for row in sorted(kept, key=lambda r: (r.hold_until, r.seq, r.key))
        if row.status in LOST
        and newest.get(subject(row), row.key) == row.key
        and withdrawal_key(row.key) not in keys
        and (found := _described(day, row)) is not None
    )


def _described(day: Day, row: Outgoing) -> Undelivered | None:
    said: dict[str, object] = json.loads(row.payload)
    template = str(said.get("template", ""))
    order_id = OrderId(str(said["order_id"])) if said.get("order_id") else None
    vehicle_id = VehicleId(str(said["vehicle_id"])) if said.get("vehicle_id") else None
    if row.kind == "message" and _over(day, template, order_id, vehicle_id):
        return None
    side, _, name = row.recipient.partition(":")
    whom = f"the customer of {order_id}" if side == "customer" and order_id else name
    who, what = str(vehicle_id or whom), TOLD.get(template, "told something")
    if row.kind == "tender":
        who, what = f"carrier {name}", f"offered order {order_id}"
    elif row.kind == "withdrawal":
        who, what = f"carrier {name}", f"told that order {order_id} is called off"
    lost = row.status == "failed"
    return Undelivered(
        row=row,
        order_id=order_id,
        vehicle_id=vehicle_id,
        sentence=f"{who} {'was not' if lost else 'may not have been'} {what}",
        todo=f"call {whom}" if lost else f"call {whom} and ask",
        text=str(said.get("text", "")),
    )


def _over(day: Day, template: str, order_id: OrderId | None, vehicle_id: VehicleId | None) -> bool:
    """Return whether the order, or the route, that a message is about has come to its end."""
    order = day.orders.get(order_id) if order_id is not None else None
    if order is not None:
        ends = {OrderStatus.DELIVERED, OrderStatus.CANCELLED}
        return order.status in ends or (
            order.status is OrderStatus.REFUSED and template != "order_refused"
        )
    route = day.routes.get(vehicle_id) if vehicle_id is not None else None
    return route is not None and route.progress is Progress.FINISHED
