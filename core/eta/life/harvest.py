"""What a ledger's days teach: legs that were driven and doors that were served, as they were."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from core.context import key_seed
from core.domain.alternative import FIRST
from core.domain.attempt import slot_of
from core.domain.day import Day, OrderState
from core.domain.fact import (
    AttemptFailed,
    OrderDelivered,
    RouteDeparted,
    StopFinished,
    StopReached,
)
from core.domain.ids import VehicleId
from core.domain.order import FailReason
from core.domain.place import Point
from core.domain.plan import Stop
from core.eta.attempts.records import COLUMNS, Planned, Tried, nobody_tried
from core.eta.doors.records import DoorsAsked, Served, access_of, stairs_of
from core.eta.learned.records import DAY_S, Asked, Driven
from core.ledger import fold
from core.ledger.events import Event
from core.travel.profile import stretch
from core.travel.protocol import UNREACHABLE, TravelTimes

# A zone of the history table: about a kilometre each way in the middle latitudes.
CELL_LAT_E6, CELL_LON_E6 = 10_000, 15_000
_ROWS = 100_000
QUARTER_S = 900

# What says nothing of a customer or a door: goods that broke on the way.
_OF_THE_GOODS = frozenset({FailReason.DAMAGE})

Row = tuple[int | float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Harvest:
    """Legs and services of some days, with how many were left out and why."""

    driven: Driven
    served: Served
    days: tuple[str, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict[str, int])
    provider: str = ""
    """Name of the travel times that the legs are measured by; a model answers over no other."""
    tried: Tried = field(default_factory=nobody_tried)
    """First visits of each day, and which of them failed."""


@dataclass
class _Trip:
    """Where a vehicle was last seen free, and since when it stands at a stop."""

    point: Point
    left_at: datetime
    reached_at: datetime | None = None


class _Sheaf:
    """The rows of one day while its ledger is read."""

    def __init__(self, travel: TravelTimes) -> None:
        self.travel = travel.slowed(())
        self.legs: list[Row] = []
        self.services: list[Row] = []
        self.attempts: list[Row] = []
        self.left_out = {"no time passed, or a clock was set": 0, "no way by the provider": 0}
        self._trips: dict[VehicleId, _Trip] = {}
        self._known: dict[tuple[Point, Point], tuple[int, int]] = {}
        self._noon: datetime | None = None

    def read(self, day: Day, event: Event) -> None:
        """Take what one event proves; `day` is as it was before it."""
        body, at = event.body, event.at
        if isinstance(body, RouteDeparted):
            self._trips[body.vehicle_id] = _Trip(body.point, at)
        elif isinstance(body, StopReached):
            self._reached(day, body, at)
        elif isinstance(body, OrderDelivered | AttemptFailed) and body.vehicle_id is not None:
            self._tried(day, body.vehicle_id, body, at)
            self._served(day, body.vehicle_id, body, at)
        elif isinstance(body, StopFinished) and body.vehicle_id in self._trips:
            self._trips[body.vehicle_id].left_at = at
            self._trips[body.vehicle_id].reached_at = None

    def _reached(self, day: Day, body: StopReached, at: datetime) -> None:
        trip, route = self._trips.get(body.vehicle_id), day.routes.get(body.vehicle_id)
        if trip is None or route is None:
            return
        stop = next((s for s in route.stops if s.stop_id == body.stop_id), None)
        goal = stop.point if stop is not None else body.point
        if goal != trip.point:
            self._leg(day, trip, goal, at)
        trip.point, trip.reached_at = goal, at

    def _leg(self, day: Day, trip: _Trip, goal: Point, at: datetime) -> None:
        seconds = (at - trip.left_at).total_seconds()
        formula, metres = self._way(trip.point, goal, trip.left_at)
        if seconds <= 0:
            self.left_out["no time passed, or a clock was set"] += 1
        elif formula <= 0 or formula >= UNREACHABLE:
            self.left_out["no way by the provider"] += 1
        else:
            start = wall_s(trip.left_at, day.opened.zone)
            places = cell(trip.point), cell(goal)
            self.legs.append((start, *places, round(formula), round(seconds), metres))

    def _way(self, start: Point, end: Point, at: datetime) -> tuple[float, int]:
        """Return the provider's seconds at that instant, and metres."""
        if self._noon is None:
            self._noon = at
        if (start, end) not in self._known:
            matrix = self.travel.matrix([start, end], self._noon)
            self._known[start, end] = int(matrix.seconds[0, 1]), int(matrix.metres[0, 1])
        seconds, metres = self._known[start, end]
        return seconds * stretch(self.travel, self._noon, at), metres

    def _served(
        self, day: Day, vehicle_id: VehicleId, body: OrderDelivered | AttemptFailed, at: datetime
    ) -> None:
        trip, route = self._trips.get(vehicle_id), day.routes.get(vehicle_id)
        state = day.orders.get(body.order_id)
        if trip is None or route is None or state is None or trip.reached_at is None:
            return
        stop = next((s for s in route.stops if s.order_id == body.order_id), None)
        began = max(trip.reached_at, state.promise.opens)
        trip.left_at, trip.reached_at = at, None
        if stop is None or stop.service_s <= 0:
            return
        seconds = (at - began).total_seconds()
        if seconds <= 0:
            self.left_out["no time passed, or a clock was set"] += 1
            return
        self.services.append(
            (
                wall_s(began, day.opened.zone),
                code("driver", route.driver_id),
                code("door", f"{stop.point.lat_e6},{stop.point.lon_e6}"),
                _parcels(day, stop),
                stairs_of(state.order),
                access_of(state.order),
                stop.service_s,
                seconds,
            )
        )

    def _tried(
        self, day: Day, vehicle_id: VehicleId, body: OrderDelivered | AttemptFailed, at: datetime
    ) -> None:
        """Take the first visit to an order at its customer's door; who cancelled is not at home
        for another reason."""
        state, point = day.orders.get(body.order_id), None
        if state is not None:
            point = state.order.point
        if state is None or point is None or not state.open or state.attempts:
            return
        if state.order.way != FIRST:
            return
        failed = isinstance(body, AttemptFailed)
        if isinstance(body, AttemptFailed) and body.reason in _OF_THE_GOODS:
            return
        route = day.routes.get(vehicle_id)
        stops = () if route is None else route.stops
        planned = next((s.arrive_at for s in stops if s.order_id == body.order_id), at)
        self.attempts.append((*visit_row(day, state, point, planned), int(failed)))


def visit_row(day: Day, state: OrderState, point: Point, at: datetime) -> Row:
    """Return a visit that the plan has at an instant, as the columns of `Planned`."""
    zone, load = day.opened.zone, state.order.load
    return (
        wall_s(at, zone) // DAY_S,
        code("customer", state.order.customer_id),
        cell(point),
        slot_of(at, zone),
        point.lat_e6,
        point.lon_e6,
        load.weight_g,
        load.volume_ml,
    )


def harvest(ledgers: Iterable[tuple[Iterable[Event], TravelTimes]]) -> Harvest:
    """Return the legs and services of days, each with the travel times that it is measured by.

    Services leave out waiting for a window to open. A time that ran backwards teaches nothing.
    """
    legs: list[Row] = []
    services: list[Row] = []
    attempts: list[Row] = []
    days: list[str] = []
    left_out: dict[str, int] = {}
    for events, travel in ledgers:
        sheaf = _Sheaf(travel)
        day: Day | None = None
        for event in events:
            if day is None:
                day = fold.opened_day(event)
                days.append(str(day.opened.day_id))
                continue
            sheaf.read(day, event)
            day = fold.apply(day, event)
        legs.extend(sheaf.legs)
        services.extend(sheaf.services)
        attempts.extend(sheaf.attempts)
        for why, count in sheaf.left_out.items():
            left_out[why] = left_out.get(why, 0) + count
    driven, served = _driven(legs), _all_served(services)
    return Harvest(driven, served, tuple(days), left_out, tried=_all_tried(attempts))


def wall_s(at: datetime, zone: str) -> int:
    """Return the seconds of the wall clock of a zone since 1970, as it showed then."""
    seconds = int(at.timestamp())
    return seconds + _offset_s(seconds // QUARTER_S, zone)


@lru_cache(maxsize=4_096)
def _offset_s(quarter: int, zone: str) -> int:
    """Return what a zone's wall clock is ahead by; it changes on full quarters of an hour only."""
    offset = datetime.fromtimestamp(quarter * QUARTER_S, ZoneInfo(zone)).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


def cell(point: Point) -> int:
    """Return the zone of a point: a cell of a fixed grid."""
    return point.lat_e6 // CELL_LAT_E6 * _ROWS + point.lon_e6 // CELL_LON_E6


@lru_cache(maxsize=65_536)
def code(kind: str, name: str) -> int:
    """Return a number for a name that every ledger gives it."""
    return key_seed(0, kind, name) >> 1


def _parcels(day: Day, stop: Stop) -> int:
    return day.orders[stop.order_id].order.load.parcels if stop.order_id is not None else 0


def _driven(rows: Sequence[Row]) -> Driven:
    start, source, goal, formula, seconds, metres = _columns(rows, 6)
    asked = Asked(
        np.array(start, dtype=np.int64),
        np.array(source, dtype=np.int64),
        np.array(goal, dtype=np.int64),
        np.full(len(rows), np.nan),
        np.array(formula, dtype=np.float64),
    )
    made = Driven(asked, np.array(seconds, dtype=np.int64), np.array(metres, dtype=np.float64))
    return made.in_order()


def _all_served(rows: Sequence[Row]) -> Served:
    start, driver, door, parcels, stairs, access, formula, seconds = _columns(rows, 8)
    begun = np.array(start, dtype=np.int64)
    asked = DoorsAsked(
        begun,
        np.array(driver, dtype=np.int64),
        np.array(door, dtype=np.int64),
        np.array(parcels, dtype=np.int64),
        np.array(stairs, dtype=np.int64),
        np.array(access, dtype=np.int64),
        np.array(formula, dtype=np.float64),
    )
    return Served(asked, begun, np.array(seconds, dtype=np.float64)).in_order()


def planned_rows(rows: Sequence[Row]) -> Planned:
    """Return visits of `visit_row` as columns."""
    found = _columns(rows, len(COLUMNS))
    return Planned(*(np.array(column, dtype=np.int64) for column in found))


def _all_tried(rows: Sequence[Row]) -> Tried:
    failed = np.array([row[-1] == 1 for row in rows], dtype=np.bool_)
    return Tried(planned_rows([row[:-1] for row in rows]), failed).in_order()


def _columns(rows: Sequence[Row], count: int) -> list[list[float]]:
    return [[row[i] for row in rows] for i in range(count)]
