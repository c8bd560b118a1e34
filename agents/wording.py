"""Words for an answer: a model's, where they may be said, else the deterministic ones."""

from datetime import datetime

from agents.answers import Answer
from agents.models.base import Model, ModelFailed, Request
from agents.prompts import CHOOSE_TOOL, WORD_ANSWER
from agents.render import Unsayable, render
from tools.registry import registry


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
    "find_order": "where_is_order",
    "what_if_vehicle_out": "what_if_out",
    "draft_move_order": "move_order",
}
"""Which act a tool named by a model leads to; its ids are looked up by the act, never trusted."""


def chosen(model: Model, now: datetime, text: str) -> tuple[str, str] | None:
    """Ask a model which tool answers a question the router abstained from.

    Returns the intent and the arguments as written, or None. Only tools that read or simulate are
    in its schema.
    """
    tools = tuple(registry.model_schemas())
    try:
        reply = model.complete(Request("choose", CHOOSE_TOOL, text, tools=tools), now)
    except ModelFailed:
        return None
    if reply.call is None or reply.call.name not in TOOL_INTENTS:
        return None
    return TOOL_INTENTS[reply.call.name], reply.call.arguments
