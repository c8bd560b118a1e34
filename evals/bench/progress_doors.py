"""Service times of simulated routes by what doors showed before, beside the depot's own figures."""

import numpy as np

from core.eta.doors.history import DoorHistory
from core.eta.doors.model import FittedDoors, fit
from core.eta.doors.records import DoorsAsked, Served
from core.eta.learned.records import DAY_S
from core.eta.learned.training import Split
from core.eta.underway.route import RouteRun
from evals.bench.progress_rows import Columns
from evals.bench.progress_truth import Floats, Ints, Routes


def door_forecasts(
    known: Routes, planned: list[RouteRun], split: Split, seed: int
) -> tuple[Floats, Columns, FittedDoors]:
    """Return mean seconds for each stop as its midnight knew them, and rows of the test days.

    Rows hold P10, P50 and P90 beside the depot's figure and the median of so many parcels.
    """
    served = services(known, planned)
    history = DoorHistory(served)
    fitted = fit(history, split)
    seen = history.features(served.asked)
    mean_s = fitted.model.mean_s(seen).reshape(known.door.shape)
    tested = np.flatnonzero(served.asked.day >= split.calibrate_until)
    some = served.take(tested)
    low, mid, high = fitted.model.predict(seen.take(tested)).seconds()
    rows: Columns = {
        "seed": np.full(len(some), seed),
        "day": some.asked.day,
        "door": some.asked.door,
        "driver": some.asked.driver,
        "parcels": some.asked.parcels,
        "floor": some.asked.floor,
        "access": some.asked.access,
        "door_seen": seen.door_seen[tested],
        "actual_s": some.seconds,
        "formula_s": some.asked.formula_s,
        "by_parcels_s": _by_parcels(served, split.calibrate_until)[some.asked.parcels],
        "p10_s": low,
        "p50_s": mid,
        "p90_s": high,
    }
    return mean_s, rows, fitted


def services(known: Routes, planned: list[RouteRun]) -> Served:
    """Return the services of all routes; each is asked for at its planned arrival."""

    def column(values: Ints) -> Ints:
        return np.ascontiguousarray(values.astype(np.int64)).reshape(-1)

    arrive = np.array([r.plan.arrive_s for r in planned])
    midnight = known.day[:, None] * DAY_S
    asked = DoorsAsked(
        column(np.floor(arrive).astype(np.int64)),
        column(np.repeat(known.driver[:, None], known.door.shape[1], axis=1)),
        column(known.door),
        column(known.parcels),
        column(known.floor),
        column(known.access),
        known.plan_serve_s.reshape(-1),
    )
    began: Ints = np.floor(midnight + known.arrive_s).astype(np.int64)
    return Served(asked, column(began), (known.leave_s - known.arrive_s).reshape(-1))


def _by_parcels(served: Served, until: int) -> Floats:
    """Return the median seconds of so many parcels before the test range."""
    before = served.take(served.finish_s < until * DAY_S)
    parcels = before.asked.parcels
    return np.array(
        [
            float(np.median(before.seconds[parcels == p])) if (parcels == p).any() else np.nan
            for p in range(int(served.asked.parcels.max()) + 1)
        ]
    )
