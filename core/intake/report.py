"""What came of an import: counts, and every problem with file, line, field and reason."""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    WARNING = "warning"
    """Imported, but somebody should look."""
    NEEDS_ADDRESS = "needs address"
    """Imported, not plannable until located."""
    SKIP = "skip"
    """Said before, word for word."""
    ERROR = "error"
    """Not imported."""


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    line: int
    """The header is line 1; a record over several lines counts from its first."""
    field: str
    outcome: Outcome
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.field} ({self.outcome}): {self.reason}"


@dataclass(slots=True)
class Problems:
    """Collects the problems of one file while its rows are read."""

    file: str
    found: list[Problem] = field(default_factory=list[Problem])

    def add(self, line: int, field_name: str, outcome: Outcome, reason: str) -> None:
        self.found.append(Problem(self.file, line, field_name, outcome, reason))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Counts of what went in, or would have on a dry run, and what there is to mend."""

    day_id: str
    dry_run: bool
    imported: dict[str, int]
    problems: tuple[Problem, ...]

    def sentence(self) -> str:
        """Return what a person is told at the end."""
        counts = ", ".join(f"{n} {what}" for what, n in self.imported.items()) or "nothing new"
        return f"{'would import' if self.dry_run else 'imported'} {counts}; {self.day_id}"

    def as_json(self) -> dict[str, object]:
        """Return the shape that `tenfour import --json` writes."""
        return {
            "day": self.day_id,
            "dry_run": self.dry_run,
            "imported": dict(self.imported),
            "problems": [
                {
                    "file": p.file,
                    "line": p.line,
                    "field": p.field,
                    "outcome": p.outcome.value,
                    "reason": p.reason,
                }
                for p in self.problems
            ],
        }
