"""One look at the day: the sampled paths and trusted positions that all detectors share."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.context import key_seed
from core.domain.case import CaseStatus, Evidence, ExceptionType
from core.domain.day import Day, Incident
from core.domain.foreseen import Foreseen
from core.domain.ids import ExceptionId, IncidentId, OrderId, VehicleId
from core.domain.place import Area, Point
from core.domain.plan import Progress, RouteState
from core.domain.position import Position, Positions
from core.domain.time import seconds_between
from core.eta.battery import Short, short_of
from core.eta.going import Answers
from core.eta.paths import Noise, PathTimes, simulate
from core.travel.lookup import matrix_lookup
from core.travel.protocol import TravelTimes

# Detection needs P(late) to about 6 points, not a price: a quarter of the paths that pricing takes.
WATCH_PATHS = 64
# One ping is no trend: a vehicle's fixes count from the second fresh one on.
MIN_FIXES = 2
STANDING_M = 150
TOGETHER_M = 600
AT_DOOR_M = 80
# A jam that nobody reported is taken to leave this much of normal speed, for this long.
PRESUMED_SPEED_PCT = 30
PRESUMED_S = 1800
PRESUMED_RADIUS_M = 400
PRESUMED = "presumed:"


@dataclass(frozen=True, slots=True)
class Look:
    """What detectors may know at `now`."""

    day: Day
    """With the jams that standing vehicles let us presume."""
    now: datetime
    positions: Positions
    """Fresh fixes only, of vehicles with at least two of them."""
    times: PathTimes
    clear_times: PathTimes
    """The same on the same draws, if no incident were open."""
    lost_s: Mapping[VehicleId, int]
    """Expected seconds that open incidents cost each vehicle on its way."""
    known: Mapping[ExceptionId, datetime]
    """Exceptions of open cases with their first detection."""
    case_causes: Mapping[ExceptionId, str]
    """The cause under which an open case holds each of them."""
    short: Mapping[VehicleId, Short] = field(default_factory=dict[VehicleId, Short])
    """Vehicles whose battery, by their own word, does not last for their route."""
    foreseen: Foreseen | None = None
    """Who forecasts, where that is not the formula alone."""

    @property
    def learned(self) -> bool:
        return self.foreseen is not None and self.foreseen.learned

    def first_seen(self, exception_id: ExceptionId) -> datetime:
        return self.known.get(exception_id, self.now)

    def p_late(self, order_id: OrderId, route: RouteState) -> float:
        """Return the share of paths on which that order misses its promise."""
        state = self.day.orders[order_id]
        closes_s = seconds_between(self.now, state.promise.closes)
        for stop in route.remaining:
            if stop.order_id == order_id and stop.stop_id in self.times.start_s:
                return float((self.times.start_s[stop.stop_id] > closes_s).mean())
        return 0.0

    def expected_at(self, order_id: OrderId, route: RouteState) -> datetime | None:
        """Return the mean start at that order's door, by a model the middle one, as every view of
        it says; None when no path leads there."""
        for stop in route.remaining:
            if stop.order_id == order_id and stop.stop_id in self.times.start_s:
                if self.learned:
                    return self.times.at_share(self.times.start_s[stop.stop_id], 0.5)
                mean = float(self.times.start_s[stop.stop_id].mean())
                return self.now + timedelta(seconds=round(mean))
        return None


def moving(day: Day) -> tuple[RouteState, ...]:
    """Return the routes with stops left whose vehicle can drive, by vehicle."""
    return tuple(
        route
        for vehicle_id, route in sorted(day.routes.items())
        if route.remaining
        and route.progress is not Progress.FINISHED
        and not is_down(day, vehicle_id)
    )


def is_down(day: Day, vehicle_id: VehicleId) -> bool:
    state = day.vehicles.get(vehicle_id)
    return state is not None and state.down_since is not None


def trusted(day: Day, positions: Positions, now: datetime) -> dict[VehicleId, tuple[Position, ...]]:
    """Return the positions of vehicles whose last fix is fresh and not their only one."""
    limit = day.rules.thresholds.stale_position_s
    return {
        vehicle_id: fixes
        for vehicle_id, fixes in sorted(positions.items())
        if len(fixes) >= MIN_FIXES and fixes[-1].age_s(now) <= limit
    }


def standing(day: Day, positions: Positions) -> tuple[tuple[VehicleId, Position, datetime], ...]:
    """Return vehicles between stops that make no way, with their last fix and since when."""
    slow_s = day.rules.thresholds.slow_fix_s
    found: list[tuple[VehicleId, Position, datetime]] = []
    for route in moving(day):
        fixes = positions.get(route.vehicle_id, ())
        if route.progress is not Progress.DRIVING or not fixes:
            continue
        last = fixes[-1]
        if last.point.crow_m(route.remaining[0].point) <= AT_DOOR_M:
            continue
        since = last.at
        for fix in reversed(fixes):
            if fix.point.crow_m(last.point) > STANDING_M:
                break
            since = fix.at
        if seconds_between(since, last.at) >= slow_s:
            found.append((route.vehicle_id, last, since))
    return tuple(found)


def with_presumed(day: Day, positions: Positions, now: datetime) -> Day:
    """Return the day with a presumed incident where several vehicles stand and none is reported."""
    stands = standing(day, trusted(day, positions, now))
    reported = day.open_incidents()
    groups: list[list[tuple[VehicleId, Position, datetime]]] = []
    for vehicle in stands:
        point = vehicle[1].point
        if any(i.area.holds(point) for i in reported):
            continue
        home = next(
            (g for g in groups if any(o[1].point.crow_m(point) <= TOGETHER_M for o in g)), None
        )
        if home is None:
            groups.append([vehicle])
        else:
            home.append(vehicle)
    incidents = dict(day.incidents)
    for group in groups:
        if len(group) < 2:
            continue
        points = [fix.point for _, fix, _ in group]
        centre = Point(
            sum(p.lat_e6 for p in points) // len(points),
            sum(p.lon_e6 for p in points) // len(points),
        )
        reach = max(centre.crow_m(p) for p in points)
        incident_id = IncidentId(f"{PRESUMED}{group[0][0]}")
        incidents[incident_id] = Incident(
            incident_id=incident_id,
            area=Area(centre, max(PRESUMED_RADIUS_M, reach + 100)),
            speed_pct=PRESUMED_SPEED_PCT,
            street="",
            reported_at=min(since for _, _, since in group),
            clears_at=now + timedelta(seconds=PRESUMED_S),
        )
    return replace(day, incidents=incidents) if len(incidents) > len(day.incidents) else day


def look(
    day: Day,
    travel: TravelTimes,
    positions: Positions,
    now: datetime,
    *,
    seed: int,
    answers: Answers | None = None,
) -> Look:
    """Sample the rest of the day once, and once more without incidents where there are any.

    What a model says is told to people by figures, so its paths are those of every view.
    """
    seen = trusted(day, positions, now)
    supposed = with_presumed(day, positions, now)
    foreseen = answers.foreseen(day) if answers is not None else None
    learned = foreseen is not None and foreseen.learned
    noise = watch_noise(seed, day.rules.thresholds.paths if learned else WATCH_PATHS)
    plans = {route.vehicle_id: route.remaining for route in moving(supposed)}
    times = simulate(supposed, plans, travel, now, noise, seen, answers=answers)
    normal, lost = times, dict[VehicleId, int]()
    if supposed.open_incidents():
        clear = replace(supposed, incidents={})
        normal = simulate(clear, plans, travel, now, noise, seen, answers=answers)
        lost = {
            v: round(float(times.return_s[v].mean()) - float(normal.return_s[v].mean()))
            for v in sorted(plans)
        }
    held = [
        e for c in day.cases.values() if c.status is not CaseStatus.CLOSED for e in c.exceptions
    ]
    known = {e.exception_id: e.detected_at for e in held}
    held_under = {e.exception_id: e.cause for e in held}
    short = _short(supposed, travel, now)
    return Look(supposed, now, seen, times, normal, lost, known, held_under, short, foreseen)


def watch_noise(seed: int, paths: int) -> Noise:
    """Return the draws of detection and of every view of the day."""
    return Noise(key_seed(seed, "watch"), paths)


def _short(day: Day, travel: TravelTimes, now: datetime) -> dict[VehicleId, Short]:
    found: dict[VehicleId, Short] = {}
    for route in moving(day):
        charge = day.vehicles[route.vehicle_id].charge
        if charge is None:
            continue
        points = list(
            dict.fromkeys([charge.point, route.end, *(s.point for s in route.stops[charge.done :])])
        )
        lookup = matrix_lookup(travel.slowed(()), points, now)
        short = short_of(
            day, route.vehicle_id, route.remaining, lambda a, b, ask=lookup: ask(a, b)[1]
        )
        if short is not None:
            found[route.vehicle_id] = short
    return found


def exception_id(kind: ExceptionType, *subject: str) -> ExceptionId:
    return ExceptionId(":".join((kind, *subject)))


def minutes(seconds: float) -> int:
    return round(seconds / 60)


def observed(sentence: str, at: datetime, value: int | None = None, unit: str = "") -> Evidence:
    return Evidence(sentence, at, value, unit)
