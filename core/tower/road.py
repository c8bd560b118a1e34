"""Detects riders held up by a road incident, reported or presumed from several that stand."""

from core.domain.case import DeliveryException, Evidence, ExceptionType
from core.domain.day import Incident
from core.domain.ids import VehicleId
from core.domain.place import Area, Point
from core.domain.plan import Progress, RouteState
from core.domain.position import Position
from core.tower.look import Look, exception_id, minutes, moving, observed

# Losing less than this to an incident is everyday traffic.
MIN_LOST_S = 300
# Below this an open case keeps a rider no longer.
KEEP_LOST_S = 120


def road_incidents(look: Look) -> tuple[DeliveryException, ...]:
    """Return one exception for each open incident that holds up at least one rider.

    A rider belongs to the incident that is nearest to where the time is lost, and to one only.
    """
    incidents = look.day.open_incidents()
    members: dict[int, list[VehicleId]] = {}
    evidence: dict[int, list[Evidence]] = {}
    for route in moving(look.day):
        known = any(str(e).startswith("road_incident:") for e in look.known)
        limit = KEEP_LOST_S if known else MIN_LOST_S
        lost = look.lost_s.get(route.vehicle_id, 0)
        seat = _seat(look, route)
        inside = [n for n, i in enumerate(incidents) if seat and i.area.holds(seat.point)]
        crossing = [n for n, i in enumerate(incidents) if lost >= limit and _meets(look, route, i)]
        for n in (*inside, *crossing)[:1]:
            members.setdefault(n, []).append(route.vehicle_id)
            lines = evidence.setdefault(n, [])
            if n in inside and seat is not None:
                lines.append(observed(f"{route.vehicle_id} is inside the area", seat.at))
            lines.append(
                observed(
                    f"{route.vehicle_id} is expected to lose {minutes(lost)} min",
                    look.now,
                    minutes(lost),
                    "min",
                )
            )
    return tuple(
        _exception(look, incidents[n], tuple(sorted(members[n])), evidence[n])
        for n in sorted(members)
    )


def _seat(look: Look, route: RouteState) -> Position | None:
    """Return where a driving vehicle was last proved to be; None when that is not fresh."""
    if route.progress is not Progress.DRIVING:
        return None
    fixes = look.positions.get(route.vehicle_id, ())
    return fixes[-1] if fixes else None


def _meets(look: Look, route: RouteState, incident: Incident) -> bool:
    """Return whether a leg that begins before the incident clears passes its area."""
    seat = _seat(look, route)
    here = seat.point if seat is not None else (route.last_point or route.start)
    for stop in route.remaining:
        if _passes(here, stop.point, incident.area):
            return True
        here = stop.point
        leave = look.times.leave_s.get(stop.stop_id)
        if leave is None or incident.clears_at is None:
            continue
        if float(leave.mean()) > (incident.clears_at - look.now).total_seconds():
            return False
    return False


def _passes(start: Point, end: Point, area: Area) -> bool:
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


def _exception(
    look: Look, incident: Incident, vehicles: tuple[VehicleId, ...], evidence: list[Evidence]
) -> DeliveryException:
    name = exception_id(ExceptionType.ROAD_INCIDENT, incident.incident_id)
    where = incident.street or "an unnamed street"
    first = observed(
        f"{where}: {incident.speed_pct} % of normal speed left",
        incident.reported_at,
        incident.speed_pct,
        "%",
    )
    return DeliveryException(
        exception_id=name,
        type=ExceptionType.ROAD_INCIDENT,
        subject=f"incident:{incident.incident_id}",
        cause=f"incident:{incident.incident_id}",
        vehicle_ids=vehicles,
        order_ids=(),
        detected_at=look.first_seen(name),
        evidence=(first, *evidence),
    )
