"""The chat graph as the API uses it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from core.domain.ids import DayId
from core.settings import Settings
from tools.runtime import Runtime

if TYPE_CHECKING:
    from agents.chat import Chat


def memory_file(settings: Settings, day_id: DayId) -> Path:
    """Return where the conversations about a day are kept: they outlive the server."""
    return settings.home / f"chat-{re.sub(r'[^A-Za-z0-9.-]', '_', day_id)}.sqlite"


class Conversations:
    """Answers messages; the graph is made when somebody first asks."""

    def __init__(self, runtime: Runtime, memory: Path | None = None) -> None:
        self._runtime, self._memory = runtime, memory
        self._made: Chat | None = None
        self._lock = Lock()

    def ask(
        self, thread_id: str, text: str, person: str, case_id: str | None
    ) -> Iterator[Mapping[str, object]]:
        yield from self._chat().ask(thread_id, text, person, case_id)

    def turns(self, thread_id: str) -> tuple[Mapping[str, str], ...]:
        return self._chat().turns(thread_id)

    def forget(self, thread_id: str) -> None:
        self._chat().forget(thread_id)

    def close(self) -> None:
        with self._lock:
            if self._made is not None:
                self._made.close()

    def _chat(self) -> "Chat":
        from agents.chat import Chat  # two seconds of imports that serving does not wait for

        with self._lock:
            if self._made is None:
                self._made = Chat(self._runtime, memory=self._memory)
            return self._made
