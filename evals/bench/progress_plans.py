"""What the depot of a simulated town knows of its routes: its plan by the travel formula."""

import numpy as np

from core.eta.underway.route import RoutePlan, RouteRun
from core.travel.estimate import ROAD_FACTOR, ROAD_OFFSET_M, SECONDS_FACTOR, SECONDS_POWER
from core.travel.profile import DEFAULT
from evals.bench.progress_truth import QUARTER_S, QUARTERS, Floats, Routes

DAY_S = 86_400.0
SPEED = np.array([DEFAULT.speed_factor((q + 0.5) / 4) for q in range(QUARTERS)])


def runs(known: Routes, serve_s: Floats | None = None) -> list[RouteRun]:
    """Return the routes with their plans; `serve_s` is a service forecast in place of the table."""
    serve = known.plan_serve_s if serve_s is None else serve_s
    drive = _drive_s(known, serve)
    return [_run(known, i, drive[i], serve[i]) for i in range(len(known))]


def _drive_s(known: Routes, serve_s: Floats) -> Floats:
    """Return the formula's seconds of each leg, at the hour at which the plan begins it."""
    metres = ROAD_OFFSET_M + ROAD_FACTOR * known.crow_m
    free = SECONDS_FACTOR * metres**SECONDS_POWER
    drive, now = np.zeros_like(free), known.depart_s.copy()
    for stop in range(free.shape[1]):
        now = now + known.plan_pause_s[:, stop]
        quarter = (now // QUARTER_S).astype(np.int64) % QUARTERS
        drive[:, stop] = free[:, stop] / SPEED[quarter]
        now = now + drive[:, stop] + serve_s[:, stop]
    return drive


def _run(known: Routes, row: int, drive_s: Floats, serve_s: Floats) -> RouteRun:
    midnight = float(known.day[row]) * DAY_S
    plan = RoutePlan(
        midnight + float(known.depart_s[row]), drive_s, serve_s, known.plan_pause_s[row]
    )
    return RouteRun(
        int(known.day[row]),
        int(known.driver[row]),
        plan,
        midnight + float(known.departed_s[row]),
        midnight + known.arrive_s[row],
        midnight + known.leave_s[row],
        known.drive_s[row],
    )
