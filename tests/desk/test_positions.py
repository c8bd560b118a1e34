"""Nothing is decided on a stale position: the rule binds when a change is committed, too."""

import pytest

from core.desk.commands import Approve, Propose
from core.domain.fact import DriverReported
from core.domain.ids import ProposalId, VehicleId
from core.domain.position import Position
from core.domain.proposal import ProposalStatus
from core.errors import Forbidden
from tests.builders import east, minute
from tests.desk.scene import Scene

V1 = VehicleId("V1")
P1 = ProposalId("P-C-1-1")


def seen(scene: Scene, at_min: float) -> None:
    scene.owner.report_position(Position(V1, minute(at_min), minute(at_min), east(300)))


@pytest.fixture
def scene() -> Scene:
    """V1 left at 08:00 and was last seen at 08:05, when two of its stops were to change places."""
    scene = Scene().under_way()
    seen(scene, 5)
    scene.owner.submit(Propose(scene.proposal(scene.resequenced("V1", ["o1", "o3", "o2"]))))
    return scene


def test_a_route_is_not_changed_on_a_position_older_than_five_minutes(scene: Scene):
    scene.at(10.5)
    with pytest.raises(Forbidden, match="last proof of where V1 is was 330 s ago"):
        scene.owner.submit(Approve(P1, "ada"))
    assert scene.day.proposals[P1].status is ProposalStatus.OPEN


def test_a_fresh_position_lets_the_same_proposal_pass(scene: Scene):
    scene.at(10.5)
    seen(scene, 10)
    scene.owner.submit(Approve(P1, "ada"))
    assert scene.day.proposals[P1].status is ProposalStatus.APPROVED


def test_a_logged_call_proves_the_place_as_well(scene: Scene):
    scene.at(10.5).tell(DriverReported(V1, None, 0))
    scene.owner.submit(Approve(P1, "ada"))
    assert scene.day.proposals[P1].status is ProposalStatus.APPROVED


def test_positions_read_back_from_the_store_bind_as_well(scene: Scene):
    again = Scene(scene.store).at(10.5)
    with pytest.raises(Forbidden, match="330 s ago"):
        again.owner.submit(Approve(P1, "ada"))
