"""Where a chart may be written."""

from pathlib import Path

from core.errors import Refused


def chart_file(path: Path | None) -> Path | None:
    """Return the path; Refused unless it ends as charts do, so that nobody waits for nothing."""
    if path is not None and path.suffix not in (".html", ".json"):
        raise Refused(f"a chart is written as .html or .json, not {path.suffix or 'without end'}")
    return path
