"""Overtime is measured by two rulers: a jam does not excuse what clear roads would not."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pytest

from core.desk.commands import Approve, Propose, RecordFindings
from core.domain.fact import DriverListed, RoadIncidentReported, RouteDeparted
from core.domain.ids import IncidentId, ProposalId, VehicleId
from core.domain.place import Area, Point
from core.errors import Stale
from core.routing.check import Code, Lookup, change_points, check_change, hard_ones
from core.routing.rulers import Rulers, check_by_all, rulers
from core.travel.protocol import Matrix, SlowArea
from tests.builders import DEPOT, a_driver, an_order, east, minute
from tests.desk.scene import CrowTravel, Scene, a_case

V1 = VehicleId("V1")
ORDERS = (
    an_order("o1", east(1310)),
    an_order("o2", east(3000)),
    an_order("o3", east(1000)),
    *(an_order(f"o{n}", east(0, 500 * (n - 3))) for n in (4, 5, 6)),
)
PLANNED = ["o1", "o2", "o3"]
SOONER = ["o1", "o3", "o2"]
"""Into the jam from next door instead of from afar, and a minute longer when there is none."""


class JammedTravel(CrowTravel):
    """Ten metres a second; a leg that begins or ends in a slow area takes longer."""

    def __init__(self, areas: Sequence[SlowArea] = ()) -> None:
        self._areas = tuple(areas)

    def matrix(self, points: Sequence[Point], at: datetime) -> Matrix:
        free = super().matrix(points, at)
        seconds = free.seconds.copy()
        for slow in self._areas:
            inside = np.array([slow.area.centre.crow_m(p) <= slow.area.radius_m for p in points])
            touched = inside[:, None] | inside[None, :]
            seconds = np.where(touched, free.seconds * 100 // slow.speed_pct, seconds)
        return Matrix(seconds, free.metres)

    def slowed(self, areas: Sequence[SlowArea]) -> "JammedTravel":
        return JammedTravel(areas)


def under_way(*order_ids: str, jam: bool) -> Scene:
    """V1 leaves at 08:55 with its orders in that order; its driver's shift was over at 08:45."""
    scene = Scene()
    scene.owner.set_travel(JammedTravel())
    known = {str(o.order_id): o for o in ORDERS}
    scene.planned([known[o] for o in (*order_ids, "o4", "o5", "o6")]).at(55)
    scene.tell(RouteDeparted(V1, DEPOT), DriverListed(a_driver("V1", shift_min=(0, 45))))
    if jam:
        area, clears = Area(east(1000), radius_m=300), minute(200)
        scene.tell(RoadIncidentReported(IncidentId("jam"), area, 10, clears_at=clears))
    scene.owner.submit(RecordFindings(opened=(a_case(1, "V1"),)))
    return scene


@pytest.fixture
def scene() -> Scene:
    return under_way(*PLANNED, jam=True)


def returns_late_s(scene: Scene, by: Lookup, order_ids: Sequence[str]) -> int:
    """Return how late V1 comes home with its stops in that order, by one ruler alone."""
    (route,) = scene.resequenced("V1", order_ids).routes
    found = check_change(scene.day, [route], (), by, scene.clock.now())
    return sum(v.amount for v in found if v.code is Code.SHIFT)


def both(scene: Scene) -> Rulers:
    (route,) = scene.resequenced("V1", SOONER).routes
    return rulers(scene.day, JammedTravel(), change_points(scene.day, [route]), scene.clock.now())


def test_in_the_jam_the_longer_way_looks_shorter(scene: Scene):
    by = both(scene)
    expected = [returns_late_s(scene, by.expected, way) for way in (PLANNED, SOONER)]
    planned = [returns_late_s(scene, by.planned, way) for way in (PLANNED, SOONER)]
    # 67 and 58 minutes on the road with the jam, 22 and 23 without; all of it begins 10 min late.
    assert expected == pytest.approx([77 * 60, 67.7 * 60], abs=30)
    assert planned == pytest.approx([32 * 60, 33 * 60], abs=30)


def test_overtime_that_only_a_jam_excuses_is_hard(scene: Scene):
    (route,) = scene.resequenced("V1", SOONER).routes
    now, by = scene.clock.now(), both(scene)
    assert not hard_ones(check_change(scene.day, [route], (), by.expected, now))
    (broken,) = hard_ones(check_by_all(scene.day, [route], (), by, now))
    assert broken.code is Code.SHIFT
    assert broken.sentence.startswith("on clear roads V1 returns 33 min")


def test_the_desk_does_not_take_such_a_change(scene: Scene):
    scene.owner.submit(Propose(scene.proposal(scene.resequenced("V1", SOONER))))
    with pytest.raises(Stale, match="on clear roads V1 returns 33 min"):
        scene.owner.submit(Approve(ProposalId("P-C-1-1"), "ada"))
    assert [s.order_id for s in scene.day.routes[V1].remaining] == PLANNED


def test_a_late_route_may_change_as_long_as_that_makes_it_no_later():
    scene = under_way(*SOONER, jam=False)
    scene.owner.submit(Propose(scene.proposal(scene.resequenced("V1", PLANNED))))
    scene.owner.submit(Approve(ProposalId("P-C-1-1"), "ada"))
    assert [s.order_id for s in scene.day.routes[V1].remaining] == PLANNED


def test_without_a_jam_both_rulers_say_the_same_once():
    scene = under_way(*PLANNED, jam=False)
    (route,) = scene.resequenced("V1", SOONER).routes
    (broken,) = hard_ones(check_by_all(scene.day, [route], (), both(scene), scene.clock.now()))
    assert broken.sentence.startswith("V1 returns 33 min")
