"""The registry of tools, and the gateway through which every one of them is called."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from core.domain.ids import CaseId
from core.errors import CopilotError
from tools.audit import Audit, AuditEntry
from tools.effect import MODEL_EFFECTS, Budget, Effect, Scope
from tools.runtime import Runtime, Sheet
from tools.schema import Args, json_schema, parse

A = TypeVar("A", bound=Args)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Tool(Generic[A, R]):
    """A typed function with a declared effect."""

    name: str
    effect: Effect
    args: type[A]
    run: Callable[[Runtime, A], R]
    doc: str
    """What a model, and a colleague, reads."""
    solves: int = 0
    """Searches it may start."""
    for_models: bool = True
    """False where the result holds untrusted words, or is a step of a run only."""


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    value: R


@dataclass(frozen=True, slots=True)
class Failed:
    """A tool refused or broke; the sentence is for people, the code for machines."""

    code: str
    sentence: str


AnyTool = Tool[Any, Any]


class Registry:
    """All tools by name. Names and effects are fixed when the module is imported."""

    def __init__(self) -> None:
        self._tools: dict[str, AnyTool] = {}

    def tool(
        self, *, effect: Effect, solves: int = 0, for_models: bool = True
    ) -> Callable[[Callable[[Runtime, A], R]], Tool[A, R]]:
        """Make a tool of a function `(runtime, args) -> result`; its docstring is its manual."""

        def register(function: Callable[[Runtime, A], R]) -> Tool[A, R]:
            name = function.__name__
            if name in self._tools:
                raise ValueError(f"two tools are called {name!r}")
            doc = " ".join((function.__doc__ or "").split())
            if not doc:
                raise ValueError(f"tool {name!r} has no manual")
            args: type[A] = function.__annotations__["args"]
            made = Tool(name, effect, args, function, doc, solves, for_models)
            self._tools[name] = made
            return made

        return register

    def get(self, name: str) -> AnyTool | None:
        return self._tools.get(name)

    def tools(self) -> tuple[AnyTool, ...]:
        """Return every tool, by name."""
        return tuple(self._tools[name] for name in sorted(self._tools))

    def model_schemas(self) -> list[dict[str, object]]:
        """Return the tools that a language model may name, as chat-completion functions."""
        return [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.doc,
                    "strict": True,
                    "parameters": json_schema(tool.args),
                },
            }
            for tool in self.tools()
            if tool.for_models and tool.effect in MODEL_EFFECTS
        ]


registry = Registry()


@dataclass(slots=True)
class Gateway:
    """The only way to call a tool: checks effect and budget, audits, turns errors into results."""

    runtime: Runtime
    scope: Scope
    budget: Budget = field(default_factory=Budget)
    audit: Audit | None = None
    """Where entries go; None: where the runtime says."""

    def __post_init__(self) -> None:
        self.runtime = replace(self.runtime, sheets=dict[CaseId, Sheet]())

    def call(self, tool: Tool[A, R], args: A) -> Done[R] | Failed:
        """Run one tool with arguments that are already read."""
        refusal = self._refusal(tool)
        if refusal is not None:
            return self._write(tool, args, refusal)
        self.budget.calls -= 1
        self.budget.solves -= tool.solves
        try:
            value = tool.run(self.runtime, args)
        except CopilotError as error:
            return self._write(tool, args, Failed(error.code, str(error)))
        except Exception as error:
            sentence = f"{tool.name} broke ({type(error).__name__}: {error}); nothing was changed"
            return self._write(tool, args, Failed("broken", sentence), traceback.format_exc())
        self._write(tool, args, None)
        return Done(value)

    def call_named(self, name: str, raw: Mapping[str, object] | str) -> Done[object] | Failed:
        """Run a tool by its name with unread arguments: what a model or a wire asks for."""
        tool = registry.get(name)
        if tool is None:
            failed = Failed("unknown_tool", f"there is no tool {name!r}")
            return self._entered(name, "", str(raw), failed)
        try:
            args: Args = parse(tool.args, raw)
        except ValueError as error:
            return self._write(tool, None, Failed("bad_arguments", f"{name}: {error}"))
        return self.call(tool, args)

    def _refusal(self, tool: AnyTool) -> Failed | None:
        if tool.effect not in self.scope.effects:
            return Failed(
                "out_of_scope",
                f"{self.scope.actor} may not use {tool.name}: its effect is {tool.effect}",
            )
        if self.budget.calls < 1:
            return Failed("budget", f"no calls are left for {self.scope.actor}")
        if self.budget.solves < tool.solves:
            return Failed("budget", f"no searches are left for {self.scope.actor}")
        return None

    def _write(
        self, tool: AnyTool, args: Args | None, failed: Failed | None, trace: str = ""
    ) -> Failed:
        """Write the audit entry; returns what failed, which nobody reads when nothing did."""
        written = args.model_dump_json() if args is not None else ""
        return self._entered(tool.name, tool.effect, written, failed, trace)

    def _entered(
        self, name: str, effect: str, args: str, failed: Failed | None, trace: str = ""
    ) -> Failed:
        outcome = failed or Failed("", "")
        write = self.audit or self.runtime.audit
        write(
            AuditEntry(
                tool=name,
                effect=effect,
                actor=self.scope.actor,
                at=self.runtime.clock.now(),
                args=args,
                ok=failed is None,
                code=outcome.code,
                sentence=outcome.sentence,
                trace=trace,
                seq=self.runtime.day.seq if self.runtime.owner.is_open else 0,
            )
        )
        return outcome


def call(
    runtime: Runtime,
    name: str,
    raw: Mapping[str, object] | str,
    scope: Scope,
    budget: Budget | None = None,
    audit: Audit | None = None,
) -> Done[object] | Failed:
    """Call one tool by name, once."""
    return Gateway(runtime, scope, budget or Budget(), audit).call_named(name, raw)
