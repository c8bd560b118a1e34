"""The unattended loop: look at the day, then run every case that wants a run."""

from dataclasses import dataclass
from typing import Literal

from agents.graph import build
from agents.models.base import Model
from agents.models.select import model_of
from agents.nodes import RunContext
from tools.audit import Audit
from tools.effect import Budget, Scope
from tools.registry import Failed, Gateway
from tools.resolve import NoteArgs, note_trouble
from tools.runtime import Runtime
from tools.schema import NoArgs
from tools.tower import Seen, due_cases, look

# What automatic changes overtake is run again at once; what a third round leaves waits for the
# next look.
MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class RunResult:
    """What became of one attempt at a case."""

    case_id: str
    outcome: Literal["proposed", "automatic", "waiting", "failed"]
    sentence: str
    revision: int = 0
    proposal_id: str | None = None
    code: str = ""
    """Of a failed run."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """What one look at the day did."""

    seen: Seen | None
    """None when the look itself failed; `trouble` says why."""
    runs: tuple[RunResult, ...]
    trouble: str = ""


def run_case(
    runtime: Runtime, case_id: str, *, model: Model | None = None, audit: Audit | None = None
) -> RunResult:
    """Make one attempt at a case. Its only effect is one proposal, or a note."""
    gateway = Gateway(runtime, Scope.agent(), Budget(), audit)
    context = RunContext(gateway, model or model_of(runtime))
    end = build()({"case_id": case_id}, context)
    failed, put = end.get("failed"), end.get("put")
    if failed is not None or put is None:
        failed = failed or Failed("broken", "the run ended without a result")
        return _failed(gateway, case_id, failed)
    outcome: Literal["proposed", "automatic", "waiting"] = "waiting"
    if put.proposal_id is not None:
        outcome = "automatic" if put.automatic else "proposed"
    return RunResult(put.case_id, outcome, put.sentence, put.revision, put.proposal_id)


def _failed(gateway: Gateway, case_id: str, failed: Failed) -> RunResult:
    """Leave the reason on the case, so that a person sees it and the next look does not repeat it
    at once."""
    note = f"The run came to nothing: {failed.sentence}"
    gateway.call(note_trouble, NoteArgs(case_id=case_id, note=note))
    return RunResult(case_id, "failed", failed.sentence, code=failed.code)


def step(runtime: Runtime, *, model: Model | None = None, audit: Audit | None = None) -> StepReport:
    """Look once, then run every case that wants it, the most urgent first.

    Each run sees what the ones before it changed. A change that policy allowed may overtake what
    was proposed before it; those cases run again, so that nobody is asked what is stale already.
    """
    gateway = Gateway(runtime, Scope.agent(), Budget(), audit)
    seen = gateway.call(look, NoArgs())
    if isinstance(seen, Failed):
        return StepReport(None, (), seen.sentence)
    runs: list[RunResult] = []
    for _ in range(MOST_ROUNDS):
        due = gateway.call(due_cases, NoArgs())
        if isinstance(due, Failed):
            return StepReport(seen.value, tuple(runs), due.sentence)
        made = [
            run_case(runtime, case_id, model=model, audit=audit)
            for case_id in due.value.case_ids
            if runtime.day.cases[case_id].closed_at is None
        ]
        runs += made
        if all(run.outcome != "automatic" for run in made):
            break
    return StepReport(seen.value, tuple(runs))
