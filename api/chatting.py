"""The chat graph as the API streams it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from api.live import Ask
from tools.runtime import Runtime

if TYPE_CHECKING:
    from agents.chat import Chat


def asker(runtime: Runtime) -> Ask:
    """Return a function that answers one message; the graph is made when somebody first asks."""
    held: list[Chat] = []

    def ask(
        thread_id: str, text: str, person: str, case_id: str | None
    ) -> Iterator[Mapping[str, object]]:
        from agents.chat import Chat  # two seconds of imports that serving does not wait for

        if not held:
            held.append(Chat(runtime))
        yield from held[0].ask(thread_id, text, person, case_id)

    return ask
