"""Makes room for orders that are left: takes strings of stops out and puts everybody back.

Ruin and recreate with strings of neighbouring stops (Christiaens and Vanden Berghe, 2020). Who was
left out often goes in first and displaces who is easier to place.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.context import keyed_rng
from core.routing.problem import Ints, Problem
from core.routing.runs import Run

Rows = tuple[tuple[int, ...], ...]

_STRING = 10
_STRINGS = 3
_NEIGHBOURS = 60
_SWAP_S = 150
_CALM = 10
_FOR_ABSENT = 0.7
_WARM_S, _COLD_S = 30.0, 1.0
_SKIPPED_PM = 10
_BANK = 1 << 16
_NO_PLACE = 2**30
_FAR = 2**28


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
        self.metres = np.minimum(problem.metres, _FAR).astype(np.int32)
        self.leg: list[list[int]] = np.minimum(problem.seconds, _FAR).tolist()
        self.leg_m: list[list[int]] = self.metres.tolist()
        self.from_node = np.minimum(problem.seconds, _FAR).astype(np.int32)
        self.to_node = np.ascontiguousarray(self.from_node.T)
        self.to_node_m = np.ascontiguousarray(self.metres.T)
        shape = (len(runs), width)
        self.node, self.next = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        self.leave, self.latest = np.zeros(shape, np.int32), np.full(shape, -_NO_PLACE, np.int32)
        self.base, self.base_m = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        self.rows: list[list[int]] = [[] for _ in runs]
        self.room = np.array([problem.slots[r.slot].capacity for r in runs], np.int32)
        self.used = np.zeros_like(self.room)
        self.range_m = np.array([min(r.range_m, _NO_PLACE) for r in runs], np.int32)
        self.limited = bool((self.range_m < _NO_PLACE).any())
        self.run_m = np.zeros(len(runs), np.int32)
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
        base = [leg[a][b] for a, b in pairwise(nodes)]
        base_m = [self.leg_m[a][b] for a, b in pairwise(nodes)]
        self.node[number, :size], self.next[number, :size] = nodes[:-1], nodes[1:]
        self.leave[number, :size], self.latest[number, :size] = leave, latest
        self.latest[number, size:] = -_NO_PLACE
        self.base[number, :size], self.base_m[number, :size] = base, base_m
        self.rows[number] = row
        self.run_m[number], self.drive_s[number] = sum(base_m), sum(base)
        return True

    def room_left(self, number: int) -> int:
        return self.node.shape[1] - len(self.rows[number]) - 2

    def insert(
        self,
        task: int,
        among: NDArray[np.int64],
        skip: NDArray[np.bool_],
        kept: dict[int, _Kept],
    ) -> bool:
        """Put a task where it makes the least detour in some runs; return whether it fits."""
        t = self.problem.tasks[task]
        among = among[self.able[task][among]]
        among = among[(self.used[among] + np.array(t.load) <= self.room[among]).all(axis=1)]
        if not len(among):
            return False
        node, then = self.node[among], self.next[among]
        there, back = self.to_node[t.node][node], self.from_node[t.node][then]
        start = np.maximum(self.leave[among] + there, t.opens_s)
        ok = (start <= t.closes_s) & (start + t.service_s + back <= self.latest[among])
        ok &= skip[: len(among)]
        if self.limited:
            longer = self.to_node_m[t.node][node] + self.metres[t.node][then] - self.base_m[among]
            ok &= longer <= (self.range_m - self.run_m)[among][:, None]
        detour = np.where(ok, there + back - self.base[among], _NO_PLACE)
        at, place = divmod(int(detour.argmin()), detour.shape[1])
        number = int(among[at])
        if detour[at, place] >= _NO_PLACE or self.room_left(number) <= 0:
            return False
        self.keep(number, kept)
        row = self.rows[number]
        self.put(number, [*row[:place], task, *row[place:]])
        self.used[number] += t.load
        self.where[task] = number
        return True

    def remove(self, number: int, first: int, count: int, kept: dict[int, _Kept]) -> list[int]:
        self.keep(number, kept)
        row = self.rows[number]
        gone = row[first : first + count]
        self.put(number, [*row[:first], *row[first + count :]])
        for t in gone:
            self.used[number] -= self.problem.tasks[t].load
            del self.where[t]
        return gone

    def snapshot(self) -> Rows:
        return tuple(tuple(row) for row in self.rows)

    def keep(self, number: int, kept: dict[int, _Kept]) -> None:
        """Remember how a run was before its first change."""
        if number in kept:
            return
        arrays = (self.node, self.next, self.leave, self.latest, self.base, self.base_m)
        kept[number] = _Kept(
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
    tours = _Tours(problem, runs, min(len(orders), 20 + max(map(len, start))) + 3)
    for number, row in enumerate(start):
        if tours.put(number, list(row)):
            for t in row:
                tours.used[number] += problem.tasks[t].load
                tours.where[t] = number
    absent = [t for t in orders if t not in tours.where and tours.able[t].any()]
    orders = [t for t in orders if tours.able[t].any()]
    rng = keyed_rng(seed, "squeeze")
    bank = np.array([rng.randrange(1000) >= _SKIPPED_PM for _ in range(_BANK)])
    size = tours.node.size
    bank = np.resize(bank, _BANK + size)
    near = _neighbours(problem, orders)
    missed = dict.fromkeys(orders, 1)
    able_count = {t: int(tours.able[t].sum()) for t in orders}
    best_rows, best_key = tours.snapshot(), (len(absent), sum(tours.drive_s))
    every = np.arange(len(runs))
    spent = 0
    while spent < rounds:
        spent += 1 if absent else _CALM
        kept: dict[int, _Kept] = {}
        before, old_where = sum(tours.drive_s), dict(tours.where)
        pool = absent if absent and rng.random() < _FOR_ABSENT else orders
        gone = _ruin(tours, near[pool[rng.randrange(len(pool))]], rng, kept)
        opened = np.array(sorted(kept), dtype=np.int64)
        fresh = set(gone)
        still: list[int] = []
        for t in _order(problem, [*gone, *absent], able_count, missed, rng):
            at = rng.randrange(_BANK)
            skip = bank[at : at + size].reshape(tours.node.shape)
            # Who fitted nowhere before can only fit where somebody has just left.
            if not tours.insert(t, every if t in fresh else opened, skip, kept):
                still.append(t)
        now = sum(tours.drive_s)
        heat = _WARM_S * (_COLD_S / _WARM_S) ** (spent / rounds)
        cooler = now < before - heat * math.log(max(1e-12, rng.random()))
        rarer = sum(missed[t] for t in still) < sum(missed[t] for t in absent)
        same = len(still) == len(absent)
        for t in still:
            missed[t] += 1
        if len(still) < len(absent) or (same and (cooler or (rarer and now < before + _SWAP_S))):
            absent = still
            if (len(absent), now) < best_key:
                best_rows, best_key = tours.snapshot(), (len(absent), now)
        else:
            for number, old in kept.items():
                tours.restore(number, old)
            tours.where = old_where
    return best_rows


def _ruin(
    tours: _Tours, near: Sequence[int], rng: random.Random, kept: dict[int, _Kept]
) -> list[int]:
    """Take a string of stops out of each of the few runs that pass near a door."""
    strings = 1 + rng.randrange(_STRINGS)
    gone: list[int] = []
    hit: set[int] = set()
    for t in near:
        number = tours.where.get(t)
        if number is None or number in hit:
            continue
        row = tours.rows[number]
        count = 1 + rng.randrange(min(_STRING, len(row)))
        at = row.index(t)
        low, high = max(0, at - count + 1), min(at, len(row) - count)
        gone += tours.remove(number, low + rng.randrange(high - low + 1), count, kept)
        hit.add(number)
        if len(hit) == strings:
            break
    return gone


def _order(
    problem: Problem,
    todo: Sequence[int],
    able: dict[int, int],
    missed: dict[int, int],
    rng: random.Random,
) -> list[int]:
    """Return who goes in first: at random, or the hardest by one of several measures."""
    shuffled = list(todo)
    rng.shuffle(shuffled)
    kind = rng.randrange(5)
    tasks, depot = problem.tasks, problem.slots[0].start_node
    if kind == 0:
        return shuffled
    if kind == 1:
        return sorted(shuffled, key=lambda t: (able[t], -missed[t]))
    if kind == 2:
        return sorted(shuffled, key=lambda t: -missed[t])
    if kind == 3:
        return sorted(shuffled, key=lambda t: tasks[t].closes_s - tasks[t].opens_s)
    return sorted(shuffled, key=lambda t: -int(problem.seconds[depot, tasks[t].node]))


def _neighbours(problem: Problem, orders: Sequence[int]) -> dict[int, list[int]]:
    nodes = np.array([problem.tasks[t].node for t in orders])
    apart = problem.seconds[np.ix_(nodes, nodes)]
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :_NEIGHBOURS].tolist()
    return {t: [orders[i] for i in row] for t, row in zip(orders, nearest, strict=True)}
