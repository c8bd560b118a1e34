"""A case worked step by step on one sheet: assess, generate, price, propose or note waiting."""

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import Field

from core.desk.commands import NoteWaiting, Propose
from core.domain.case import Case, CaseStatus, ExceptionType
from core.domain.ids import CaseId, OptionId, OrderId, ProposalId, VehicleId
from core.domain.option import Option
from core.domain.proposal import Verdict
from core.errors import NotOpen, Refused
from core.resolve.generate import generate
from core.resolve.price import price
from core.resolve.propose import make_proposal
from core.resolve.rank import rank
from core.resolve.recommend import repriced
from tools.cases import CaseArgs
from tools.effect import Effect
from tools.lookup import the_case
from tools.policy import verdict_on
from tools.registry import registry
from tools.runtime import Runtime, Sheet
from tools.sheets import open_sheet, priced_sheet, sheet_of


class ProposeArgs(CaseArgs):
    explanation: str = Field(default="", description="Prose with its figures already filled in")
    explained_by: str = Field(default="template", description="Who worded it")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a run knows of its case before it looks for options."""

    case_id: CaseId
    revision: int
    type: ExceptionType
    title: str
    status: CaseStatus
    at: datetime
    order_ids: tuple[OrderId, ...]
    vehicle_ids: tuple[VehicleId, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftLine:
    option_id: OptionId
    label: str
    feasible: bool
    refused_because: str


@dataclass(frozen=True, slots=True)
class Drafts:
    case_id: CaseId
    drafts: tuple[DraftLine, ...]


@dataclass(frozen=True, slots=True)
class OptionTable:
    case_id: CaseId
    revision: int
    options: tuple[Option, ...]
    """Once ranked best first, the infeasible ones last."""


@dataclass(frozen=True, slots=True)
class Put:
    """What a run left behind: a proposal, or a note that nothing beats waiting."""

    case_id: CaseId
    revision: int
    proposal_id: ProposalId | None
    automatic: bool
    """Policy allowed it: it is in force and can be undone for a while."""
    sentence: str


@registry.tool(effect=Effect.READ, for_models=False)
def assess(runtime: Runtime, args: CaseArgs) -> Assessment:
    """Take up a case: fix the day and the instant that all following steps work on."""
    case = the_case(runtime.day, args.case_id)
    if case.status is CaseStatus.CLOSED:
        raise NotOpen(f"case {case.case_id}", "closed")
    sheet = open_sheet(runtime, case)
    return Assessment(
        case_id=case.case_id,
        revision=case.revision,
        type=case.type,
        title=case.title,
        status=case.status,
        at=sheet.at,
        order_ids=case.order_ids(),
        vehicle_ids=case.vehicle_ids(),
        evidence=tuple(x.sentence for e in case.exceptions for x in e.evidence),
    )


@registry.tool(effect=Effect.SIMULATE, solves=1, for_models=False)
def generate_options(runtime: Runtime, args: CaseArgs) -> Drafts:
    """Work out what could be done about a case, the impossible with its reason included."""
    sheet = sheet_of(runtime, args.case_id)
    sheet.drafts = generate(
        sheet.day,
        sheet.case_id,
        runtime.travel,
        sheet.positions,
        sheet.at,
        seed=runtime.seed,
        pool=runtime.pool,
        simulator=sheet.simulator,
    )
    return Drafts(
        sheet.case_id,
        tuple(DraftLine(d.option_id, d.label, d.feasible, d.refused_because) for d in sheet.drafts),
    )


@registry.tool(effect=Effect.SIMULATE, for_models=False)
def price_options(runtime: Runtime, args: CaseArgs) -> OptionTable:
    """Price every drafted option, waiting included, on the same sampled paths."""
    sheet = sheet_of(runtime, args.case_id)
    if not sheet.drafts:
        raise Refused(f"case {sheet.case_id} has no drafts yet; generate options first")
    priced = price(
        sheet.day,
        sheet.case_id,
        sheet.drafts,
        runtime.travel,
        sheet.positions,
        sheet.at,
        seed=runtime.seed,
        simulator=sheet.simulator,
    )
    sheet.options = priced
    return OptionTable(sheet.case_id, sheet.revision, sheet.options)


@registry.tool(effect=Effect.READ, for_models=False)
def rank_options(runtime: Runtime, args: CaseArgs) -> OptionTable:
    """Put the priced options of a case in order, best first, each with its one reason; the winner
    is priced again on fresh paths."""
    sheet = priced_sheet(runtime, args.case_id)
    sheet.options = repriced(sheet.simulator, rank(sheet.options, sheet.simulator))
    sheet.ranked = True
    return OptionTable(sheet.case_id, sheet.revision, sheet.options)


@registry.tool(effect=Effect.PROPOSE, for_models=False)
def propose_option(runtime: Runtime, args: ProposeArgs) -> Put:
    """Put the best option of a case before people, or note that nothing beats waiting."""
    sheet = priced_sheet(runtime, args.case_id)
    if not sheet.ranked:
        raise Refused(f"the options of case {sheet.case_id} are in no order yet; rank them first")
    day, case = sheet.day, sheet.day.cases[sheet.case_id]
    verdict = sheet.verdict or verdict_on(sheet, sheet.options[0])
    proposal = make_proposal(
        day,
        case,
        sheet.options,
        verdict,
        travel=runtime.travel,
        positions=sheet.positions,
        now=sheet.at,
        seed=runtime.seed,
        simulator=sheet.simulator,
    )
    if proposal is None:
        return _note(runtime, sheet, case, verdict)
    if args.explanation:
        proposal = replace(proposal, explanation=args.explanation, explained_by=args.explained_by)
    runtime.owner.submit(Propose(proposal))
    state = runtime.day.proposals.get(proposal.proposal_id)
    return Put(
        case_id=case.case_id,
        revision=case.revision,
        proposal_id=proposal.proposal_id,
        automatic=state is not None and state.hold_until is not None,
        sentence=proposal.explanation,
    )


def _note(runtime: Runtime, sheet: Sheet, case: Case, verdict: Verdict) -> Put:
    note = waiting_note(sheet.options, verdict)
    waiting = next((o for o in sheet.options if o.waits and o.price is not None), None)
    cents = waiting.price.total_cents if waiting is not None and waiting.price is not None else 0
    runtime.owner.submit(NoteWaiting(case.case_id, case.revision, note, cents, case.deadline_at))
    return Put(case.case_id, case.revision, None, automatic=False, sentence=note)


def waiting_note(options: tuple[Option, ...], verdict: Verdict) -> str:
    """Say in one sentence why a run ends without a proposal."""
    best = options[0]
    if best.waits:
        return f"Nothing beats waiting: {best.reason}." if best.reason else "Nothing beats waiting."
    if verdict.kind.value == "forbid":
        return f"{best.label} would be best, but policy forbids it: {verdict.sentence}."
    if not best.feasible:
        return f"Nothing can be done: {best.reason or best.refused_because}."
    return f"{best.label} gains too little over waiting to disturb anybody."


class NoteArgs(CaseArgs):
    note: str = Field(min_length=1)


@registry.tool(effect=Effect.PROPOSE, for_models=False)
def note_trouble(runtime: Runtime, args: NoteArgs) -> Put:
    """Leave a note on a case whose run came to nothing; it is looked at again at review time."""
    case = the_case(runtime.day, args.case_id)
    runtime.owner.submit(
        NoteWaiting(case.case_id, case.revision, args.note, case.waiting_cents, case.deadline_at)
    )
    return Put(case.case_id, case.revision, None, automatic=False, sentence=args.note)
