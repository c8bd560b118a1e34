"""Reads other ways to serve an order: a row for each, of a file of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.domain.alternative import Alternative
from core.domain.ids import OrderId
from core.domain.order import Order
from core.domain.place import Point
from core.domain.time import TimeWindow
from core.intake.fields import BadField, Reader
from core.intake.mapping import Mapping
from core.intake.orders import ImportedOrder
from core.intake.places import located
from core.intake.report import Outcome, Problems
from core.intake.table import Row


def with_alternatives(
    orders: Sequence[ImportedOrder],
    rows: Iterable[Row],
    mapping: Mapping,
    reader: Reader,
    problems: Problems,
) -> list[ImportedOrder]:
    """Return the orders with the ways that good rows name, in file order; the rest is in
    `problems`, and takes nothing from the order itself."""
    known = {o.order.order_id: o for o in orders}
    seen: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows:
        try:
            name = row.get("order_id")
            held = known.get(OrderId(name))
            if held is None:
                raise BadField("order_id", _unknown(name))
            way = row.get("way")
            if not way:
                raise BadField("way", f"another way to serve {name} needs a name, such as locker")
            if seen.get((name, way)) == row.cells:
                text = "exact duplicate of an earlier row"
                problems.add(row.line, "way", Outcome.SKIP, text)
                continue
            other = _read(row, way, held.order, mapping, reader)
            ways = (*held.order.alternatives, other)
            try:
                order = replace(held.order, alternatives=ways)
            except ValueError as error:
                text = f"{name} has a way {way!r} already, with other content"
                raise BadField("way", text) from error
        except BadField as bad:
            problems.add(row.line, bad.field, Outcome.ERROR, bad.reason)
            continue
        seen[name, way] = row.cells
        known[order.order_id] = replace(held, order=order)
    return list(known.values())


def _unknown(name: str) -> str:
    if not name:
        return "no order number"
    return f"{name} is none of the orders that can be imported; see their own file"


def _read(row: Row, way: str, order: Order, mapping: Mapping, reader: Reader) -> Alternative:
    if row.cut_short or row.too_long:
        raise BadField("row", f"{len(row.cells)} columns instead of {row.expected_cells}")
    opens, closes = order.promise.opens, order.promise.closes
    if row.get("opens"):
        opens = reader.instant("opens", row.get("opens"))
    if row.get("closes"):
        closes = reader.instant("closes", row.get("closes"))
    if closes <= opens:
        raise BadField("closes", f"the window of {way} closes before it opens")
    window = TimeWindow(opens, closes)
    hours = reader.hours("hours", row.get("hours"))
    if hours and not any(h.opens <= closes and opens <= h.closes for h in hours):
        raise BadField("hours", f"{way} is never open ({row.get('hours')}) inside its window")
    lasts = row.get("service_min")
    at_home = not row.get("lat") and not row.get("lon")
    return Alternative(
        way=way,
        point=_point(row, way, order, mapping, reader),
        window=window,
        service_s=reader.scaled("service_min", lasts, 60) if lasts else order.service_s,
        price_cents=reader.scaled("price", row.get("price"), 100) if row.get("price") else 0,
        hours=hours,
        max_height_cm=reader.above_zero("max_height_m", row.get("max_height_m"), 100),
        floor=order.floor if at_home else None,
        lift=order.lift and at_home,
        access=order.access if at_home else None,
    )


def _point(row: Row, way: str, order: Order, mapping: Mapping, reader: Reader) -> Point:
    """Return where that way is: at the order's own door where the row says nothing."""
    if row.get("lat") or row.get("lon"):
        return located(row, mapping, reader, "lat", "lon")
    if order.point is None:
        raise BadField("lat", f"says no place, and the door of {order.order_id} has none yet")
    if not row.get("opens") and not row.get("closes") and not row.get("hours"):
        raise BadField("lat", f"{way} is neither another place nor another time")
    return order.point
