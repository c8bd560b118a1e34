"""Small rounds for tests of routes under way: what does not matter is set here."""

import numpy as np

from core.eta.underway.route import RoutePlan, RouteRun, Shown

EIGHT = 8 * 3600.0
DAY_S = 86_400.0


def a_plan(stops: int = 10, drive_s: float = 300, serve_s: float = 120) -> RoutePlan:
    """Return a round of equal legs and doors that leaves at eight of day 0."""
    return RoutePlan(
        EIGHT, np.full(stops, drive_s), np.full(stops, serve_s), np.zeros(stops, dtype=np.float64)
    )


def shown(plan: RoutePlan, stops: int, *, road: float = 1.0, doors: float = 1.0) -> Shown:
    """Return the first stops of a round whose road and doors took by so much longer."""
    drive, serve = plan.drive_s[:stops] * road, plan.serve_s[:stops] * doors
    left = plan.depart_s + float(plan.pause_s[:stops].sum() + drive.sum() + serve.sum())
    return Shown(plan.depart_s, left, drive, serve)


def a_run(
    rng: np.random.Generator, *, day: int = 0, driver: int = 1, doors: float = 1.0, stops: int = 60
) -> RouteRun:
    """Return a round that is over: each leg and door with luck of its own."""
    plan = a_plan(stops)
    drive = plan.drive_s * np.exp(rng.normal(0, 0.2, stops))
    serve = plan.serve_s * doors * np.exp(rng.normal(0, 0.2, stops))
    leave = plan.depart_s + np.cumsum(drive + serve)
    return RouteRun(day, driver, plan, plan.depart_s, leave - serve, leave, drive)
