"""The figures of the progress benchmark, computed from its rows and from nothing else."""

import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.eta.doors.model import KNOWN_AT
from core.eta.learned.tables import write_table
from core.eta.underway.by_route import AHEAD, ahead_of
from evals.bench.allocation import processor
from evals.bench.eta_scores import interval_score_s, mae_s, point_scores, tails
from evals.bench.progress import CALIBRATE_DAYS, LEARN_DAYS, TEST_DAYS, Outcome
from evals.bench.progress_rows import HORIZONS_MIN, Columns

RATIO_AFTER, RATIO_AHEAD = (10, 25, 50), (10, 30)
MOST_RATIO = 0.75
INSIDE, INSIDE_OFF = 0.80, 0.03
LEAST_KEPT = 0.90
MOST_WIDTH_MIN = {"morning": 120.0, "hour": 60.0}
MOST_MESSAGES = 0.3
MOST_PATHS_MS = 50.0
TARGETS: dict[str, object] = {
    "mae_ratio pace to shifted, at most": MOST_RATIO,
    "coverage of each bucket": f"{INSIDE} within {INSIDE_OFF}",
    "windows kept, at least": LEAST_KEPT,
    "mean width in minutes, at most": MOST_WIDTH_MIN,
    "changed messages per order, at most": MOST_MESSAGES,
    "paths of a fleet, CPU ms, under": MOST_PATHS_MS,
}
DIGITS = 5
FORECASTS = {"static": "static_s", "shifted": "shifted_s", "pace": "p50_s"}


def as_json(outcome: Outcome) -> dict[str, object]:
    """Return every figure, with on what it was measured."""
    rows = outcome.snapshots
    plain, learned = (_part(rows, rows["learned_doors"] == one) for one in (0, 1))
    report: dict[str, Any] = {
        "seeds": outcome.seeds,
        "stops": outcome.stops,
        "days": {"learned": LEARN_DAYS, "calibrated": CALIBRATE_DAYS, "tested": TEST_DAYS},
        "routes": {"calibrated_on": outcome.calibrated_on, "tested": _routes(rows)},
        "ahead_10_to_30": _ahead(plain),
        "by_seed": _by_seed(plain),
        "by_bucket": _by_bucket(plain),
        "on_learned_doors": {
            "ahead_10_to_30": {
                **_ahead(learned),
                "mae_ratio_to_shifted_plan": _to_plan(learned, plain),
            },
            "by_bucket": _by_bucket(learned),
        },
        "services": _services(outcome.services),
        "horizons": {str(m): _horizon(outcome.horizons, m) for m in HORIZONS_MIN},
        "windows": _windows(outcome.windows),
        "whole_route_risk": outcome.paths.as_json(),
        "targets": TARGETS,
    }
    report["missed"] = missed(report)
    report["machine"] = f"{platform.system()} {platform.machine()}, {processor()}"
    report["python"] = sys.version.split()[0]
    return report


def missed(report: dict[str, Any]) -> list[str]:
    """Return the targets that a run does not reach."""
    said = report["windows"]
    held = {
        "mae_ratio": report["ahead_10_to_30"]["mae_ratio"] <= MOST_RATIO,
        **{
            f"coverage {name}": abs(one["coverage"] - INSIDE) <= INSIDE_OFF
            for name, one in report["by_bucket"].items()
        },
        **{
            f"coverage {name} on learned doors": abs(one["coverage"] - INSIDE) <= INSIDE_OFF
            for name, one in report["on_learned_doors"]["by_bucket"].items()
        },
        **{f"kept {name}": said[name]["kept"] >= LEAST_KEPT for name in ("told", "hour")},
        **{f"width {n}": said[n]["width_min"] <= most for n, most in MOST_WIDTH_MIN.items()},
        "messages": said["messages_per_order"] <= MOST_MESSAGES,
        "paths_ms": report["whole_route_risk"]["p50_cpu_ms"] < MOST_PATHS_MS,
        "paths_same_again": bool(report["whole_route_risk"]["same_again"]),
    }
    return [name for name, good in held.items() if not good]


def write_rows(outcome: Outcome, path: Path) -> None:
    """Write the rows beside a file of figures: snapshots, horizons, windows and services."""
    write_table(path.with_suffix(".parquet"), outcome.snapshots)
    write_table(path.with_suffix(".horizons.parquet"), outcome.horizons)
    write_table(path.with_suffix(".windows.parquet"), outcome.windows)
    write_table(path.with_suffix(".services.parquet"), outcome.services)


def _routes(rows: Columns) -> int:
    return len(np.unique(np.column_stack([rows["seed"], rows["route"]]), axis=0))


def _part(rows: Columns, kept: NDArray[np.bool_]) -> Columns:
    return {name: column[kept] for name, column in rows.items()}


def _to_plan(learned: Columns, plain: Columns) -> float:
    """Return the error on learned doors with pace to that of the depot's plan, shifted."""
    ours, theirs = _compared(learned), _compared(plain)
    error = mae_s(learned["p50_s"][ours], learned["actual_s"][ours])
    return round(error / mae_s(plain["shifted_s"][theirs], plain["actual_s"][theirs]), DIGITS)


def _services(rows: Columns) -> dict[str, object]:
    actual = rows["actual_s"]
    errors = {n: mae_s(rows[f"{n}_s"], actual) for n in ("p50", "formula", "by_parcels")}
    return {
        "rows": len(actual),
        **{f"{name}_mae_s": round(value, 2) for name, value in errors.items()},
        "mae_ratio": {
            n: round(errors["p50"] / errors[n], DIGITS) for n in ("formula", "by_parcels")
        },
        **tails(rows["p10_s"], rows["p90_s"], actual),
        "new_doors": tails(
            *(rows[c][rows["door_seen"] < KNOWN_AT] for c in ("p10_s", "p90_s", "actual_s"))
        ),
    }


def _compared(rows: Columns) -> NDArray[np.bool_]:
    low, high = RATIO_AHEAD
    return np.isin(rows["done"], RATIO_AFTER) & (rows["ahead"] >= low) & (rows["ahead"] <= high)


def _ahead(rows: Columns) -> dict[str, object]:
    kept = _compared(rows)
    actual = rows["actual_s"][kept]
    errors = {name: mae_s(rows[column][kept], actual) for name, column in FORECASTS.items()}
    return {
        "rows": int(kept.sum()),
        "mae_s": {name: round(value, 2) for name, value in errors.items()},
        "mae_ratio": round(errors["pace"] / errors["shifted"], DIGITS),
        "mae_ratio_static": round(errors["pace"] / errors["static"], DIGITS),
        "mae_ratio_before_calibration": round(
            mae_s(rows["pace_s"][kept], actual) / errors["shifted"], DIGITS
        ),
        "by_stops_behind": {
            str(done): round(
                mae_s(rows["p50_s"][part], rows["actual_s"][part])
                / mae_s(rows["shifted_s"][part], rows["actual_s"][part]),
                DIGITS,
            )
            for done in RATIO_AFTER
            if (part := kept & (rows["done"] == done)).any()
        },
    }


def _by_seed(rows: Columns) -> dict[str, object]:
    found: dict[str, object] = {}
    for seed in np.unique(rows["seed"]):
        part = _compared(rows) & (rows["seed"] == seed)
        actual = rows["actual_s"][part]
        errors = {name: mae_s(rows[c][part], actual) for name, c in FORECASTS.items()}
        found[str(seed)] = {
            **{f"{name}_mae_s": round(value, 1) for name, value in errors.items()},
            "mae_ratio": round(errors["pace"] / errors["shifted"], DIGITS),
        }
    return found


def _by_bucket(rows: Columns) -> dict[str, dict[str, object]]:
    bucket = ahead_of(rows["ahead"])
    found: dict[str, dict[str, object]] = {}
    for number, name in enumerate(AHEAD):
        part = bucket == number
        if not part.any():
            continue
        actual, low, high = (rows[c][part] for c in ("actual_s", "p10_s", "p90_s"))
        behind = {"morning": rows["done"][part] == 0, "under way": rows["done"][part] > 0}
        found[name] = {
            "rows": int(part.sum()),
            **tails(low, high, actual),
            "interval_score_s": round(interval_score_s(low, high, actual), 1),
            "mae_s": {n: round(mae_s(rows[c][part], actual), 1) for n, c in FORECASTS.items()},
            **{
                n: tails(low[some], high[some], actual[some])
                for n, some in behind.items()
                if some.any()
            },
        }
    return found


def _horizon(rows: Columns, minutes: int) -> dict[str, object]:
    """Return the errors of what was said so many minutes before; MAPE is of those minutes."""
    part = rows["horizon_min"] == minutes
    if not part.any():
        return {"rows": 0}
    asked, actual = rows["asked_s"][part], rows["actual_s"][part]
    columns = {
        "refreshed": "p50_s",
        "stale": "stale_s",
        "shifted": "shifted_s",
        "static": "static_s",
    }
    errors = {n: mae_s(rows[c][part], actual) for n, c in columns.items()}
    return {
        "rows": int(part.sum()),
        **{n: point_scores(rows[c][part] - asked, actual - asked) for n, c in columns.items()},
        "mae_ratio_refreshed_to_stale": round(errors["refreshed"] / errors["stale"], DIGITS),
        **tails(rows["p10_s"][part], rows["p90_s"][part], actual),
    }


def _windows(rows: Columns) -> dict[str, object]:
    actual = rows["actual_s"]
    found: dict[str, object] = {"orders": len(actual)}
    for name in ("morning", "hour", "told"):
        opens, closes = rows[f"{name}_opens_s"], rows[f"{name}_closes_s"]
        known = ~np.isnan(opens)
        inside = (opens <= actual) & (actual <= closes)
        found[name] = {
            "orders": int(known.sum()),
            "kept": round(float(inside[known].mean()), DIGITS),
            "width_min": round(float((closes - opens)[known].mean()) / 60, 2),
        }
    found["messages_per_order"] = round(float(rows["messages"].mean()), DIGITS)
    found["orders_told_again"] = round(float((rows["messages"] > 0).mean()), DIGITS)
    return found
