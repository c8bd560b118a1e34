"""Every broken rule, planted in a morning plan, in new stops and in stops kept by name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import MeetingId, OrderId, StopId, VehicleId
from core.domain.order import Load
from core.domain.place import Point
from core.domain.plan import Stop, StopKind
from core.routing.check import Code, Violation
from tests.builders import (
    a_driver,
    a_window,
    east,
    minute,
)
from tests.routing.kinds import (
    AGREED,
    RELOAD,
    REST,
    WAYS,
    Plant,
    Scene,
    deliver,
    ids,
    in_kept_stops,
    meet,
)


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
    # Doors, limits of people, goods that come later
    (
        "a door that is closed by then",
        MADE,
        (Code.ACCESS,),
        lambda s: Scene(s.stops, orders={"u": {"hours": (a_window(0, 6),)}}),
    ),
    (
        "a van too high for the way to a door",
        MADE,
        (Code.ACCESS,),
        lambda s: Scene(
            s.stops, orders={"u": {"max_height_cm": 200}}, vans={"v2": {"height_cm": 201}}
        ),
    ),
    (
        "longer at the wheel than allowed",
        MADE,
        (Code.DRIVING,),
        lambda s: Scene(s.stops, drivers={"v2": {"most_driving_s": 300}}),
    ),
    (
        "longer at the wheel without a rest than allowed",
        MADE,
        (Code.DRIVING,),
        lambda s: Scene(s.stops, drivers={"v2": {"most_driving_on_end_s": 300}}),
    ),
    (
        "longer on duty than allowed",
        MADE,
        (Code.DUTY,),
        lambda s: Scene(s.stops, drivers={"v2": {"most_duty_s": 600}}),
    ),
    (
        "left before the goods were there",
        ("plan",),
        (Code.RELEASE,),
        lambda s: Scene(s.stops, orders={"e": {"release_at": minute(1)}}),
    ),
    (
        "fetched before the goods were there",
        ("plan",),
        (Code.TIMING, Code.SHIFT, Code.REST),
        lambda s: Scene(s.stops, orders={"u": {"release_at": minute(200)}}),
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
