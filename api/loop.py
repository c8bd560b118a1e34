"""The engine loop: looks at the day when it moved, works cases, sends what is due."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from core.context import Clock
from core.errors import CopilotError

_LOG = logging.getLogger("tenfour.loop")

# Facts mark the day dirty and detectors run at most once a simulated second, or once a real one
# where a driven clock stands; with no news at all time alone is looked at this often.
QUIET = timedelta(seconds=15)
ONCE_A = timedelta(seconds=1)
REST_S = 0.05
AFTER_FAILURE_S = 1.0


class EngineLoop:
    """A background thread that runs one step after the other, and never two at once."""

    def __init__(self, clock: Clock, *steps: Callable[[datetime], None]) -> None:
        """`steps` run in order with the present instant; a failing one is logged and retried."""
        self._clock, self._steps = clock, steps
        self._news = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tenfour-engine", daemon=True)
        self._trouble = ""
        self._last: datetime | None = None
        self._last_real_s = 0.0
        self._rounds = 0

    @property
    def rounds(self) -> int:
        """How often every step has run."""
        return self._rounds

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Tell the loop that the day moved."""
        self._news.set()

    def stop(self, timeout_s: float = 30.0) -> bool:
        """Let the step in hand finish and end the thread; False when it did not in time."""
        self._stop.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def state(self) -> str:
        """Return running, stopped, or what went wrong last."""
        if not self._thread.is_alive():
            return "stopped"
        return self._trouble or "running"

    def _due(self) -> bool:
        now = self._clock.now()
        if self._last is None:
            return True
        if not self._news.is_set():
            return now - self._last >= QUIET
        waited_s = time.monotonic() - self._last_real_s
        return now - self._last >= ONCE_A or waited_s >= ONCE_A.total_seconds()

    def _run(self) -> None:
        while not self._stop.is_set():
            if not self._due():
                # A clock that somebody drives wakes nobody, so it is looked at.
                time.sleep(REST_S)
                continue
            self._news.clear()
            self._last, self._last_real_s = self._clock.now(), time.monotonic()
            self._once(self._last)

    def _once(self, now: datetime) -> None:
        trouble = ""
        for step in self._steps:
            if self._stop.is_set():
                return
            try:
                step(now)
            except CopilotError as error:
                trouble = str(error)
                _LOG.warning("the loop was refused: %s", error)
            except Exception as error:
                trouble = f"{type(error).__name__}; see the log"
                _LOG.exception("a step of the loop failed")
        self._trouble = trouble
        self._rounds += 1
        if trouble:
            self._news.set()
            self._stop.wait(AFTER_FAILURE_S)
