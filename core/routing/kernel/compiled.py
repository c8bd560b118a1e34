"""The compiler behind a typed decorator, with a place for what it has compiled."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from numba import config, njit  # pyright: ignore[reportUnknownVariableType]

from core.routing.kernel.kept import kept_in

UNCOUNTED: dict[str, Any] = {"_nrt": False}
"""Leaves out the counting of references to arrays, each time by an instruction that waits for all
other cores: half of the time of a search."""

P = ParamSpec("P")
T = TypeVar("T")

_PLACE = kept_in()


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile at the first call, without the interpreter lock; the next process reads it back.

    Such code makes no arrays: all come from outside, whoever calls holds them, and they are not
    counted.
    """
    return _made(function, inlined=False)


def inlined(function: Callable[P, T]) -> Callable[P, T]:
    """Compile into whoever calls it.

    A call hands over every array of a model: as much work as looking through a short route.
    """
    return _made(function, inlined=True)


def _made(function: Callable[P, T], *, inlined: bool) -> Callable[P, T]:
    settings: Any = config
    before: object = settings.CACHE_DIR
    settings.CACHE_DIR = _PLACE
    try:
        decorate: Any = njit(
            cache=bool(_PLACE), nogil=True, boundscheck=False, forceinline=inlined, **UNCOUNTED
        )
        made: Callable[P, T] = decorate(function)
        return made
    finally:
        settings.CACHE_DIR = before
