"""The compiler behind a typed decorator, with a place for what it has compiled."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from numba import config, njit  # pyright: ignore[reportUnknownVariableType]

from core.routing.kernel.kept import kept_in

P = ParamSpec("P")
T = TypeVar("T")

_PLACE = kept_in()


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile at the first call, without the interpreter lock; the next process reads it back."""
    return _made(function, inlined=False)


def inlined(function: Callable[P, T]) -> Callable[P, T]:
    """Compile into whoever calls it.

    A call hands over every array of a model with its reference count, about 200 ns: as much as
    looking through a route of twenty stops.
    """
    return _made(function, inlined=True)


def _made(function: Callable[P, T], *, inlined: bool) -> Callable[P, T]:
    settings: Any = config
    before: object = settings.CACHE_DIR
    settings.CACHE_DIR = _PLACE
    try:
        decorate: Any = njit(cache=bool(_PLACE), nogil=True, boundscheck=False, forceinline=inlined)
        made: Callable[P, T] = decorate(function)
        return made
    finally:
        settings.CACHE_DIR = before
