"""Programs that the demo starts and stops: each one says where it is, and ends with us."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from core.errors import NotReady

PATIENCE_S = 15.0


class Started:
    """A tenfour command in a process of its own that announced itself in JSON."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-m", "tenfour", *words],
            env=dict(environment),
            stdout=subprocess.PIPE,
            text=True,
            # A Ctrl-C in the terminal is for the demo, which then stops its programs in order.
            start_new_session=True,
        )
        self.said = self._announcement(words[0])

    def _announcement(self, name: str) -> dict[str, object]:
        """Return the document that the command wrote; NotReady when it ended instead."""
        assert self._process.stdout is not None, "the pipe was asked for"
        text = ""
        for line in self._process.stdout:
            text += line
            try:
                said: object = json.loads(text)
            except ValueError:
                continue
            if isinstance(said, dict):
                return {str(k): v for k, v in said.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        self.stop()
        raise NotReady(f"tenfour {name} ended before it was ready; its words are above")

    @property
    def url(self) -> str:
        return str(self.said["url"])

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        if self.running:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
