"""All arms of one seed meet the same luck, whatever they do with the day."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from core.desk.commands import Approve, Propose, RecordFindings
from core.domain.carrier import Carrier, CarrierKind, RateCard
from core.domain.fact import (
    Fact,
    OrderCancelled,
    OrderReceived,
    RoadIncidentReported,
    TenderAnswered,
)
from core.domain.ids import CarrierId, CaseId, OptionId, OrderId, ProposalId
from core.domain.option import Option, Price, TenderOrder
from core.domain.proposal import Basis, Proposal, Verdict, VerdictKind
from evals.arms import Copilot, DoNothing, InsertOnly
from evals.play import Dispatcher, Play, Stage, opened, play_out
from tests.builders import DEPOT, a_driver, a_window, minute
from tests.desk.scene import a_case
from tests.evals.towns import a_plan, a_stage, a_town, orders
from tools.runtime import Runtime

pytestmark = pytest.mark.slow

EVERY_MIN = 11
GIG = CarrierId("gig")


def a_small_town() -> Stage:
    """Two vans whose promises end two minutes behind their plan, and a carrier."""
    owed = tuple(
        replace(o, promise=a_window(0, EVERY_MIN * (n // 2 + 1) + 2))
        for n, o in enumerate(orders(40))
    )
    card = RateCard(per_order_cents=900)
    gig = Carrier(GIG, CarrierKind.GIG, card, minute(320), a_window(0, 400))
    drivers = tuple(a_driver(v, shift_min=(0, 240)) for v in ("V1", "V2"))
    city = replace(a_town(seed=7), orders=owed, drivers=drivers, carriers=(gig,))
    return a_stage(city, a_plan(city, every_min=EVERY_MIN))


@dataclass
class TenderOnly:
    """Gives every urgent order to the carrier, so long after it came in."""

    after_min: int
    tendered: set[OrderId] = field(default_factory=set[OrderId])

    def act(self, play: Play) -> None:
        now = play.clock.now()
        for state in play.day.unassigned():
            order_id, received = state.order.order_id, state.received_at
            if not state.urgent or order_id in self.tendered or received is None:
                continue
            if now - received >= timedelta(minutes=self.after_min):
                self.tendered.add(order_id)
                play.decide(RecordFindings(opened=(a_case(len(self.tendered)),)))
                proposal = a_tender(play, order_id, state.promise.closes)
                assert play.decide(Propose(proposal))
                assert play.decide(Approve(proposal.proposal_id, "script"))


def a_tender(play: Play, order_id: OrderId, deliver_by: datetime) -> Proposal:
    now, number = play.clock.now(), len(play.day.cases)
    action = TenderOrder(order_id, GIG, 900, DEPOT, now + timedelta(minutes=20), deliver_by)
    price = Price(total_cents=900, lines=(), standard_error_cents=0, paths=0)
    return Proposal(
        proposal_id=ProposalId(f"P-C-{number}-1"),
        case_id=CaseId(f"C-{number}"),
        case_revision=1,
        option=Option(OptionId("tender:gig"), "give it to the carrier", (action,), price),
        alternatives=(),
        basis=Basis(orders=((order_id, play.day.orders[order_id].revision),)),
        verdict=Verdict(VerdictKind.NEEDS, "test", "a person decides", "dispatcher"),
        made_at=now,
        expires_at=now + timedelta(minutes=15),
        rules_digest=play.day.rules_digest,
        provider="estimate",
        seed=play.stage.seed,
    )


@dataclass(frozen=True)
class Played:
    """One arm's day: every draw its world made, and every fact that was heard of it."""

    draws: dict[tuple[str, ...], float]
    facts: dict[str, tuple[datetime, Fact]]
    digest: str
    against_policy: tuple[str, ...]


def copilot(play: Play) -> Dispatcher:
    stage = play.stage
    return Copilot(Runtime(play.owner, stage.travel, play.clock, play.ids, seed=stage.seed))


ARMS: dict[str, Callable[[Play], Dispatcher]] = {
    "do_nothing": lambda _: DoNothing(),
    "insert_only": lambda _: InsertOnly(),
    "copilot": copilot,
    "tender": lambda _: TenderOnly(after_min=0),
    "tender_later": lambda _: TenderOnly(after_min=7),
}


def played(stage: Stage, name: str) -> Played:
    play = opened(stage)
    result = play_out(play, ARMS[name](play))
    facts: dict[str, tuple[datetime, Fact]] = {}
    for event in play.owner.events():
        if not event.actor.startswith(("tenfour", "person:", "script")):
            facts[event.event_id] = (event.at, event.body)  # pyright: ignore[reportArgumentType]  # what others say are facts
    return Played(dict(play.world.draws.made), facts, result.digest, result.policy_found)


@pytest.fixture(scope="module")
def arms() -> dict[str, Played]:
    """The three arms of the evaluation, and two that tender, at different times."""
    stage = a_small_town()
    return {name: played(stage, name) for name in ARMS}


Arms = dict[str, Played]


def test_the_arms_went_different_ways(arms: Arms):
    assert len({arm.digest for arm in arms.values()}) == len(ARMS)


def test_no_arm_puts_in_force_what_policy_does_not_allow(arms: Arms):
    assert [arm.against_policy for arm in arms.values()] == [()] * len(ARMS)


def test_every_draw_that_two_arms_both_made_came_out_the_same(arms: Arms):
    common: Counter[str] = Counter()
    for one, other in combinations(arms.values(), 2):
        both = one.draws.keys() & other.draws.keys()
        assert {k: one.draws[k] for k in both} == {k: other.draws[k] for k in both}
        common.update(purpose for purpose, *_ in both)
    expected = {
        "absent",
        "absent-rate",
        "call",
        "cancels",
        "cancels-at",
        "carrier-accepts",
        "carrier.answer_s",
        "congestion",
        "congestion-slow",
        "leg",
        "leg-now",
        "pace",
        "report-speed",
        "service",
        "snarl-begins",
        "snarl-clears",
        "urgent-door",
        "urgent-received",
    }
    assert expected <= set(common)
    assert all(common[purpose] for purpose in expected)


def test_most_of_what_befalls_a_customer_is_drawn_in_every_arm_under_the_same_name(arms: Arms):
    """A draw whose name held what an arm did, or a count of draws, would meet no counterpart."""
    for purpose, least in (("absent", 36), ("service", 34), ("pace", 2), ("congestion", 12)):
        names = [{k for k in arm.draws if k[0] == purpose} for arm in arms.values()]
        shared = names[0].intersection(*names[1:])
        assert len(shared) >= least, purpose


def heard(arm: Played, *kinds: type) -> dict[str, tuple[datetime, Fact]]:
    return {i: told for i, told in arm.facts.items() if isinstance(told[1], kinds)}


def test_the_town_hears_the_same_orders_and_the_same_jam_at_the_same_time(arms: Arms):
    first, *others = (heard(a, OrderReceived, RoadIncidentReported) for a in arms.values())
    assert sum(at > minute(0) for at, _ in first.values()) == 3
    assert all(other == first for other in others)


def test_whoever_cancels_does_so_at_the_same_time_unless_already_served(arms: Arms):
    told = [heard(arm, OrderCancelled) for arm in arms.values()]
    every = {i: at for cancelled in told for i, (at, _) in cancelled.items()}
    assert every
    for cancelled in told:
        assert all(every[i] == at for i, (at, _) in cancelled.items())


def test_a_carrier_asked_later_gives_the_same_answer_after_the_same_time(arms: Arms):
    answers: list[list[bool]] = []
    for name in ("tender", "tender_later"):
        bodies = [b for _, b in heard(arms[name], TenderAnswered).values()]
        answers.append([b.accepted for b in bodies if isinstance(b, TenderAnswered)])
    assert len(answers[0]) == 2
    assert answers[0] == answers[1]


def test_an_arm_played_twice_is_the_same_day(arms: Arms):
    assert played(a_small_town(), "insert_only") == arms["insert_only"]
