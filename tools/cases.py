"""Cases: the inbox, and one case with its evidence, delays and options."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from core.domain.case import Case, CaseStatus, ExceptionType
from core.domain.day import Day, ProposalState
from core.domain.ids import CaseId, OptionId, OrderId, ProposalId, VehicleId
from core.domain.option import Option
from core.domain.proposal import ProposalStatus
from core.domain.time import seconds_between
from core.kpi.delay import Delay
from tools.effect import Effect
from tools.lookup import the_case
from tools.registry import registry
from tools.routes import case_delays
from tools.runtime import Runtime
from tools.schema import Args, NoArgs


class CaseArgs(Args):
    case_id: str = Field(description="Case number, for example C-3")


@dataclass(frozen=True, slots=True)
class CaseLine:
    case_id: CaseId
    type: ExceptionType
    title: str
    status: CaseStatus
    waiting_cents: int
    minutes_left: int | None
    """Until waiting can no longer be undone."""
    proposal_id: ProposalId | None
    """The one on the table."""


@dataclass(frozen=True, slots=True)
class Cases:
    cases: tuple[CaseLine, ...]


@dataclass(frozen=True, slots=True)
class OptionLine:
    option_id: OptionId
    label: str
    cost_cents: int | None
    """None: infeasible, and `reason` says why."""
    reason: str
    recommended: bool


@dataclass(frozen=True, slots=True)
class CaseSheet:
    case: CaseLine
    note: str
    vehicle_ids: tuple[VehicleId, ...]
    order_ids: tuple[OrderId, ...]
    evidence: tuple[str, ...]
    delays: tuple[Delay, ...]
    options: tuple[OptionLine, ...]
    explanation: str
    caller_sentence: str
    undecided: bool
    """A proposal waits for a person's yes or no."""


def on_the_table(day: Day, case_id: CaseId) -> ProposalState | None:
    """Return the proposal of a case that waits for a person or is in its undo window."""
    waiting = (ProposalStatus.OPEN, ProposalStatus.HELD)
    for state in reversed(tuple(day.proposals.values())):
        if state.proposal.case_id == case_id and state.status in waiting:
            return state
    return None


def by_urgency(day: Day) -> tuple[Case, ...]:
    """Return the open cases, dearest first, then by the time that is left."""
    far = 10**9

    def key(case: Case) -> tuple[int, int, datetime, int, str]:
        left = far if case.deadline_at is None else seconds_between(day.now, case.deadline_at)
        return (-case.waiting_cents, left, case.opened_at, len(case.case_id), case.case_id)

    return tuple(sorted(day.open_cases(), key=key))


def case_line(runtime: Runtime, case: Case) -> CaseLine:
    left = None
    if case.deadline_at is not None:
        left = max(0, seconds_between(runtime.now(), case.deadline_at) // 60)
    state = on_the_table(runtime.day, case.case_id)
    return CaseLine(
        case_id=case.case_id,
        type=case.type,
        title=case.title,
        status=case.status,
        waiting_cents=case.waiting_cents,
        minutes_left=left,
        proposal_id=None if state is None else state.proposal.proposal_id,
    )


def option_line(option: Option, *, recommended: bool) -> OptionLine:
    return OptionLine(
        option_id=option.option_id,
        label=option.label,
        cost_cents=None if option.price is None else option.price.total_cents,
        reason=option.refused_because or option.reason,
        recommended=recommended,
    )


@registry.tool(effect=Effect.READ)
def list_cases(runtime: Runtime, args: NoArgs) -> Cases:
    """List the open cases, the most expensive first, with what waiting costs and the minutes left
    to decide."""
    del args
    return Cases(tuple(case_line(runtime, case) for case in by_urgency(runtime.day)))


@registry.tool(effect=Effect.READ)
def show_case(runtime: Runtime, args: CaseArgs) -> CaseSheet:
    """Show one case: what was seen, how late its routes are and why, and every option with its
    price, waiting and the impossible ones included."""
    case = the_case(runtime.day, args.case_id)
    state = on_the_table(runtime.day, case.case_id)
    proposal = None if state is None else state.proposal
    options: tuple[OptionLine, ...] = ()
    if proposal is not None:
        options = (
            option_line(proposal.option, recommended=True),
            *(option_line(o, recommended=False) for o in proposal.alternatives),
        )
    return CaseSheet(
        case=case_line(runtime, case),
        note=case.note,
        vehicle_ids=case.vehicle_ids(),
        order_ids=case.order_ids(),
        evidence=tuple(x.sentence for e in case.exceptions for x in e.evidence),
        delays=case_delays(runtime, case),
        options=options,
        explanation="" if proposal is None else proposal.explanation,
        caller_sentence="" if proposal is None else proposal.option.caller_sentence,
        undecided=state is not None and state.status is ProposalStatus.OPEN,
    )
