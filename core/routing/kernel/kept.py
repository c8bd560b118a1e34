"""Where compiled code is kept from one process to the next."""

import os
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

_HERE = Path(__file__).parent
_FOLDERS = (_HERE, _HERE.parent / "lean", _HERE.parent / "midday")
"""Of all sources that are compiled."""


def kept_in() -> str:
    """Return a folder for compiled code, named by all compiled sources; empty: none.

    The compiler looks only at the file of a function, so that a change in another file would go
    unseen without that name. An installed package may be read-only; then the user's cache serves.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR", "")
    if chosen:
        return chosen
    text = sha256()
    for path in sorted(p for folder in _FOLDERS for p in folder.glob("*.py")):
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


def compiled_before(folder: str) -> bool:
    """Return whether the search of that folder of sources was compiled before and kept."""
    place = kept_in()
    return bool(place) and any(Path(place).glob(f"{folder}_*/search.search-*.nbi"))


__all__ = ["compiled_before", "kept_in"]
