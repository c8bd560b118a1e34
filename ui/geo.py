"""Map layers: the day's roads from our own server, routes before dashed and after solid."""

from collections.abc import Iterable
from itertools import pairwise
from math import cos, hypot, log2, radians

import pydeck as pdk

from ui.shapes import GeoJson, ProposalMap, Route
from ui.style import vehicle_colour

Line = list[list[float]]
DASH_M = 35.0
_M_PER_DEGREE = 111_320.0


def dashes(line: Line, dash_m: float = DASH_M) -> list[Line]:
    """Return every second piece of `dash_m` metres of a line of [lon, lat] pairs."""
    pieces: list[Line] = []
    current: Line = []
    walked, drawing = 0.0, True
    for start, end in pairwise(line):
        scale = cos(radians(start[1]))
        length = hypot((end[0] - start[0]) * scale, end[1] - start[1]) * _M_PER_DEGREE
        done = 0.0
        if drawing and not current:
            current = [start]
        while length - done > dash_m - walked:
            done += dash_m - walked
            share = done / length
            point = [start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share]
            if drawing:
                pieces.append([*current, point])
                current = []
            else:
                current = [point]
            drawing, walked = not drawing, 0.0
        walked += length - done
        if drawing:
            current.append(end)
    if drawing and len(current) > 1:
        pieces.append(current)
    return pieces


def _lines(collection: GeoJson, vehicles: list[str], *, dashed: bool) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for feature in collection.get("features", []):
        vehicle = str(feature["properties"].get("vehicle_id", ""))
        line: Line = feature["geometry"]["coordinates"]
        colour = list(vehicle_colour(vehicle, vehicles))
        paths = dashes(line) if dashed else [line]
        rows.extend({"path": path, "colour": colour, "label": vehicle} for path in paths)
    return rows


def before_layer(shown: ProposalMap, vehicles: list[str]) -> pdk.Layer:
    return _path_layer("before", _lines(shown["before"], vehicles, dashed=True), 3, 0.8)


def after_layer(shown: ProposalMap, vehicles: list[str]) -> pdk.Layer:
    return _path_layer("after", _lines(shown["after"], vehicles, dashed=False), 4, 0.95)


def route_layer(lines: GeoJson, vehicles: list[str]) -> pdk.Layer:
    return _path_layer("routes", _lines(lines, vehicles, dashed=False), 3, 0.8)


def _path_layer(
    layer_id: str, rows: list[dict[str, object]], width: int, opacity: float
) -> pdk.Layer:
    return pdk.Layer(
        "PathLayer",
        rows,
        id=layer_id,
        get_path="path",
        get_color="colour",
        width_min_pixels=width,
        opacity=opacity,
        cap_rounded=True,
        joint_rounded=True,
        pickable=True,
    )


def moved_layer(shown: ProposalMap, vehicles: list[str]) -> pdk.Layer:
    """Stops of the changed routes; those that move are large and ringed."""
    rows: list[dict[str, object]] = []
    for feature in shown["stops"].get("features", []):
        said = feature["properties"]
        moved = bool(said.get("moved"))
        vehicle = str(said.get("to_vehicle") or said.get("from_vehicle") or "")
        rows.append(
            {
                "position": feature["geometry"]["coordinates"],
                "colour": [*vehicle_colour(vehicle, vehicles), 255 if moved else 150],
                "radius": 7 if moved else 3,
                "ring": [255, 255, 255, 255 if moved else 0],
                "label": _stop_label(said),
            }
        )
    return _dots("moved", rows)


def _stop_label(said: dict[str, object]) -> str:
    order = said.get("order_id") or said.get("kind")
    if said.get("moved") and said.get("from_vehicle") != said.get("to_vehicle"):
        return f"{order}: {said.get('from_vehicle') or 'new'} → {said.get('to_vehicle')}"
    return str(order)


def stop_layer(routes: Iterable[Route], vehicles: list[str]) -> pdk.Layer:
    """Open stops of the shown routes: at risk amber, broken red, fine in the vehicle's colour."""
    colours = {"at_risk": (230, 159, 0), "broken": (213, 69, 43)}
    rows: list[dict[str, object]] = []
    for route in routes:
        own = vehicle_colour(route["vehicle_id"], vehicles)
        for stop in route["stops"]:
            if stop["status"] in ("done", "cancelled"):
                continue
            rows.append(
                {
                    "position": [stop["lon"], stop["lat"]],
                    "colour": [*colours.get(stop["state"], own), 220],
                    "radius": 5 if stop["state"] != "fine" else 3,
                    "ring": [0, 0, 0, 120],
                    "label": f"{route['vehicle_id']} · {stop['order_id'] or stop['kind']} · "
                    f"{stop['expected_at'][11:16]}",
                }
            )
    return _dots("stops", rows)


def vehicle_layer(routes: Iterable[Route], vehicles: list[str]) -> pdk.Layer:
    """Where each driver was seen last; old positions are grey and say their age."""
    rows: list[dict[str, object]] = []
    for route in routes:
        seen = route["last_seen"]
        if seen is None:
            continue
        grey = (150, 150, 150)
        colour = grey if seen["stale"] else vehicle_colour(route["vehicle_id"], vehicles)
        rows.append(
            {
                "position": [seen["lon"], seen["lat"]],
                "colour": [*colour, 255],
                "radius": 9,
                "ring": [255, 255, 255, 255],
                "label": f"{route['vehicle_id']} seen {seen['age_s']} s ago",
            }
        )
    return _dots("vehicles", rows)


def _dots(layer_id: str, rows: list[dict[str, object]]) -> pdk.Layer:
    return pdk.Layer(
        "ScatterplotLayer",
        rows,
        id=layer_id,
        get_position="position",
        get_fill_color="colour",
        get_line_color="ring",
        get_radius="radius",
        radius_units="'pixels'",
        line_width_units="'pixels'",
        get_line_width=1.5,
        stroked=True,
        pickable=True,
    )


def view_of(points: list[list[float]]) -> pdk.ViewState:
    """Return a view that shows all [lon, lat] points."""
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    span = max(max(lons) - min(lons), (max(lats) - min(lats)) / cos(radians(lat)) * 2, 0.004)
    return pdk.ViewState(longitude=lon, latitude=lat, zoom=min(16.0, log2(360 / span) + 0.4))
