"""By how much candidate routes pass what their drivers may drive and work."""

import numpy as np

from core.routing.departure import departs_s
from core.routing.problem import NEVER, Limits, Problem
from core.routing.units import Ints

NO_LIMITS = Limits()


def limits_over_s(
    problem: Problem, who: Ints, seqs: Ints, arrive: Ints, start: Ints
) -> tuple[Ints, Ints]:
    """Return the seconds over of driving (in all, or without a rest between) and of duty; NEVER
    below zero where there is no limit."""
    if all(s.limits is None for s in problem.slots):
        free = np.full(len(seqs), -NEVER, dtype=np.int64)
        return free, free
    limits = [s.limits or NO_LIMITS for s in problem.slots]
    most, on_end, behind, duty, later = (
        np.array([getattr(limit, name) for limit in limits], dtype=np.int64)[who]
        for name in ("driving_s", "on_end_s", "since_rest_s", "duty_s", "may_leave_later")
    )
    ready = np.array([s.ready_s for s in problem.slots], dtype=np.int64)[who]
    leave = start + problem.service[seqs]
    drive = arrive - np.concatenate([ready[:, None], leave[:, :-1]], axis=1)
    rest = problem.is_rest[seqs]
    # Who stands at the depot until the first order opens is not on duty yet.
    first = seqs[:, 0]
    ends = np.array([s.end_task for s in problem.slots], dtype=np.int64)[who]
    worth = (later > 0) & (first != ends) & ~rest[:, 0] & ~problem.is_trip[first]
    begins = np.where(worth, departs_s(problem, who, seqs, arrive, start), ready)
    if problem.pace is not None:
        drive[:, 0] = np.where(worth, start[:, 0] - begins, drive[:, 0])
    driven = behind[:, None] + drive.cumsum(axis=1)
    rested: Ints = np.zeros_like(driven)
    rested[:, 1:] = np.maximum.accumulate(np.where(rest, driven, 0), axis=1)[:, :-1]
    longest = np.maximum(behind, (driven - rested).max(axis=1))
    over = np.maximum(drive.sum(axis=1) - most, longest - on_end)
    return over, start[:, -1] - begins - duty
