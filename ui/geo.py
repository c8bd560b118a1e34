"""Map layers: the day's roads from our own server, routes before dashed and after solid."""

from collections.abc import Iterable
from itertools import pairwise
from math import cos, hypot, log2, radians

import pydeck as pdk

from ui.route_shapes import ProposalMap, Route, Stop
from ui.shapes import GeoJson
from ui.style import vehicle_colour
from ui.words import arrival, at, may_fail, seen, visited

Line = list[list[float]]
DASH_M = 35.0
MAP_PX = (520, 255)
"""What surely fits of the map on a small screen, less a margin."""
STATES = {"at_risk": (230, 159, 0), "broken": (226, 85, 58)}
GREY = (150, 150, 150)
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


def points_of(collection: GeoJson) -> Line:
    """Return every point of what is still to be driven."""
    found: Line = []
    for feature in collection.get("features", []):
        if feature["properties"].get("part") != "done":
            found += feature["geometry"]["coordinates"]
    return found


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


def stop_layer(routes: Iterable[Route], vehicles: list[str], *, dark: bool = True) -> pdk.Layer:
    """Open stops: at risk amber, broken red and both larger, moved ones ringed against the map."""
    strong, faint = ([255, 255, 255, 255], [20, 24, 29, 160])
    if not dark:
        strong, faint = ([20, 24, 29, 255], [255, 255, 255, 160])
    rows: list[dict[str, object]] = []
    for route in routes:
        own = vehicle_colour(route["vehicle_id"], vehicles)
        for stop in route["stops"]:
            if stop["status"] not in ("open", "current"):
                continue
            rows.append(
                {
                    "position": [stop["lon"], stop["lat"]],
                    "colour": [*STATES.get(stop["state"], own), 255],
                    "radius": 6 if stop["meets"] else 4 if stop["state"] != "fine" else 2.5,
                    "ring": strong if stop["moved"] else faint,
                    "label": _stop_label(route["vehicle_id"], stop),
                }
            )
    return _dots("stops", rows)


def _stop_label(vehicle_id: str, stop: Stop) -> str:
    late = f", {stop['late_min']} min late" if stop["late_min"] else ""
    moved = ", moved" if stop["moved"] else ""
    return f"{vehicle_id} · {visited(stop)} · {arrival(stop)}{late}{moved}{may_fail(stop)}"


def meeting_layer(routes: Iterable[Route]) -> pdk.Layer:
    """Where two drivers meet, with who and when: one place for both, so it is said once."""
    said: dict[tuple[float, float], dict[str, object]] = {}
    for route in routes:
        for stop in route["stops"]:
            if stop["meets"] and stop["status"] in ("open", "current"):
                who = " + ".join(sorted((route["vehicle_id"], stop["meets"])))
                place = (stop["lon"], stop["lat"])
                said[place] = {
                    "position": list(place),
                    "name": f"{who} meet {at(stop['expected_at'])}",
                }
    return _names("meetings", list(said.values()), below=True)


def vehicle_layers(routes: Iterable[Route], vehicles: list[str]) -> list[pdk.Layer]:
    """Where each driver was seen last, by name; old positions are grey and say their age."""
    rows: list[dict[str, object]] = []
    for route in routes:
        place = route["last_seen"]
        if place is None or (place["stale"] and route["done"] == route["total"]):
            # Nobody looks for who is back.
            continue
        colour = GREY if place["stale"] else vehicle_colour(route["vehicle_id"], vehicles)
        age = seen(place["age_s"])
        rows.append(
            {
                "position": [place["lon"], place["lat"]],
                "colour": [*colour, 255],
                "radius": 9,
                "ring": [255, 255, 255, 255],
                "label": f"{route['vehicle_id']} seen {age}",
                "name": f"{route['vehicle_id']} {age}" if place["stale"] else route["vehicle_id"],
            }
        )
    return [_dots("vehicles", rows), _names("names", rows)]


def _names(layer_id: str, rows: list[dict[str, object]], *, below: bool = False) -> pdk.Layer:
    return pdk.Layer(
        "TextLayer",
        rows,
        id=layer_id,
        get_position="position",
        get_text="name",
        get_size=13,
        get_color=[255, 255, 255, 255],
        get_pixel_offset=[0, 20 if below else -18],
        background=True,
        get_background_color=[20, 24, 29, 220],
        background_padding=[4, 1],
    )


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
    """Return a view that shows all [lon, lat] points on a map of MAP_PX."""
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    width = max(max(lons) - min(lons), 0.002)
    height = max(max(lats) - min(lats), 0.001) / cos(radians(lat))
    # At zoom 0 the world is 512 pixels wide.
    zoom = min(log2(MAP_PX[0] * 360 / 512 / width), log2(MAP_PX[1] * 360 / 512 / height))
    return pdk.ViewState(longitude=lon, latitude=lat, zoom=round(min(16.0, zoom), 2))
