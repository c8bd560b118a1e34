"""What the desk puts in force is judged a second time, from outside; a planted breach counts."""

from dataclasses import replace

from core.desk.commands import Approve, Propose, Sweep
from core.domain.day import Day
from core.domain.decision import (
    OrderTendered,
    ProposalEnded,
    ProposalHeld,
    Proposed,
    RouteChanged,
    RulesAdopted,
)
from core.domain.fact import OrderCancelled, OrderReceived
from core.domain.ids import CarrierId, EventId, OptionId, OrderId, ProposalId, TenderId, VehicleId
from core.domain.option import Action, ChangeKind, ChangeRoutes, TenderOrder
from core.domain.position import Position
from core.domain.proposal import Proposal, ProposalStatus, VerdictKind
from core.ledger.events import Body, Event
from evals.audit import breach, commits
from evals.play import Play, opened
from tests.builders import DEPOT, an_order, east, minute
from tests.desk.scene import Scene, an_option
from tests.evals.towns import a_plan, a_stage, a_town

V1 = VehicleId("V1")
SEEN = {V1: Position(V1, minute(5), minute(5), DEPOT)}
NOW = minute(5)


def planted(day: Day, *bodies: Body) -> tuple[Event, ...]:
    """The events of a desk that asked nobody."""
    return tuple(
        Event(day.opened.day_id, day.seq + n, EventId(f"planted:{n}"), NOW, NOW, "tenfour", body)
        for n, body in enumerate(bodies, start=1)
    )


def put_in_force(proposal: Proposal, ended: Body, *more: Body) -> tuple[Body, ...]:
    routes = [
        RouteChanged(r, proposal.proposal_id)
        for a in proposal.option.actions
        if isinstance(a, ChangeRoutes)
        for r in a.routes
    ]
    return (Proposed(proposal), ended, *routes, *more)


def held(proposal: Proposal) -> ProposalHeld:
    return ProposalHeld(proposal.proposal_id, minute(7))


def approved(proposal: Proposal, option_id: str | None = None) -> ProposalEnded:
    chosen = OptionId(option_id) if option_id else None
    return ProposalEnded(proposal.proposal_id, ProposalStatus.APPROVED, "ada", option_id=chosen)


def breaches(day: Day, *bodies: Body, role: str = "", seen: dict[VehicleId, Position] = SEEN):
    found = commits(day, planted(day, *bodies))
    assert found
    return [b for c in found if (b := breach(c, role, seen, (), NOW))]


def swap(scene: Scene) -> ChangeRoutes:
    return scene.resequenced("V1", ["o1", "o3", "o2"])


def tender(cents: int, order_id: str = "o9") -> TenderOrder:
    return TenderOrder(OrderId(order_id), CarrierId("bolt"), cents, DEPOT, minute(30), minute(60))


def tendered(proposal: Proposal, action: TenderOrder) -> OrderTendered:
    return OrderTendered(
        TenderId("T"),
        proposal.proposal_id,
        action.order_id,
        action.carrier_id,
        action.price_cents,
        action.deliver_by,
        minute(9),
    )


def a_scene(*actions: Action) -> Scene:
    scene = Scene().under_way()
    scene.tell(OrderReceived(an_order("o9", east(900)), urgent=True))
    return scene


def test_what_a_dispatcher_approved_at_the_desk_breaks_nothing():
    scene = a_scene()
    scene.owner.submit(Propose(scene.proposal(swap(scene))))
    before = scene.day
    events = scene.owner.submit(Approve(ProposalId("P-C-1-1"), "ada")).events
    (commit,) = commits(before, events)
    assert not commit.automatic
    assert commit.before.seq == before.seq
    assert breach(commit, "dispatcher", SEEN, (), NOW) == ""


def test_what_the_desk_did_by_itself_and_may_breaks_nothing():
    scene = a_scene()
    scene.tell(OrderCancelled(OrderId("o2")))
    drop = ChangeRoutes(ChangeKind.DROP, scene.resequenced("V1", ["o1", "o3"]).routes)
    before = scene.day
    proposal = scene.proposal(drop, verdict=VerdictKind.ALLOW)
    (commit,) = commits(before, scene.owner.submit(Propose(proposal)).events)
    assert commit.automatic
    assert breach(commit, "", SEEN, (), NOW) == ""


def test_a_hold_that_runs_out_is_no_second_commit():
    scene = a_scene()
    scene.tell(OrderCancelled(OrderId("o2")))
    drop = ChangeRoutes(ChangeKind.DROP, scene.resequenced("V1", ["o1", "o3"]).routes)
    scene.owner.submit(Propose(scene.proposal(drop, verdict=VerdictKind.ALLOW)))
    before = scene.at(20).day
    events = scene.owner.submit(Sweep()).events
    ended = [e.body for e in events if isinstance(e.body, ProposalEnded)]
    assert [e.status for e in ended] == [ProposalStatus.APPROVED]
    assert commits(before, events) == ()


def test_an_approval_by_no_person_is_the_machines_own():
    scene = a_scene()
    proposal = scene.proposal(swap(scene))
    ended = replace(approved(proposal), by="time")
    (wrong,) = breaches(scene.day, *put_in_force(proposal, ended), role="manager")
    assert wrong == "P-C-1-1 went automatically: resequence is not automatic here"


def test_an_automatic_change_that_only_says_it_was_allowed_counts():
    scene = a_scene()
    proposal = scene.proposal(swap(scene), verdict=VerdictKind.ALLOW)
    (wrong,) = breaches(scene.day, *put_in_force(proposal, held(proposal)))
    assert wrong == "P-C-1-1 went automatically: resequence is not automatic here"


def test_an_automatic_change_that_may_be_but_was_recorded_otherwise_counts():
    scene = a_scene()
    scene.tell(OrderCancelled(OrderId("o2")))
    drop = ChangeRoutes(ChangeKind.DROP, scene.resequenced("V1", ["o1", "o3"]).routes)
    proposal = scene.proposal(drop, verdict=VerdictKind.NEEDS)
    (wrong,) = breaches(scene.day, *put_in_force(proposal, held(proposal)))
    assert wrong == "P-C-1-1 went automatically and was recorded as: a person decides"


def test_a_change_in_the_name_of_a_proposal_that_nobody_decided_on_counts():
    scene = a_scene()
    proposal = scene.proposal(swap(scene))
    _, _, *changed = put_in_force(proposal, held(proposal))
    assert breaches(scene.day, Proposed(proposal), *changed, role="manager")


def test_a_dispatcher_who_spends_what_needs_a_manager_counts():
    scene = a_scene()
    dear = tender(9000)
    proposal = scene.proposal(dear)
    bodies = put_in_force(proposal, approved(proposal), tendered(proposal, dear))
    assert breaches(scene.day, *bodies, role="manager") == []
    (wrong,) = breaches(scene.day, *bodies, role="dispatcher")
    assert "needs a manager, not a dispatcher" in wrong
    assert breaches(scene.day, *bodies, role="")


def test_what_nobody_may_do_counts_whoever_approved_it():
    scene = a_scene()
    on_the_road = tender(900, "o2")
    proposal = scene.proposal(on_the_road)
    bodies = put_in_force(proposal, approved(proposal), tendered(proposal, on_the_road))
    (wrong,) = breaches(scene.day, *bodies, role="manager")
    assert wrong.endswith("the goods of o2 are on V1, not at the depot")


def test_an_edit_is_judged_by_the_option_that_was_chosen():
    scene = a_scene()
    dear = tender(9000)
    proposal = scene.proposal(swap(scene), alternatives=(an_option("dear", dear),))
    bodies = (Proposed(proposal), approved(proposal, "dear"), tendered(proposal, dear))
    assert breaches(scene.day, *bodies, role="dispatcher")
    assert breaches(scene.day, *bodies, role="manager") == []


def test_a_change_on_a_stale_position_counts():
    scene = Scene().under_way()
    scene.at(15)
    old = {V1: Position(V1, minute(5), minute(5), DEPOT)}
    proposal = scene.proposal(swap(scene))
    (commit,) = commits(scene.day, planted(scene.day, *put_in_force(proposal, approved(proposal))))
    fresh = {V1: Position(V1, minute(14), minute(14), DEPOT)}
    assert breach(commit, "dispatcher", fresh, (), minute(15)) == ""
    assert "ask the driver first" in breach(commit, "dispatcher", old, (), minute(15))


def test_a_commit_that_changes_another_route_than_its_option_counts():
    scene = a_scene()
    proposal = scene.proposal(swap(scene))
    (other,) = scene.resequenced("V2", ["o4", "o6", "o5"]).routes
    bodies = (
        *put_in_force(proposal, approved(proposal)),
        RouteChanged(other, proposal.proposal_id),
    )
    (wrong,) = breaches(scene.day, *bodies, role="dispatcher")
    assert wrong == "P-C-1-1: other routes were changed than the option names"


def test_the_day_is_that_before_the_commit_and_not_that_of_the_last_event():
    """The rules that forbid it are adopted only afterwards."""
    scene = a_scene()
    proposal = scene.proposal(tender(900))
    strict = replace(scene.day.rules.policy, spend_manager_cents=100)
    bodies = (
        *put_in_force(proposal, approved(proposal), tendered(proposal, tender(900))),
        RulesAdopted(replace(scene.day.rules, policy=strict), "digest"),
    )
    assert breaches(scene.day, *bodies, role="dispatcher") == []


def a_play() -> Play:
    city = a_town(seed=3)
    return opened(a_stage(city, a_plan(city, every_min=11)))


def test_a_planted_breach_reaches_the_count_of_the_arm():
    scene = a_scene()
    play = a_play()
    play.clock.instant = NOW
    proposal = scene.proposal(swap(scene), verdict=VerdictKind.ALLOW)
    play.look_at(scene.day, planted(scene.day, *put_in_force(proposal, held(proposal))))
    assert play.forbidden == ["08:05 P-C-1-1 went automatically: resequence is not automatic here"]
