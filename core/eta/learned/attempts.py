"""First attempts at doors as columns: what is known before the day, and whether it failed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused
from core.eta.learned.records import DAY_S
from core.eta.learned.tables import Table, digest, read_table

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

COLUMNS = ("customer", "cell_x", "cell_y", "date", "redelivered")
"""Without these nothing can be learned; weight, volume and auto may be missing."""
# Cells are counted from somewhere in the city, in both directions; further out is none.
MOST_CELLS = 10_000
MOST_UNREADABLE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Visits planned for a day, as known before any van leaves; no outcome is among them."""

    day: Ints
    """Days since 1970-01-01."""
    customer: Ints
    """A code for each customer."""
    cell: Ints
    """A code for each cell of the grid."""
    weight: Floats
    volume: Floats
    auto: Floats
    """The source's flag of that name, 0 or 1; NaN where nobody said."""

    def __len__(self) -> int:
        return len(self.day)

    @property
    def weekday(self) -> Ints:
        """Return 0 for Monday to 6 for Sunday."""
        return (self.day + 3) % 7

    def take(self, rows: Ints | NDArray[np.bool_]) -> "Visits":
        return Visits(
            self.day[rows],
            self.customer[rows],
            self.cell[rows],
            self.weight[rows],
            self.volume[rows],
            self.auto[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Attempts:
    """Visits that were made, and whether each failed so that it had to be delivered again."""

    visits: Visits
    failed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.failed)

    def take(self, rows: Ints | NDArray[np.bool_]) -> "Attempts":
        return Attempts(self.visits.take(rows), self.failed[rows])

    def order(self) -> Ints:
        """Return the rows by day, then by all else: equal sets have equal orders."""
        v = self.visits
        plain = (np.nan_to_num(c, nan=-1.0) for c in (v.auto, v.volume, v.weight))
        return np.lexsort((self.failed, *plain, v.cell, v.customer, v.day)).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class AttemptFile:
    """The attempts of a file in order, each with its row in it."""

    attempts: Attempts
    row: Ints
    rows: int
    left_out: dict[str, int]
    digest: str


def read_attempts(path: Path) -> AttemptFile:
    """Return the attempts of a file; refuse one that lacks a column or is mostly unreadable."""
    table = read_table(path, COLUMNS, ("weight", "volume", "auto"))
    date_s, failed = table.instants_s("date"), table.numbers("redelivered")
    x, y = table.numbers("cell_x"), table.numbers("cell_y")
    customer = table.words("customer")
    no_cell = ~(_is_cell(x) & _is_cell(y))
    no_word = ~((failed == 0) | (failed == 1))
    no_date, nobody = np.isnan(date_s), customer == ""
    bad = no_cell | no_word | no_date | nobody
    left_out = {
        "no date": int(no_date.sum()),
        "no customer": int(nobody.sum()),
        "no cell": int(no_cell.sum()),
        "no outcome": int(no_word.sum()),
    }
    if len(bad) and bad.mean() > MOST_UNREADABLE:
        said = ", ".join(f"{count} {reason}" for reason, count in left_out.items() if count)
        raise Refused(f"{path.name}: most of its {len(bad)} rows are no attempts ({said})")
    row = np.flatnonzero(~bad)
    _, code = np.unique(customer[row], return_inverse=True)
    visits = Visits(
        (date_s[row] // DAY_S).astype(np.int64),
        code.astype(np.int64),
        (x[row] * 2 * MOST_CELLS + y[row]).astype(np.int64),
        _or_nan(table, "weight")[row],
        _or_nan(table, "volume")[row],
        _or_nan(table, "auto")[row],
    )
    attempts = Attempts(visits, failed[row] == 1)
    order = attempts.order()
    return AttemptFile(attempts.take(order), row[order], len(bad), left_out, digest(path))


def _is_cell(values: Floats) -> NDArray[np.bool_]:
    return (np.abs(values) < MOST_CELLS) & (np.rint(values) == values)


def _or_nan(table: Table, column: str) -> Floats:
    return table.numbers(column) if table.has(column) else np.full(table.rows, np.nan)
