"""A public file read in the format that it is said to have."""

from pathlib import Path
from typing import Literal

from core.routing.public.instance import BadInstance, Instance
from core.routing.public.lilim import read_lilim
from core.routing.public.solomon import read_solomon
from core.routing.public.vrplib import read_vrplib

Format = Literal["solomon", "vrplib", "lilim", "ortec"]

_MOST_BYTES = 300_000_000


def read(path: Path, form: Format) -> Instance:
    """Return the instance of a file, or refuse it with the reason."""
    name = path.name
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInstance(name, "the file is larger than any public instance")
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise BadInstance(name, f"it can't be read ({error.strerror})") from None
    if form == "solomon":
        return read_solomon(name, text)
    if form == "lilim":
        return read_lilim(name, text)
    return read_vrplib(name, text, unlimited=form == "ortec")
