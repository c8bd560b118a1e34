"""A chat-completions server on loopback that says what a test scripted, plain and streamed."""

import itertools
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from tests.loopback import Loopback, Quiet

Asked = dict[str, object]


@dataclass(frozen=True)
class Say:
    """One scripted answer. `raw` replaces the whole body; who stalls never answers."""

    text: str = ""
    tool: str = ""
    arguments: str = "{}"
    raw: bytes | None = None
    status: int = 200
    stalls: bool = False


Script = Callable[[Asked], Say]


@dataclass
class Scripted:
    """The running server: where it is, and everything it was asked."""

    base_url: str
    model: str
    """Its own, so that no test meets the circuit breaker that an earlier one left open."""
    asked: list[Asked] = field(default_factory=list[Asked])

    def said(self) -> str:
        """Every message that was sent to it, as one text."""
        return "\n".join(json.dumps(a["messages"]) for a in self.asked)


_served = itertools.count(1)


@contextmanager
def serving(script: Script) -> Generator[Scripted]:
    """Serve until the block ends."""
    scripted = Scripted("", f"scripted-{next(_served)}")

    over = threading.Event()

    class Handler(Quiet):
        def answer(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            asked = cast("Asked", json.loads(self.rfile.read(length)))
            scripted.asked.append(asked)
            say = script(asked)
            if say.stalls:
                over.wait()
                return
            streamed = asked.get("stream") is True
            body = say.raw
            if body is None:
                body = _streamed(say) if streamed else _plain(say)
            kind = "text/event-stream" if streamed else "application/json"
            try:
                self.send_response(say.status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return  # the client did not wait

    server = Loopback(Handler)
    scripted.base_url = f"{server.url}v1"
    with server.running():
        try:
            yield scripted
        finally:
            over.set()


def _plain(answer: Say) -> bytes:
    message: dict[str, object] = {"role": "assistant", "content": answer.text}
    if answer.tool:
        function = {"name": answer.tool, "arguments": answer.arguments}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    whole = {"id": "x", "object": "chat.completion", "created": 1, "model": "scripted"}
    return json.dumps({**whole, "choices": [choice]}).encode()


def _streamed(answer: Say) -> bytes:
    lines: list[str] = []
    for word in answer.text.split(" "):
        choice = {"index": 0, "delta": {"content": f"{word} "}, "finish_reason": None}
        chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
        lines.append(f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n")
    return ("".join(lines) + "data: [DONE]\n\n").encode()
