"""A real server, a real console and a real browser on a real day, started once."""

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from api.ports import free_port
from evals.processes import Started
from evals.remote import RemoteDay
from tests.ui.morning import play_morning

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Nothing of the browser's own may ask the outside; the map is drawn without a graphics card.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
KEY = "browser-test-key"


@dataclass
class Desk:
    """What a dispatcher sits at: the console's address, and the API behind it."""

    console: str
    api: httpx.Client
    browser: str


@dataclass
class Traffic:
    """Every address that a page asked for."""

    asked: list[str] = field(default_factory=list[str])

    def outside(self) -> list[str]:
        return [
            url
            for url in self.asked
            if urlsplit(url).scheme in ("http", "https", "ws", "wss")
            and urlsplit(url).hostname not in LOOPBACK
        ]


def unable(why: str) -> None:
    """Skip with the reason, or fail where a browser is required."""
    if os.environ.get("TENFOUR_REQUIRE_BROWSER") == "1":
        pytest.fail(f"TENFOUR_REQUIRE_BROWSER=1, but {why}")
    pytest.skip(why, allow_module_level=True)


@pytest.fixture(scope="session")
def browser_path() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        unable(f"no browser is installed; looked for {', '.join(BROWSERS)}")
        raise AssertionError
    return found


@pytest.fixture(scope="session")
def desk(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Play the morning, then serve it with a clock that runs on."""
    home: Path = tmp_path_factory.mktemp("home")
    play_morning(home)
    environment = {
        **os.environ,
        "TENFOUR_HOME": str(home),
        "TENFOUR_DATABASE_URL": "",
        "TENFOUR_API_KEY": KEY,
        "LLM_MODE": "off",
    }
    started: list[Started] = []
    stop = threading.Event()
    clock: threading.Thread | None = None
    try:
        port = free_port("127.0.0.1", 18410, _unheard)
        words = ["serve", "--clock", "driven", "--json", "--port", str(port)]
        started.append(Started(words, environment))
        url = started[0].url
        clock = threading.Thread(target=_run_clock, args=(url, stop), daemon=True)
        clock.start()
        port = free_port("127.0.0.1", 18510, _unheard)
        words = ["console", "--json", "--url", url, "--port", str(port)]
        started.append(Started(words, environment))
        _until_up(started[1].url)
        headers = {"Authorization": f"Bearer {KEY}"}
        with httpx.Client(base_url=url, headers=headers, timeout=30) as api:
            yield Desk(started[1].url, api, browser_path)
    finally:
        stop.set()
        if clock is not None:
            clock.join(10)
        for one in reversed(started):
            one.stop()


def _unheard(words: str) -> None:
    del words


def _run_clock(url: str, stop: threading.Event) -> None:
    remote = RemoteDay(url, KEY)
    now = remote.day.now
    # Slower than real time, so that no proposal expires on a slow machine.
    while not stop.wait(3.0):
        now += timedelta(seconds=1)
        remote.report(now, (), ())
    remote.close()


def _until_up(url: str) -> None:
    """Wait until the console answers; its process is there earlier than its pages."""
    waited = threading.Event()
    for _ in range(120):
        try:
            if httpx.get(f"{url}/_stcore/health", timeout=2).is_success:
                return
        except httpx.HTTPError:
            pass
        waited.wait(0.25)
    pytest.fail(f"the console at {url} does not answer")
