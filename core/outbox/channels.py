"""Ways out of the house: a file of JSON lines, and HTTP with an idempotency key."""

import json
import os
from pathlib import Path
from typing import Protocol

import httpx

from core.store.writer import Outgoing


class SendFailed(Exception):
    """It did not arrive; `again` says whether another try makes sense."""

    def __init__(self, detail: str, *, again: bool) -> None:
        self.detail, self.again = detail, again
        super().__init__(detail)


class Channel(Protocol):
    @property
    def keyed(self) -> bool:
        """Whether the receiver takes the same key once only, however often it comes."""
        ...

    def send(self, row: Outgoing) -> None:
        """Deliver one row; SendFailed when it did not arrive."""
        ...


class FileChannel:
    """Appends one JSON object a line. Nothing checks keys there, so it is at most once."""

    keyed = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, row: Outgoing) -> None:
        line = json.dumps(
            {"key": row.key, "recipient": row.recipient, "payload": json.loads(row.payload)},
            ensure_ascii=False,
            sort_keys=True,
        )
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as out:
                out.write(line + "\n")
                out.flush()
                os.fsync(out.fileno())
        except OSError as wrong:
            raise SendFailed(f"cannot write {self._path}: {wrong.strerror}", again=False) from wrong


class HttpChannel:
    """Posts JSON with an Idempotency-Key: at least once on the wire, once at the receiver.

    What it says of a failure goes into the ledger, so that names host and status and no more.
    """

    keyed = True

    def __init__(self, url: str, *, timeout_s: float = 10) -> None:
        self._url = url
        self._host = _host(url)
        self._client = httpx.Client(timeout=timeout_s)

    def send(self, row: Outgoing) -> None:
        headers = {"Idempotency-Key": row.key, "Content-Type": "application/json"}
        try:
            answer = self._client.post(self._url, content=row.payload.encode(), headers=headers)
        except httpx.InvalidURL as wrong:
            raise SendFailed("the address of the receiver cannot be read", again=False) from wrong
        except httpx.HTTPError as wrong:
            detail = f"{self._host} could not be reached ({type(wrong).__name__})"
            raise SendFailed(detail, again=True) from wrong
        if answer.is_success:
            return
        code = answer.status_code
        again = code >= 500 or code in (408, 425, 429)
        raise SendFailed(f"{self._host} answered {code}", again=again)

    def close(self) -> None:
        self._client.close()


def _host(url: str) -> str:
    """Return host and port only: path, query and user of an address may hold a secret."""
    try:
        return httpx.URL(url).netloc.decode() or "the receiver"
    except httpx.InvalidURL:
        return "the receiver"
