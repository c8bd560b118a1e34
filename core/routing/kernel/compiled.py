"""The compiler behind a typed decorator, with a place for what it has compiled."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Any, ParamSpec, TypeVar

from numba import config, njit  # pyright: ignore[reportUnknownVariableType]

P = ParamSpec("P")
T = TypeVar("T")

_HERE = Path(__file__).parent


def _kept_in() -> str:
    """Return a folder for compiled code, named by all compiled sources; empty: none.

    The compiler looks only at the file of a function, so that a change in another file would go
    unseen without that name. An installed package may be read-only; then the user's cache serves.
    """
    text = sha256()
    folders = (_HERE, _HERE.parent / "lean", _HERE.parent / "midday")
    for path in sorted(p for folder in folders for p in folder.glob("*.py")):
        text.update(path.read_bytes())
    name = f"kernel-{text.hexdigest()[:16]}"
    own = os.environ.get("XDG_CACHE_HOME", "")
    places = (
        _HERE / "__pycache__",
        Path(own) / "tenfour" if own else Path.home() / ".cache" / "tenfour",
        Path(gettempdir()) / f"tenfour-{os.getuid() if hasattr(os, 'getuid') else 'cache'}",
    )
    for place in places:
        try:
            (place / name).mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place / name, os.W_OK):
            return str(place / name)
    return ""


_PLACE = os.environ.get("NUMBA_CACHE_DIR", "") or _kept_in()


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
