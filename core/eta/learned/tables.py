"""Parquet files as numpy columns: a missing or unreadable column is refused by its name."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of one file, read as what they are asked for."""

    name: str
    rows: int
    columns: Mapping[str, Any]

    def has(self, column: str) -> bool:
        return column in self.columns

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a column as numbers; NaN where it is empty."""
        try:
            return np.asarray(self._plain(column, "float64"), dtype=np.float64)
        except (ValueError, TypeError) as error:
            raise Refused(f"{self.name}: column {column!r} does not hold numbers") from error

    def instants_s(self, column: str) -> NDArray[np.float64]:
        """Return a column of instants as seconds of its own clock since 1970; NaN where empty."""
        try:
            seconds = self._plain(column, "timestamp[s]")
        except (ValueError, TypeError) as error:
            raise Refused(f"{self.name}: column {column!r} does not hold instants") from error
        stamps = np.asarray(seconds, dtype="datetime64[s]")
        whole = stamps.astype(np.int64).astype(np.float64)
        return np.where(np.isnat(stamps), np.nan, whole)

    def words(self, column: str) -> NDArray[np.str_]:
        """Return a column as text; empty where it is empty."""
        values = cast("list[object]", self.columns[column].to_pylist())
        return np.array(["" if v is None else str(v) for v in values], dtype=np.str_)

    def _plain(self, column: str, kind: str) -> Any:
        import pyarrow.compute as pc
        import pyarrow.types as kinds

        values = self.columns[column]
        if kind.startswith("timestamp"):
            if kinds.is_date(values.type):
                values = values.cast("timestamp[ms]")
            elif not kinds.is_timestamp(values.type):
                raise TypeError(str(values.type))
            elif values.type.tz is not None:
                values = cast("Any", pc).local_timestamp(values)
        return values.cast(kind, safe=False).to_numpy(zero_copy_only=False)


def read_table(path: Path, needed: Sequence[str], wanted: Sequence[str] = ()) -> Table:
    """Return the named columns of a Parquet file; columns of `wanted` may be missing."""
    files = _parquet()
    try:
        schema = cast("Sequence[str]", files.read_schema(path).names)
        missing = [c for c in needed if c not in schema]
        if missing:
            raise Refused(
                f"{path.name} lacks column {', '.join(repr(c) for c in missing)}; "
                f"it has {', '.join(schema)}"
            )
        names = [*needed, *(c for c in wanted if c in schema)]
        found = files.read_table(path, columns=names)
    except FileNotFoundError:
        raise Refused(f"there is no file {path}") from None
    except (ValueError, TypeError, OSError) as error:
        raise Refused(f"{path.name} is not a readable Parquet file: {error}") from error
    columns: dict[str, Any] = {name: found.column(name).combine_chunks() for name in names}
    return Table(path.name, int(found.num_rows), columns)


def write_table(path: Path, columns: Mapping[str, Any]) -> None:
    """Write columns as Parquet; the same columns give the same bytes."""
    import pyarrow as pa

    _parquet().write_table(cast("Any", pa).table(dict(columns)), path, compression="zstd")


def _parquet() -> Any:
    """Return Arrow's reader and writer, which comes without types."""
    from pyarrow import parquet

    return parquet


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
