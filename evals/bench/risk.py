"""Chances of failed attempts beside what a desk would look up: trained and tested in time."""

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused
from core.eta.learned.attempt_history import (
    FEATURES,
    cell_history,
    customer_history,
    features,
)
from core.eta.learned.attempt_risk import EMPTY_DAYS, at_level, train
from core.eta.learned.attempts import AttemptFile, read_attempts
from core.eta.learned.tables import write_table
from core.eta.learned.trees import version
from evals.bench.allocation import processor
from evals.bench.risk_scores import Floats, ece, ece_by_width, pr_auc

Tell = Callable[[str], None]
# What the source's flag means is nowhere written; figures without it stand beside.
UNEXPLAINED = "auto"
LEAST_BASE, LEAST_HISTORY, MOST_ECE = 5.5, 1.10, 0.008
DIGITS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What one run measured; every column has one entry for each attempt of the test range."""

    file: AttemptFile
    train_until: date
    test_from: date
    trained_on: int
    row: NDArray[np.int64]
    day: NDArray[np.int64]
    failed: NDArray[np.bool_]
    chance: Floats
    without_auto: Floats
    customer: Floats
    cell: Floats

    @property
    def base(self) -> float:
        return float(self.failed.mean())

    def pr_auc(self, chance: Floats) -> float:
        return pr_auc(self.failed, chance)


def run(
    path: Path,
    train_until: date,
    test_from: date,
    *,
    seed: int = 1,
    tell: Tell = lambda _: None,
) -> Outcome:
    """Measure one file; the same file, dates and seed give the same chances."""
    if test_from < train_until:
        raise Refused(f"tests begin on {test_from}, before training ends on {train_until}")
    tell(f"reading {path.name}")
    file = read_attempts(path)
    attempts = file.attempts
    day = attempts.visits.day
    until, begin = _days(train_until), _days(test_from)
    first = int(day.min(initial=0)) + EMPTY_DAYS
    taught, test = (day >= first) & (day < until), day >= begin
    if not attempts.failed[taught].any() or not attempts.failed[test].any():
        what = "test on" if attempts.failed[taught].any() else "train on"
        raise Refused(f"{path.name} has no failed attempt to {what}, by these dates")
    tell(f"features of {len(attempts)} attempts")
    matrix = features(attempts)
    chances: list[Floats] = []
    for names in (tuple(FEATURES), tuple(n for n in FEATURES if n != UNEXPLAINED)):
        tell(f"training on {int(taught.sum())} attempts, {len(names)} features")
        risk = train(matrix[taught], attempts.failed[taught], seed=seed, names=names)
        moved = at_level(day, risk.chances(matrix), attempts.failed)
        chances.append(moved[test])
    return Outcome(
        file,
        train_until,
        test_from,
        int(taught.sum()),
        file.row[test],
        day[test],
        attempts.failed[test],
        chances[0],
        chances[1],
        customer_history(attempts)[test],
        cell_history(attempts)[test],
    )


def as_json(outcome: Outcome) -> dict[str, object]:
    """Return every figure, with where and on what it was measured."""
    ours, base = outcome.pr_auc(outcome.chance), outcome.base
    customer, cell = outcome.pr_auc(outcome.customer), outcome.pr_auc(outcome.cell)
    plain = outcome.pr_auc(outcome.without_auto)
    return {
        "file": {
            "sha256": outcome.file.digest,
            "rows": outcome.file.rows,
            "no_attempt": outcome.file.left_out,
        },
        "train_until": str(outcome.train_until),
        "test_from": str(np.datetime64(int(outcome.day.min()), "D")),
        "test_to": str(np.datetime64(int(outcome.day.max()), "D")),
        "attempts": {"trained": outcome.trained_on, "test": len(outcome.failed)},
        "base_rate": round(base, DIGITS),
        "pr_auc": round(ours, DIGITS),
        "pr_auc_to_base_rate": round(ours / base, DIGITS),
        "pr_auc_to_customer_history": round(ours / customer, DIGITS),
        "pr_auc_to_cell_history": round(ours / cell, DIGITS),
        "expected_calibration_error": round(ece(outcome.failed, outcome.chance), DIGITS),
        "expected_calibration_error_by_width": round(
            ece_by_width(outcome.failed, outcome.chance), DIGITS
        ),
        "baselines": {
            "customer_history": {
                "pr_auc": round(customer, DIGITS),
                "expected_calibration_error": round(ece(outcome.failed, outcome.customer), DIGITS),
            },
            "cell_history": {
                "pr_auc": round(cell, DIGITS),
                "expected_calibration_error": round(ece(outcome.failed, outcome.cell), DIGITS),
            },
        },
        "without_auto": {
            "pr_auc": round(plain, DIGITS),
            "pr_auc_to_base_rate": round(plain / base, DIGITS),
            "pr_auc_to_customer_history": round(plain / customer, DIGITS),
            "expected_calibration_error": round(ece(outcome.failed, outcome.without_auto), DIGITS),
        },
        "targets": {
            "pr_auc_to_base_rate at least": LEAST_BASE,
            "pr_auc_to_customer_history at least": LEAST_HISTORY,
            "expected_calibration_error at most": MOST_ECE,
        },
        "missed": missed(outcome),
        "machine": f"{platform.system()} {platform.machine()}, {processor()}",
        "python": sys.version.split()[0],
        "xgboost": version(),
    }


def missed(outcome: Outcome) -> list[str]:
    """Return the targets that this run does not reach."""
    ours = outcome.pr_auc(outcome.chance)
    held = {
        "pr_auc_to_base_rate": ours >= LEAST_BASE * outcome.base,
        "pr_auc_to_customer_history": ours >= LEAST_HISTORY * outcome.pr_auc(outcome.customer),
        "expected_calibration_error": ece(outcome.failed, outcome.chance) <= MOST_ECE,
    }
    return [name for name, good in held.items() if not good]


def write_rows(outcome: Outcome, path: Path) -> None:
    """Write one row for each attempt of the test range, with every chance of it."""
    write_table(
        path,
        {
            "row": outcome.row,
            "date": outcome.day.astype("datetime64[D]"),
            "redelivered": outcome.failed,
            "chance": outcome.chance,
            "chance_without_auto": outcome.without_auto,
            "customer_history": outcome.customer,
            "cell_history": outcome.cell,
        },
    )


def _days(day: date) -> int:
    return (day - date(1970, 1, 1)).days
