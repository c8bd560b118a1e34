"""Two routes with a stop of every kind, and the ways in which the checker meets them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.domain.day import Day
from core.domain.ids import DriverId, MeetingId, OrderId, StopId, VehicleId
from core.domain.option import Meeting, NewRoute
from core.domain.plan import Progress, Route, Stop, StopKind
from core.routing.check import Violation, check_change, check_plan
from tests.builders import (
    DEPOT,
    a_day,
    a_driver,
    a_route,
    a_stop,
    a_vehicle,
    an_order,
    east,
    minute,
)
from tests.routing.crow import by_crow

V1, V2 = VehicleId("v1"), VehicleId("v2")
SPOT = east(1200, 1200)
ORDERS = {
    "a": an_order("a", east(1200)),
    "b": an_order("b", east(2400)),
    "c": an_order("c", east(3600)),
    "d": an_order("d", east(0, 1200)),
    "e": an_order("e", east(0, 2400)),
    "f": an_order("f", east(600, 600), opens_min=60),
    "u": an_order("u", east(1800)),
}


def ids(orders: str) -> tuple[OrderId, ...]:
    return tuple(OrderId(o) for o in orders)


def deliver(order: str) -> Stop:
    return a_stop(ORDERS[order], 0)


def meet(vehicle: str, other: str, *, gives: str = "", takes: str = "", name: str = "m1") -> Stop:
    return Stop(
        StopId(f"meet:{name}:{vehicle}"),
        StopKind.MEET,
        SPOT,
        720,
        minute(0),
        minute(0),
        meeting_id=MeetingId(name),
        meets=VehicleId(other),
        gives=ids(gives),
        takes=ids(takes),
    )


RELOAD = Stop(
    StopId("reload:v2:1"), StopKind.RELOAD, DEPOT, 300, minute(0), minute(0), loads=ids("u")
)
REST = Stop(StopId("rest:d-v1"), StopKind.REST, SPOT, 1800, minute(0), minute(0))
AGREED = Meeting(MeetingId("m1"), SPOT, minute(30), V1, V2, ids("c"), 720)


def the_stops() -> dict[str, list[Stop]]:
    """V1 gives c to V2 after b, rests, delivers f; V2 fetches u, takes c, delivers all of it."""
    return {
        "v1": [deliver("b"), meet("v1", "v2", gives="c"), REST, deliver("f")],
        "v2": [
            deliver("d"),
            RELOAD,
            meet("v2", "v1", takes="c"),
            deliver("c"),
            deliver("u"),
            deliver("e"),
        ],
    }


@dataclass
class Scene:
    """What is planted: in the stops, or in what the day knows of orders, vans and drivers."""

    stops: dict[str, list[Stop]] = field(default_factory=the_stops)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    vans: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    drivers: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    meetings: list[Meeting] = field(default_factory=lambda: [AGREED])
    tight: Mapping[str, float] = field(default_factory=dict[str, float])
    """Stops that are left after so many minutes of the day, whatever they take."""

    def place(self, stop_id: str) -> tuple[str, int]:
        found = [
            (v, n)
            for v, own in self.stops.items()
            for n, s in enumerate(own)
            if s.stop_id == stop_id
        ]
        return found[0]

    def swap(self, stop_id: str, **values: Any) -> "Scene":
        vehicle, n = self.place(stop_id)
        self.stops[vehicle][n] = replace(self.stops[vehicle][n], **values)
        return self

    def drop(self, stop_id: str) -> "Scene":
        vehicle, n = self.place(stop_id)
        del self.stops[vehicle][n]
        return self

    def put(self, vehicle: str, n: int, *stops: Stop) -> "Scene":
        self.stops[vehicle][n:n] = stops
        return self

    def day(self, routes: Mapping[str, Sequence[Stop]]) -> Day:
        """At 08:12 V1 has done a and drives to b, V2 stands at d; without routes it is dawn."""
        orders = [replace(o, **self.orders.get(n, {})) for n, o in ORDERS.items()]
        vans = [
            a_vehicle("v1", equipment=frozenset({"chilled"})),
            a_vehicle("v2", can_reload=True),
        ]
        drivers = [a_driver("v1", rest_min=(30, 95, 30)), a_driver("v2")]
        vans = [replace(v, **self.vans.get(v.vehicle_id, {})) for v in vans]
        drivers = [replace(d, **self.drivers.get(d.vehicle_id or "", {})) for d in drivers]
        if not routes:
            return a_day(orders, vans, drivers)
        one = a_route(
            "v1",
            [ORDERS[o] for o in "abcf"],
            done=1,
            progress=Progress.DRIVING,
            since_min=11,
        )
        two = a_route("v2", [ORDERS[o] for o in "de"], progress=Progress.AT_STOP, since_min=10)
        one = replace(one, stops=(one.stops[0], *routes["v1"]))
        return a_day(
            orders, vans, drivers, [one, replace(two, stops=tuple(routes["v2"]))], now_min=12
        )

    def timed(self, vehicle: str, stops: Sequence[Stop]) -> tuple[tuple[Stop, ...], datetime]:
        """State honest times, with time to drive between stops and patience at a meeting."""
        out: list[Stop] = []
        at = minute(5)
        for stop in stops:
            opens = minute(60) if stop.order_id == OrderId("f") else at
            leave = max(at, opens) + timedelta(seconds=stop.service_s)
            leave += timedelta(minutes=15) if stop.kind is StopKind.MEET else timedelta(0)
            if stop.stop_id in self.tight:
                leave = minute(self.tight[stop.stop_id])
            out.append(replace(stop, arrive_at=at, leave_at=leave))
            at = leave + timedelta(minutes=7.5)
        return tuple(out), at


def in_a_plan(scene: Scene) -> tuple[Violation, ...]:
    routes: list[Route] = []
    for name, loads in (("v1", "abcf"), ("v2", "de")):
        own = scene.stops[name]
        stops, home = scene.timed(name, [deliver("a"), *own] if name == "v1" else own)
        driver = DriverId(f"d-{name}")
        routes.append(
            Route(VehicleId(name), driver, minute(0), DEPOT, stops, DEPOT, home, ids(loads))
        )
    return check_plan(scene.day({}), routes, [], by_crow)


def as_a_change(scene: Scene, before: Mapping[str, Sequence[Stop]]) -> tuple[Violation, ...]:
    present = {v: scene.timed(v, s)[0] for v, s in before.items()}
    day = scene.day(present)
    changes: list[NewRoute] = []
    for name, own in scene.stops.items():
        stops, home = scene.timed(name, own)
        later = timedelta(minutes=25 if name == "v1" else 15)
        stops = tuple(
            replace(s, arrive_at=s.arrive_at + later, leave_at=s.leave_at + later) for s in stops
        )
        changes.append(NewRoute(VehicleId(name), 1, stops, home + later))
    return check_change(day, changes, scene.meetings, by_crow, day.now)


def in_a_change(scene: Scene) -> tuple[Violation, ...]:
    """Everything but the deliveries is new."""
    before = {"v1": [*map(deliver, "bc"), REST, deliver("f")], "v2": [*map(deliver, "de")]}
    return as_a_change(scene, before)


def in_kept_stops(scene: Scene) -> tuple[Violation, ...]:
    """Every stop was there before, under the same name, and was right."""
    return as_a_change(scene, the_stops())


WAYS = {"plan": in_a_plan, "change": in_a_change, "kept": in_kept_stops}
Plant = Callable[[Scene], Scene]
