"""Our own search behind our problem: a morning's routes with rests and reloads, on the real clock.

The compiled part is imported at the first solve, so that nobody else waits for the compiler.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.context import key_seed
from core.routing.kernel.model import (
    FAR,
    I32,
    I64,
    LONGEST_LEG,
    PLACE,
    VEHICLE,
    WAY,
    Model,
    Records,
    Routes,
    empty_routes,
)
from core.routing.problem import NEVER, NONE, Problem, Sequences, Slot

NAME = "ruin-and-recreate-1"

_SIDE_BY_SIDE = 100_000
"""From so many rounds on two searches run, one for each core of a small machine."""
_NEAR = 400
_CLOSE = 60
_FIRST_ROUNDS = 20_000
"""At most, for those vehicles that are filled before the others."""
_PHASES = ((10, True, 15.0, 3.0), (80, True, 100.0, 1.5), (10, False, 3.0, 0.5))
"""Percent of the rounds, whether they pack, from which temperature to which."""
_ALONE = ((85, True, 6.0, 0.7), (15, True, 5.0, 0.7))
_ALL_IN = 80
"""Percent of the rounds that look for little cost once everybody is in."""
_IDLE_PCT, _RANGE_PCT = 25, 40
"""What a second, and a metre, is worth where range is short, in percent of a driver's second."""
_SWAP_S = 30.0
_STRING, _MEAN_OUT = 10, 10.0
_FOR_ABSENT = 0.7
_OWED = 10_000
"""What an order that is owed weighs against those that may wait."""


@dataclass(frozen=True)
class Numbered:
    """A problem in the kernel's numbers."""

    problem: Problem
    model: Model
    tasks: tuple[int, ...]
    """The task of each customer."""

    def routes(self, rows: Sequence[Sequence[int]]) -> Routes:
        """Return those rows of tasks as routes; their times are not worked out yet."""
        number = {t: i for i, t in enumerate(self.tasks)}
        made = empty_routes(self.model, 3 * len(self.tasks) // len(rows) + 40)
        for r, row in enumerate(rows):
            depot = int(self.model.vehicle["depot"][r])
            made.stop["place"][r, 1 : len(row) + 1] = [number.get(t, depot) for t in row]
            made.route["size"][r] = len(row)
        return made

    def packing(self) -> Model:
        """Return the same model with prices that tell what is scarce when not everybody fits.

        That is time, except where a range ends a vehicle's day sooner than its shift does.
        """
        vehicle = self.model.vehicle.copy()
        total_s = int(self.problem.seconds.sum())
        total_m = int(self.problem.metres.sum())
        span_s = vehicle["latest"] - vehicle["ready"]
        short = 2 * vehicle["range_m"] * total_s < total_m * span_s
        second = self.problem.driver_mc_per_s
        vehicle["second_mc"] = np.where(short, second * _IDLE_PCT // 100, second)
        vehicle["metre_mc"] = np.where(short, second * _RANGE_PCT // 100, 0)
        return self.model._replace(vehicle=vehicle, toll=np.zeros_like(self.model.toll))

    def rows(self, written: I32) -> Sequences:
        """Return rows of tasks from what the search wrote."""
        table: list[list[int]] = written.tolist()
        return tuple(
            tuple(
                self.tasks[p] if p < self.model.customers else slot.trip
                for p in row[1 : row[0] + 1]
            )
            for slot, row in zip(self.problem.slots, table, strict=True)
        )


def solve(
    problem: Problem, *, seed: int, rounds: int, weights: Mapping[int, int] | None = None
) -> Sequences:
    """Return rows that serve as many orders as found, then at little cost; no limit is broken.

    The problem is a morning's: windows are hard, nothing is frozen or on board. Orders that fit
    nowhere are in no row. `weights` say what an order that is owed counts, one where left out. Same
    problem, seed and rounds give the same answer in every process: of searches side by side the
    better counts, never the faster.
    """
    known = numbered(problem, weights)
    if not known.tasks:
        return tuple(() for _ in problem.slots)
    if rounds < _SIDE_BY_SIDE:
        return _searched(known, seed, rounds, 0)[1]
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(partial(_searched, known, seed, rounds), range(2)))
    return min(found, key=lambda f: f[0])[1]


def warm_up() -> None:
    """Compile, or read back what was compiled before."""
    from core.routing.kernel.search import ready

    ready()


def _searched(
    known: Numbered, seed: int, rounds: int, number: int
) -> tuple[tuple[int, int, int], Sequences]:
    """Return (prizes lost, cost, number of the search) with the rows found."""
    best = np.zeros_like(known.routes([() for _ in known.problem.slots]).old)
    rng = np.array([key_seed(seed, "kernel", number)], dtype=np.uint64)
    packing = known.packing()
    short = packing.vehicle["second_mc"] != known.model.vehicle["second_mc"]
    if short.any() and not short.all():
        # Filled beside the others they are left with what is far apart, for which they are no good.
        alone = packing._replace(able=packing.able * short.astype(np.int8))
        first = min(_FIRST_ROUNDS, rounds // 10)
        for part, _, hot_s, cold_s in _ALONE:
            _phase(known, alone, best, rng, first * part // 100, hot_s, cold_s)
    lost, cost = 1, 0
    for part, packs, hot_s, cold_s in _PHASES:
        if packs and lost == 0:
            continue
        turns = rounds * part // 100
        if not packs and lost == 0:
            turns = rounds * _ALL_IN // 100
        priced = packing if packs else known.model
        lost, cost = _phase(known, priced, best, rng, turns, hot_s, cold_s)
    return (lost, cost, number), known.rows(best)


def _phase(
    known: Numbered,
    model: Model,
    best: I32,
    rng: NDArray[np.uint64],
    turns: int,
    hot_s: float,
    cold_s: float,
) -> tuple[int, int]:
    """Search on from `best`, which is overwritten; return prizes lost and cost."""
    from core.routing.kernel.search import search
    from core.routing.kernel.timing import refresh

    second = float(known.problem.driver_mc_per_s)
    routes = known.routes(known.rows(best))
    for r in range(len(model.vehicle)):
        refresh(model, routes, r)
    return search(
        model,
        routes,
        rng,
        turns,
        hot_s * second,
        cold_s * second,
        _SWAP_S * second,
        _MEAN_OUT,
        _STRING,
        _FOR_ABSENT,
        best,
    )


def numbered(problem: Problem, weights: Mapping[int, int] | None = None) -> Numbered:
    """Return the kernel's view of a problem; orders that no vehicle can take are left out."""
    slots = problem.slots
    able = {
        i: [problem.fits_features(s, i) for s in range(len(slots))]
        for i, t in enumerate(problem.tasks)
        if t.order_id is not None
    }
    tasks = tuple(i for i, who in able.items() if any(who))
    ends = [problem.tasks[s.end_task].node for s in slots]
    trips = [problem.tasks[s.trip].node for s in slots if s.trip != NONE]
    depots = sorted({*(s.start_node for s in slots), *ends, *trips})
    size = len(tasks)
    place_of = {node: size + i for i, node in enumerate(depots)}
    nodes: I64 = np.array([*(problem.tasks[t].node for t in tasks), *depots], dtype=np.int64)
    cut = np.ix_(nodes, nodes)
    seconds: I32 = np.minimum(problem.seconds[cut], LONGEST_LEG).astype(np.int32)
    metres: I32 = np.minimum(problem.metres[cut], LONGEST_LEG).astype(np.int32)
    way = np.zeros(seconds.shape, dtype=WAY)
    way["s"], way["m"], way["back_s"], way["back_m"] = seconds, metres, seconds.T, metres.T
    place = np.zeros(len(nodes), dtype=PLACE)
    place["opens"], place["closes"] = -FAR, FAR
    place["name"] = [key_seed(0, "kernel", i) >> 2 for i in range(len(nodes))]
    some_optional = any(problem.optional(t) for t in tasks)
    for i, t in enumerate(problem.tasks[t] for t in tasks):
        prize = 1
        if t.prize_mc == NEVER:
            prize = (_OWED if some_optional else 1) * (weights or {}).get(tasks[i], 1)
        place[i] = (t.opens_s, t.closes_s, t.service_s, *t.load, prize, place["name"][i])
    vehicle = np.zeros(len(slots), dtype=VEHICLE)
    for r, slot in enumerate(slots):
        rest = problem.tasks[slot.rest] if slot.rest != NONE else None
        trip = problem.tasks[slot.trip] if slot.trip != NONE else None
        vehicle[r] = (
            place_of[slot.start_node],
            place_of[ends[r]],
            slot.ready_s,
            _latest(slot),
            *slot.capacity,
            min(slot.range_m, FAR),
            problem.second_price_mc(r),
            slot.metre_mc,
            place_of[trip.node] if trip else -1,
            trip.service_s if trip else 0,
            rest.opens_s if rest else 0,
            rest.closes_s if rest else 0,
            rest.service_s if rest else -1,
        )
    served = np.array([able[t] for t in tasks], dtype=np.int8).reshape(size, len(slots))
    model = Model(
        size,
        place,
        vehicle,
        way,
        served,
        _near(seconds[:size, :size].astype(np.int64)),
        _close(seconds[:size, :size].astype(np.int64), place[:size]),
        _ranks(problem, tasks, served, seconds[size:, :size].min(axis=0)),
        _tolls(problem, tasks),
    )
    return Numbered(problem, model, tasks)


def _tolls(problem: Problem, tasks: Sequence[int]) -> I32:
    if problem.toll_mc is None:
        return np.zeros((len(tasks), len(problem.slots)), dtype=np.int32)
    return np.ascontiguousarray(problem.toll_mc[:, list(tasks)].T.astype(np.int32))


def _latest(slot: Slot) -> int:
    """Return when a vehicle has to be back: a duty counts from the beginning of its shift here."""
    duty_s = NEVER if slot.limits is None else slot.limits.duty_s
    return min(slot.latest_return_s, slot.ready_s + duty_s)


def _near(seconds: I64) -> I32:
    there_and_back: I64 = seconds + seconds.T
    np.fill_diagonal(there_and_back, -1)
    return np.argsort(there_and_back, axis=1, kind="stable")[:, :_NEAR].astype(np.int32)


def _close(seconds: I64, place: Records) -> I32:
    """Return for each customer who may come right before or after with little driving and waiting.

    Closeness as in Vidal et al. (2013): travel, a fifth of the waiting that cannot be avoided, and
    all of the lateness.
    """
    opens: I64 = place["opens"]
    closes: I64 = place["closes"]
    service: I64 = place["service"]
    waits = np.maximum(0, opens[None, :] - (closes + service)[:, None] - seconds)
    late = np.maximum(0, (opens + service)[:, None] + seconds - closes[None, :])
    one_way: I64 = seconds + waits // 5 + late
    either = np.minimum(one_way, one_way.T)
    np.fill_diagonal(either, -1)
    return np.argsort(either, axis=1, kind="stable")[:, 1 : 1 + _CLOSE].astype(np.int32)


def _ranks(problem: Problem, tasks: Sequence[int], able: NDArray[np.int8], far: I32) -> I64:
    """Return what to sort by when customers go in: those of lowest rank first.

    Some orders are listed twice because they are drawn more often.
    """
    opens, closes = problem.opens[list(tasks)], problem.closes[list(tasks)]
    width, distance = closes - opens, far.astype(np.int64)
    most = np.array([s.capacity for s in problem.slots], dtype=np.int64).max(axis=0)
    bulk = (problem.load[list(tasks)] * 1_000_000 // np.maximum(1, most)).max(axis=1)
    scarce = able.sum(axis=1, dtype=np.int64) * FAR + width
    none = np.zeros_like(width)
    slow = -problem.service[list(tasks)]
    return np.stack(
        [
            none,
            none,
            -bulk,
            -distance,
            -distance,
            distance,
            width,
            width,
            closes,
            scarce,
            scarce,
            slow,
        ]
    )
