"""Words for an answer: a model's, where they may be said, else the deterministic ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from agents.answers import Answer
from agents.models.base import Model, ModelFailed, Request
from agents.prompts import CHOOSE_TOOL, WORD_ANSWER
from agents.render import Unsayable, render
from tools.registry import registry
from tools.schema import Args, parse


def worded(model: Model, now: datetime, answer: Answer) -> str:
    """Return the answer's text; a model may say the same figures in other words."""
    if not answer.figures or set(answer.figures) == {"sentence"}:
        return answer.text
    listed = "\n".join(f"{{{{{name}}}}} = {value}" for name, value in answer.figures.items())
    question = f"{listed}\nThe plain answer is: {answer.template}"
    try:
        reply = model.complete(Request("answer", WORD_ANSWER, question, stream=True), now)
        return render(reply.text, answer.figures)
    except (ModelFailed, Unsayable):
        return answer.text


TOOL_INTENTS = {
    "list_cases": "list_cases",
    "show_case": "show_case",
    "explain_lateness": "why_late",
    "predict_arrivals": "why_late",
    "show_route": "why_late",
    "where_is_order": "where_is_order",
    "what_if_vehicle_out": "what_if_out",
    "draft_move_order": "move_order",
}
"""Which act a tool named by a model leads to; its ids are looked up by the act, never trusted."""


IDS = {
    "vehicle_id": "vehicle",
    "order_id": "order",
    "case_id": "case",
    "until": "until",
}


@dataclass(frozen=True, slots=True)
class Picked:
    """What a model says that a question is about: an intent of ours, and ids as it wrote them."""

    intent: str
    named: Mapping[str, str]


def chosen(model: Model, now: datetime, text: str) -> Picked | None:
    """Ask a model which tool answers a question the router abstained from.

    Only tools that read or simulate are in its schema; arguments that do not fit the tool's own
    are no answer, and an id that names nothing is refused by the tool like anybody's.
    """
    tools = tuple(registry.model_schemas())
    try:
        reply = model.complete(Request("choose", CHOOSE_TOOL, text, tools=tools), now)
    except ModelFailed:
        return None
    tool = None if reply.call is None else registry.get(reply.call.name)
    if reply.call is None or tool is None or tool.name not in TOOL_INTENTS:
        return None
    try:
        args: Args = parse(tool.args, reply.call.arguments)
    except ValueError:
        return None
    given = cast("dict[str, object]", args.model_dump())
    named = {kind: str(given[k]) for k, kind in IDS.items() if given.get(k) is not None}
    return Picked(TOOL_INTENTS[tool.name], named)
