"""Recorded model answers, played back exactly: a transport under the same `openai` client."""

import hashlib
import json
from pathlib import Path
from typing import cast

import httpx2

from core.errors import NotReady


def request_key(body: bytes) -> str:
    """Return the name of a request: the hash of what was asked, whatever the order of its keys."""
    plain = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


class ReplayTransport(httpx2.BaseTransport):
    """Answers from a file of JSON lines `{"key", "status", "content_type", "body"}`.

    A request that was never recorded is answered 404, which the agents take as any other failure.
    NotReady when the file is no recording.
    """

    def __init__(self, path: Path) -> None:
        self._answers: dict[str, dict[str, object]] = {}
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                record = cast("dict[str, object]", json.loads(line))
                self._answers[str(record["key"])] = {
                    "status": int(str(record["status"])),
                    "content_type": str(record["content_type"]),
                    "body": str(record["body"]),
                }
        except (OSError, ValueError, KeyError, TypeError) as wrong:
            raise NotReady(
                f"LLM_MODE is replay, but {str(path)!r} is no recording of model answers "
                f"({type(wrong).__name__}); name one in LLM_BASE_URL or set LLM_MODE=off"
            ) from wrong

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        record = self._answers.get(request_key(request.read()))
        if record is None:
            return httpx2.Response(404, json={"error": {"message": "never recorded"}})
        return httpx2.Response(
            int(str(record["status"])),
            headers={"content-type": str(record["content_type"])},
            content=str(record["body"]).encode(),
        )
