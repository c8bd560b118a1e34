"""The chat: one LangGraph graph that keeps each conversation in a checkpointer.

Events, in order: `text` (words as they come), `table`, `buttons` (choices that are asked as text),
`decision` (approve or reject, for the person to confirm by the API) and `done`.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, cast

from agents.chat_nodes import ChatContext, act, route
from agents.models.base import Model
from agents.models.select import model_of
from agents.state import ChatState
from tools import catalogue
from tools.effect import Budget, Scope
from tools.registry import Audit, AuditEntry, Gateway
from tools.runtime import Runtime

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

Turn = Callable[[ChatState, ChatContext, str], ChatState]

# One question is one tool; a second may follow from it.
CALLS, SOLVES = 6, 2


def _unwritten(_entry: AuditEntry) -> None:
    return


class Chat:
    """Conversations about one day. It asks, explains and hands decisions back; it makes none."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        model: Model | None = None,
        memory: Path | None = None,
        audit: Audit = _unwritten,
    ) -> None:
        """`memory` is the SQLite file that keeps the conversations; None keeps them in process."""
        self._runtime, self._model, self._audit = runtime, model, audit
        self._memory = memory
        self._turn: Turn | None = None
        self._lock = Lock()

    def ask(
        self, thread_id: str, text: str, person: str, case_id: str | None = None
    ) -> Iterator[Mapping[str, object]]:
        """Answer one message; `case_id` is the case on the screen."""
        scope = Scope.agent(f"chat:{person}")
        gateway = Gateway(self._runtime, scope, Budget(CALLS, SOLVES), self._audit)
        context = ChatContext(gateway, self._model or model_of(self._runtime))
        state: ChatState = {"text": text, "person": person}
        if case_id:
            state["case_id"] = case_id
        with self._lock:
            if self._turn is None:
                self._turn = _compiled(_saver(self._memory))
            turn = self._turn
        end = turn(state, context, thread_id)
        yield from end.get("events", [])
        yield {"type": "done"}


def _saver(memory: Path | None) -> "BaseCheckpointSaver[str]":
    os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

    # Plain text, numbers and lists only: no class is ever rebuilt from what is stored.
    serde = JsonPlusSerializer(allowed_msgpack_modules=[])
    if memory is None:
        return cast("BaseCheckpointSaver[str]", InMemorySaver(serde=serde))
    from langgraph.checkpoint.sqlite import SqliteSaver

    connection = sqlite3.connect(memory, check_same_thread=False)
    return SqliteSaver(connection, serde=serde)


def _compiled(saver: "BaseCheckpointSaver[str]") -> Turn:
    from langgraph.graph import END, START, StateGraph
    from langgraph.runtime import Runtime as GraphRuntime

    def do_route(state: ChatState, runtime: GraphRuntime[ChatContext]) -> ChatState:
        return route(state, runtime.context)

    def do_act(state: ChatState, runtime: GraphRuntime[ChatContext]) -> ChatState:
        return act(state, runtime.context)

    graph = StateGraph(ChatState, context_schema=ChatContext)
    graph.add_node("route", do_route)
    graph.add_node("act", do_act)
    graph.add_edge(START, "route")
    graph.add_edge("route", "act")
    graph.add_edge("act", END)
    compiled = graph.compile(checkpointer=saver)

    def turn(state: ChatState, context: ChatContext, thread_id: str) -> ChatState:
        config = {"configurable": {"thread_id": thread_id}}
        return cast("ChatState", compiled.invoke(state, config, context=context))  # pyright: ignore[reportArgumentType]

    return turn


TOOLS = catalogue.registry
"""Importing the catalogue registers what a model may name."""
