"""Legs read from a Parquet file: which columns it must have, and what was left out and why."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused
from core.eta.learned.records import Asked, Driven
from core.eta.learned.tables import Table, digest, read_table

COLUMNS = ("started_at", "finished_at", "from_zone", "to_zone")
"""Without these nothing can be learned; driven_miles and trip_type may be missing."""
METRES_PER_MILE = 1_609.344
# A file most of whose rows are not legs is another file than its reader thinks.
MOST_UNREADABLE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class LegFile:
    """The legs of a file, each with its row in it; outcomes and what was asked stay apart."""

    driven: Driven
    row: NDArray[np.int64]
    rows: int
    left_out: dict[str, int]
    """How many rows are no legs, by reason."""
    digest: str


def read_legs(path: Path) -> LegFile:
    """Return the legs of a file; refuse one that lacks a column or is mostly unreadable."""
    table = read_table(path, COLUMNS, ("driven_miles", "trip_type"))
    start, finish = table.instants_s("started_at"), table.instants_s("finished_at")
    from_zone, to_zone = table.numbers("from_zone"), table.numbers("to_zone")
    no_time = np.isnan(start) | np.isnan(finish)
    no_zone = ~_whole(from_zone) | ~_whole(to_zone)
    backwards = ~no_time & (finish < start)
    bad = no_time | no_zone | backwards
    left_out = {
        "no time": int(no_time.sum()),
        "no zone": int((no_zone & ~no_time).sum()),
        "finished before it began": int((backwards & ~no_zone).sum()),
    }
    if len(bad) and bad.mean() > MOST_UNREADABLE:
        said = ", ".join(f"{count} {reason}" for reason, count in left_out.items() if count)
        raise Refused(f"{path.name}: most of its {len(bad)} rows are no legs ({said})")
    row = np.flatnonzero(~bad)
    asked = Asked(
        start[row].astype(np.int64),
        from_zone[row].astype(np.int64),
        to_zone[row].astype(np.int64),
        _or_nan(table, "trip_type")[row],
        np.full(len(row), np.nan),
    )
    seconds = (finish[row] - start[row]).astype(np.int64)
    metres = _or_nan(table, "driven_miles")[row] * METRES_PER_MILE
    return LegFile(Driven(asked, seconds, metres), row, len(bad), left_out, digest(path))


def _whole(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.isfinite(values) & (np.rint(values) == values)


def _or_nan(table: Table, column: str) -> NDArray[np.float64]:
    return table.numbers(column) if table.has(column) else np.full(table.rows, np.nan)
