"""The steps of one turn of the chat: read what is wanted, do it by one tool, word the answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.acts import ACTS, EXAMPLES, Asked
from agents.answers import Answer, say
from agents.models.base import Model
from agents.router.learned import router
from agents.router.slots import Slots, read
from agents.state import ChatState
from agents.wording import chosen, worded
from core.errors import CopilotError
from tools.registry import Gateway

# The conversation that is kept; older turns answer nothing any more.
MOST_TURNS = 40


@dataclass(frozen=True, slots=True)
class ChatContext:
    """What a turn works with; handed to every node, kept in no checkpoint."""

    gateway: Gateway
    model: Model


def route(state: ChatState, context: ChatContext) -> ChatState:
    """Read the ids and the intent. The router abstains rather than guesses; a model may then name
    a tool that reads, and what it names is looked up like anything a person types."""
    day = context.gateway.runtime.day
    text = state.get("text", "")
    slots = read(day, text)
    if text.casefold().startswith("log:"):
        intent = "log_call"
    elif text.casefold().startswith("propose to move "):
        intent = "move_order"
    else:
        best = router().guesses(slots.masked)[0]
        intent = best.intent if best.sure else ""
    update: ChatState = {"intent": intent, "picked": {}}
    if not intent:
        picked = chosen(context.model, context.gateway.runtime.now(), text)
        if picked is not None:
            update["intent"], update["picked"] = picked.intent, dict(picked.named)
    for kind, ids in (
        ("vehicle_id", slots.vehicles),
        ("order_id", slots.orders),
        ("case_id", slots.cases),
    ):
        if ids:
            update[kind] = ids[0]
    return update


def act(state: ChatState, context: ChatContext) -> ChatState:
    """Answer by one tool, or offer choices where the router abstained."""
    day = context.gateway.runtime.day
    text = state.get("text", "")
    picked = state.get("picked", {})
    slots = _as_slots(picked) if picked else read(day, text)
    intent = state.get("intent", "")
    try:
        answer = _answer(state, context, intent, slots)
    except CopilotError as error:
        answer = say(f"{str(error)[:1].upper()}{str(error)[1:]}.")
    words = worded(context.model, context.gateway.runtime.now(), answer)
    turns = [
        *state.get("turns", []),
        {"who": "person", "text": text},
        {"who": "tenfour", "text": words},
    ]
    return {"events": _events(answer, words), "turns": turns[-MOST_TURNS:]}


def _answer(state: ChatState, context: ChatContext, intent: str, slots: Slots) -> Answer:
    if slots.unknown and intent and intent != "log_call":
        kind, word = slots.unknown[0]
        return say(f"There is no {kind} {word} on this day; check the number.")
    if intent not in ACTS:
        return _choices(state)
    asked = Asked(
        gateway=context.gateway,
        person=state.get("person", ""),
        text=state.get("text", ""),
        slots=slots,
        case_id=state.get("case_id", ""),
        vehicle_id=state.get("vehicle_id", ""),
        order_id=state.get("order_id", ""),
    )
    return ACTS[intent](asked)


def _as_slots(picked: Mapping[str, str]) -> Slots:
    def one(kind: str) -> tuple[str, ...]:
        return (picked[kind],) if kind in picked else ()

    return Slots(one("vehicle"), one("order"), one("case"), until=picked.get("until"))


def _choices(state: ChatState) -> Answer:
    """Return buttons for what can be asked about what is in sight."""
    buttons: list[tuple[str, str]] = [("Open cases", "list the open cases")]
    if case_id := state.get("case_id"):
        buttons.append((f"Show {case_id}", f"show case {case_id}"))
    if vehicle_id := state.get("vehicle_id"):
        buttons.append((f"Why is {vehicle_id} late?", f"why is {vehicle_id} late"))
        buttons.append((f"What if {vehicle_id} is out?", f"what if {vehicle_id} is out"))
    if order_id := state.get("order_id"):
        buttons.append((f"Where is {order_id}?", f"where is order {order_id}"))
    buttons.append(("What can I ask?", "help"))
    return say(f"I am not sure what you mean. {EXAMPLES}", *buttons)


def _events(answer: Answer, text: str) -> list[dict[str, object]]:
    events: list[dict[str, object]] = [{"type": "text", "text": word} for word in _words(text)]
    if answer.rows:
        rows = [list(row) for row in answer.rows]
        events.append({"type": "table", "columns": list(answer.columns), "rows": rows})
    if answer.buttons:
        buttons = [{"label": label, "text": ask} for label, ask in answer.buttons]
        events.append({"type": "buttons", "buttons": buttons})
    if answer.decision is not None:
        decision: Mapping[str, object] = answer.decision
        events.append({"type": "decision", **decision})
    return events


def _words(text: str) -> list[str]:
    words = text.split(" ")
    return [w if i == len(words) - 1 else f"{w} " for i, w in enumerate(words)]
