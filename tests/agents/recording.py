"""Makes the recordings that a replayed model answers from."""

import json
from pathlib import Path

import httpx2

from agents.models.replay import request_key


class RecordingTransport(httpx2.BaseTransport):
    """Passes requests on and appends what came back to a file that `ReplayTransport` reads."""

    def __init__(self, path: Path, under: httpx2.BaseTransport | None = None) -> None:
        self._path, self._under = path, under or httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        body = request.read()
        answer = self._under.handle_request(request)
        content = answer.read()
        record = {
            "key": request_key(body),
            "status": answer.status_code,
            "content_type": answer.headers.get("content-type", "application/json"),
            "body": content.decode(),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, sort_keys=True) + "\n")
        kept = {"content-type": str(record["content_type"])}
        return httpx2.Response(answer.status_code, headers=kept, content=content)
