"""Lines and points for the map, as GeoJSON on the roads driven."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from api.live import Live
from api.schemas import JsonObject
from core.domain.day import Day
from core.domain.option import NewRoute
from core.domain.place import Point
from core.domain.plan import RouteState, Stop
from core.travel.protocol import TravelTimes


def collection(features: Iterable[JsonObject]) -> JsonObject:
    return {"type": "FeatureCollection", "features": list(features)}


def line_feature(points: Sequence[Point], **properties: object) -> JsonObject:
    return {
        "type": "Feature",
        "geometry": {
            "type": "LineString",
            "coordinates": [[p.lon, p.lat] for p in points],
        },
        "properties": properties,
    }


def point_feature(point: Point, **properties: object) -> JsonObject:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]},
        "properties": properties,
    }


@lru_cache(maxsize=8_000)
def _leg(travel: TravelTimes, start: Point, end: Point) -> tuple[Point, ...]:
    return travel.geometry(start, end)


def path(travel: TravelTimes, points: Sequence[Point]) -> list[Point]:
    """Return the line driven through `points`; at least two points, so that it is a line."""
    line: list[Point] = []
    for start, end in pairwise(points):
        if start == end:
            continue
        leg = _leg(travel, start, end)
        line.extend(leg if not line else leg[1:])
    if len(line) < 2:
        first = points[0]
        return [first, first]
    return line


def here(live: Live, route: RouteState) -> Point:
    """Return where the vehicle was last known to be."""
    seen = live.owner.positions.get(route.vehicle_id, ())
    last = max(seen, key=lambda p: p.at) if seen else None
    if last is not None and (route.since is None or last.at >= route.since):
        return last.point
    return route.last_point or route.start


def rest_of(live: Live, route: RouteState, stops: Sequence[Stop]) -> list[Point]:
    """Return the line from where the vehicle is through `stops` and back."""
    return path(live.travel, [here(live, route), *(s.point for s in stops), route.end])


def routes_geojson(live: Live, routes: Iterable[RouteState]) -> JsonObject:
    """Return for each route what is driven (`part` done) and what is ahead (`part` ahead)."""
    features: list[JsonObject] = []
    for route in routes:
        behind = [route.start, *(s.point for s in route.stops[: route.done])]
        if len(behind) > 1:
            line = path(live.travel, behind)
            features.append(line_feature(line, vehicle_id=route.vehicle_id, part="done"))
        ahead = rest_of(live, route, route.remaining)
        features.append(line_feature(ahead, vehicle_id=route.vehicle_id, part="ahead"))
    return collection(features)


def difference(
    live: Live, day: Day, changes: Sequence[NewRoute]
) -> tuple[JsonObject, JsonObject, JsonObject]:
    """Return the lines before, the lines after, and the stops of both with what moves."""
    before: list[JsonObject] = []
    after: list[JsonObject] = []
    held: dict[str, tuple[str, int]] = {}
    for change in changes:
        route = day.routes[change.vehicle_id]
        line = rest_of(live, route, route.remaining)
        before.append(line_feature(line, vehicle_id=route.vehicle_id, part="before"))
        line = rest_of(live, route, change.stops)
        after.append(line_feature(line, vehicle_id=route.vehicle_id, part="after"))
        for i, stop in enumerate(route.remaining):
            held[stop.stop_id] = (route.vehicle_id, i)
    return collection(before), collection(after), collection(_stops(day, changes, held))


def _stops(
    day: Day, changes: Sequence[NewRoute], held: dict[str, tuple[str, int]]
) -> list[JsonObject]:
    features: list[JsonObject] = []
    placed: set[str] = set()
    for change in changes:
        for i, stop in enumerate(change.stops):
            placed.add(stop.stop_id)
            origin, index = held.get(stop.stop_id, ("", -1))
            features.append(
                point_feature(
                    stop.point,
                    stop_id=stop.stop_id,
                    order_id=stop.order_id,
                    kind=stop.kind.value,
                    from_vehicle=origin or None,
                    to_vehicle=change.vehicle_id,
                    moved=origin != change.vehicle_id or index != i,
                    position=day.routes[change.vehicle_id].done + i + 1,
                )
            )
    features.extend(
        point_feature(
            stop.point,
            stop_id=stop.stop_id,
            order_id=stop.order_id,
            kind=stop.kind.value,
            from_vehicle=change.vehicle_id,
            to_vehicle=None,
            moved=True,
            position=None,
        )
        for change in changes
        for stop in day.routes[change.vehicle_id].remaining
        if stop.stop_id not in placed
    )
    return features
