"""Judges order rows: what is imported, what is reported, what is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from core.domain.customer import Customer, PersonalText
from core.domain.ids import CustomerId, OrderId
from core.domain.order import Load, Order, Priority
from core.domain.place import Point
from core.domain.time import TimeWindow
from core.intake.collected import comes_back, read_pickup
from core.intake.depots import depot_named
from core.intake.doors import read_access, read_floor, read_lift
from core.intake.fields import BadField, Reader, looks_like_phone
from core.intake.mapping import Mapping
from core.intake.places import located
from core.intake.report import Outcome, Problems
from core.intake.table import Row


@dataclass(frozen=True, slots=True)
class ImportedOrder:
    line: int
    order: Order
    customer: Customer
    words: tuple[PersonalText, ...]


def read_orders(
    rows: Iterable[Row],
    mapping: Mapping,
    reader: Reader,
    largest: Load | None,
    problems: Problems,
    salt: str,
) -> list[ImportedOrder]:
    """Return the orders of the good rows in file order; the rest is in `problems`.

    `largest` is what the biggest vehicle carries in each dimension; None when nothing is known.
    """
    taken: list[ImportedOrder] = []
    seen: dict[str, tuple[str, ...]] = {}
    for row in rows:
        try:
            order_id = _order_id(row, seen)
            if order_id is None:
                problems.add(
                    row.line, "order_id", Outcome.SKIP, "exact duplicate of an earlier row"
                )
                continue
            imported = _read(row, order_id, mapping, reader, largest, salt)
        except BadField as bad:
            problems.add(row.line, bad.field, Outcome.ERROR, bad.reason)
            continue
        seen[order_id] = row.cells
        _remark(row, imported, problems)
        taken.append(imported)
    return taken


def _order_id(row: Row, seen: dict[str, tuple[str, ...]]) -> str | None:
    """Return the order number, or None for a row that was there before, word for word."""
    if row.cut_short:
        raise BadField(
            "row", f"cut short: {len(row.cells)} of {row.expected_cells} columns; export it again"
        )
    if row.too_long:
        raise BadField(
            "row",
            f"{len(row.cells)} columns instead of {row.expected_cells}; "
            "a cell holds an unquoted separator",
        )
    order_id = row.get("order_id")
    if not order_id:
        raise BadField("order_id", "no order number")
    if order_id in seen:
        if seen[order_id] == row.cells:
            return None
        raise BadField("order_id", f"order number {order_id} was there before, with other content")
    return order_id


def _read(
    row: Row, order_id: str, mapping: Mapping, reader: Reader, largest: Load | None, salt: str
) -> ImportedOrder:
    point = _point(row, mapping, reader)
    load = _load(row, reader, largest)
    opens = reader.instant("opens", row.get("opens"))
    closes = reader.instant("closes", row.get("closes"))
    if closes <= opens:
        raise BadField(
            "closes", f"the window closes at {row.get('closes')}, not after {row.get('opens')}"
        )
    priority = _priority(row, mapping)
    minutes = row.get("service_min")
    service_s = (
        reader.scaled("service_min", minutes, 60) if minutes else mapping.orders.service_min * 60
    )
    customer_id = _customer_id(row, salt)
    has_phone = looks_like_phone(row.get("phone"))
    promise = TimeWindow(opens, closes)
    release_at = reader.instant("release", row.get("release")) if row.get("release") else None
    pickup = read_pickup(row, mapping, reader, promise)
    if pickup is not None or comes_back(row, mapping):
        for field in (f for f in ("release", "depot") if row.get(f)):
            raise BadField(field, "these goods are not at a depot; say where they are collected")
    order = Order(
        order_id=OrderId(order_id),
        customer_id=customer_id,
        point=point,
        load=load,
        promise=promise,
        service_s=service_s,
        priority=priority,
        needs=reader.words(row.get("needs")),
        hours=_hours(row, reader, promise),
        release_at=release_at,
        prize_cents=reader.scaled("prize", row.get("prize"), 100) if row.get("prize") else None,
        max_height_cm=reader.above_zero("max_height_m", row.get("max_height_m"), 100),
        depot_id=depot_named(row, "depot", mapping),
        returns=comes_back(row, mapping),
        pickup=pickup,
        floor=read_floor(row, reader),
        lift=read_lift(row, mapping),
        access=read_access(row, mapping),
    )
    address = ", ".join(p for p in (row.get("address"), row.get("postcode"), row.get("city")) if p)
    words = (
        PersonalText(
            key=f"customer:{customer_id}",
            name=row.get("customer"),
            phone=row.get("phone") if has_phone else "",
        ),
        PersonalText(key=f"order:{order_id}", address=address, note=row.get("note")),
    )
    return ImportedOrder(
        row.line, order, Customer(customer_id, channel="sms" if has_phone else "none"), words
    )


def _hours(row: Row, reader: Reader, promise: TimeWindow) -> tuple[TimeWindow, ...]:
    hours = reader.hours("hours", row.get("hours"))
    if hours and not any(h.opens <= promise.closes and promise.opens <= h.closes for h in hours):
        text = f"the door is never open ({row.get('hours')}) inside the promised window"
        raise BadField("hours", text)
    return hours


def _point(row: Row, mapping: Mapping, reader: Reader) -> Point | None:
    if not row.get("lat") and not row.get("lon"):
        if not row.get("address"):
            raise BadField("address", "neither an address nor coordinates")
        return None
    return located(row, mapping, reader, "lat", "lon")


def _load(row: Row, reader: Reader, largest: Load | None) -> Load:
    load = Load(
        parcels=reader.count("parcels", row.get("parcels")) if row.get("parcels") else 1,
        weight_g=reader.scaled("weight_kg", row.get("weight_kg") or "0", 1000),
        volume_ml=reader.scaled("volume_l", row.get("volume_l") or "0", 1000),
    )
    if largest is not None and load.weight_g > largest.weight_g:
        raise BadField(
            "weight_kg",
            f"{load.weight_g / 1000:g} kg is more than any vehicle carries "
            f"({largest.weight_g / 1000:g} kg)",
        )
    if largest is not None and load.volume_ml > largest.volume_ml:
        raise BadField(
            "volume_l",
            f"{load.volume_ml / 1000:g} l is more than any vehicle holds "
            f"({largest.volume_ml / 1000:g} l)",
        )
    return load


def _priority(row: Row, mapping: Mapping) -> Priority:
    text = row.get("priority").lower()
    if not text:
        return Priority.STANDARD
    known = {name.lower(): ours for name, ours in mapping.orders.priorities.items()}
    if text not in known:
        raise BadField(
            "priority",
            f"unknown priority {row.get('priority')!r}; known are {', '.join(sorted(known))}",
        )
    return Priority(known[text])


def _customer_id(row: Row, salt: str) -> CustomerId:
    """Return a lasting id; the salt keeps it from being computed back to a person."""
    digits = "".join(c for c in row.get("phone") if c.isdigit())
    who = "\x1f".join((salt, row.get("customer").casefold(), digits or row.get("address")))
    return CustomerId("c-" + blake2b(who.encode(), digest_size=8).hexdigest())


def _remark(row: Row, imported: ImportedOrder, problems: Problems) -> None:
    phone = row.get("phone")
    if phone and imported.customer.channel == "none":
        problems.add(
            row.line,
            "phone",
            Outcome.WARNING,
            f"{phone!r} is not a phone number: delivery is possible, messages are not",
        )
    if imported.order.point is None:
        problems.add(
            row.line,
            "lat",
            Outcome.NEEDS_ADDRESS,
            "no coordinates, only an address: imported, not plannable until located",
        )
