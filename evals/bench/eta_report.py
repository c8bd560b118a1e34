"""The figures of a run of the leg benchmark: for machines, and one row a leg for anyone to redo."""

import platform
import sys
from pathlib import Path

import numpy as np

from core.eta.learned.leg_model import BUCKETS, bucket_of
from core.eta.learned.records import LONGEST_S, SHORTEST_S
from core.eta.learned.tables import write_table
from core.eta.learned.trees import version
from evals.bench.allocation import processor
from evals.bench.eta import Outcome, Tested
from evals.bench.eta_scores import (
    Floats,
    interval_score_s,
    mae_s,
    point_scores,
    tails,
    tails_by,
)

BESIDE = ("constant_speed", "zone_pair_hour", "linear")
MOST_RATIO = {"constant_speed": 0.73, "zone_pair_hour": 0.92, "linear": 0.90}
INSIDE, OUTSIDE, OFF = 0.80, 0.10, 0.015
MOST_SCORE_RATIO, MOST_PLAN_MS = 0.88, 10.0
TARGETS: dict[str, object] = {
    "mae_ratio at most": MOST_RATIO,
    "coverage": f"{INSIDE} within {OFF}",
    "each tail": f"{OUTSIDE} within {OFF}",
    "interval_score_ratio at most": MOST_SCORE_RATIO,
    "plan_of_400_ms under": MOST_PLAN_MS,
}
DIGITS = 5


def as_json(outcome: Outcome) -> dict[str, object]:
    """Return every figure, with where and on what it was measured."""
    tested = outcome.tested
    kept = tested.scored
    driven, forecast = tested.driven.take(kept), tested.forecast.take(kept)
    actual = driven.seconds.astype(np.float64)
    low, mid, high = forecast.seconds()
    raw_low, _, raw_high = tested.raw.take(kept).seconds()
    ours = mae_s(mid, actual)
    beside = {name: point(tested, name)[kept] for name in (*BESIDE, "constant_speed_driven")}
    ratios = {name: round(ours / mae_s(p, actual), DIGITS) for name, p in beside.items()}
    score, plain = interval_score_s(low, high, actual), plain_score_s(tested)
    buckets = bucket_of(tested.raw.take(kept))
    first, last = int(driven.asked.day.min()), int(driven.asked.day.max())
    return {
        "file": {
            "sha256": outcome.file.digest,
            "rows": outcome.file.rows,
            "no_leg": outcome.file.left_out,
            "stray_dates": outcome.stray,
            "not_scored": f"under {SHORTEST_S} s or over {LONGEST_S} s",
        },
        "train_until": str(outcome.dates.train_until),
        "calibrate_until": str(outcome.dates.calibrate_until),
        "test_from": str(np.datetime64(first, "D")),
        "test_to": str(np.datetime64(last, "D")),
        "legs": {
            "trained": outcome.trained_on,
            "calibrated": outcome.calibrated_on,
            "test": len(tested.row),
            "scored": int(kept.sum()),
        },
        "stage": outcome.model.stage.value,
        "mae_ratio": {name: ratios[name] for name in BESIDE},
        "mae_ratio_knowing_the_driven_distance": ratios["constant_speed_driven"],
        "mae_ratio_formula": round(ours / mae_s(tested.formula_s[kept], actual), DIGITS),
        **tails(low, high, actual),
        "before_calibration": tails(raw_low, raw_high, actual),
        "interval_score_ratio": round(score / plain, DIGITS),
        "interval_score_s": round(score, 2),
        "point": point_scores(mid, actual),
        "baselines": {n: point_scores(p, actual) for n, p in beside.items()},
        "formula": point_scores(tested.formula_s[kept], actual),
        "by_length": tails_by(buckets, dict(enumerate(BUCKETS)), low, high, actual),
        "by_hour": tails_by(
            driven.asked.hour, {h: f"{h:02d}" for h in range(24)}, low, high, actual
        ),
        "by_week": tails_by(
            (driven.asked.day - first) // 7,
            {w: f"week {w + 1}" for w in range((last - first) // 7 + 1)},
            low,
            high,
            actual,
        ),
        "history": {
            str(h.days): {
                "stage": h.stage,
                "legs": h.legs,
                "mae_s": round(h.mae_s, 2),
                "ratio_to_formula": round(h.ratio, DIGITS),
            }
            for h in outcome.histories
        },
        "plan_of_400_ms": round(outcome.plan_ms, 2),
        "train_cpu_s": round(outcome.train_seconds, 1),
        "same_bytes": outcome.same_bytes,
        "targets": TARGETS,
        "missed": missed(outcome),
        "machine": f"{platform.system()} {platform.machine()}, {processor()}",
        "python": sys.version.split()[0],
        "xgboost": version(),
    }


def point(tested: Tested, name: str) -> Floats:
    """Return the seconds that a baseline gives each leg."""
    found: Floats = getattr(tested.beside, name)
    return found


def plain_score_s(tested: Tested) -> float:
    """Return the interval score of our own point with a constant on each side."""
    kept = tested.scored
    mid = np.exp(tested.forecast.mid[kept])
    less, more = tested.interval_s
    actual = tested.driven.seconds[kept].astype(np.float64)
    return interval_score_s(mid - less, mid + more, actual)


def missed(outcome: Outcome) -> list[str]:
    """Return the targets that this run does not reach."""
    tested = outcome.tested
    kept = tested.scored
    actual = tested.driven.seconds[kept].astype(np.float64)
    low, mid, high = tested.forecast.take(kept).seconds()
    ours, shares = mae_s(mid, actual), tails(low, high, actual)
    score_ratio = interval_score_s(low, high, actual) / plain_score_s(tested)
    held = {
        **{
            f"mae_ratio {n}": ours <= most * mae_s(point(tested, n)[kept], actual)
            for n, most in MOST_RATIO.items()
        },
        "coverage": abs(shares["coverage"] - INSIDE) <= OFF,
        "tail_below": abs(shares["tail_below"] - OUTSIDE) <= OFF,
        "tail_above": abs(shares["tail_above"] - OUTSIDE) <= OFF,
        "interval_score_ratio": score_ratio <= MOST_SCORE_RATIO,
        "plan_of_400_ms": outcome.plan_ms < MOST_PLAN_MS,
        "same_bytes": outcome.same_bytes,
        **{f"history of {h.days} days": h.ratio <= 1 for h in outcome.histories},
    }
    return [name for name, good in held.items() if not good]


def write_rows(outcome: Outcome, path: Path) -> None:
    """Write one row for each leg of the test range, with every forecast of it, in seconds."""
    tested = outcome.tested
    low, mid, high = tested.forecast.seconds()
    asked = tested.driven.asked
    less, more = tested.interval_s
    write_table(
        path,
        {
            "row": tested.row,
            "started_at": asked.start_s.astype("datetime64[s]"),
            "from_zone": asked.from_zone,
            "to_zone": asked.to_zone,
            "actual_s": tested.driven.seconds,
            "scored": tested.scored,
            "formula_s": tested.formula_s,
            "p10_s": low,
            "p50_s": mid,
            "p90_s": high,
            "plain_low_s": mid - less,
            "plain_high_s": mid + more,
            **{n: point(tested, n) for n in (*BESIDE, "constant_speed_driven")},
        },
    )
