"""One row for every forecast of a test route: anybody can compute baselines and ratios again.

Instants are seconds of the route's own day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.eta.underway.by_route import LEVELS
from core.eta.underway.outlook import static
from core.eta.underway.route import Floats, Ints, RouteRun
from core.eta.underway.windows import Windows, renewed, windows

Columns = dict[str, NDArray[Any]]

HORIZONS_MIN = (240, 60, 15)
HOUR_S = 3_600.0
DAY_S = 86_400.0
P10, P50, P90 = (LEVELS.index(level) for level in (0.1, 0.5, 0.9))


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A route that was asked again: expected arrivals, their quantiles, the plan shifted."""

    run: RouteRun
    said: Mapping[int, tuple[Floats, Floats, Floats]]
    """By how many stops were behind."""


def snapshot_rows(one: Followed, done: int, of: Mapping[str, int]) -> Columns:
    """Return a row for every stop ahead, as forecast when `done` stops were behind."""
    run = one.run
    midnight, stops = run.day * DAY_S, len(run.plan)
    expected, quantiles, moved = one.said[done]
    rows = stops - done
    return {
        **_same(of, rows),
        "done": np.full(rows, done),
        "ahead": np.arange(1, rows + 1),
        "actual_s": run.arrive_s[done:] - midnight,
        "static_s": static(run.plan, done) - midnight,
        "shifted_s": moved - midnight,
        "pace_s": expected - midnight,
        **_three(quantiles, midnight),
    }


def horizon_rows(one: Followed, of: Mapping[str, int]) -> Columns:
    """Return a row for each stop and horizon: what was said so long before the arrival.

    What was known then is all stops that had been left; nobody arrives before the asking.
    """
    run = one.run
    midnight = run.day * DAY_S
    left = np.concatenate([[run.departed_s], run.leave_s])
    first = one.said[0][1]
    parts: list[Columns] = []
    for minutes in HORIZONS_MIN:
        asked = run.arrive_s - 60.0 * minutes
        stop = np.flatnonzero(asked >= run.departed_s)
        asked = asked[stop]
        done = np.searchsorted(left, asked, side="right").astype(np.int64) - 1
        pairs = [(int(d), int(s)) for d, s in zip(done, stop - done, strict=True)]
        quantiles = np.reshape(
            np.array([one.said[d][1][s] for d, s in pairs], dtype=np.float64), (-1, len(LEVELS))
        )
        quantiles = np.maximum(quantiles, asked[:, None])
        moved = np.array([one.said[d][2][s] for d, s in pairs], dtype=np.float64)
        parts.append(
            {
                **_same(of, len(stop)),
                "horizon_min": np.full(len(stop), minutes),
                "stop": stop,
                "ahead": stop - done + 1,
                "asked_s": asked - midnight,
                "actual_s": run.arrive_s[stop] - midnight,
                "static_s": run.plan.arrive_s[stop] - midnight,
                "shifted_s": moved - midnight,
                "stale_s": first[stop, P50] - midnight,
                **_three(quantiles, midnight),
            }
        )
    return joined(parts)


def window_rows(one: Followed, of: Mapping[str, int]) -> Columns:
    """Return a row for each customer: told in the morning, an hour ahead, last, and how often.

    A customer is told when the vehicle leaves the depot, and looked at again at every stop left.
    """
    run = one.run
    midnight, stops = run.day * DAY_S, len(run.plan)
    morning = windows(one.said[0][1], run.departed_s)
    told, messages = morning, np.zeros(stops, dtype=np.int64)
    hour = np.full((stops, 2), np.nan)
    left = np.concatenate([[run.departed_s], run.leave_s])
    for done in range(stops):
        quantiles = one.said[done][1]
        now, ahead = float(left[done]), np.arange(done, stops)
        if done:
            kept, again = renewed(told.take(ahead), quantiles, now)
            told = _put(told, kept, ahead)
            messages[ahead] += again
        # Whoever asks an hour before is shown the last forecast made by then.
        asked = run.arrive_s[ahead] - HOUR_S
        rows = (asked >= now) & (asked < left[done + 1])
        shown = windows(quantiles, now)
        hour[ahead[rows]] = np.column_stack([shown.opens_s, shown.closes_s])[rows]
    return {
        **_same(of, stops),
        "stop": np.arange(stops),
        "actual_s": run.arrive_s - midnight,
        "morning_opens_s": morning.opens_s - midnight,
        "morning_closes_s": morning.closes_s - midnight,
        "hour_opens_s": hour[:, 0] - midnight,
        "hour_closes_s": hour[:, 1] - midnight,
        "told_opens_s": told.opens_s - midnight,
        "told_closes_s": told.closes_s - midnight,
        "messages": messages,
    }


def joined(parts: Sequence[Columns]) -> Columns:
    """Return rows of equal columns one after another."""
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]} if parts else {}


def _same(of: Mapping[str, int], rows: int) -> Columns:
    return {name: np.full(rows, value) for name, value in of.items()}


def _three(quantiles: Floats, midnight: float) -> Columns:
    return {
        "p10_s": quantiles[:, P10] - midnight,
        "p50_s": quantiles[:, P50] - midnight,
        "p90_s": quantiles[:, P90] - midnight,
    }


def _put(told: Windows, some: Windows, at: Ints) -> Windows:
    opens, closes, when = told.opens_s.copy(), told.closes_s.copy(), told.told_s.copy()
    opens[at], closes[at], when[at] = some.opens_s, some.closes_s, some.told_s
    return Windows(opens, closes, when)
