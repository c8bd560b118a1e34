"""What the traffic feed says of a jam: near the truth, and never the truth itself."""

from math import exp

from core.domain.ids import IncidentId
from core.domain.place import Area, Point
from evals.world.draws import Draws
from evals.world.traffic import Snarl


def reported_jam(draws: Draws, incident_id: IncidentId, snarl: Snarl) -> tuple[Area, int]:
    """Return the area and the speed, in per cent of normal, that the feed gives for this jam.

    The draws hang on the incident: every arm hears the same. A feed that knows of a jam never
    calls it closed, and never faster than normal.
    """
    p = draws.parameters
    area = snarl.area
    radius = area.radius_m * _factor(draws, "report-radius", "report.radius_log_sd", incident_id)
    speed = snarl.speed_pct * _factor(draws, "report-speed", "report.speed_log_sd", incident_id)
    off_m = p.number("report.centre_sd_m")
    north = off_m * draws.normal("report-north", incident_id)
    east = off_m * draws.normal("report-east", incident_id)
    centre = _shifted(area.centre, north, east)
    return Area(centre, max(1, round(radius))), min(100, max(1, round(speed)))


def _factor(draws: Draws, purpose: str, sd: str, incident_id: IncidentId) -> float:
    return exp(draws.parameters.number(sd) * draws.normal(purpose, incident_id))


def _shifted(point: Point, north_m: float, east_m: float) -> Point:
    """Return the point so many metres further on; right to the metre over a few kilometres."""
    north = Point(point.lat_e6 + 10_000, point.lon_e6)
    east = Point(point.lat_e6, point.lon_e6 + 10_000)
    return Point(
        point.lat_e6 + round(north_m * 10_000 / point.crow_m(north)),
        point.lon_e6 + round(east_m * 10_000 / point.crow_m(east)),
    )
