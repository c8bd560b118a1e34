"""What a change disturbs is the same when it is quoted, written down, and counted afterwards."""

from dataclasses import replace

import pytest

from core.desk.commands import Approve, Propose
from core.domain.decision import RouteChanged
from core.domain.fact import OrderCancelled, OrderReceived
from core.domain.ids import CaseId, MeetingId, OptionId, OrderId, ProposalId, StopId, VehicleId
from core.domain.option import ChangeKind, ChangeRoutes, Meeting
from core.domain.plan import Stop, StopKind
from core.resolve.draft import Draft
from core.resolve.price import price
from core.routing.insertion import Candidate, insertions
from core.routing.moved import kept_in_order, longest_rising
from core.routing.timetable import retimed
from evals.score import disturbance
from tests.builders import an_order, east, minute
from tests.desk.scene import CrowTravel, Scene

V1, V2 = VehicleId("V1"), VehicleId("V2")
C1, P1 = CaseId("C-1"), ProposalId("P-C-1-1")
TRAVEL = CrowTravel()


@pytest.fixture
def scene() -> Scene:
    return Scene().under_way()


def quoted(scene: Scene, change: ChangeRoutes) -> tuple[int, int]:
    """Stops and drivers as the priced option names them; its lines have to say the same."""
    draft = Draft(OptionId("best"), "best", (change,))
    (option,) = price(scene.day, C1, [draft], TRAVEL, {}, scene.clock.now(), seed=1)
    cost = option.price
    assert cost is not None
    lines = {line.label: line.cents for line in cost.lines}
    assert lines.get("moved stops", 0) == 40 * cost.stops_moved
    assert lines.get("disturbed drivers", 0) == 200 * cost.drivers_disturbed
    return cost.stops_moved, cost.drivers_disturbed


def written_down(scene: Scene) -> int:
    return sum(e.body.stops_moved for e in scene.owner.events() if isinstance(e.body, RouteChanged))


def put_in_force(scene: Scene, change: ChangeRoutes) -> None:
    scene.owner.submit(Propose(scene.proposal(change)))
    scene.owner.submit(Approve(P1, "ada"))


def test_an_insertion_with_a_reload_moves_nobody_elses_stop_and_disturbs_its_driver(scene: Scene):
    scene.tell(OrderReceived(an_order("o9", east(900)), urgent=True))
    found = insertions(scene.day, OrderId("o9"), TRAVEL, scene.clock.now(), vehicle_ids=(V1,))
    (best,) = [c for c in found if isinstance(c, Candidate)]
    assert StopKind.RELOAD in {s.kind for s in best.new_route.stops}
    change = ChangeRoutes(ChangeKind.INSERT, (best.new_route,))
    assert quoted(scene, change) == (0, 1)
    put_in_force(scene, change)
    assert (disturbance(scene.owner.events()), written_down(scene)) == ((0, 1), 0)


def a_meeting(giver: bool, meeting_s: int) -> Stop:
    """V1 gives o3 to V2 where both come by."""
    mine, other = (V1, V2) if giver else (V2, V1)
    return Stop(
        StopId(f"meet:M1:{mine}"),
        StopKind.MEET,
        east(400, 400),
        meeting_s,
        minute(45),
        minute(55),
        meeting_id=MeetingId("M1"),
        meets=other,
        gives=(OrderId("o3"),) if giver else (),
        takes=() if giver else (OrderId("o3"),),
    )


def handed_over(scene: Scene) -> ChangeRoutes:
    day, at = scene.day, minute(45)
    lasts = day.rules.thresholds.meeting_s
    o1, o2, o3 = day.routes[V1].remaining
    o4, *rest = day.routes[V2].remaining
    routes = tuple(
        retimed(day, v, stops, TRAVEL, scene.clock.now(), None, {MeetingId("M1"): at})
        for v, stops in (
            (V1, (o1, a_meeting(True, lasts), o2)),
            (V2, (o4, a_meeting(False, lasts), o3, *rest)),
        )
    )
    meeting = Meeting(MeetingId("M1"), east(400, 400), at, V1, V2, (OrderId("o3"),), lasts)
    return ChangeRoutes(ChangeKind.MOVE_AT_MEETING, routes, (meeting,))


def test_a_hand_over_of_one_order_moves_that_order_and_disturbs_both_drivers(scene: Scene):
    change = handed_over(scene)
    assert quoted(scene, change) == (1, 2)
    put_in_force(scene, change)
    assert (disturbance(scene.owner.events()), written_down(scene)) == ((1, 2), 1)


def test_a_cancelled_stop_left_out_moves_nothing_and_disturbs_nobody(scene: Scene):
    scene.tell(OrderCancelled(OrderId("o2")))
    change = replace(scene.resequenced("V1", ["o1", "o3"]), kind=ChangeKind.DROP)
    assert quoted(scene, change) == (0, 0)
    put_in_force(scene, change)
    assert (disturbance(scene.owner.events()), written_down(scene)) == ((0, 0), 0)
    drivers = [r.recipient for r in scene.store.outbox(scene.owner.day_id)]
    assert drivers == ["driver:d-V1"]


def test_a_swap_moves_one_stop_wherever_it_is_counted(scene: Scene):
    change = scene.resequenced("V1", ["o1", "o3", "o2"])
    assert quoted(scene, change) == (1, 1)
    put_in_force(scene, change)
    assert (disturbance(scene.owner.events()), written_down(scene)) == ((1, 1), 1)


def test_what_stays_in_order_is_as_long_as_the_engine_counts():
    for ranks in ([], [0], [3, 0, 1, 2], [2, 1, 0], [0, 2, 1, 4, 3, 5], [5, 0, 4, 1, 3, 2]):
        assert len(longest_rising(ranks)) == kept_in_order(ranks)
