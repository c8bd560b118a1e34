"""Rows of a CSV file with the line they start on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from core.intake.mapping import BadMapping, Columns, FormatPart

MAX_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: tuple[str, ...]
    """As they stand in the file; what makes two rows the same."""
    values: dict[str, str]
    """Our field -> trimmed text; a field without a column is missing."""
    expected_cells: int

    def get(self, field: str) -> str:
        return self.values.get(field, "")

    @property
    def cut_short(self) -> bool:
        return len(self.cells) < self.expected_cells

    @property
    def too_long(self) -> bool:
        return len(self.cells) > self.expected_cells


def read_rows(path: Path, columns: Columns, layout: FormatPart) -> Iterator[Row]:
    """Yield the rows of a file; BadMapping when the file or its header does not fit."""
    if not path.is_file():
        raise BadMapping(f"{path.name} is not in {path.parent}; name it in the mapping file")
    if path.stat().st_size > MAX_BYTES:
        raise BadMapping(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB; split it")
    encoding = "utf-8-sig" if layout.encoding.lower() in ("utf-8", "utf8") else layout.encoding
    try:
        text = path.read_text(encoding=encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadMapping(
            f"{path.name} is not {layout.encoding} text ({error}); "
            "set format.encoding in the mapping"
        ) from error
    reader = csv.reader(StringIO(text, newline=""), delimiter=layout.delimiter)
    header = [cell.strip() for cell in next(reader, list[str]())]
    if missing := [name for name in columns.values() if name not in header]:
        raise BadMapping(
            f"{path.name} has no column {missing[0]!r}; its columns are {', '.join(header)}"
        )
    at = {field: header.index(name) for field, name in columns.items()}
    line = reader.line_num + 1
    for cells in reader:
        starts, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        values = {field: cells[i].strip() for field, i in at.items() if i < len(cells)}
        yield Row(starts, tuple(cells), values, len(header))
