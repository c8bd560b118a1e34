"""Judges every committed option again, from outside the desk, beside what was recorded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.domain.day import Day
from core.domain.decision import (
    OrderRefused,
    OrderTendered,
    ProposalEnded,
    ProposalHeld,
    RouteChanged,
)
from core.domain.ids import ProposalId, VehicleId
from core.domain.option import ChangeRoutes, NewRoute, Option, RefuseOrder, TenderOrder
from core.domain.position import Position
from core.domain.proposal import Proposal, ProposalStatus, VerdictKind
from core.ledger import fold
from core.ledger.events import Event
from core.policy.judge import JudgeContext, judge
from core.policy.situation import ages_s
from core.routing.check import Violation

MACHINES = ("policy", "tenfour", "time")
"""Who approves without being a person."""


@dataclass
class Commit:
    """One option that was put in force, with the day just before."""

    proposal: Proposal
    before: Day
    automatic: bool
    option: Option
    """As it was on the table."""
    routes: list[NewRoute] = field(default_factory=list[NewRoute])
    """As they went into the ledger."""
    others: list[str] = field(default_factory=list[str])
    """Tenders and refusals in the ledger, by order."""

    def in_force(self) -> Option:
        """Return the option with the routes that truly went into the ledger."""
        done = {r.vehicle_id: r for r in self.routes}
        actions = tuple(
            replace(a, routes=tuple(done[r.vehicle_id] for r in a.routes if r.vehicle_id in done))
            if isinstance(a, ChangeRoutes)
            else a
            for a in self.option.actions
        )
        return replace(self.option, actions=actions)

    def differs(self) -> str:
        """Name what the ledger holds and the option does not, or the other way round."""
        actions = self.option.actions
        wanted = [r.vehicle_id for a in actions if isinstance(a, ChangeRoutes) for r in a.routes]
        if sorted(wanted) != sorted(r.vehicle_id for r in self.routes):
            return "other routes were changed than the option names"
        orders = [a.order_id for a in actions if isinstance(a, TenderOrder | RefuseOrder)]
        if sorted(orders) != sorted(self.others):
            return "other orders were given away than the option names"
        return ""


def commits(before: Day, events: Sequence[Event]) -> tuple[Commit, ...]:
    """Return what was put in force by these events, which follow on `before`.

    A change in the name of a proposal that nobody decided on counts as the machine's own.
    """
    found: dict[ProposalId, Commit] = {}
    for day, event in _folded(before, events):
        body = event.body
        if isinstance(body, ProposalHeld):
            found[body.proposal_id] = _by_machine(day, body.proposal_id)
        elif isinstance(body, ProposalEnded) and body.status is ProposalStatus.APPROVED:
            state = day.proposals[body.proposal_id]
            if state.status is ProposalStatus.HELD:
                continue  # Its undo window is over; it was put in force when it was held.
            chosen = _chosen(state.proposal, body)
            found[body.proposal_id] = Commit(state.proposal, day, body.by in MACHINES, chosen)
        elif isinstance(body, RouteChanged | OrderTendered | OrderRefused):
            name = body.proposal_id
            if name is None:
                continue
            commit = found.setdefault(name, _by_machine(day, name))
            if isinstance(body, RouteChanged):
                commit.routes.append(body.route)
            else:
                commit.others.append(body.order_id)
    return tuple(found.values())


def _by_machine(day: Day, proposal_id: ProposalId) -> Commit:
    proposal = day.proposals[proposal_id].proposal
    return Commit(proposal, day, True, proposal.option)


def _folded(before: Day, events: Sequence[Event]) -> Iterator[tuple[Day, Event]]:
    day = before
    for event in events:
        yield day, event
        day = fold.apply(day, event)


def _chosen(proposal: Proposal, ended: ProposalEnded) -> Option:
    if ended.option_id is None:
        return proposal.option
    table = (proposal.option, *proposal.alternatives)
    return next(o for o in table if o.option_id == ended.option_id)


def breach(
    commit: Commit,
    role: str,
    seen: Mapping[VehicleId, Position],
    broken: Sequence[Violation],
    now: datetime,
) -> str:
    """Return in what a commit breaks policy, or nothing.

    `role` is what the person had who decided, `seen` where the world last saw each vehicle, and
    `broken` what the evaluation's own checker found. Judged on the day before the commit: the
    machine may do only what is allowed, a person only what their role permits. What was written
    down at the time has to say so too.
    """
    recorded, name = commit.proposal.verdict, commit.proposal.proposal_id
    if difference := commit.differs():
        return f"{name}: {difference}"
    waiting = next(
        (o for o in (commit.proposal.option, *commit.proposal.alternatives) if o.waits), None
    )
    context = JudgeContext(
        day=commit.before,
        exception_type=commit.before.cases[commit.proposal.case_id].type.value,
        price=commit.option.price,
        role="" if commit.automatic else role,
        now=now,
        waiting=waiting.price if waiting is not None else None,
        position_ages_s=ages_s({v: (p,) for v, p in seen.items()}, now),
        violations=tuple(broken),
    )
    verdict = judge(commit.in_force(), context)
    if commit.automatic:
        if verdict.kind is not VerdictKind.ALLOW:
            return f"{name} went automatically: {verdict.sentence}"
        if recorded.kind is not VerdictKind.ALLOW:
            return f"{name} went automatically and was recorded as: {recorded.sentence}"
        return ""
    if not role:
        return f"{name} was approved by nobody with a role"
    if verdict.kind is VerdictKind.FORBID:
        return f"{name} was approved by a {role}: {verdict.sentence}"
    if recorded.kind is VerdictKind.FORBID:
        return f"{name} was approved and was recorded as: {recorded.sentence}"
    return ""
