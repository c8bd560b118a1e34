"""Arrivals of simulated routes: the morning's plan, its delay, and the correction by pace.

Every day of a town is forecast with what was known at its midnight. The first days teach the
pace, the next ones calibrate, the last ones are scored.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.eta.learned.training import Split
from core.eta.underway.by_route import Residuals, Tails, bucket_of, tails
from core.eta.underway.outlook import Tempos, outlook, shifted
from core.eta.underway.route import Floats, Ints, RouteRun
from core.eta.underway.tempo import DRIVING, SERVICE, learn
from evals.bench.progress_doors import door_forecasts
from evals.bench.progress_paths import PathsTaken, measured
from evals.bench.progress_plans import runs
from evals.bench.progress_rows import (
    Columns,
    Followed,
    horizon_rows,
    joined,
    snapshot_rows,
    window_rows,
)
from evals.bench.progress_truth import STOPS, routes

Tell = Callable[[str], None]

LEARN_DAYS, CALIBRATE_DAYS, TEST_DAYS = 20, 28, 14
TEST_FROM = LEARN_DAYS + CALIBRATE_DAYS
MEMORY_DAYS = 60
SNAPSHOTS = (0, 10, 25, 50, 75, 100)
"""Stops behind a route when it is asked about all that lie ahead."""


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """A test route with what was known of it at its midnight."""

    run: RouteRun
    tempos: Tempos
    tails: Tails

    def forecast(self, done: int) -> tuple[Floats, Floats, Floats]:
        """Return expected arrivals after the first `done` stops, quantiles, and plain shifts."""
        run = self.run
        shown = run.shown(done)
        seen = outlook(run.plan, shown, self.tempos, run.driver)
        ahead = np.arange(1, len(seen.arrive_s) + 1)
        bucket = bucket_of(done, ahead)
        quantiles = self.tails.quantiles(seen.arrive_s, seen.spread_s, bucket)
        return seen.arrive_s, quantiles, shifted(run.plan, shown)

    def followed(self, after: Iterable[int]) -> Followed:
        """Return the forecasts of the route, made again after so many stops."""
        return Followed(self.run, {done: self.forecast(done) for done in after})


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What was forecast of every test route of every seed, one row each."""

    seeds: int
    stops: int
    calibrated_on: int
    """Whole routes behind the tails of the first test day of a seed."""
    snapshots: Columns
    """Once on the depot's own service times, once on learned ones."""
    horizons: Columns
    """On learned service times, as are the windows."""
    windows: Columns
    services: Columns
    paths: PathsTaken


def run(seeds: int, *, stops: int = STOPS, tell: Tell = lambda _: None) -> Outcome:
    """Measure that many towns, seeded 1 and up; the same seeds give the same rows."""
    snapshots: list[Columns] = []
    horizons: list[Columns] = []
    windows: list[Columns] = []
    services: list[Columns] = []
    calibrated = 0
    for seed in range(1, seeds + 1):
        tell(f"town {seed} of {seeds}")
        known = routes(seed, TEST_FROM + TEST_DAYS, stops)
        planned = runs(known)
        serve_s, rows, _ = door_forecasts(known, planned, Split(LEARN_DAYS, TEST_FROM), seed)
        services.append(rows)
        for learned_doors, arm in enumerate((planned, runs(known, serve_s))):
            tested = rolled(arm, LEARN_DAYS, TEST_FROM)
            calibrated = tested[0].tails.routes
            for number, one in enumerate(tested):
                of = {"seed": seed, "day": one.run.day, "route": number}
                doors = {**of, "learned_doors": learned_doors}
                asked = [d for d in SNAPSHOTS if d < stops]
                said = one.followed(range(stops) if learned_doors else asked)
                snapshots.extend(snapshot_rows(said, done, doors) for done in asked)
                if learned_doors:
                    horizons.append(horizon_rows(said, of))
                    windows.append(window_rows(said, of))
    columns = (joined(parts) for parts in (snapshots, horizons, windows, services))
    tell("paths of a fleet")
    return Outcome(seeds, stops, calibrated, *columns, paths=measured())


def rolled(known: Sequence[RouteRun], learn_days: int, test_from: int) -> list[Tested]:
    """Return the routes from the day `test_from` on, each with what its midnight knew."""
    residuals: list[Residuals] = []
    tested: list[Tested] = []
    for day in range(learn_days, max(r.day for r in known) + 1):
        past = [r for r in known if day - MEMORY_DAYS <= r.day < day]
        tempos = learned(past)
        calibrated = tails(residuals, day)
        for one in (r for r in known if r.day == day):
            if day >= test_from:
                tested.append(Tested(one, tempos, calibrated))
            residuals.append(residual(one, tempos))
    return tested


def learned(past: Sequence[RouteRun]) -> Tempos:
    """Return the tempos that routes which are over show."""
    who = np.array([r.driver for r in past], dtype=np.int64)
    return Tempos(
        learn(DRIVING, [(r.drive_s, r.plan.drive_s) for r in past], who),
        learn(SERVICE, [(r.serve_s, r.plan.serve_s) for r in past], who),
    )


def residual(one: RouteRun, tempos: Tempos) -> Residuals:
    """Return how far a route lay from what was expected of it at every snapshot."""
    buckets: list[Ints] = []
    offs: list[Floats] = []
    for done in (s for s in SNAPSHOTS if s < len(one.plan)):
        seen = outlook(one.plan, one.shown(done), tempos, one.driver)
        buckets.append(bucket_of(done, np.arange(1, len(seen.arrive_s) + 1)))
        offs.append((one.arrive_s[done:] - seen.arrive_s) / seen.spread_s)
    return Residuals(one.day, np.concatenate(buckets), np.concatenate(offs))
