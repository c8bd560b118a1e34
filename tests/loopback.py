"""A server on a free port of this machine, for as long as a test needs it."""

from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Quiet(BaseHTTPRequestHandler):
    """Answers what is posted, without telling the terminal about each request."""

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        """Answer one request; each server says how."""
        raise NotImplementedError

    # The name `format` is that of the method which this one stands for.
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


class Loopback(ThreadingHTTPServer):
    """Answers every request in a thread of its own."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who was killed, or did not wait, hangs up in the middle."""

    @contextmanager
    def running(self) -> Generator[None]:
        """Serve until the block ends."""
        thread = Thread(target=self.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()
            self.server_close()
