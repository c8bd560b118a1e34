"""The arms: who runs the day beside the drivers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from agents.runner import step as unattended_step
from core.context import keyed_rng
from core.desk.commands import Approve, Propose, RecordFindings, Reject
from core.domain.case import Case, CaseStatus, DeliveryException, ExceptionType
from core.domain.day import OrderState
from core.domain.ids import CaseId, ExceptionId, OptionId, OrderId, ProposalId
from core.domain.option import ChangeKind, ChangeRoutes, Option, Price
from core.domain.proposal import (
    Basis,
    Proposal,
    ProposalStatus,
    RejectReason,
    Verdict,
    VerdictKind,
)
from core.eta.forecast import live
from core.routing.insertion import Candidate, insertions
from core.routing.pool import SolverPool
from evals.play import Play, Stage, opened, play_out, tick
from evals.score import ArmResult
from tools.runtime import Runtime


class Arm(StrEnum):
    DO_NOTHING = "do_nothing"
    INSERT_ONLY = "insert_only"
    COPILOT = "copilot"


class DoNothing:
    """The morning plan and the drivers' own defaults."""

    def act(self, play: Play) -> None:
        del play


@dataclass
class InsertOnly:
    """Puts urgent orders where they cost least, says nothing to anybody, does nothing else.

    Where the desk does not take the cheapest place it gets the next one, vehicle by vehicle. A
    round in which nobody could take it is tried again: in the order's own window as long as that
    is open, late after it.
    """

    retry_s: int = 60
    _next: dict[OrderId, int] = field(default_factory=dict[OrderId, int])
    _cases: dict[OrderId, CaseId] = field(default_factory=dict[OrderId, CaseId])

    def act(self, play: Play) -> None:
        now_s = play.stage.city.second(play.clock.now())
        for state in play.day.unassigned():
            order_id = state.order.order_id
            if state.urgent and self._next.get(order_id, 0) <= now_s:
                self._next[order_id] = now_s + self.retry_s
                self._insert(play, state)

    def _insert(self, play: Play, state: OrderState) -> None:
        order_id = state.order.order_id
        late_ok = play.clock.now() > state.promise.closes
        for candidate in _cheapest_first(play, order_id, late_ok=late_ok):
            if order_id not in self._cases:
                case = _case(state, len(play.day.cases) + 1, play.clock.now())
                play.decide(RecordFindings(opened=(case,)))
                self._cases[order_id] = case.case_id
            if _committed(play, play.day.cases[self._cases[order_id]], candidate):
                return


def _cheapest_first(play: Play, order_id: OrderId, *, late_ok: bool) -> list[Candidate]:
    """Return the best place on each vehicle that has one."""
    found = insertions(
        play.day,
        order_id,
        live(play.stage.travel, play.day),
        play.clock.now(),
        positions=play.owner.positions,
        late_ok=late_ok,
    )
    candidates = [c for c in found if isinstance(c, Candidate)]
    return sorted(candidates, key=lambda c: (c.delta_cents, c.vehicle_id, c.position))


def _committed(play: Play, case: Case, candidate: Candidate) -> bool:
    """Return whether the desk takes that place; if not, nothing of it stays on the table."""
    proposal = _proposal(play, case, candidate)
    proposal_id = proposal.proposal_id
    if not play.decide(Propose(proposal)):
        return False
    if play.decide(Approve(proposal_id, "script")):
        return True
    if play.day.proposals[proposal_id].status is ProposalStatus.OPEN:
        play.decide(Reject(proposal_id, "script", RejectReason.KNOWS_BETTER, "another vehicle"))
    return False


def _case(state: OrderState, number: int, now: datetime) -> Case:
    order_id = state.order.order_id
    found = DeliveryException(
        exception_id=ExceptionId(f"urgent_order:order:{order_id}:{number}"),
        type=ExceptionType.URGENT_ORDER,
        subject=f"order:{order_id}",
        cause=f"order:{order_id}",
        vehicle_ids=(),
        order_ids=(order_id,),
        detected_at=now,
        evidence=(),
    )
    return Case(
        case_id=CaseId(f"C-{number}"),
        cause=f"order:{order_id}",
        title=f"urgent order {order_id} has no vehicle",
        exceptions=(found,),
        opened_at=now,
        status=CaseStatus.OPEN,
        revision=1,
    )


def _proposal(play: Play, case: Case, best: Candidate) -> Proposal:
    day, now = play.day, play.clock.now()
    route = best.new_route
    option = Option(
        option_id=OptionId(f"insert:{route.vehicle_id}"),
        label=f"insert into {route.vehicle_id}",
        actions=(ChangeRoutes(ChangeKind.INSERT, (route,)),),
        price=Price(best.delta_cents, (), 0, 0),
    )
    order_id = case.order_ids()[0]
    return Proposal(
        proposal_id=ProposalId(f"P-{case.case_id}-{case.revision}"),
        case_id=case.case_id,
        case_revision=case.revision,
        option=option,
        alternatives=(),
        basis=Basis(
            routes=((route.vehicle_id, day.routes[route.vehicle_id].revision),),
            orders=((order_id, day.orders[order_id].revision),),
        ),
        verdict=Verdict(VerdictKind.NEEDS, "script", "a person inserts", "dispatcher"),
        made_at=now,
        expires_at=now + timedelta(minutes=15),
        rules_digest=day.rules_digest,
        provider=play.stage.travel.stamp.name,
        seed=play.stage.seed,
    )


@dataclass
class Copilot:
    """The unattended loop with a scripted person who approves what is recommended."""

    runtime: Runtime
    every_s: int = 30
    approves: bool = True
    """False: nobody is at the desk yet."""
    person: str = "script"
    """Under which name it approves."""
    _due: dict[ProposalId, int] = field(default_factory=dict[ProposalId, int])

    def act(self, play: Play) -> None:
        now_s = play.stage.city.second(play.clock.now())
        tick(play)
        if self.approves:
            self._approve(play, now_s)
        if play.heard or now_s % self.every_s == 0:
            mark = play.day.seq
            before = play.day
            unattended_step(self.runtime)
            play.look_at(before, play.owner.events(mark))
        self._read(play, now_s)

    def _read(self, play: Play, now_s: int) -> None:
        """Give every fresh proposal its think time, keyed by case and attempt."""
        low, high = play.world.parameters.span("think.seconds")
        for proposal_id, state in sorted(play.day.proposals.items()):
            if state.status is not ProposalStatus.OPEN or proposal_id in self._due:
                continue
            rng = keyed_rng(play.stage.seed, "think", proposal_id)
            self._due[proposal_id] = now_s + rng.randint(round(low), round(high))

    def _approve(self, play: Play, now_s: int) -> None:
        for proposal_id, due in sorted(self._due.items(), key=lambda d: (d[1], d[0])):
            state = play.day.proposals[proposal_id]
            if due <= now_s and state.status is ProposalStatus.OPEN:
                role = state.proposal.verdict.role or "dispatcher"
                play.decide(Approve(proposal_id, self.person, role))


def run_arm(arm: Arm, stage: Stage, pool: SolverPool | None = None) -> ArmResult:
    """Play the stage's day with that arm."""
    play = opened(stage)
    if arm is Arm.DO_NOTHING:
        return play_out(play, DoNothing())
    if arm is Arm.INSERT_ONLY:
        return play_out(play, InsertOnly())
    runtime = Runtime(play.owner, stage.travel, play.clock, play.ids, seed=stage.seed, pool=pool)
    return play_out(play, Copilot(runtime))
