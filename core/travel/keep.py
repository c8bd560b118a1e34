"""A bounded memory of answers: the oldest goes when a new one needs its place."""

from contextlib import suppress
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def keep(memory: dict[K, V], key: K, value: V, at_most: int) -> None:
    """Remember `value`; safe when several threads remember at once."""
    while len(memory) >= at_most:
        with suppress(StopIteration, KeyError, RuntimeError):
            memory.pop(next(iter(memory)))
    memory[key] = value
