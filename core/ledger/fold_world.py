"""What facts about vehicles, drivers, roads and time do to a day."""

from dataclasses import replace
from datetime import datetime

from core.domain.attempt import Told
from core.domain.day import Charge, Day, Incident, VehicleState
from core.domain.depots import home_of
from core.domain.fact import (
    AttemptRisksTold,
    ChargeReported,
    ChargerListed,
    DayOpened,
    DriverListed,
    DriverReported,
    ForecasterChosen,
    ForecastsJudged,
    RoadIncidentCleared,
    RoadIncidentReported,
    Tick,
    VehicleDown,
    VehicleListed,
    VehicleUp,
    ZoneListed,
)
from core.ledger.folding import Apply, latest, put, with_vehicle


def day_opened(body: DayOpened, day: Day, at: datetime) -> Day:
    """The first event made the day; nothing opens it again."""
    del body, at
    return day


def vehicle_listed(body: VehicleListed, day: Day, at: datetime) -> Day:
    del at
    known = day.vehicles.get(body.vehicle.vehicle_id)
    if known is None:
        return with_vehicle(day, VehicleState(body.vehicle, 1))
    return with_vehicle(day, replace(known, vehicle=body.vehicle, revision=known.revision + 1))


def driver_listed(body: DriverListed, day: Day, at: datetime) -> Day:
    del at
    return replace(day, drivers=put(day.drivers, body.driver.driver_id, body.driver))


def zone_listed(body: ZoneListed, day: Day, at: datetime) -> Day:
    """A zone heard of again is described anew."""
    del at
    return replace(day, zones=put(day.zones, body.zone.zone_id, body.zone))


def charger_listed(body: ChargerListed, day: Day, at: datetime) -> Day:
    del at
    return replace(day, chargers=put(day.chargers, body.charger.charger_id, body.charger))


def vehicle_down(body: VehicleDown, day: Day, at: datetime) -> Day:
    known = day.vehicles[body.vehicle_id]
    if known.down_since is not None or (known.up_at is not None and at < known.up_at):
        return day
    return with_vehicle(
        day,
        replace(
            known,
            down_since=at,
            down_cause=body.cause,
            point=body.point or known.point,
            revision=known.revision + 1,
        ),
    )


def vehicle_up(body: VehicleUp, day: Day, at: datetime) -> Day:
    known = day.vehicles[body.vehicle_id]
    up = replace(known, up_at=latest(known.up_at, at))
    if known.down_since is None or at < known.down_since:
        return with_vehicle(day, up)
    return with_vehicle(
        day, replace(up, down_since=None, down_cause="", revision=known.revision + 1)
    )


def charge_reported(body: ChargeReported, day: Day, at: datetime) -> Day:
    """The latest report counts. No proposal goes stale by it: commits are judged by the day."""
    known, route = day.vehicles[body.vehicle_id], day.routes.get(body.vehicle_id)
    if known.charge is not None and at < known.charge.at:
        return day
    point, done = body.point or known.point or home_of(day, known.vehicle).point, 0
    if route is not None:
        point, done = body.point or route.last_point or route.start, route.done
    charge = Charge(body.range_m, at, point, done)
    return with_vehicle(day, replace(known, charge=charge))


def driver_reported(body: DriverReported, day: Day, at: datetime) -> Day:
    known = day.reports.get(body.vehicle_id)
    if known is not None and at < known[0]:
        return day
    return replace(day, reports=put(day.reports, body.vehicle_id, (at, body)))


def road_incident_reported(body: RoadIncidentReported, day: Day, at: datetime) -> Day:
    """A later report about an incident replaces what was known; a cleared one stays cleared."""
    known = day.incidents.get(body.incident_id)
    if known is not None and at < known.reported_at:
        return day
    incident = Incident(
        incident_id=body.incident_id,
        area=body.area,
        speed_pct=body.speed_pct,
        street=body.street,
        reported_at=at,
        clears_at=body.clears_at,
        cleared_at=known.cleared_at if known is not None else None,
    )
    return replace(day, incidents=put(day.incidents, body.incident_id, incident))


def road_incident_cleared(body: RoadIncidentCleared, day: Day, at: datetime) -> Day:
    known = day.incidents[body.incident_id]
    if known.cleared_at is not None:
        return day
    return replace(
        day, incidents=put(day.incidents, body.incident_id, replace(known, cleared_at=at))
    )


def forecasts_judged(body: ForecastsJudged, day: Day, at: datetime) -> Day:
    if day.forecasts is not None and at < day.forecasts[0]:
        return day
    return replace(day, forecasts=(at, body))


def attempt_risks_told(body: AttemptRisksTold, day: Day, at: datetime) -> Day:
    """The word that came last counts, order by order."""
    del at
    told = {r.order_id: Told(body.model_id, body.provider, r) for r in body.risks}
    return replace(day, attempt_risks={**day.attempt_risks, **told})


def forecaster_chosen(body: ForecasterChosen, day: Day, at: datetime) -> Day:
    del at
    return replace(day, forecaster=body)


def tick(body: Tick, day: Day, at: datetime) -> Day:
    """Time passed; `Day.now` has moved already."""
    del body, at
    return day


APPLY: tuple[Apply, ...] = (
    day_opened,
    vehicle_listed,
    driver_listed,
    zone_listed,
    charger_listed,
    vehicle_down,
    vehicle_up,
    charge_reported,
    driver_reported,
    road_incident_reported,
    road_incident_cleared,
    forecasts_judged,
    attempt_risks_told,
    forecaster_chosen,
    tick,
)
