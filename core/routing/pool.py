"""Spawned worker processes for long solves; rebuilt when one of them dies."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Lock, Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_ATTEMPTS = 3


class SolverPool:
    """Runs pure functions of picklable arguments elsewhere. Close it when done."""

    def __init__(self, workers: int = 1) -> None:
        self._workers = max(1, workers)
        self._lock = Lock()
        self._executor: ProcessPoolExecutor | None = None

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function returns. A broken pool is rebuilt and the work done again."""
        for attempt in range(_ATTEMPTS):
            executor = self._ready()
            try:
                future: Future[T] = executor.submit(function, *args, **kwargs)
                return future.result()
            except BrokenProcessPool:
                self._discard(executor)
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def begin(self, function: Callable[[], object]) -> None:
        """Start something that nobody waits for, such as getting ready."""
        self._ready().submit(function)

    def close(self) -> None:
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> "SolverPool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ready(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._executor is None:
                context = multiprocessing.get_context("spawn")
                self._executor = ProcessPoolExecutor(
                    self._workers, mp_context=context, initializer=_end_with_parent
                )
            return self._executor

    def _discard(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._executor is broken:
                self._executor = None
        broken.shutdown(wait=False, cancel_futures=True)


def _end_with_parent() -> None:
    """Let a worker end when whoever began it is gone, killed or not: it would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, name="parent", daemon=True).start()
