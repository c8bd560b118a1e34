"""Reads where the goods of an order are, when they are not at the depot."""

from core.domain.order import Pickup
from core.domain.time import TimeWindow
from core.intake.fields import BadField, Reader
from core.intake.mapping import Mapping
from core.intake.places import located
from core.intake.table import Row


def comes_back(row: Row, mapping: Mapping) -> bool:
    """Return whether a row tells of goods that come to the depot; the column may be empty."""
    return row.get("direction").lower() in {word.lower() for word in mapping.orders.returns}


def read_pickup(row: Row, mapping: Mapping, reader: Reader, promise: TimeWindow) -> Pickup | None:
    """Return where and when goods are collected that then go to the door of the row; None where
    they are at the depot. Without hours of its own a sender is there from when the depot opens
    until the receiver's window closes."""
    if not row.get("from_lat") and not row.get("from_lon"):
        for field in ("from_opens", "from_closes", "from_service_min"):
            if row.get(field):
                raise BadField(field, "says when goods are collected, but not where")
        return None
    if comes_back(row, mapping):
        raise BadField("from_lat", "what comes to the depot is collected at its own door")
    point = located(row, mapping, reader, "from_lat", "from_lon")
    opens = reader.local("opens", mapping.depot.opens)
    closes = promise.closes
    if row.get("from_opens"):
        opens = reader.instant("from_opens", row.get("from_opens"))
    if row.get("from_closes"):
        closes = reader.instant("from_closes", row.get("from_closes"))
    if closes <= opens:
        raise BadField("from_closes", "the sender's window closes before it opens")
    if opens > promise.closes:
        raise BadField("from_opens", "the goods are ready after the receiver's window closes")
    text = row.get("from_service_min")
    lasts_s = (
        reader.scaled("from_service_min", text, 60) if text else mapping.orders.service_min * 60
    )
    return Pickup(point, TimeWindow(opens, closes), lasts_s)
