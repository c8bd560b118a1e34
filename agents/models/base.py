"""What the agents want of a language model: words, or the name of a tool to read with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class ModelFailed(Exception):
    """No usable answer came. Callers go on with the deterministic wording."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model. `tools` is empty for anything that reads untrusted text."""

    purpose: str
    system: str
    user: str
    tools: tuple[Mapping[str, object], ...] = ()
    stream: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The tool that a model named, with its arguments as it wrote them."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    call: ToolCall | None = None


class Model(Protocol):
    def complete(self, request: Request, now: datetime) -> Reply:
        """Answer, or raise ModelFailed; never anything else, and never late by much."""
        ...
