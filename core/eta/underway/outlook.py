"""Arrivals of a route under way: its delay, then its own pace on the road and at doors."""

from dataclasses import dataclass

import numpy as np

from core.errors import Refused
from core.eta.underway.route import Floats, RoutePlan, Shown, usable
from core.eta.underway.tempo import DRIVING, SERVICE, Pace, Tempo

# Nobody notes arrivals to the second; no spread is less than this.
LEAST_SPREAD_S = 20.0


@dataclass(frozen=True, slots=True)
class Tempos:
    """What is known of both kinds of work before a route begins."""

    driving: Tempo = DRIVING
    service: Tempo = SERVICE

    @property
    def sentence(self) -> str:
        routes = min(self.driving.routes, self.service.routes)
        return f"pace of {routes} routes" if routes else "formula, no history yet"


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Arrivals at the stops that remain: the most likely one, and how sure it is."""

    arrive_s: Floats
    spread_s: Floats
    """Standard deviation by the model; calibration makes tails of it."""
    driving: Pace
    service: Pace
    provider: str


def static(plan: RoutePlan, stops: int) -> Floats:
    """Return the arrivals of the morning's plan at the stops after the first `stops`."""
    return plan.arrive_s[stops:]


def shifted(plan: RoutePlan, shown: Shown) -> Floats:
    """Return the plan's arrivals later by the delay so far, or earlier."""
    done = len(shown)
    planned = plan.depart_s if done == 0 else float(plan.leave_s[done - 1])
    return plan.arrive_s[done:] + (shown.left_s - planned)


def outlook(plan: RoutePlan, shown: Shown, tempos: Tempos, driver: int | None = None) -> Outlook:
    """Return when the remaining stops will be reached, from when the last one was left.

    What was noted wrongly (no number, negative, longer than any stop) has no say in the pace.
    """
    done = len(shown)
    if done > len(plan):
        raise Refused(f"a route of {len(plan)} stops cannot have shown {done}")
    driving = tempos.driving.after(shown.drive_s, plan.drive_s[:done], driver)
    service = tempos.service.after(shown.serve_s, plan.serve_s[:done], driver)
    drive, serve = plan.drive_s[done:], _before(plan.serve_s[done:])
    moved, worked = np.cumsum(drive), np.cumsum(serve)
    arrive = shown.left_s + np.cumsum(plan.pause_s[done:])
    arrive = arrive + driving.factor * moved + service.factor * worked
    variance = (
        (driving.factor * moved) ** 2 * driving.variance
        + driving.factor**2 * np.cumsum(drive**2) * tempos.driving.within
        + (service.factor * worked) ** 2 * service.variance
        + service.factor**2 * np.cumsum(serve**2) * tempos.service.within
    )
    spread = np.sqrt(variance + LEAST_SPREAD_S**2)
    used = int(usable(shown.serve_s, plan.serve_s[:done]).sum())
    provider = tempos.sentence + (f", corrected by {used} stops" if used else "")
    return Outlook(arrive, spread, driving, service, provider)


def _before(serve_s: Floats) -> Floats:
    """Return the service that lies before each arrival: that of the stop before it."""
    return np.concatenate([np.zeros(min(1, len(serve_s))), serve_s[:-1]])
