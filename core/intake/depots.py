"""Reads the depots of a mapping, and the names that rows give them."""

from core.domain.fleet import Depot
from core.domain.ids import DepotId
from core.domain.place import Point
from core.domain.time import TimeWindow
from core.intake.fields import BadField, Reader
from core.intake.mapping import BadMapping, DepotPart, Mapping
from core.intake.table import Row


def read_depots(mapping: Mapping, reader: Reader) -> tuple[Depot, ...]:
    """Return the depots of the day, that of `[depot]` first; BadMapping names a wrong one."""
    found: dict[DepotId, Depot] = {}
    for part in (mapping.depot, *mapping.depots):
        depot = _depot(part, reader)
        if depot.depot_id in found:
            raise BadMapping(f"depots: there are two of the id {depot.depot_id}")
        found[depot.depot_id] = depot
    return tuple(found.values())


def _depot(part: DepotPart, reader: Reader) -> Depot:
    try:
        return Depot(
            DepotId(part.id),
            Point.at(part.lat, part.lon),
            TimeWindow(reader.local("opens", part.opens), reader.local("closes", part.closes)),
            loading_s=part.loading_min * 60,
            load_out_s=part.load_out_min * 60,
            doors=part.doors,
        )
    except (BadField, ValueError) as bad:
        raise BadMapping(f"depot: {bad}") from bad


def depot_named(row: Row, field: str, mapping: Mapping) -> DepotId | None:
    """Return the depot that a cell names; None where it is empty."""
    text = row.get(field)
    if not text:
        return None
    known = [part.id for part in (mapping.depot, *mapping.depots)]
    if text not in known:
        raise BadField(field, f"there is no depot {text!r}; known are {', '.join(known)}")
    return DepotId(text)


def nearest_m(point: Point, mapping: Mapping) -> int:
    """Return how far a place is from the nearest depot."""
    depots = (mapping.depot, *mapping.depots)
    return min(point.crow_m(Point.at(d.lat, d.lon)) for d in depots)
