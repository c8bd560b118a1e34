"""The chat graph as the API streams it."""

from collections.abc import Iterator, Mapping

from agents.chat import Chat

from api.live import Ask
from tools.runtime import Runtime


def asker(runtime: Runtime) -> Ask:
    """Return a function that answers one message, made when somebody first asks."""
    held: list[Chat] = []

    def ask(
        thread_id: str, text: str, person: str, case_id: str | None
    ) -> Iterator[Mapping[str, object]]:
        if not held:
            held.append(Chat(runtime))
        yield from held[0].ask(thread_id, text, person)

    return ask
