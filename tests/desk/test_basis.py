"""Every option of a table stands on what it touches itself, whoever chooses it."""

from dataclasses import replace

import pytest

from core.desk.commands import Approve, Propose
from core.domain.case import CaseStatus
from core.domain.fact import CarrierListed, OrderCancelled, OrderReceived
from core.domain.ids import CarrierId, CaseId, OptionId, OrderId, ProposalId, VehicleId
from core.domain.option import TenderOrder
from core.domain.proposal import Basis, ProposalStatus
from core.errors import Stale
from tests.builders import DEPOT, an_order, minute
from tests.desk.scene import Scene, a_carrier, an_option

P1 = ProposalId("P-C-1-1")
BOLT, O9 = CarrierId("bolt"), OrderId("o9")
TENDER = an_option("tender:bolt", TenderOrder(O9, BOLT, 900, DEPOT, minute(30), minute(60)))


@pytest.fixture
def scene() -> Scene:
    """Recommended is another order of V1's stops; instead a carrier could bring the new o9."""
    scene = Scene().under_way()
    scene.tell(OrderReceived(an_order("o9"), urgent=True))
    change = scene.resequenced("V1", ["o1", "o3", "o2"])
    proposal = scene.proposal(change, alternatives=[TENDER])
    day = scene.day
    stands_on = Basis(
        orders=((O9, day.orders[O9].revision),), carriers=((BOLT, day.carriers[BOLT].revision),)
    )
    bases = ((TENDER.option_id, stands_on),)
    scene.owner.submit(Propose(replace(proposal, bases=bases)))
    return scene


def choose(scene: Scene, option_id: OptionId | None) -> None:
    scene.owner.submit(Approve(P1, "ada", option_id=option_id))


def test_another_option_commits_while_what_it_touches_stands(scene: Scene):
    choose(scene, TENDER.option_id)
    assert [t.order_id for t in scene.day.tenders.values()] == [O9]


def test_another_option_is_stale_when_its_own_order_moved_on(scene: Scene):
    scene.tell(OrderCancelled(O9))
    with pytest.raises(Stale, match="order o9"):
        choose(scene, TENDER.option_id)
    assert scene.day.proposals[P1].status is ProposalStatus.STALE
    case = scene.day.cases[CaseId("C-1")]
    assert (case.status, case.revision) == (CaseStatus.OPEN, 2)
    assert not scene.day.tenders


def test_another_option_is_stale_when_its_carrier_has_other_rates(scene: Scene):
    scene.tell(CarrierListed(replace(a_carrier(), lead_s=3600)))
    with pytest.raises(Stale, match="carrier bolt"):
        choose(scene, TENDER.option_id)


def test_the_recommended_option_does_not_care_what_only_another_touches(scene: Scene):
    scene.tell(OrderCancelled(O9), CarrierListed(replace(a_carrier(), lead_s=3600)))
    choose(scene, None)
    stops = scene.day.routes[VehicleId("V1")].remaining
    assert [s.order_id for s in stops] == ["o1", "o3", "o2"]
