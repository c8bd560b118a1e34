"""The compiled searches made ready in the background, so that the first repair does not wait."""

from collections.abc import Callable
from multiprocessing import get_context
from threading import Thread
from time import monotonic

from core.routing import engine_kernel
from core.routing.kernel.kept import compiled_before
from core.routing.pool import SolverPool
from core.routing.warming import is_compiled, warm_up

Say = Callable[[str], None]


def begin_for_a_plan(pool: SolverPool, say: Say) -> None:
    """Get the morning's search ready in a pool while roads are read; say if it takes a while."""
    if not compiled_before("kernel"):
        say("compiling the search, once after installing: half a minute")
    pool.begin(engine_kernel.warm_up)


class Warming:
    """Compiles in a process of its own, that nobody waits for, then has a pool read it back.

    A pool's own worker would be busy for as long: a minute, the first time after installing.
    """

    def __init__(self, pool: SolverPool, say: Say) -> None:
        self._pool, self._say = pool, say
        self._process = get_context("spawn").Process(target=warm_up, daemon=True)
        self._first = not is_compiled()
        if self._first:
            say("compiling the searches in the background, once after installing")
        self._began = monotonic()
        self._process.start()
        self._thread = Thread(target=self._wait, name="tenfour-warming", daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        self._process.join()
        if self._process.exitcode != 0:
            return
        self._pool.begin(warm_up)
        if self._first:
            self._say(f"the searches are ready, after {monotonic() - self._began:.0f} s")

    def wait(self, timeout_s: float) -> bool:
        """Return whether it was over within that time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End it wherever it is; what is compiled by then is kept."""
        self._process.kill()
        self._thread.join()


__all__ = ["Say", "Warming", "begin_for_a_plan"]
