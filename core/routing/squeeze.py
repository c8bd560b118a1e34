"""Makes room for orders that are left: takes strings of stops out and puts everybody back.

Ruin and recreate with strings of neighbouring stops (Christiaens and Vanden Berghe, 2020). Who was
left out often goes in first and displaces who is easier to place.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.context import keyed_rng
from core.routing.problem import NEVER, Ints, Problem
from core.routing.runs import Run

Rows = tuple[tuple[int, ...], ...]

_STRING = 10
_STRINGS = 3
_NEIGHBOURS = 60
_WARM_S, _COLD_S = 60.0, 1.0
_SKIPPED_PM = 10
_BANK = 1 << 16
_NO_PLACE = 2**40


@dataclass
class _Kept:
    row: list[int]
    arrays: list[Ints]
    used: Ints
    metres: int
    drive_s: int


class _Tours:
    """All runs with their earliest and latest times, ready for one-pass insertion."""

    def __init__(self, problem: Problem, runs: Sequence[Run], width: int) -> None:
        self.problem, self.runs = problem, runs
        self.seconds, self.metres = problem.seconds, problem.metres
        self.leg: list[list[int]] = problem.seconds.tolist()
        self.leg_m: list[list[int]] = problem.metres.tolist()
        self.from_node, self.to_node = problem.seconds, np.ascontiguousarray(problem.seconds.T)
        self.to_node_m = np.ascontiguousarray(problem.metres.T)
        shape = (len(runs), width)
        self.node, self.next = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.leave, self.latest = np.zeros(shape, np.int64), np.full(shape, -NEVER)
        self.base, self.base_m = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.rows: list[list[int]] = [[] for _ in runs]
        self.room = np.array([problem.slots[r.slot].capacity for r in runs], np.int64)
        self.used = np.zeros_like(self.room)
        self.range_m = np.array([r.range_m for r in runs], np.int64)
        self.run_m = np.zeros(len(runs), np.int64)
        self.drive_s = [0] * len(runs)
        self.where: dict[int, int] = {}
        self.able = {
            t: np.array([problem.fits_features(r.slot, t) for r in runs])
            for t, task in enumerate(problem.tasks)
            if task.order_id is not None
        }
        for number in range(len(runs)):
            self.put(number, [])

    def put(self, number: int, row: list[int]) -> bool:
        """Set a run and return whether its times hold; a run that is too late stays as it was."""
        tasks, run, leg = self.problem.tasks, self.runs[number], self.leg
        depot = self.problem.slots[run.slot].start_node
        nodes = [depot, *(tasks[t].node for t in row), depot]
        clock = run.ready_s
        leave = [clock]
        for i, t in enumerate(row):
            task = tasks[t]
            clock = max(clock + leg[nodes[i]][nodes[i + 1]], task.opens_s)
            if clock > task.closes_s:
                return False
            clock += task.service_s
            leave.append(clock)
        if clock + leg[nodes[-2]][depot] > run.latest_return_s:
            return False
        latest = [run.latest_return_s]
        for i in range(len(row) - 1, -1, -1):
            task = tasks[row[i]]
            due = latest[-1] - leg[nodes[i + 1]][nodes[i + 2]] - task.service_s
            latest.append(min(task.closes_s, due))
        latest.reverse()
        size = len(row) + 1
        base = [leg[a][b] for a, b in zip(nodes, nodes[1:], strict=False)]
        base_m = [self.leg_m[a][b] for a, b in zip(nodes, nodes[1:], strict=False)]
        self.node[number, :size], self.next[number, :size] = nodes[:-1], nodes[1:]
        self.leave[number, :size], self.latest[number, :size] = leave, latest
        self.latest[number, size:] = -NEVER
        self.base[number, :size], self.base_m[number, :size] = base, base_m
        self.rows[number] = row
        self.run_m[number], self.drive_s[number] = sum(base_m), sum(base)
        return True

    def room_left(self, number: int) -> int:
        return self.node.shape[1] - len(self.rows[number]) - 2

    def insert(self, task: int, skip: NDArray[np.bool_]) -> bool:
        """Put a task where it makes the least detour; return whether it fits anywhere."""
        t = self.problem.tasks[task]
        fits = self.able[task] & (self.used + np.array(t.load) <= self.room).all(axis=1)
        if not fits.any():
            return False
        there, back = self.to_node[t.node][self.node], self.from_node[t.node][self.next]
        start = np.maximum(self.leave + there, t.opens_s)
        ok = (start <= t.closes_s) & (start + t.service_s + back <= self.latest)
        ok &= fits[:, None] & skip
        longer = self.to_node_m[t.node][self.node] + self.metres[t.node][self.next] - self.base_m
        ok &= longer <= (self.range_m - self.run_m)[:, None]
        detour = np.where(ok, there + back - self.base, _NO_PLACE)
        best = int(detour.argmin())
        number, place = divmod(best, detour.shape[1])
        if detour[number, place] >= _NO_PLACE or self.room_left(number) <= 0:
            return False
        row = self.rows[number]
        self.put(number, [*row[:place], task, *row[place:]])
        self.used[number] += t.load
        self.where[task] = number
        return True

    def remove(self, number: int, first: int, count: int) -> list[int]:
        row = self.rows[number]
        gone = row[first : first + count]
        self.put(number, [*row[:first], *row[first + count :]])
        for t in gone:
            self.used[number] -= self.problem.tasks[t].load
            del self.where[t]
        return gone

    def keep(self, number: int) -> _Kept:
        arrays = (self.node, self.next, self.leave, self.latest, self.base, self.base_m)
        return _Kept(
            self.rows[number],
            [a[number].copy() for a in arrays],
            self.used[number].copy(),
            int(self.run_m[number]),
            self.drive_s[number],
        )

    def restore(self, number: int, kept: _Kept) -> None:
        arrays = (self.node, self.next, self.leave, self.latest, self.base, self.base_m)
        for array, old in zip(arrays, kept.arrays, strict=True):
            array[number] = old
        self.rows[number], self.used[number] = kept.row, kept.used
        self.run_m[number], self.drive_s[number] = kept.metres, kept.drive_s


def squeeze(
    problem: Problem, runs: Sequence[Run], start: Sequence[Sequence[int]], *, seed: int, rounds: int
) -> Rows:
    """Return rows that serve as many orders as found, then with little driving.

    Every limit of the runs holds in them. The problem holds no rests (see `folding`). Same
    arguments give the same answer.
    """
    orders = [t for t, task in enumerate(problem.tasks) if task.order_id is not None]
    tours = _Tours(problem, runs, len(orders) + 3 if len(orders) < 150 else 40 + _widest(start))
    for number, row in enumerate(start):
        if tours.put(number, list(row)):
            for t in row:
                tours.used[number] += problem.tasks[t].load
                tours.where[t] = number
    absent = [t for t in orders if t not in tours.where and tours.able[t].any()]
    rng = keyed_rng(seed, "squeeze")
    bank = np.array([rng.randrange(1000) >= _SKIPPED_PM for _ in range(_BANK)])
    size = tours.node.size
    bank = np.resize(bank, _BANK + size)
    near = _neighbours(problem, orders)
    missed = dict.fromkeys(orders, 1)
    able_count = {t: int(tours.able[t].sum()) for t in orders}
    best_rows, best_key = tuple(tuple(r) for r in tours.rows), (len(absent), sum(tours.drive_s))
    for turn in range(rounds if tours.where else 0):
        kept: dict[int, _Kept] = {}
        before = sum(tours.drive_s)
        old_where = dict(tours.where)
        pool = absent if absent and rng.random() < 0.7 else orders
        gone = _ruin(tours, near[pool[rng.randrange(len(pool))]], rng.random, kept)
        todo = [*gone, *absent]
        _order(problem, todo, able_count, missed, rng.random)
        new_absent: list[int] = []
        for t in todo:
            number_before = tours.where.get(t)
            assert number_before is None
            at = rng.randrange(_BANK)
            skip = bank[at : at + size].reshape(tours.node.shape)
            if not _insert(tours, t, skip, kept):
                new_absent.append(t)
        now = sum(tours.drive_s)
        heat = _WARM_S * (_COLD_S / _WARM_S) ** (turn / rounds)
        fewer = len(new_absent) < len(absent)
        swap = sum(missed[t] for t in new_absent) < sum(missed[t] for t in absent)
        same = sorted(new_absent) == sorted(absent)
        cooler = now < before - heat * math.log(max(1e-12, rng.random()))
        for t in new_absent:
            missed[t] += 1
        if fewer or swap or (same and cooler):
            absent = new_absent
            key = (len(absent), now)
            if key < best_key:
                best_rows, best_key = tuple(tuple(r) for r in tours.rows), key
        else:
            for number, old in kept.items():
                tours.restore(number, old)
            tours.where = old_where
    return best_rows
