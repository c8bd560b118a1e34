"""What travel times remember, safe to ask from several threads at once."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memory(Generic[K, V]):
    """A bounded memory of answers: the oldest goes when a new one needs its place."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._kept: dict[K, V] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the answer kept under `key`, else the one that `make` gives.

        Two threads may both make one, outside of the lock; the first kept is the answer of both.
        """
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        made = make()
        with self._lock:
            if key in self._kept:
                return self._kept[key]
            while len(self._kept) >= self._at_most:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = made
        return made


class Once(Generic[V]):
    """Something that is made when it is first wanted, and never twice."""

    def __init__(self, make: Callable[[], V]) -> None:
        self._make: Callable[[], V] | None = make
        self._made: list[V] = []
        self._lock = Lock()

    def __call__(self) -> V:
        if not self._made:
            with self._lock:
                if self._make is not None:
                    self._made.append(self._make())
                    self._make = None
        return self._made[0]
