"""The steps of a run at a case. Each reaches the world through the gateway only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agents.explain import figures_of, listed
from agents.models.base import Model, ModelFailed, Request
from agents.prompts import EXPLAIN
from agents.render import Unsayable, render
from agents.state import RunState
from agents.untrusted import read_note
from tools.cases import CaseArgs
from tools.notes import case_notes
from tools.policy import JudgeArgs, judge_option
from tools.registry import Done, Failed, Gateway, Tool
from tools.resolve import (
    ProposeArgs,
    assess,
    generate_options,
    price_options,
    propose_option,
    rank_options,
)
from tools.schema import Args

A = TypeVar("A", bound=Args)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run works with; handed to every node, kept in no state."""

    gateway: Gateway
    model: Model


Node = Callable[[RunState, RunContext], RunState]


def _case(state: RunState) -> CaseArgs:
    return CaseArgs(case_id=state.get("case_id", ""))


def _call(context: RunContext, tool: Tool[A, R], args: A, key: str) -> RunState:
    """Run one tool; its result goes under `key`, a refusal ends the run."""
    outcome = context.gateway.call(tool, args)
    if isinstance(outcome, Failed):
        return {"failed": outcome}
    update: RunState = {}
    update[key] = outcome.value  # pyright: ignore[reportGeneralTypeIssues]
    return update


def assess_case(state: RunState, context: RunContext) -> RunState:
    return _call(context, assess, _case(state), "assessment")


def read_notes(state: RunState, context: RunContext) -> RunState:
    """Turn what customers wrote into records. What cannot be fetched is not worth a run."""
    notes = context.gateway.call(case_notes, _case(state))
    if isinstance(notes, Failed):
        return {"records": ()}
    now = context.gateway.runtime.now()
    return {
        "records": tuple(
            read_note(context.model, now, n.order_id, n.words) for n in notes.value.notes
        )
    }


def generate(state: RunState, context: RunContext) -> RunState:
    return _call(context, generate_options, _case(state), "drafts")


def price(state: RunState, context: RunContext) -> RunState:
    return _call(context, price_options, _case(state), "table")


def rank(state: RunState, context: RunContext) -> RunState:
    return _call(context, rank_options, _case(state), "table")


def judge(state: RunState, context: RunContext) -> RunState:
    return _call(context, judge_option, JudgeArgs(case_id=_case(state).case_id), "judged")


def explain(state: RunState, context: RunContext) -> RunState:
    """Let a model word the recommendation; without usable words the template's stand."""
    assessment, table = state.get("assessment"), state.get("table")
    if assessment is None or table is None or not table.options:
        return {"explanation": ""}
    if not table.options[0].feasible or table.options[0].waits:
        return {"explanation": ""}
    figures = figures_of(context.gateway.runtime.day, assessment, table)
    question = listed(figures, state.get("records", ()))
    try:
        request = Request("explain", EXPLAIN, question)
        reply = context.model.complete(request, context.gateway.runtime.now())
        return {"explanation": render(reply.text, figures)}
    except (ModelFailed, Unsayable):
        return {"explanation": ""}


def propose(state: RunState, context: RunContext) -> RunState:
    words = state.get("explanation", "")
    args = ProposeArgs(
        case_id=_case(state).case_id,
        explanation=words,
        explained_by="model" if words else "template",
    )
    outcome = context.gateway.call(propose_option, args)
    return {"put": outcome.value} if isinstance(outcome, Done) else {"failed": outcome}


STEPS: tuple[tuple[str, Node], ...] = (
    ("assess", assess_case),
    ("notes", read_notes),
    ("generate", generate),
    ("price", price),
    ("rank", rank),
    ("judge", judge),
    ("explain", explain),
    ("propose", propose),
)
"""The run, in order. It ends at the proposal: approval is a command, not a resumed graph."""
