"""Joint sampled futures of routes: the same luck for every option that is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from core.domain.day import Day
from core.domain.ids import MeetingId, StopId, VehicleId
from core.domain.place import Point
from core.domain.plan import Progress, Stop, StopKind
from core.domain.position import Positions
from core.domain.time import seconds_between
from core.eta.anchor import Anchor, anchored, points_of
from core.eta.arrivals import Bounds, bounds_of
from core.eta.going import AS_SAID, Answers, Going, goings
from core.eta.legs import Legs
from core.eta.noise import BUCKET_S, Noise, Paths
from core.travel.protocol import TravelTimes

__all__ = ["Noise", "PathTimes", "simulate"]

# A day ahead in quarters; what starts later has the luck of the last one.
BUCKETS = 64

_AT_DOORS = (StopKind.DELIVER, StopKind.COLLECT)
"""Where nobody knows exactly how long it takes."""


@dataclass(frozen=True, slots=True)
class PathTimes:
    """Seconds from `now` on every path; negative where it already happened."""

    now: datetime
    paths: int
    arrive_s: dict[StopId, NDArray[np.int64]] = field(
        default_factory=dict[StopId, NDArray[np.int64]]
    )
    start_s: dict[StopId, NDArray[np.int64]] = field(
        default_factory=dict[StopId, NDArray[np.int64]]
    )
    leave_s: dict[StopId, NDArray[np.int64]] = field(
        default_factory=dict[StopId, NDArray[np.int64]]
    )
    return_s: dict[VehicleId, NDArray[np.int64]] = field(
        default_factory=dict[VehicleId, NDArray[np.int64]]
    )

    def p_late(self, stop_id: StopId, closes: datetime) -> float:
        """Return the share of paths on which the stop begins after `closes`."""
        return float((self.start_s[stop_id] > seconds_between(self.now, closes)).mean())

    def at_share(self, seconds: NDArray[np.int64], share: float) -> datetime:
        """Return the instant that so many of the paths keep to."""
        place = max(0, ceil(share * self.paths) - 1)
        return self.now + timedelta(seconds=int(np.sort(seconds)[place]))


def simulate(
    day: Day,
    plans: Mapping[VehicleId, Sequence[Stop]],
    travel: TravelTimes,
    now: datetime,
    noise: Noise,
    positions: Positions | None = None,
    *,
    not_before: Mapping[VehicleId, datetime] | None = None,
    answers: Answers | None = None,
) -> PathTimes:
    """Play the rest of these routes on every path of `noise`.

    `plans` gives each vehicle all its remaining stops, the one where it stands included. Vehicles
    that meet wait for each other; one that meets a vehicle outside `plans` waits for the planned
    time. Open incidents slow the legs until they clear, which is sampled too. A vehicle in
    `not_before` stands still until then. `answers` may know more than the formula.
    """
    order = sorted(plans)
    points = [p for v in order for p in points_of(day, v, now, positions, plans[v])]
    legs = Legs(day, travel, points, now)
    roads = _Roads(legs, noise)
    result = PathTimes(now, noise.paths)
    ahead = goings(answers, day, plans, legs)
    timed = {v: ahead[v].timed(plans[v]) for v in order}
    runs = {
        v: _Run(
            day,
            v,
            anchored(
                day,
                v,
                legs,
                positions,
                stops=timed[v],
                not_before=(not_before or {}).get(v),
                drive=ahead[v].drive,
            ),
            timed[v],
            roads,
            result,
            _partners(v, plans),
            ahead[v],
        )
        for v in order
    }
    waiting = {v: m for v in order if (m := runs[v].advance()) is not None}
    while waiting:
        for v, begin in _both_there(waiting, runs).items():
            runs[v].meet(begin)
            del waiting[v]
            meeting = runs[v].advance()
            if meeting is not None:
                waiting[v] = meeting
    return result


def _partners(
    vehicle_id: VehicleId, plans: Mapping[VehicleId, Sequence[Stop]]
) -> frozenset[MeetingId]:
    """Return the meetings of this vehicle with another one that is played as well."""
    others = {
        s.meeting_id for v, stops in plans.items() if v != vehicle_id for s in stops if s.meeting_id
    }
    return frozenset(
        s.meeting_id for s in plans[vehicle_id] if s.meeting_id in others and s.meeting_id
    )


def _both_there(
    waiting: Mapping[VehicleId, MeetingId], runs: "Mapping[VehicleId, _Run]"
) -> dict[VehicleId, Paths]:
    """Return who goes on, and from when: pairs that are both there.

    Vehicles that wait for each other in a circle can never all meet; the first of them gives up
    waiting, so that a bad draft gets bad times instead of none.
    """
    by_meeting: dict[MeetingId, list[VehicleId]] = {}
    for vehicle_id in sorted(waiting):
        by_meeting.setdefault(waiting[vehicle_id], []).append(vehicle_id)
    ready: dict[VehicleId, Paths] = {}
    for pair in by_meeting.values():
        if len(pair) > 1:
            begin = runs[pair[0]].time
            for other in pair[1:]:
                begin = np.maximum(begin, runs[other].time)
            for vehicle_id in pair:
                ready[vehicle_id] = begin
    if not ready:
        first = min(waiting)
        return {first: runs[first].time}
    return ready


class _Roads:
    """Driving on all paths at once."""

    def __init__(self, legs: Legs, noise: Noise) -> None:
        self.legs, self.noise = legs, noise
        self.columns = np.arange(noise.paths)
        epoch = legs.now.timestamp()
        first = floor(epoch / BUCKET_S)
        self.offset_s = epoch - first * BUCKET_S
        middles = [
            legs.now + timedelta(seconds=max(0.0, (i + 0.5) * BUCKET_S - self.offset_s))
            for i in range(BUCKETS)
        ]
        profile = np.array([legs.stretch(at) for at in middles])
        self.table = noise.congestion(first, BUCKETS) * profile[:, None]
        self.ends_s = [
            max(0, seconds_between(legs.now, slow.ends_at))
            * noise.incident_rest(
                slow.incident.incident_id, announced=slow.incident.clears_at is not None
            )
            for slow in legs.slowdowns
        ]

    def drive(self, start: Point, end: Point, leave: Paths, factor: Paths) -> Paths:
        """Return the arrivals of a leg that starts at `leave`."""
        i, j = self.legs.index[start], self.legs.index[end]
        normal = int(self.legs.seconds[i, j])
        if start == end and not normal:
            return leave
        seconds: Paths | int = normal
        for slow, ends_s in zip(self.legs.slowdowns, self.ends_s, strict=True):
            extra = int(slow.extra_s[i, j])
            if extra:
                share = (ends_s - leave) / (normal + extra)
                seconds = seconds + extra * np.clip(share, 0, 1)
        return leave + seconds * factor * self.quarter(leave)

    def quarter(self, at: Paths) -> Paths:
        bucket = ((at + self.offset_s) / BUCKET_S).astype(np.int64)
        return self.table[np.clip(bucket, 0, BUCKETS - 1), self.columns]


class _Run:
    """One vehicle on its way through its stops, on all paths at once."""

    def __init__(
        self,
        day: Day,
        vehicle_id: VehicleId,
        start: Anchor,
        stops: tuple[Stop, ...],
        roads: _Roads,
        result: PathTimes,
        meetings: frozenset[MeetingId],
        going: Going = AS_SAID,
    ) -> None:
        noise = roads.noise
        self.day, self.vehicle_id, self.roads, self.result = day, vehicle_id, roads, result
        self.meetings, self.floors = meetings, start.not_before
        self.route = day.routes[vehicle_id]
        ids = [s.stop_id for s in stops]
        driver = self.route.driver_id
        pace, hand = noise.driver_pace(driver), noise.driver_service(driver)
        if going.road_open is not None:
            pace = pace * noise.road_kept(driver, roads.legs.now.timestamp(), going.road_open)
        if going.hand_open is not None:
            hand = noise.hand_kept(driver, going.hand_open)
        self.going = going
        self.leg = {i: f * pace for i, f in zip(ids, _of_legs(noise, ids, going), strict=True)}
        services = _of_services(noise, ids, going)
        self.service = {i: f * hand for i, f in zip(ids, services, strict=True)}
        home = f"return:{vehicle_id}"
        self.home = noise.legs([home])[0] * pace
        self.queue = list(start.remaining)
        self.place = start.point
        ready_s = float(seconds_between(roads.legs.now, start.ready_at))
        self.time: Paths = np.full(noise.paths, ready_s)
        self.first_leg_s: float | None = None
        if start.standing is not None:
            self._stand(stops[0], start)
        elif start.basis != "plan" and self.queue:
            self.first_leg_s = ready_s

    def _stand(self, stop: Stop, start: Anchor) -> None:
        """Finish the stop where the driver is: what is left of its service is as uncertain."""
        standing, now = start.standing, self.roads.legs.now
        assert standing is not None
        arrive = np.full(self.roads.noise.paths, float(seconds_between(now, standing.arrive_at)))
        if stop.meeting_id in self.meetings:
            self.queue.insert(0, stop)
            self.time, self.first_leg_s = arrive, 0.0
            return
        begin = np.full_like(arrive, float(seconds_between(now, standing.start_at)))
        if stop.kind in _AT_DOORS:
            waits = np.maximum(0.0, begin)
            self.time = waits + (self.time - waits) * self.service[stop.stop_id]
        self._note(stop, arrive, begin, self.time)

    def advance(self) -> MeetingId | None:
        """Drive on until the end, or until somebody has to be waited for."""
        while self.queue:
            stop = self.queue[0]
            arrive = self._arrive(stop)
            if stop.meeting_id is not None and stop.meeting_id in self.meetings:
                self.time, self.place = arrive, stop.point
                return stop.meeting_id
            bound = bounds_of(self.day, self.vehicle_id, stop)
            self._serve(stop, arrive, self._begin(arrive, bound))
        if self.route.progress is Progress.FINISHED:
            back = self.time
        else:
            longer = self.home * self.going.home
            back = self.roads.drive(self.place, self.route.end, self.time, longer)
        self.result.return_s[self.vehicle_id] = np.rint(back).astype(np.int64)
        return None

    def meet(self, begin: Paths) -> None:
        """Go on from a meeting that begins at `begin`; never before this vehicle is there."""
        self._serve(self.queue[0], self.time, np.maximum(begin, self.time))

    def _arrive(self, stop: Stop) -> Paths:
        factor = self.leg[stop.stop_id]
        if self.first_leg_s is not None:
            rest_s, self.first_leg_s = self.first_leg_s, None
            if rest_s <= 0:
                return self.time
            now = np.zeros_like(factor)
            arrive = rest_s * factor * self._relative_quarter(now)
        else:
            longer = factor * self.going.drive.get(stop.stop_id, 1.0)
            arrive = self.roads.drive(self.place, stop.point, self.time, longer)
        floor_at = self.floors.get(stop.stop_id)
        if floor_at is not None:
            arrive = np.maximum(arrive, seconds_between(self.roads.legs.now, floor_at))
        return arrive

    def _relative_quarter(self, at: Paths) -> Paths:
        """Congestion without the hour profile, which the anchor has counted already."""
        middle = self.roads.legs.now + timedelta(seconds=BUCKET_S / 2 - self.roads.offset_s)
        return self.roads.quarter(at) / self.roads.legs.stretch(max(middle, self.roads.legs.now))

    def _begin(self, arrive: Paths, bound: Bounds) -> Paths:
        now = self.roads.legs.now
        begin = arrive
        if bound.earliest is not None:
            begin = np.maximum(arrive, seconds_between(now, bound.earliest))
        settled = np.zeros(begin.shape, dtype=np.bool_)
        for opens, closes in bound.spans:
            inside = ~settled & (begin <= seconds_between(now, closes))
            begin = np.where(inside, np.maximum(begin, seconds_between(now, opens)), begin)
            settled |= inside
        return begin

    def _serve(self, stop: Stop, arrive: Paths, begin: Paths) -> None:
        random = stop.kind in _AT_DOORS
        lasts = stop.service_s * self.service[stop.stop_id] if random else stop.service_s
        self._note(stop, arrive, begin, np.maximum(begin + lasts, 0))
        self.queue.pop(0)

    def _note(self, stop: Stop, arrive: Paths, begin: Paths, leave: Paths) -> None:
        result = self.result
        result.arrive_s[stop.stop_id] = np.rint(arrive).astype(np.int64)
        result.start_s[stop.stop_id] = np.rint(begin).astype(np.int64)
        result.leave_s[stop.stop_id] = np.rint(leave).astype(np.int64)
        self.time, self.place = leave, stop.point


def _of_legs(noise: Noise, stop_ids: Sequence[StopId], going: Going) -> list[Paths]:
    """Return the luck of each leg: of the spread that a model gives it, else the published one."""
    if not going.drive_sd:
        return noise.legs(stop_ids)
    usual = noise.spread.leg
    return noise.own("leg", stop_ids, [going.drive_sd.get(i, usual) for i in stop_ids])


def _of_services(noise: Noise, stop_ids: Sequence[StopId], going: Going) -> list[Paths]:
    if not going.serve_sd:
        return noise.services(stop_ids)
    usual = noise.spread.service_stop
    return noise.own("service", stop_ids, [going.serve_sd.get(i, usual) for i in stop_ids])
