"""The public files of a data folder, with the best that is known of each."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import Refused
from core.routing.public.instance import Instance
from core.routing.public.judge import Verdict
from core.routing.public.read import Format, read

UP_TO, ABOVE = "up to 501", "above 600"
LONG = "GH type 2, up to 501"


@dataclass(frozen=True, slots=True)
class Best:
    """The best known of a file, in the scale of its instance."""

    cost: float
    vehicles: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One file with what is known of it."""

    path: Path
    form: Format
    family: str
    best: Best

    @property
    def name(self) -> str:
        return self.path.name

    def load(self) -> Instance:
        return read(self.path, self.form)

    def groups(self, customers: int) -> tuple[str, ...]:
        """Return the names under which a file of that size is counted."""
        if self.family not in ("ortec", "gehring_homberger"):
            return (self.family,)
        size = UP_TO if customers <= 501 else ABOVE
        long = self.family == "gehring_homberger" and self.name[:3].rstrip("_")[-1] == "2"
        return (size, LONG) if long and size == UP_TO else (size,)

    def gap_pct(self, verdict: Verdict) -> float | None:
        """Return how far a plan is above the best known; None where it is no match for it.

        That is a plan that breaks a rule, or has more vehicles where they come first.
        """
        if verdict.problem is not None:
            return None
        if self.best.vehicles is not None and verdict.vehicles > self.best.vehicles:
            return None
        return 100.0 * (verdict.cost / self.best.cost - 1.0)


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds, and what was looked for in vain."""

    cases: tuple[Case, ...]
    missing: tuple[str, ...]


_TABLES: tuple[tuple[str, Format, str, float], ...] = (
    ("ortec", "ortec", "driving_seconds", 1),
    ("gehring_homberger", "solomon", "distance_truncated_0.1", 10),
    ("solomon", "solomon", "distance_truncated_0.1", 10),
    ("li_lim", "lilim", "distance", 1),
)
_SOLVED = ("multi_trip", "prizes")


def cases(data: Path, families: Sequence[str], wanted: Sequence[str] = ()) -> Found:
    """Return the files of some families, those with one of `wanted` in their name; all by default.

    Refuses a family that there is none of. A folder or file that is not there is said, not refused.
    """
    known = (*(t[0] for t in _TABLES), *_SOLVED)
    for family in families:
        if family not in known:
            raise Refused(f"there is no family {family!r}; there are {', '.join(known)}")
    found: list[Case] = []
    missing: list[str] = []
    for family, form, column, scale in _TABLES:
        if family in families:
            _listed(data / family, family, form, column, scale, found, missing)
    for family in _SOLVED:
        if family in families:
            _solved(data / family, family, found, missing)
    kept = [c for c in found if not wanted or any(w in c.name for w in wanted)]
    return Found(tuple(kept), tuple(missing))


def _listed(
    folder: Path,
    family: str,
    form: Format,
    column: str,
    scale: float,
    found: list[Case],
    missing: list[str],
) -> None:
    table = folder / "best_known.csv"
    if not table.is_file():
        missing.append(f"{family}: no best_known.csv in {folder}")
        return
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        path = folder / row["instance"]
        path = path if path.suffix else path.with_suffix(".txt")
        if not path.is_file():
            missing.append(f"{family}: no file {path.name}")
            continue
        vehicles = int(row["vehicles"]) if row.get("vehicles") else None
        best = Best(round(float(row[column]) * scale, 2), vehicles)
        found.append(Case(path, form, family, best))


def _solved(folder: Path, family: str, found: list[Case], missing: list[str]) -> None:
    """Take files that have their best known solution beside them."""
    files = sorted(folder.glob("*.vrp"))
    if not files:
        missing.append(f"{family}: no files in {folder}")
    for path in files:
        solution = path.with_suffix(".sol")
        lines = solution.read_text(encoding="utf-8").splitlines() if solution.is_file() else []
        costs = [line.split()[-1] for line in lines if line.lower().startswith("cost")]
        if not costs:
            missing.append(f"{family}: no solution beside {path.name}")
            continue
        found.append(Case(path, "vrplib", family, Best(float(costs[0].rstrip(":")))))
