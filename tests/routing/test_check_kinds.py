"""Every broken rule, planted in a morning plan, in new stops and in stops kept by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import DriverId, MeetingId, OrderId, StopId, VehicleId
from core.domain.option import Meeting, NewRoute
from core.domain.order import Load
from core.domain.place import Point
from core.domain.plan import Progress, Route, Stop, StopKind
from core.routing.check import Code, Violation, check_change, check_plan
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


def by_crow(a: Point, b: Point) -> tuple[int, int]:
    """One second for every ten metres, and one road metre for every metre."""
    metres = round(a.crow_m(b) / 100) * 100
    return metres // 10, metres


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


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_scene_itself_is_clean(way: Callable[[Scene], tuple[Violation, ...]]):
    assert way(Scene()) == ()


def needing(what: str) -> Plant:
    return lambda s: Scene(s.stops, orders={"u": {"needs": frozenset({what})}})


def room(parcels: int, weight_g: int, volume_ml: int) -> Plant:
    return lambda s: Scene(s.stops, vans={"v2": {"capacity": Load(parcels, weight_g, volume_ml)}})


def crossed(scene: Scene) -> Scene:
    """A second meeting, which V2 wants before the first and V1 after it."""
    scene.put("v1", 2, meet("v1", "v2", name="m2"))
    return scene.put("v2", 2, meet("v2", "v1", name="m2"))


def gave(scene: Scene, orders: str) -> Scene:
    scene.meetings = [replace(AGREED, order_ids=ids(orders))]
    scene.swap("meet:m1:v1", gives=ids(orders))
    return scene.swap("meet:m1:v2", takes=ids(orders))


BIG = 10**9
ALL = ("plan", "change", "kept")
MADE = ("plan", "change")
"""Where the day itself is at fault, a stop that the route had before is only reported."""

PLANTED: list[tuple[str, tuple[str, ...], tuple[Code, ...], Plant]] = [
    # Rests
    ("no rest", ALL, (Code.REST,), lambda s: s.drop("rest:d-v1")),
    ("a rest too short", ALL, (Code.REST,), lambda s: s.swap("rest:d-v1", service_s=900)),
    (
        "a rest after its window",
        ALL,
        (Code.REST,),
        lambda s: s.drop("rest:d-v1").put("v1", 3, REST),
    ),
    # Who may do what
    ("a skill that nobody on board has", MADE, (Code.SKILL,), needing("two-person")),
    ("equipment that is in the other van", MADE, (Code.EQUIPMENT,), needing("chilled")),
    (
        "further than the van goes",
        MADE,
        (Code.RANGE,),
        lambda s: Scene(s.stops, vans={"v2": {"range_m": 6_000}}),
    ),
    # Loads
    ("a parcel too many", MADE, (Code.CAPACITY,), room(2, BIG, BIG)),
    ("a gram too much", MADE, (Code.CAPACITY,), room(BIG, 2_999, BIG)),
    ("a millilitre too much", MADE, (Code.CAPACITY,), room(BIG, BIG, 14_999)),
    # Reloads
    (
        "a reload away from the depot",
        ALL,
        (Code.RELOAD,),
        lambda s: s.swap("reload:v2:1", point=east(600)),
    ),
    ("a reload in no time", ALL, (Code.RELOAD,), lambda s: s.swap("reload:v2:1", service_s=0)),
    ("a reload without the goods", ALL, (Code.RELOAD,), lambda s: s.swap("reload:v2:1", loads=())),
    (
        "goods taken on at a door",
        ALL,
        (Code.RELOAD,),
        lambda s: s.swap("reload:v2:1", loads=()).swap("deliver:e", loads=ids("u")),
    ),
    (
        "delivered before the reload that fetches it",
        ALL,
        (Code.RELOAD,),
        lambda s: s.drop("deliver:u").put("v2", 1, deliver("u")),
    ),
    (
        "goods loaded that the day lacks",
        ALL,
        (Code.UNKNOWN_ORDER,),
        lambda s: s.swap("reload:v2:1", loads=ids("ux")),
    ),
    (
        "goods loaded that have left with the other van",
        ("change", "kept"),
        (Code.RELOAD,),
        lambda s: s.swap("reload:v2:1", loads=ids("uf")),
    ),
    (
        "goods loaded that are already loaded elsewhere",
        ("plan",),
        (Code.ORDER_TWICE,),
        lambda s: s.swap("reload:v2:1", loads=ids("uf")),
    ),
    (
        "goods fetched by two vans",
        ALL,
        (Code.ORDER_TWICE,),
        lambda s: Scene(s.stops, vans={"v1": {"can_reload": True}}).put(
            "v1", 4, replace(RELOAD, stop_id=StopId("reload:v1:1"))
        ),
    ),
    (
        "a van that may not come back",
        ("plan",),
        (Code.RELOAD,),
        lambda s: Scene(s.stops, vans={"v2": {"can_reload": False}}),
    ),
    # Meetings
    ("a meeting in no time", ALL, (Code.MEETING,), lambda s: s.swap("meet:m1:v1", service_s=0)),
    (
        "both sides of a meeting in no time, and listed so",
        ALL,
        (Code.MEETING,),
        lambda s: (
            Scene(s.stops, meetings=[replace(AGREED, duration_s=0)])
            .swap("meet:m1:v1", service_s=0)
            .swap("meet:m1:v2", service_s=0)
        ),
    ),
    (
        "both sides of a meeting in no time, and not listed",
        ALL,
        (Code.MEETING,),
        lambda s: (
            Scene(s.stops, meetings=[])
            .swap("meet:m1:v1", service_s=0)
            .swap("meet:m1:v2", service_s=0)
        ),
    ),
    (
        "a meeting at two corners",
        ALL,
        (Code.MEETING,),
        lambda s: s.swap("meet:m1:v2", point=east(1200, 600)),
    ),
    (
        "left before the other comes",
        ALL,
        (Code.MEETING, Code.TIMING),
        lambda s: Scene(s.stops, tight={"meet:m1:v1": 20}),
    ),
    (
        "met with nobody",
        ALL,
        (Code.MEETING,),
        lambda s: s.swap("meet:m1:v1", meets=VehicleId("v9")),
    ),
    (
        "handed over at no meeting",
        ALL,
        (Code.MEETING,),
        lambda s: s.swap("meet:m1:v1", meeting_id=None).swap("meet:m1:v2", meeting_id=None),
    ),
    (
        "more given than taken",
        ALL,
        (Code.MEETING, Code.ORDER_LOST),
        lambda s: s.swap("meet:m1:v1", gives=ids("cf")).drop("deliver:f"),
    ),
    (
        "each waits for the other elsewhere",
        ALL,
        (Code.MEETING,),
        crossed,
    ),
    (
        "gives what it has delivered",
        ("change", "kept"),
        (Code.GOODS_ON_BOARD,),
        lambda s: gave(s, "cd"),
    ),
    (
        "gives what is at the depot",
        ALL,
        (Code.RELOAD, Code.GOODS_ON_BOARD),
        lambda s: gave(s, "cu"),
    ),
    ("gives what the day lacks", ALL, (Code.UNKNOWN_ORDER,), lambda s: gave(s, "cx")),
    # Deliveries
    ("at another door", ALL, (Code.PLACE,), lambda s: s.swap("deliver:c", point=east(900))),
    ("served in no time", ALL, (Code.TIMING,), lambda s: s.swap("deliver:c", service_s=0)),
    ("delivered by nobody", ALL, (Code.ORDER_LOST,), lambda s: s.drop("deliver:e")),
    (
        "a rest in place of a delivery",
        ALL,
        (Code.ORDER_LOST,),
        lambda s: s.swap("deliver:e", kind=StopKind.REST),
    ),
    (
        "delivered by both",
        ALL,
        (Code.ORDER_TWICE, Code.RELOAD, Code.GOODS_ON_BOARD),
        lambda s: s.put("v1", 4, deliver("e")),
    ),
    (
        "an order that the day lacks",
        ALL,
        (Code.UNKNOWN_ORDER,),
        lambda s: s.put("v2", 6, replace(deliver("e"), order_id=OrderId("x"))),
    ),
    (
        "home after the shift and its overtime",
        MADE,
        (Code.SHIFT,),
        lambda s: Scene(
            s.stops, drivers={"v2": {"shift": replace(a_driver("v2").shift, closes=minute(15))}}
        ),
    ),
]
CASES = [
    pytest.param(way, codes, plant, id=f"{name}: {way}")
    for name, ways, codes, plant in PLANTED
    for way in ways
]


@pytest.mark.parametrize(("way", "codes", "plant"), CASES)
def test_a_planted_kind_is_caught_by_its_own_code(way: str, codes: tuple[Code, ...], plant: Plant):
    found = WAYS[way](plant(Scene()))
    hard = {v.code for v in found if v.hard}
    assert codes[0] in hard, found
    assert hard <= set(codes), found


BENT: dict[str, Callable[[Stop, int], dict[str, Any]]] = {
    "point": lambda s, n: {"point": Point(s.point.lat_e6 + 10 * n, s.point.lon_e6)},
    "service_s": lambda s, n: {"service_s": max(0, s.service_s - n)},
    "loads": lambda s, n: {"loads": ids("abcdefx"[n % 7]) if s.loads else ids("u")},
    "gives": lambda s, n: {"gives": ids("abdefux"[n % 7])},
    "takes": lambda s, n: {"takes": ids("abdefux"[n % 7])},
    "order_id": lambda s, n: {"order_id": OrderId("abx".replace(s.order_id or "", "")[n % 2])},
    "meets": lambda s, n: {"meets": VehicleId("v9")},
    "meeting_id": lambda s, n: {"meeting_id": MeetingId(f"m{n + 1}")},
}
MATTERS = {
    StopKind.DELIVER: ("point", "service_s", "loads", "gives", "takes", "order_id"),
    StopKind.RELOAD: ("point", "service_s", "loads", "gives", "takes"),
    StopKind.MEET: ("point", "service_s", "loads", "gives", "takes", "meets", "meeting_id"),
    StopKind.REST: ("service_s", "loads", "gives", "takes"),
}


@given(st.data(), st.integers(1, 3_000))
def test_no_stop_can_be_bent_under_the_name_it_had(data: st.DataObject, by: int):
    scene = Scene()
    stop = data.draw(st.sampled_from([s for own in scene.stops.values() for s in own]))
    what = data.draw(st.sampled_from(MATTERS[stop.kind]))
    found = in_kept_stops(scene.swap(stop.stop_id, **BENT[what](stop, by)))
    assert any(v.hard for v in found), (stop.stop_id, what)
