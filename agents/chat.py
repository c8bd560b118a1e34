"""The chat: one LangGraph graph that keeps each conversation in a checkpointer.

Events, in order: `text` (words as they come), `table`, `buttons` (choices that are asked as text),
`decision` (approve or reject, for the person to confirm by the API) and `done`.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol, cast

from agents.chat_nodes import ChatContext, act, route
from agents.models.base import Model
from agents.models.select import model_of
from agents.state import ChatState
from tools import catalogue
from tools.audit import Audit
from tools.effect import Budget, Scope
from tools.registry import Gateway
from tools.runtime import Runtime

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import BaseCheckpointSaver


class Memory(Protocol):
    """The compiled graph with its checkpointer."""

    def turn(self, state: ChatState, context: ChatContext, thread_id: str) -> ChatState: ...
    def kept(self, thread_id: str) -> ChatState: ...
    def forget(self, thread_id: str) -> None: ...
    def close(self) -> None: ...


# One question is one tool; a second may follow from it.
CALLS, SOLVES = 6, 2


class Chat:
    """Conversations about one day. It asks, explains and hands decisions back; it makes none."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        model: Model | None = None,
        memory: Path | None = None,
        audit: Audit | None = None,
    ) -> None:
        """`memory` is the SQLite file that keeps the conversations; None keeps them in process."""
        self._runtime, self._model, self._audit = runtime, model, audit
        self._memory = memory
        self._opened: Memory | None = None
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
        end = self._open().turn(state, context, self._name(thread_id))
        yield from end.get("events", [])
        yield {"type": "done"}

    def turns(self, thread_id: str) -> tuple[Mapping[str, str], ...]:
        """Return what was said in a conversation, oldest first: `who` and `text`."""
        return tuple(self._open().kept(self._name(thread_id)).get("turns", ()))

    def forget(self, thread_id: str) -> None:
        """Erase a conversation: nothing of what was typed in it stays."""
        self._open().forget(self._name(thread_id))

    def close(self) -> None:
        """Let go of the memory; a later question opens it again."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def _name(self, thread_id: str) -> str:
        """A conversation is about one day: its ids mean something else on another."""
        return f"{self._runtime.day.opened.day_id}/{thread_id}"

    def _open(self) -> Memory:
        with self._lock:
            if self._opened is None:
                self._opened = _compiled(_saver(self._memory))
            return self._opened


def _saver(memory: Path | None) -> "BaseCheckpointSaver[str]":
    os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

    # Plain text, numbers and lists only: no class is ever rebuilt from what is stored.
    serde = JsonPlusSerializer(allowed_msgpack_modules=[])
    if memory is None:
        return cast("BaseCheckpointSaver[str]", InMemorySaver(serde=serde))
    from langgraph.checkpoint.sqlite import SqliteSaver

    memory.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(memory, check_same_thread=False)
    # What is forgotten is overwritten, not only unlinked.
    connection.execute("PRAGMA secure_delete=ON")
    return SqliteSaver(connection, serde=serde)


def _compiled(saver: "BaseCheckpointSaver[str]") -> Memory:
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

    def config(thread_id: str) -> "RunnableConfig":
        return {"configurable": {"thread_id": thread_id}}

    class Kept:
        def turn(self, state: ChatState, context: ChatContext, thread_id: str) -> ChatState:
            # A turn is kept when it is over; one that is killed was never said.
            end: object = compiled.invoke(
                state, config(thread_id), context=context, durability="exit"
            )
            return cast("ChatState", end)

        def kept(self, thread_id: str) -> ChatState:
            values: object = compiled.get_state(config(thread_id)).values
            return cast("ChatState", values)

        def forget(self, thread_id: str) -> None:
            saver.delete_thread(thread_id)

        def close(self) -> None:
            connection = getattr(saver, "conn", None)
            if isinstance(connection, sqlite3.Connection):
                connection.close()

    return Kept()


TOOLS = catalogue.registry
"""Importing the catalogue registers what a model may name."""
