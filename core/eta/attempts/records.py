"""First attempts at doors as a ledger tells them: who, where, at which part of the day, how."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.attempt import SLOTS
from core.errors import Refused
from core.eta.learned.attempts import Attempts, Visits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

COLUMNS = ("day", "customer", "zone", "slot", "lat_e6", "lon_e6", "weight_g", "volume_ml")
FAILED = "failed"


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """Visits as they are known before a van leaves, one row each; no outcome is among them."""

    day: Ints
    """Days since 1970-01-01."""
    customer: Ints
    zone: Ints
    """A cell of the fixed grid."""
    slot: Ints
    """The part of the day for which the plan in force has it."""
    lat_e6: Ints
    lon_e6: Ints
    weight_g: Ints
    volume_ml: Ints

    def __post_init__(self) -> None:
        if {len(getattr(self, name)) for name in COLUMNS} != {len(self.day)}:
            raise ValueError("columns of visits differ in length")
        if np.any(self.slot < 0) or np.any(self.slot >= SLOTS):
            raise Refused("a visit has a part of the day that no day has")

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: Ints | Truths) -> "Planned":
        return Planned(**{name: getattr(self, name)[rows] for name in COLUMNS})


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """Visits that were made, and whether each failed."""

    planned: Planned
    failed: Truths

    def __post_init__(self) -> None:
        if len(self.planned) != len(self.failed):
            raise ValueError("columns of attempts differ in length")

    def __len__(self) -> int:
        return len(self.failed)

    def take(self, rows: Ints | Truths) -> "Tried":
        return Tried(self.planned.take(rows), self.failed[rows])

    def in_order(self) -> "Tried":
        """Return the same rows by day, then by all else: equal sets, equal orders."""
        p = self.planned
        keys = (self.failed, *(getattr(p, name) for name in reversed(COLUMNS)))
        return self.take(np.lexsort(keys).astype(np.int64))

    def before(self, day: int) -> "Tried":
        return self.take(self.planned.day < day)

    @property
    def days(self) -> int:
        return len(np.unique(self.planned.day))


def nobody_tried() -> Tried:
    """Return attempts of nobody: what the first day begins with."""
    none = np.array([], dtype=np.int64)
    return Tried(Planned(*(none for _ in COLUMNS)), np.array([], dtype=np.bool_))


def joined(past: Tried, asked: Planned) -> Tried:
    """Return earlier attempts with visits that are still to come behind them."""
    both = {
        name: np.concatenate([getattr(past.planned, name), getattr(asked, name)])
        for name in COLUMNS
    }
    return Tried(Planned(**both), np.concatenate([past.failed, np.zeros(len(asked), np.bool_)]))


def plain(tried: Tried) -> Attempts:
    """Return the same as the columns that the public file has, with codes counted from zero."""
    p = tried.planned
    nothing = np.full(len(p), np.nan)
    visits = Visits(
        p.day,
        codes(p.customer),
        codes(p.zone),
        p.weight_g.astype(np.float64),
        p.volume_ml.astype(np.float64),
        nothing,
    )
    return Attempts(visits, tried.failed)


def doors(planned: Planned) -> Ints:
    """Return a number for each place, counted from zero."""
    places = np.column_stack([planned.lat_e6, planned.lon_e6])
    if not len(places):
        return np.array([], dtype=np.int64)
    return np.unique(places, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def codes(values: Ints) -> Ints:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def packed(tried: Tried) -> bytes:
    """Return attempts as bytes; equal sets give equal bytes."""
    rows = tried.in_order()
    buffer = io.BytesIO()
    columns = {name: getattr(rows.planned, name) for name in COLUMNS}
    np.savez(buffer, allow_pickle=False, **columns, **{FAILED: rows.failed})
    return buffer.getvalue()


def unpacked(data: bytes) -> Tried:
    """Return attempts from bytes; Refused names the column that is missing or is none."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as columns:
            missing = [n for n in (*COLUMNS, FAILED) if n not in columns]
            if missing:
                raise Refused(f"attempts lack column {missing[0]!r}")
            found = {name: columns[name] for name in COLUMNS}
            failed = columns[FAILED]
    except (ValueError, OSError) as error:
        raise Refused("attempts are not readable") from error
    for name, column in found.items():
        if column.dtype != np.int64 or column.ndim != 1:
            raise Refused(f"attempts: column {name!r} does not hold whole numbers")
    if failed.dtype != np.bool_:
        raise Refused(f"attempts: column {FAILED!r} does not say yes or no")
    return Tried(Planned(**found), failed)
