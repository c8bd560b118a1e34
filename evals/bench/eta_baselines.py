"""What legs are forecast with where nobody trains a model, from the same earlier days."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.eta.learned.records import DAY_S, Driven

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.bool_]

# Legs of its hour that a pair of zones needs until half of their mean is believed; the best of
# 0, 3, 5 and 10 when this was written.
HOUR_BELIEVED_AT = 5.0
RIDGE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Baselines:
    """Seconds for each leg, by what each forecast knows."""

    constant_speed: Floats
    """The learned distance at the speed with the least absolute error on the training legs."""
    zone_pair_hour: Floats
    """Mean of the pair at that hour on earlier days, shrunk to that of the pair."""
    linear: Floats
    """Least squares over distance, pair mean and week hour: of seconds or of logs, the better."""
    constant_speed_driven: Floats
    """As the first, with the distance truly driven where believable; nobody knows it before."""


def baselines(driven: Driven, metres: Floats, train: Rows, test: Rows) -> Baselines:
    """Return the baselines of all legs; fitted on `train`, the better linear one by `test`."""
    actual = driven.seconds.astype(np.float64)
    known = train & ~np.isnan(metres)
    far = np.where(np.isnan(metres), np.nanmedian(metres), metres)
    pair, pair_hour = pair_means(driven)
    speed = far * best_pace(far[known], actual[known])
    believed = driven.measured & train
    # Where nobody measured what was driven, the learned distance is all there is.
    of, by = (driven.metres, believed) if believed.any() else (far, known)
    pace = best_pace(of[by], actual[by])
    return Baselines(
        speed,
        pair_hour,
        _linear(driven, far, pair, known, test),
        np.where(driven.measured, driven.metres, far) * pace,
    )


def best_pace(metres: Floats, seconds: Floats) -> float:
    """Return the seconds per metre with the least absolute error: a weighted median."""
    pace = seconds / metres
    order = np.argsort(pace, kind="stable")
    weight = np.cumsum(metres[order])
    return float(pace[order][np.searchsorted(weight, weight[-1] / 2)])


def pair_means(driven: Driven) -> tuple[Floats, Floats]:
    """Return the mean seconds of each leg's pair, and of its pair and hour, on earlier days."""
    asked, seconds = driven.asked, driven.seconds.astype(np.float64)
    _, pair = np.unique(np.stack([asked.from_zone, asked.to_zone]), axis=1, return_inverse=True)
    pair = pair.reshape(-1).astype(np.int64)
    pair_hour = pair * 24 + asked.hour
    usable = np.flatnonzero(driven.plausible)
    by_end = usable[np.argsort(driven.finish_s[usable], kind="stable")]
    ends = driven.finish_s[by_end]
    pairs, means, hour_means = int(pair.max(initial=0)) + 1, seconds.copy(), seconds.copy()
    for day in np.unique(asked.day):
        rows = np.flatnonzero(asked.day == day)
        past = by_end[: np.searchsorted(ends, day * DAY_S)]
        overall = float(seconds[past].mean()) if len(past) else np.nan
        count = np.bincount(pair[past], minlength=pairs)
        total = np.bincount(pair[past], seconds[past], pairs)
        mean = np.where(count > 0, total / np.maximum(count, 1), overall)
        of_hour = np.bincount(pair_hour[past], minlength=pairs * 24)
        hour_total = np.bincount(pair_hour[past], seconds[past], pairs * 24)
        means[rows] = mean[pair[rows]]
        prior = HOUR_BELIEVED_AT * mean[pair[rows]]
        hour_means[rows] = (hour_total[pair_hour[rows]] + prior) / (
            of_hour[pair_hour[rows]] + HOUR_BELIEVED_AT
        )
    return means, hour_means


def _linear(driven: Driven, metres: Floats, pair: Floats, train: Rows, test: Rows) -> Floats:
    asked, seconds = driven.asked, driven.seconds.astype(np.float64)
    week_hour = np.where(asked.weekday >= 5, 24, 0) + asked.hour
    pair = np.where(np.isnan(pair), np.nanmedian(pair), pair)
    hours = np.eye(48)[week_hour]
    same = (asked.from_zone == asked.to_zone).astype(np.float64)
    columns = [metres / 1000, np.log(metres), pair / 60, np.log(pair), same]
    matrix = np.column_stack([*columns, hours])
    plain = matrix @ _least_squares(matrix[train], seconds[train])
    logs = np.exp(matrix @ _least_squares(matrix[train], np.log(seconds[train])))
    errors = [float(np.abs(p - seconds)[test].mean()) for p in (plain, logs)]
    return plain if errors[0] <= errors[1] else logs


def _least_squares(matrix: Floats, target: Floats) -> Floats:
    normal = matrix.T @ matrix + RIDGE * np.eye(matrix.shape[1])
    return np.asarray(np.linalg.solve(normal, matrix.T @ target), dtype=np.float64)
