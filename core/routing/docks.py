"""When vehicles load in the morning, and when what they load is ready."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from core.domain.day import Day
from core.domain.depots import home_of
from core.domain.fleet import Driver
from core.domain.ids import VehicleId
from core.routing.problem import NEVER, NONE, Problem
from core.routing.units import Ints


def dock_times(
    day: Day, pairs: Mapping[VehicleId, Driver]
) -> dict[VehicleId, tuple[datetime, datetime]]:
    """Return when each vehicle begins to load and when it may leave.

    Who is at work first loads first; nobody loads before a door is free.
    """
    homes = {v: home_of(day, day.vehicles[v].vehicle) for v in pairs}
    begins = {v: max(d.shift.opens, homes[v].opens.opens) for v, d in pairs.items()}
    free = {d: [d.opens.opens] * (d.doors or len(pairs)) for d in homes.values()}
    found: dict[VehicleId, tuple[datetime, datetime]] = {}
    for vehicle_id in sorted(begins, key=lambda v: (begins[v], v)):
        doors, lasts = free[homes[vehicle_id]], timedelta(seconds=homes[vehicle_id].load_out_s)
        door = min(range(len(doors)), key=doors.__getitem__)
        at = max(begins[vehicle_id], doors[door])
        doors[door] = at + lasts
        found[vehicle_id] = (at, at + lasts)
    return found


def releases(problem: Problem, who: Ints, seqs: Ints) -> tuple[Ints | None, Ints | None]:
    """Return when each reload of a plan may begin, and for how long goods of the first load are not
    ready when it begins; None where there is no reload, or where all goods are there in time."""
    if bool((problem.release <= -NEVER).all()):
        return None, None
    slots = problem.slots
    loads, departed = (
        np.array([getattr(s, name) for s in slots], dtype=np.int64)[who]
        for name in ("loads_s", "departed")
    )
    fetched = problem.pickup[who[:, None], seqs] != NONE
    ready = np.where(fetched | (departed[:, None] > 0), -NEVER, problem.release[seqs])
    trips = problem.is_trip[seqs]
    if not trips.any():
        return None, ready.max(axis=1) - loads
    waits = np.full_like(seqs, -NEVER)
    latest = np.full(len(seqs), -NEVER, dtype=np.int64)
    for column in range(seqs.shape[1] - 1, -1, -1):
        here = trips[:, column]
        waits[here, column] = latest[here]
        latest = np.where(here, -NEVER, np.maximum(latest, ready[:, column]))
    return waits, latest - loads
