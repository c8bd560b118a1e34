"""The real processes of a crash test: the server that dies, and people who retry."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import IO

import httpx

from core.outbox.failpoint import VARIABLE
from tests.waiting import PATIENCE_S

KEY = "crash-key"


def a_port() -> int:
    """Return a port that was free a moment ago and that no other server is likely to look for.

    A person still asks the old address while the server dies; no other test may answer there.
    """
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """`tenfour serve` in a process of its own, as often as it is started."""

    def __init__(self, home: Path, outbox_url: str) -> None:
        self.home, self._outbox_url = home, outbox_url
        self.url = ""
        """Empty while it does not answer."""
        self._port = a_port()
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[str] = (home / "server.log").open("a", encoding="utf-8")

    def environment(self, failpoint: str = "") -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("TENFOUR_", "LLM_"))}
        return {
            **kept,
            "TENFOUR_HOME": str(self.home),
            "TENFOUR_API_KEY": KEY,
            "TENFOUR_OUTBOX_URL": self._outbox_url,
            VARIABLE: failpoint,
        }

    def start(self, failpoint: str = "") -> "Server":
        """Start the process; it may die at a failpoint. See `ready`."""
        assert self._process is None
        words = ["serve", "--json", "--clock", "driven", "--travel", "estimate"]
        words += ["--port", str(self._port)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tenfour", *words],
            env=self.environment(failpoint),
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        return self

    def ready(self) -> "Server":
        """Wait until it answers."""
        assert self._process is not None
        assert self._process.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            line = self._process.stdout.readline()
            assert line, f"the server did not start: {self.log()}"
            text += line
        self.url = str(json.loads(text)["url"])
        return self

    def kill(self) -> None:
        """SIGKILL, now."""
        assert self._process is not None
        self._process.kill()
        self.dies()

    def dies(self) -> None:
        """Wait until it is dead by SIGKILL, whoever sent that."""
        assert self._process is not None
        code = self._process.wait(PATIENCE_S)
        self.url = ""
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        assert code == -9, f"it ended with {code}: {self.log()}"

    def end(self) -> None:
        """Kill it if it still runs."""
        if self._process is not None:
            self.kill()
        self._log.close()

    def log(self) -> str:
        return (self.home / "server.log").read_text(encoding="utf-8")

    def verify(self) -> dict[str, object]:
        """Return what `tenfour verify --json` says."""
        done = subprocess.run(
            [sys.executable, "-m", "tenfour", "verify", "--json"],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)


@dataclass(frozen=True)
class Wish:
    """One request, sent again until somebody answers it."""

    path: str
    body: Mapping[str, object]
    key: str = ""


@dataclass
class Answer:
    wish: Wish
    status: int
    body: Mapping[str, object]
    tries: int


@dataclass
class People:
    """Threads that send wishes to a server that keeps dying."""

    server: Server
    answers: list[Answer] = field(default_factory=list[Answer])
    _asking: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _wishes: Queue[Wish | None] = field(default_factory=lambda: Queue[Wish | None]())
    _threads: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def start(self, count: int = 4) -> "People":
        for n in range(count):
            thread = threading.Thread(target=self._work, name=f"person-{n}", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def ask(self, *wishes: Wish) -> None:
        for wish in wishes:
            self._wishes.put(wish)

    def until_asking(self) -> None:
        """Wait until a request is on its way or being answered."""
        until = time.monotonic() + PATIENCE_S
        while not self._asking:
            assert time.monotonic() < until, "nobody asks for anything"
            time.sleep(0.0005)  # far below the time that an answer takes

    def finish(self) -> None:
        """Wait until every wish was answered."""
        for _ in self._threads:
            self._wishes.put(None)
        for thread in self._threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive(), "somebody still waits for an answer"

    def _work(self) -> None:
        with httpx.Client(headers={"X-API-Key": KEY}, timeout=10) as client:
            while (wish := self._wishes.get()) is not None:
                self.answers.append(self._until_answered(client, wish))

    def _until_answered(self, client: httpx.Client, wish: Wish) -> Answer:
        headers = {"Idempotency-Key": wish.key} if wish.key else {}
        tries = 0
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            url = self.server.url
            if url:
                tries += 1
                try:
                    with self._counted():
                        got = client.post(url + wish.path, json=wish.body, headers=headers)
                except httpx.TransportError:
                    pass
                else:
                    return Answer(wish, got.status_code, got.json(), tries)
            time.sleep(0.01)  # a dead server is asked again, not hammered
        return Answer(wish, 0, {"code": "never answered"}, tries)

    @contextmanager
    def _counted(self) -> Generator[None]:
        with self._counting:
            self._asking += 1
        try:
            yield
        finally:
            with self._counting:
                self._asking -= 1


def statuses(answers: Sequence[Answer], path: str) -> list[int]:
    """Return with what a path was answered, lowest first."""
    return sorted(a.status for a in answers if a.wish.path == path)
