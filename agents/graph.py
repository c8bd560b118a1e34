"""The exception graph: LangGraph's adapter, imported when the first run starts."""

import itertools
from collections.abc import Callable
from functools import lru_cache
from typing import cast

from agents.nodes import STEPS, Node, RunContext
from agents.state import RunState

Run = Callable[[RunState, RunContext], RunState]


@lru_cache(maxsize=1)
def build() -> Run:
    """Return the compiled graph as a plain function. Compiled once; it holds no state."""
    from langgraph.graph import END, START, StateGraph
    from langgraph.runtime import Runtime as GraphRuntime

    def bound(node: Node) -> Callable[..., RunState]:
        def run(state: RunState, runtime: GraphRuntime[RunContext]) -> RunState:
            return node(state, runtime.context)

        return run

    graph = StateGraph(RunState, context_schema=RunContext)
    names = [name for name, _ in STEPS]
    for name, node in STEPS:
        graph.add_node(f"do_{name}", bound(node))
    graph.add_edge(START, f"do_{names[0]}")
    for name, following in itertools.pairwise(names):
        graph.add_conditional_edges(
            f"do_{name}", _unless_failed(f"do_{following}", END), [f"do_{following}", END]
        )
    graph.add_edge(f"do_{names[-1]}", END)
    compiled = graph.compile()

    def invoke(state: RunState, context: RunContext) -> RunState:
        return cast("RunState", compiled.invoke(state, context=context))

    return invoke


def _unless_failed(following: str, end: str) -> Callable[[RunState], str]:
    def choose(state: RunState) -> str:
        return end if "failed" in state else following

    return choose
