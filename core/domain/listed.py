"""Names in a sentence. The console, which speaks HTTP only, has `ui.words.together`."""

from collections.abc import Iterable


def listed(names: Iterable[str]) -> str:
    """Return names as people say them: "V01", "V01 and V04", "V01, V04 and V06"."""
    *first, last = [*names] or [""]
    return f"{', '.join(first)} and {last}" if first else last
