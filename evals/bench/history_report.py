"""Figures of models that were trained on a ledger's days, each computed from its rows."""

import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.eta.attempts.model import log_loss
from core.eta.learned.tables import write_table
from evals.bench.allocation import processor
from evals.bench.history import KINDS, Floats, Tested
from evals.bench.risk_scores import pr_auc

DIGITS = 4


def as_json(found: Sequence[Tested]) -> dict[str, Any]:
    """Return every town's figures, and for each length of history those of all towns together."""
    towns = [{"seed": t.seed, **_figures([t])} for t in found]
    lengths = sorted({t.days for t in found})
    pooled = [
        _figures([t for t in found if (t.days, t.kind) == (days, kind)])
        for days in lengths
        for kind in KINDS
    ]
    return {
        "towns": towns,
        "pooled": pooled,
        "missed": missed(towns),
        "machine": f"{platform.system()} {platform.machine()}, {processor()}",
        "python": sys.version.split()[0],
    }


def missed(towns: Sequence[dict[str, Any]]) -> list[str]:
    """Return where a model of legs or services did worse than the formula, town by town."""
    return [
        f"{t['kind']}s of town {t['seed']} after {t['days']} days: {t['ratio']}"
        for t in towns
        if t["kind"] != "attempt" and t["ratio"] > 1
    ]


def _figures(of: Sequence[Tested]) -> dict[str, Any]:
    """Return the error of the model to that of the formula, or to everybody's rate."""
    first = of[0]
    took, plain, said = (
        np.concatenate([getattr(t, name) for t in of]) for name in ("took", "plain", "said")
    )
    ours, theirs = (_error(first.kind, took, by) for by in (said, plain))
    figures: dict[str, Any] = {
        "days": first.days,
        "kind": first.kind,
        "stages": sorted({t.stage for t in of}),
        "rows": len(took),
        "error": round(ours, DIGITS),
        "plain_error": round(theirs, DIGITS),
        "ratio": round(ours / theirs, DIGITS),
    }
    if first.kind == "attempt":
        figures |= {
            "failed": int(took.sum()),
            "expected": round(float(said.sum()), 1),
            "pr_auc_to_base_rate": _to_base_rate(took, said),
        }
    return figures


def _error(kind: str, took: Floats, said: Floats) -> float:
    """Return the mean absolute error in seconds; of chances the log loss."""
    if kind == "attempt":
        return log_loss(said, took == 1)
    return float(np.abs(said - took).mean())


def _to_base_rate(took: Floats, said: Floats) -> float | None:
    failed = took == 1
    return round(pr_auc(failed, said) / float(failed.mean()), DIGITS) if failed.any() else None


def write_rows(found: Sequence[Tested], path: Path) -> None:
    """Write every leg, service and attempt that was tested, with what was said of it."""
    sizes = [len(t.took) for t in found]
    columns: dict[str, Any] = {
        name: np.repeat([getattr(t, name) for t in found], sizes)
        for name in ("seed", "days", "kind", "stage")
    }
    for name in ("day", "took", "plain", "said"):
        columns[name] = np.concatenate([getattr(t, name) for t in found])
    columns["day"] = columns["day"].astype("datetime64[D]")
    write_table(path.with_suffix(".parquet"), columns)
