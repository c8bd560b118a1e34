"""Streets of a road graph by name, and its main roads as a drawing."""

from collections.abc import Sequence

import numpy as np

from core.domain.place import Point
from core.travel.graph import RoadGraph
from core.travel.osm import CLASSES

ATTRIBUTION = "© OpenStreetMap contributors"

# Where doors are: not on motorways, ramps and car parks.
_WITH_DOORS = ("primary", "secondary", "tertiary", "unclassified", "residential", "living_street")

# Drawn class by class, the greatest first, until the map has this many vertices (about 1 MB).
_LEVELS = (
    ("motorway", "trunk"), ("primary",), ("secondary",), ("tertiary",),
    ("unclassified", "residential", "living_street"), ("pedestrian", "service"),
)  # fmt: skip
MAX_VERTICES = 30_000


def _numbers(classes: Sequence[str]) -> list[int]:
    return [CLASSES.index(name) for name in classes]


def street_points(graph: RoadGraph) -> tuple[tuple[Point, str], ...]:
    """Return places along named streets where doors can be, each once, sorted by street."""
    chosen = np.isin(graph.road_class, _numbers(_WITH_DOORS)) & (graph.street > 0)
    street_of: dict[int, int] = {}
    for arc in np.nonzero(chosen)[0].tolist():
        node, street = int(graph.head[arc]), int(graph.street[arc])
        street_of[node] = min(street, street_of.get(node, street))
    rows = sorted(
        (street, int(graph.lat_e6[node]), int(graph.lon_e6[node]))
        for node, street in street_of.items()
    )
    names: list[str] = graph.streets.tolist()
    return tuple((Point(lat, lon), names[street]) for street, lat, lon in dict.fromkeys(rows))


def main_roads_geojson(graph: RoadGraph) -> dict[str, object]:
    """Return the main roads as a FeatureCollection with its attribution.

    A small map is drawn down to its side streets, a large one stops at its great roads.
    """
    features: list[dict[str, object]] = []
    vertices = 0
    for level in _LEVELS:
        links = [link for name in level if (link := f"{name}_link") in CLASSES]
        lines = _lines(graph, _numbers([*level, *links]))
        vertices += sum(len(line) for _, _, line in lines)
        if features and vertices > MAX_VERTICES:
            break
        features.extend(
            {
                "type": "Feature",
                "properties": {"class": road_class, "name": name},
                "geometry": {"type": "LineString", "coordinates": line},
            }
            for road_class, name, line in lines
        )
    return {
        "type": "FeatureCollection",
        "attribution": ATTRIBUTION,
        "map_date": graph.map_date,
        "features": features,
    }


def _lines(graph: RoadGraph, numbers: list[int]) -> list[tuple[str, str, list[list[float]]]]:
    """Join the arcs of those classes into lines, each road once though driven both ways."""
    names: list[str] = graph.streets.tolist()
    drawn: set[tuple[int, int]] = set()
    lines: list[tuple[str, str, list[list[float]]]] = []
    last: tuple[int, int, int] | None = None
    for arc in np.nonzero(np.isin(graph.road_class, numbers))[0].tolist():
        tail, head = int(graph.tail[arc]), int(graph.head[arc])
        if (head, tail) in drawn:
            continue
        drawn.add((tail, head))
        road_class, street = int(graph.road_class[arc]), int(graph.street[arc])
        if last != (tail, road_class, street):
            lines.append((CLASSES[road_class], names[street], [_degrees(graph, tail)]))
        lines[-1][2].append(_degrees(graph, head))
        last = (head, road_class, street)
    return lines


def _degrees(graph: RoadGraph, node: int) -> list[float]:
    return [round(int(graph.lon_e6[node]) / 1e6, 5), round(int(graph.lat_e6[node]) / 1e6, 5)]
