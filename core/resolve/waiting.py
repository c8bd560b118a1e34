"""What waiting is worth: the best that can still be done once more is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.ids import VehicleId
from core.domain.rules import Cost
from core.resolve.draft import Draft
from core.resolve.simulate import Simulator

Cents = NDArray[np.float64]

# A group of paths smaller than this says too little about which action suits it.
MIN_GROUP = 16
MOST_WATCHED = 3


@dataclass(frozen=True, slots=True)
class Worth:
    """A gain over waiting blindly, as a negative price, and what it is for."""

    label: str
    price: Cost


def worth_of_knowing(
    sim: Simulator,
    vehicles: Sequence[VehicleId],
    waiting: Cents,
    others: Sequence[tuple[Draft, Cents]],
) -> Worth | None:
    """Return what looking again at review time is worth; None when it changes no decision.

    Paths are grouped by what will be seen by then: which of the case's riders have got to their
    next stop. In each group the best of waiting on and of the options still possible is taken,
    another than the best overall only where it is more than two standard errors cheaper.
    """
    limits = sim.day.rules.thresholds
    review = sim.now + timedelta(seconds=limits.wait_review_s)
    usable = review + timedelta(seconds=limits.approval_delay_s)
    later = [waiting]
    for draft, cents in others:
        frozen = sim.first_frozen(draft)
        if draft.new_routes() and (frozen is None or frozen > usable):
            later.append(cents)
    if len(later) == 1:
        return None
    groups = _groups(sim, vehicles)
    if len(groups) < 2:
        return None
    means = [float(c.mean()) for c in later]
    best = int(np.argmin(means))
    informed = means[best]
    for group in groups:
        gains = [later[best][group] - c[group] for c in later]
        choice = int(np.argmax([float(g.mean()) for g in gains]))
        gain = gains[choice]
        error = float(gain.std(ddof=1)) / len(gain) ** 0.5
        if choice != best and float(gain.mean()) > 2 * error:
            informed -= float(gain.mean()) * len(gain) / sim.paths
    # Knowing must be worth somebody's attention by itself; else acting now is as good as later.
    if means[best] - informed < limits.min_gain_cents:
        return None
    clock = sim.day.clock(review)
    gain_cents = means[0] - informed
    return Worth(
        f"what can still be done at {clock}, once it shows who got through",
        Cost(-round(gain_cents * 1000), "chance", "computed from the same paths"),
    )


def _groups(sim: Simulator, vehicles: Sequence[VehicleId]) -> list[NDArray[np.bool_]]:
    """Return the paths in groups, by which riders have reached their next stop at review time."""
    review_s = sim.day.rules.thresholds.wait_review_s
    code = np.zeros(sim.paths, dtype=np.int64)
    for vehicle_id in sorted(vehicles)[:MOST_WATCHED]:
        plan = sim.present(vehicle_id)
        if plan:
            reached = sim.drive(vehicle_id).start_s[plan[0].stop_id] <= review_s
            code = code * 2 + reached
    groups = [code == value for value in np.unique(code)]
    return [g for g in groups if int(g.sum()) >= MIN_GROUP]
