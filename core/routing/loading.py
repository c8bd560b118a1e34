"""What is on board along candidate routes: how full they get, and whether goods can be had."""

import numpy as np
from numpy.typing import NDArray

from core.routing.problem import ELSEWHERE, NONE, Problem
from core.routing.units import Ints

Bools = NDArray[np.bool_]


def loads(problem: Problem, who: Ints, seqs: Ints) -> tuple[Ints, Bools]:
    """Return by how much each row overfills its vehicle at its fullest, and whether goods can be
    had before they are brought."""
    slots = problem.slots
    capacity = np.array([s.capacity for s in slots], dtype=np.int64)[who]
    on_board = np.array([s.on_board for s in slots], dtype=np.int64)[who]
    departed = np.array([s.departed for s in slots], dtype=np.bool_)[who]
    load, pickup = problem.load[seqs], problem.pickup[who[:, None], seqs]
    ok = ~(pickup == ELSEWHERE).any(axis=1)
    change = -load
    at_start = _loaded_at_depot(problem, seqs, (pickup == NONE)[:, :, None] * load, change)
    initial = np.where(departed[:, None], on_board, on_board + at_start)
    for slot in np.unique(who[(pickup >= 0).any(axis=1)]).tolist():
        rows = np.nonzero(who == slot)[0]
        needed, stops = pickup[rows], seqs[rows]
        for task in np.unique(needed[needed >= 0]).tolist():
            uses, is_pickup = needed == task, stops == task
            taken = (uses[:, :, None] * load[rows]).sum(axis=1)
            change[rows] += is_pickup[:, :, None] * taken[:, None, :]
            before = is_pickup.any(axis=1) & (is_pickup.argmax(axis=1) < uses.argmax(axis=1))
            ok[rows] &= ~uses.any(axis=1) | before
    if problem.gathers:
        _gathered(problem, who, seqs, change)
    peak = np.maximum(change.cumsum(axis=1).max(axis=1), 0) + initial
    return peak - capacity, ok


def _loaded_at_depot(problem: Problem, seqs: Ints, goods: Ints, change: Ints) -> Ints:
    """Return what the first load holds; that of later ones is added to `change` where they are
    loaded."""
    trips = problem.is_trip[seqs]
    if not trips.any():
        return goods.sum(axis=1)
    later = np.zeros_like(goods[:, 0])
    for column in np.nonzero(trips.any(axis=0))[0][::-1].tolist():
        behind = goods[:, column + 1 :].sum(axis=1) - later
        loaded = np.where(trips[:, column, None], behind, 0)
        change[:, column] += loaded
        later = later + loaded
    return goods.sum(axis=1) - later


def _gathered(problem: Problem, who: Ints, seqs: Ints, change: Ints) -> None:
    """Add what returns bring on board to `change`, until they are put off at the depot."""
    gain, unloads = problem.gain[seqs], problem.unloads[seqs]
    held = np.array([s.brings_back for s in problem.slots], dtype=np.int64)[who]
    change += gain
    for column in np.nonzero(unloads.any(axis=0))[0].tolist():
        put_off = np.where(unloads[:, column, None], held + gain[:, :column].sum(axis=1), 0)
        change[:, column] -= put_off
        held = held - put_off
