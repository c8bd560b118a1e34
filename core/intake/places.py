"""Reads coordinates of a row, and tells a mistake from a place."""

from core.domain.place import Point
from core.intake.depots import nearest_m
from core.intake.fields import BadField, Reader
from core.intake.mapping import Mapping
from core.intake.table import Row


def located(row: Row, mapping: Mapping, reader: Reader, lat_name: str, lon_name: str) -> Point:
    """Return the place that two cells name; BadField when it lies out of reach of the depot."""
    lat_text, lon_text = row.get(lat_name), row.get(lon_name)
    lat, lon = reader.coordinate(lat_name, lat_text), reader.coordinate(lon_name, lon_text)
    reach_m = mapping.depot.reach_km * 1000
    if abs(lat) > 90:
        raise BadField(lat_name, f"latitude {lat_text} lies outside -90..90")
    away_m = nearest_m(Point.at(lat, lon), mapping)
    if away_m <= reach_m:
        return Point.at(lat, lon)
    if abs(lon) <= 90 and nearest_m(Point.at(lon, lat), mapping) <= reach_m:
        raise BadField(lat_name, "latitude and longitude are swapped")
    raise BadField(
        lat_name,
        f"lies {away_m // 1000} km from the depot, farther than {mapping.depot.reach_km} km",
    )
