"""Approving, editing, rejecting and undoing, and what each leaves behind."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.desk.commands import (
    Approve,
    Propose,
    Reject,
    SetKillSwitch,
    Sweep,
    Undo,
)
from core.domain.case import CaseStatus
from core.domain.decision import RouteChanged
from core.domain.fact import OrderCancelled, OrderDelivered, StopReached, TenderAnswered
from core.domain.ids import CarrierId, CaseId, OptionId, OrderId, ProposalId, StopId, VehicleId
from core.domain.option import ChangeKind, ChangeRoutes, NotifyCustomer, RefuseOrder, TenderOrder
from core.domain.order import OrderStatus
from core.domain.proposal import ProposalStatus, RejectReason, VerdictKind
from core.errors import Forbidden, NotOpen, RouteFrozen, Stale, UnknownId
from tests.builders import DEPOT, a_window, east, minute
from tests.desk.scene import Scene, an_option

V1, V2 = VehicleId("V1"), VehicleId("V2")


def order_of(scene: Scene, vehicle_id: VehicleId) -> list[str]:
    return [str(s.order_id) for s in scene.day.routes[vehicle_id].remaining]


@pytest.fixture
def scene() -> Scene:
    return Scene().under_way()


@pytest.fixture
def proposed(scene: Scene) -> Scene:
    change = scene.resequenced("V1", ["o1", "o3", "o2"])
    message = NotifyCustomer(OrderId("o2"), "new_window", a_window(40, 60))
    scene.owner.submit(Propose(scene.proposal(change, message)))
    return scene


P1, P2 = ProposalId("P-C-1-1"), ProposalId("P-C-2-1")


def test_an_approval_changes_the_route_and_queues_words_for_driver_and_customer(proposed: Scene):
    receipt = proposed.owner.submit(Approve(P1, "ada"))
    assert [e.body.type for e in receipt.events] == [
        "proposal_ended",
        "route_changed",
        "message_queued",
        "message_queued",
    ]
    assert order_of(proposed, V1) == ["o1", "o3", "o2"]
    assert proposed.day.cases[CaseId("C-1")].status is CaseStatus.RESOLVING
    assert proposed.day.proposals[P1].status is ProposalStatus.APPROVED
    rows = proposed.store.outbox(proposed.owner.day_id)
    assert [r.recipient for r in rows] == ["driver:d-V1", "customer:c-o2"]
    assert {r.hold_until for r in rows} == {minute(5.5)}
    assert "08:40" in rows[1].payload


def test_one_stop_was_moved_by_swapping_two(proposed: Scene):
    events = proposed.owner.submit(Approve(P1, "ada")).events
    assert [e.body.stops_moved for e in events if isinstance(e.body, RouteChanged)] == [1]


def test_approving_twice_changes_nothing_the_second_time(proposed: Scene):
    proposed.owner.submit(Approve(P1, "ada"))
    seq = proposed.day.seq
    with pytest.raises(NotOpen):
        proposed.owner.submit(Approve(P1, "bob"))
    assert proposed.day.seq == seq


def test_an_unknown_proposal_or_option_is_told_apart(proposed: Scene):
    with pytest.raises(UnknownId):
        proposed.owner.submit(Approve(ProposalId("P-C-9-1"), "ada"))
    with pytest.raises(UnknownId):
        proposed.owner.submit(Approve(P1, "ada", option_id=OptionId("none")))


def test_an_edit_commits_the_other_option(scene: Scene):
    other = an_option("other", scene.resequenced("V1", ["o1", "o2", "o3"]))
    change = scene.resequenced("V1", ["o1", "o3", "o2"])
    scene.owner.submit(Propose(scene.proposal(change, alternatives=[other])))
    scene.owner.submit(Approve(P1, "ada", option_id=OptionId("other")))
    assert order_of(scene, V1) == ["o1", "o2", "o3"]
    assert scene.day.proposals[P1].committed.option_id == "other"


def test_approving_to_wait_snoozes_the_case_until_then(proposed: Scene):
    proposed.owner.submit(Approve(P1, "ada", option_id=OptionId("wait")))
    case = proposed.day.cases[CaseId("C-1")]
    assert (case.status, case.snoozed_until) == (CaseStatus.SNOOZED, minute(20))
    proposed.at(21).owner.submit(Sweep())
    case = proposed.day.cases[CaseId("C-1")]
    assert (case.status, case.revision) == (CaseStatus.OPEN, 2)


def test_a_proposal_still_stands_when_its_first_frozen_stop_was_done_meanwhile(proposed: Scene):
    proposed.at(10).tell(
        StopReached(V1, StopId("deliver:o1"), east(500)),
        OrderDelivered(V1, OrderId("o1"), east(500)),
    )
    # The driver now goes to o2, which the proposal puts last: it does not stand.
    with pytest.raises(Stale):
        proposed.owner.submit(Approve(P1, "ada"))


def test_done_stops_are_left_out_of_a_change_made_before(scene: Scene):
    change = scene.resequenced("V1", ["o1", "o2", "o3"])
    scene.owner.submit(Propose(scene.proposal(change)))
    scene.at(12).tell(OrderDelivered(V1, OrderId("o1"), east(500)))
    scene.owner.submit(Approve(P1, "ada"))
    route = scene.day.routes[V1]
    assert (route.done, order_of(scene, V1)) == (1, ["o2", "o3"])


def test_a_stale_approval_is_recorded_and_starts_the_next_attempt(proposed: Scene):
    other = proposed.resequenced("V1", ["o1", "o2", "o3"])
    proposed.owner.submit(Propose(proposed.proposal(other, case=2)))
    proposed.owner.submit(Approve(P1, "ada"))
    with pytest.raises(Stale) as stale:
        proposed.owner.submit(Approve(ProposalId("P-C-2-1"), "bob"))
    assert stale.value.moved == ("the route of V1",)
    assert proposed.day.proposals[ProposalId("P-C-2-1")].status is ProposalStatus.STALE
    case = proposed.day.cases[CaseId("C-2")]
    assert (case.status, case.revision) == (CaseStatus.OPEN, 2)


def test_of_conflicting_approvals_at_once_exactly_one_commits(proposed: Scene):
    other = proposed.resequenced("V1", ["o1", "o2", "o3"])
    proposed.owner.submit(Propose(proposed.proposal(other, case=2)))

    def approve(proposal_id: str) -> str:
        try:
            proposed.owner.submit(Approve(ProposalId(proposal_id), "ada"))
        except (Stale, NotOpen) as refused:
            return refused.code
        return "committed"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(approve, [P1, "P-C-2-1"] * 8))
    assert told.count("committed") == 1
    assert told.count("stale") == 1
    changes = [e for e in proposed.owner.events() if isinstance(e.body, RouteChanged)]
    assert len(changes) == 1


def test_approvals_that_touch_different_routes_both_commit(proposed: Scene):
    other = proposed.resequenced("V2", ["o4", "o6", "o5"])
    proposed.owner.submit(Propose(proposed.proposal(other, case=2)))
    proposed.owner.submit(Approve(ProposalId("P-C-2-1"), "bob"))
    proposed.owner.submit(Approve(P1, "ada"))
    assert order_of(proposed, V1) == ["o1", "o3", "o2"]
    assert order_of(proposed, V2) == ["o4", "o6", "o5"]


def test_a_rejection_starts_the_next_attempt(proposed: Scene):
    proposed.owner.submit(Reject(P1, "ada", RejectReason.DRIVER_WONT, "no"))
    case = proposed.day.cases[CaseId("C-1")]
    assert (case.status, case.revision) == (CaseStatus.OPEN, 2)
    assert proposed.day.proposals[P1].reason is RejectReason.DRIVER_WONT


def test_a_proposal_made_twice_for_one_attempt_is_one(proposed: Scene):
    seq = proposed.day.seq
    change = proposed.resequenced("V1", ["o1", "o2", "o3"])
    receipt = proposed.owner.submit(Propose(proposed.proposal(change)))
    assert receipt.duplicate
    assert proposed.day.seq == seq


def test_undo_puts_the_route_back_and_withdraws_the_words(proposed: Scene):
    proposed.owner.submit(Approve(P1, "ada"))
    proposed.clock.advance(20)
    proposed.owner.submit(Undo(P1, "ada"))
    assert order_of(proposed, V1) == ["o1", "o2", "o3"]
    rows = proposed.store.outbox(proposed.owner.day_id)
    assert [r.status for r in rows] == ["withdrawn", "withdrawn"]
    assert proposed.day.cases[CaseId("C-1")].status is CaseStatus.OPEN
    order = proposed.day.orders[OrderId("o2")]
    assert (order.messages, order.told) == (0, None)


def test_undo_is_over_with_its_window(proposed: Scene):
    proposed.owner.submit(Approve(P1, "ada"))
    proposed.clock.advance(30)
    with pytest.raises(NotOpen):
        proposed.owner.submit(Undo(P1, "ada"))


def test_undo_is_refused_once_the_driver_goes_where_the_change_led(proposed: Scene):
    proposed.owner.submit(Approve(P1, "ada"))
    proposed.tell(OrderDelivered(V1, OrderId("o1"), east(500)))
    proposed.clock.advance(10)
    with pytest.raises(RouteFrozen):
        proposed.owner.submit(Undo(P1, "ada"))


def test_what_policy_allows_is_in_force_at_once_and_held(scene: Scene):
    told = NotifyCustomer(OrderId("o2"), "new_window", a_window(40, 60))
    scene.owner.submit(Propose(scene.proposal(told, verdict=VerdictKind.ALLOW)))
    state = scene.day.proposals[P1]
    assert (state.status, state.hold_until) == (ProposalStatus.HELD, minute(5.5))
    assert len(scene.day.messages) == 1
    scene.clock.advance(31)
    scene.owner.submit(Sweep())
    assert scene.day.proposals[P1].status is ProposalStatus.APPROVED


def test_with_the_kill_switch_on_nothing_commits_by_itself(scene: Scene):
    scene.owner.submit(SetKillSwitch(True, "ada"))
    told = NotifyCustomer(OrderId("o2"), "new_window", a_window(40, 60))
    scene.owner.submit(Propose(scene.proposal(told, verdict=VerdictKind.ALLOW)))
    state = scene.day.proposals[P1]
    assert (state.status, state.proposal.verdict.rule) == (ProposalStatus.OPEN, "kill_switch")
    assert not scene.day.messages


def test_a_template_that_does_not_exist_leaves_nothing_behind(scene: Scene):
    told = NotifyCustomer(OrderId("o2"), "no_such_words")
    scene.owner.submit(Propose(scene.proposal(told)))
    seq = scene.day.seq
    with pytest.raises(UnknownId):
        scene.owner.submit(Approve(P1, "ada"))
    assert scene.day.seq == seq
    assert scene.store.outbox(scene.owner.day_id) == ()


def test_an_automatic_change_takes_what_it_overtakes_off_the_table(scene: Scene):
    """In one commit: nobody is shown a proposal on a route that is another one by now."""
    scene.owner.submit(Propose(scene.proposal(scene.resequenced("V1", ["o1", "o3", "o2"]))))
    scene.tell(OrderCancelled(OrderId("o2")))
    without = scene.resequenced("V1", ["o1", "o3"])
    drop = ChangeRoutes(ChangeKind.DROP, without.routes)
    receipt = scene.owner.submit(Propose(scene.proposal(drop, case=2, verdict=VerdictKind.ALLOW)))
    assert [e.body.type for e in receipt.events][-2:] == ["proposal_ended", "case_changed"]
    assert scene.day.proposals[P2].status is ProposalStatus.HELD
    overtaken = scene.day.proposals[P1]
    assert overtaken.status is ProposalStatus.SUPERSEDED
    assert overtaken.note == "overtaken by P-C-2-1: the route of V1 changed"
    case = scene.day.cases[CaseId("C-1")]
    assert (case.status, case.revision) == (CaseStatus.OPEN, 2)


def test_an_automatic_change_leaves_what_it_does_not_touch(scene: Scene):
    other = scene.resequenced("V2", ["o4", "o6", "o5"])
    scene.owner.submit(Propose(scene.proposal(other, case=2)))
    scene.tell(OrderCancelled(OrderId("o2")))
    drop = ChangeRoutes(ChangeKind.DROP, scene.resequenced("V1", ["o1", "o3"]).routes)
    scene.owner.submit(Propose(scene.proposal(drop, verdict=VerdictKind.ALLOW)))
    assert scene.day.proposals[P1].status is ProposalStatus.HELD
    assert scene.day.proposals[P2].status is ProposalStatus.OPEN


def a_tender(price_cents: int = 900) -> TenderOrder:
    return TenderOrder(OrderId("o9"), CarrierId("bolt"), price_cents, DEPOT, minute(30), minute(60))


@pytest.fixture
def tendered(scene: Scene) -> Scene:
    from core.domain.fact import OrderReceived
    from tests.builders import an_order

    scene.tell(OrderReceived(an_order("o9"), urgent=True))
    scene.owner.submit(Propose(scene.proposal(a_tender())))
    scene.owner.submit(Approve(P1, "ada"))
    return scene


def test_a_tender_leaves_after_the_hold_and_takes_room_at_the_carrier(tendered: Scene):
    (tender,) = tendered.day.tenders.values()
    (row,) = tendered.store.outbox(tendered.owner.day_id)
    assert (row.recipient, row.hold_until) == ("carrier:bolt", minute(5.5))
    assert tender.answer_by == minute(10.5)
    assert tendered.day.carriers[CarrierId("bolt")].taken_parcels == 1


def test_an_accepted_order_is_with_the_carrier(tendered: Scene):
    (tender,) = tendered.day.tenders
    tendered.tell(TenderAnswered(tender, CarrierId("bolt"), accepted=True))
    assert tendered.day.orders[OrderId("o9")].status is OrderStatus.WITH_CARRIER


@pytest.mark.parametrize("silent", [True, False])
def test_a_refused_or_unanswered_tender_opens_the_case_again(tendered: Scene, silent: bool):
    (tender,) = tendered.day.tenders
    if silent:
        tendered.at(11).owner.submit(Sweep())
    else:
        tendered.tell(TenderAnswered(tender, CarrierId("bolt"), accepted=False))
    assert tendered.day.orders[OrderId("o9")].tender_id is None
    assert tendered.day.carriers[CarrierId("bolt")].taken_parcels == 0
    case = tendered.day.cases[CaseId("C-1")]
    assert (case.status, case.revision) == (CaseStatus.OPEN, 2)
    assert [o.order.order_id for o in tendered.day.unassigned()] == ["o9"]


def test_an_undone_tender_never_leaves(tendered: Scene):
    tendered.owner.submit(Undo(P1, "ada"))
    (row,) = tendered.store.outbox(tendered.owner.day_id)
    assert row.status == "withdrawn"
    assert tendered.day.orders[OrderId("o9")].tender_id is None


def test_spending_above_the_limit_needs_a_manager(scene: Scene):
    from core.domain.fact import OrderReceived
    from tests.builders import an_order

    scene.tell(OrderReceived(an_order("o9"), urgent=True))
    scene.owner.submit(Propose(scene.proposal(a_tender(9000))))
    with pytest.raises(Forbidden):
        scene.owner.submit(Approve(P1, "ada", role="dispatcher"))
    scene.owner.submit(Approve(P1, "grace", role="manager"))
    assert len(scene.day.tenders) == 1


def test_a_refusal_is_told_to_the_customer_and_can_be_undone(scene: Scene):
    scene.owner.submit(Propose(scene.proposal(RefuseOrder(OrderId("o3"), minute(200)))))
    scene.owner.submit(Approve(P1, "ada"))
    assert scene.day.orders[OrderId("o3")].status is OrderStatus.REFUSED
    (row,) = scene.store.outbox(scene.owner.day_id)
    assert "11:20" in row.payload
    scene.owner.submit(Undo(P1, "ada"))
    assert scene.day.orders[OrderId("o3")].status is OrderStatus.LOADED
