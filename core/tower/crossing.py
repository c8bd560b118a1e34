"""Where riders are relative to an area on the road: in it, driving into it next, or later."""

from core.domain.day import Incident
from core.domain.place import Area, Point
from core.domain.plan import Progress, RouteState
from core.tower.look import Look


def place_of(look: Look, route: RouteState) -> Point:
    """Return where a vehicle is: its last fresh fix, else the place of its last proof."""
    fixes = look.positions.get(route.vehicle_id, ())
    if fixes:
        return fixes[-1].point
    if route.progress is Progress.AT_STOP and route.remaining:
        return route.remaining[0].point
    return route.last_point or route.start


def is_inside(look: Look, route: RouteState, incident: Incident) -> bool:
    """Return whether a vehicle that has left the depot is in the area."""
    on_the_road = route.progress in (Progress.DRIVING, Progress.AT_STOP)
    return on_the_road and incident.area.holds(place_of(look, route))


def drives_in_next(look: Look, route: RouteState, incident: Incident) -> bool:
    """Return whether the leg that is driven now, or from the door where the driver stands, leads
    into the area. A vehicle at the depot can still be kept out of it."""
    if route.progress is Progress.DRIVING and route.remaining:
        return passes(place_of(look, route), route.remaining[0].point, incident.area)
    if route.progress is Progress.AT_STOP and len(route.remaining) > route.frozen:
        here, then = route.remaining[0].point, route.remaining[route.frozen].point
        return passes(here, then, incident.area)
    return False


def crosses(look: Look, route: RouteState, incident: Incident) -> bool:
    """Return whether a leg that begins before the incident clears passes its area."""
    here = place_of(look, route)
    for stop in route.remaining:
        if passes(here, stop.point, incident.area):
            return True
        here = stop.point
        leave = look.times.leave_s.get(stop.stop_id)
        if leave is None or incident.clears_at is None:
            continue
        if float(leave.mean()) > (incident.clears_at - look.now).total_seconds():
            return False
    return False


def passes(start: Point, end: Point, area: Area) -> bool:
    """Return whether the straight line between two points touches the area."""
    if area.holds(start) or area.holds(end):
        return True
    # A local plane is exact enough for a few kilometres: a degree of longitude shrinks with the
    # cosine of the latitude, measured here by crow_m itself.
    c = area.centre
    east = c.crow_m(Point(c.lat_e6, c.lon_e6 + 10_000)) / 10_000
    north = c.crow_m(Point(c.lat_e6 + 10_000, c.lon_e6)) / 10_000
    ax, ay = (start.lon_e6 - c.lon_e6) * east, (start.lat_e6 - c.lat_e6) * north
    bx, by = (end.lon_e6 - c.lon_e6) * east, (end.lat_e6 - c.lat_e6) * north
    dx, dy = bx - ax, by - ay
    length2 = dx * dx + dy * dy
    t = 0.0 if length2 == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length2))
    x, y = ax + t * dx, ay + t * dy
    return x * x + y * y <= area.radius_m**2
