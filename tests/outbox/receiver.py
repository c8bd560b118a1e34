"""A scripted receiver of keyed effects on loopback: it notes all that came and answers as told."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from tests.loopback import Loopback, Quiet


class Receiver(Loopback):
    """Takes messages over HTTP. It writes down each before it answers."""

    def __init__(self, answers: list[int], slow_s: float = 0) -> None:
        super().__init__(_Receiving)
        self.answers, self.slow_s = answers, slow_s
        self.taken: list[tuple[str, str]] = []
        """Idempotency-Key and body of everything that came, repetitions too."""

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.taken]


class _Receiving(Quiet):
    def answer(self) -> None:
        receiver = self.server
        assert isinstance(receiver, Receiver)
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # the sender died before it had said everything
        receiver.taken.append((str(self.headers["Idempotency-Key"]), body.decode()))
        time.sleep(receiver.slow_s)  # so that a kill can strike between the taking and the answer
        self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def a_receiver(*answers: int, slow_s: float = 0) -> Generator[Receiver]:
    """Receive until the block ends; after `answers`, answer 200."""
    receiver = Receiver(list(answers), slow_s)
    with receiver.running():
        yield receiver
