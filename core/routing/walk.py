"""Exact propagation of many candidate routes at once, with every limit they touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from core.routing.cost import lateness_mc
from core.routing.docks import releases
from core.routing.limits import limits_over_s
from core.routing.loading import loads
from core.routing.opening import waited
from core.routing.problem import NEVER, Ints, Problem
from core.routing.working import uneven_mc, worked_s

Bools = NDArray[np.bool_]

IMPOSSIBLE = 2**60
"""Cost of a route that breaks a limit, above every real one."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Row by row what happens; rows are candidate routes, columns their tasks."""

    who: Ints
    seqs: Ints
    arrive: Ints
    start: Ints
    leave: Ints
    end_s: Ints
    metres: Ints
    late_s: Ints
    """Seconds of lateness, summed over soft windows."""
    window_over_s: Ints
    """The worst start after a hard window."""
    shift_over_s: Ints
    range_over_m: Ints
    rest_over_s: Ints
    hours_over_s: Ints
    """Seconds by which tasks begin after the last moment that doors and zones allow, summed."""
    driving_over_s: Ints
    """At the wheel, in all or without a rest: the worse of the two."""
    duty_over_s: Ints
    release_over_s: Ints
    """How long goods of the first load are not ready yet when it begins."""
    load_over: Ints
    """(rows, 3): by how much the fullest moment exceeds the capacity."""
    pickups_ok: Bools
    cost_mc: Ints

    @property
    def feasible(self) -> Bools:
        return (
            (self.window_over_s <= 0)
            & (self.shift_over_s <= 0)
            & (self.range_over_m <= 0)
            & (self.rest_over_s <= 0)
            & (self.hours_over_s <= 0)
            & (self.driving_over_s <= 0)
            & (self.duty_over_s <= 0)
            & (self.release_over_s <= 0)
            & (self.load_over <= 0).all(axis=1)
            & self.pickups_ok
        )

    @property
    def past_mending(self) -> Bools:
        """Whether it breaks a limit that no rest can mend: one only makes everything later."""
        return (
            (self.window_over_s > 0)
            | (self.shift_over_s > 0)
            | (self.range_over_m > 0)
            | (self.hours_over_s > 0)
            | (self.duty_over_s > 0)
            | (self.release_over_s > 0)
            | (self.load_over > 0).any(axis=1)
            | ~self.pickups_ok
        )

    @property
    def key(self) -> Ints:
        """Cost, or IMPOSSIBLE plus cost where a limit is broken."""
        return np.where(self.feasible, self.cost_mc, self.cost_mc + IMPOSSIBLE)


_ALONE: WeakKeyDictionary[Problem, dict[tuple[int, tuple[int, ...]], Walk]] = WeakKeyDictionary()
"""Single rows that were walked, by their slot, as long as their problem is in use."""
_MOST_ALONE = 2_000
"""Rows of a problem that are remembered: of a few kilobytes each."""


def padded(problem: Problem, slot: int, rows: Sequence[Sequence[int]], width: int = 0) -> Ints:
    """Return rows of tasks of one slot as an array, filled up with the end of its route."""
    width = max([width, *(len(r) + 1 for r in rows)])
    out = np.full((len(rows), width), problem.slots[slot].end_task, dtype=np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out


def walk(problem: Problem, who: Ints, seqs: Ints) -> Walk:
    """Walk every row from where its vehicle is free to the end of its route."""
    slots = problem.slots
    rows, width = seqs.shape
    table = {
        name: np.array([getattr(s, name) for s in slots], dtype=np.int64)[who]
        for name in ("start_node", "ready_s", "latest_return_s", "range_m", "full_m", "rest_over_s")
    }
    node_of, service, opens = problem.node[seqs], problem.service[seqs], problem.opens[seqs]
    flat_s, flat_m, size = problem.seconds.ravel(), problem.metres.ravel(), len(problem.points)
    arrive, start = np.empty_like(seqs), np.empty_like(seqs)
    waits, first = releases(problem, who, seqs)
    at, clock = table["start_node"], table["ready_s"]
    metres = np.zeros(rows, dtype=np.int64)
    gains: Ints = problem.charge_m[seqs]
    left, least, charging = table["range_m"], table["range_m"], bool(gains.any())
    rests, hours, pace = bool((node_of < 0).any()), problem.openings, problem.pace
    gaps = [None] * width if hours is None else hours.gaps_of(who, seqs)
    for i in range(width):
        to = node_of[:, i]
        if rests:
            to = np.where(to < 0, at, to)
        leg = at * size + to
        metres += flat_m[leg]
        if charging:
            left = left - flat_m[leg]
            least = np.minimum(least, left)
            left = np.maximum(left, np.minimum(left + gains[:, i], table["full_m"]))
        drive = flat_s[leg]
        arrive[:, i] = clock + (drive if pace is None else pace.lasts(drive, clock))
        start[:, i] = np.maximum(arrive[:, i], opens[:, i])
        if waits is not None:
            start[:, i] = np.maximum(start[:, i], waits[:, i])
        gap = gaps[i]
        if gap is not None:
            start[:, i] = waited(gap, start[:, i])
        clock = start[:, i] + service[:, i]
        at = to
    release_over = np.full(rows, -NEVER, dtype=np.int64) if first is None else first
    over = start - problem.closes[seqs]
    hard = problem.hard[seqs]
    soft_price = problem.late_mc[seqs]
    late = lateness_mc(over, soft_price).sum(axis=1)
    rest = problem.is_rest[seqs]
    rest_over = np.where(rest, np.maximum(over, 0), 0).sum(axis=1) - table["rest_over_s"]
    metre_mc = np.array([s.metre_mc for s in slots], dtype=np.int64)[who]
    hours_over = np.zeros(rows, dtype=np.int64)
    if hours is not None:
        hours_over = hours.over_s(who[:, None], seqs, start).sum(axis=1)
    driving_over, duty_over = limits_over_s(problem, who, seqs, arrive, start)
    cost = (clock - table["ready_s"]) * problem.driver_mc_per_s + metres * metre_mc + late
    load_over, pickups_ok = loads(problem, who, seqs)
    return Walk(
        who=who,
        seqs=seqs,
        arrive=arrive,
        start=start,
        leave=start + service,
        end_s=clock,
        metres=metres,
        late_s=np.where(soft_price > 0, np.maximum(over, 0), 0).sum(axis=1),
        window_over_s=np.where(hard, over, 0).max(axis=1),
        shift_over_s=clock - table["latest_return_s"],
        range_over_m=-least if charging else metres - table["range_m"],
        rest_over_s=rest_over,
        hours_over_s=hours_over,
        driving_over_s=driving_over,
        duty_over_s=duty_over,
        release_over_s=release_over,
        load_over=load_over,
        pickups_ok=pickups_ok,
        cost_mc=cost
        + _of_vehicles(problem, who, seqs, clock - table["ready_s"])
        + _of_people(problem, who, seqs, arrive, start),
    )


def _of_people(problem: Problem, who: Ints, seqs: Ints, arrive: Ints, start: Ints) -> Ints | int:
    """Return what stops outside a territory cost, ways that have a price, and working longer than
    the others do."""
    cost = 0 if problem.toll_mc is None else problem.toll_mc[who[:, None], seqs].sum(axis=1)
    if problem.prices_ways:
        cost = cost + problem.way_mc[seqs].sum(axis=1)
    if problem.even is None or problem.even.mean_s is None:
        return cost
    work_s = worked_s(problem, who, seqs, arrive, start)
    return cost + uneven_mc(problem.even, work_s, problem.even.mean_s)


def _of_vehicles(problem: Problem, who: Ints, seqs: Ints, under_way_s: Ints) -> Ints:
    """Return what vehicles cost by the hour, and for being used at all."""
    slots = problem.slots
    if not any(s.second_mc or s.fixed_mc for s in slots):
        return np.zeros_like(under_way_s)
    second, fixed, ends = (
        np.array([getattr(s, name) for s in slots], dtype=np.int64)[who]
        for name in ("second_mc", "fixed_mc", "end_task")
    )
    used = ((seqs != ends[:, None]) & ~problem.is_rest[seqs]).any(axis=1)
    return under_way_s * second + np.where(used, fixed, 0)


def with_rest(
    problem: Problem, who: Ints, seqs: Ints, *, hopeless: bool = True
) -> tuple[Walk, Ints]:
    """Walk every row with its rest at the best place; also return which input row each one is.

    A rest is worth trying wherever the vehicle is free inside the rest's window, and at the last
    moment before it opens. Rows come back one for each input row, in order. Without `hopeless` a
    row that breaks a limit with no rest in it at all gets its rest anywhere.
    """
    rest = np.array([s.rest for s in problem.slots], dtype=np.int64)[who]
    if (rest < 0).all():
        return walk(problem, who, seqs), np.arange(len(seqs))
    wide = np.concatenate([seqs, seqs[:, -1:]], axis=1)
    rows, places = _rest_places(problem, who, seqs, rest, hopeless=hopeless)
    columns: Ints = np.arange(wide.shape[1], dtype=np.int64)
    source: Ints = columns[None, :] - (columns[None, :] > places[:, None])
    source = np.where(places[:, None] < 0, columns[None, :], source)
    trial = wide[rows[:, None], source]
    owed = places >= 0
    trial[np.nonzero(owed)[0], places[owed]] = rest[rows[owed]]
    walked = walk(problem, who[rows], trial)
    order = np.lexsort((places, walked.key, rows))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = rows[order][1:] != rows[order][:-1]
    best = order[first]
    return take(walked, best), rows[best]


def _rest_places(
    problem: Problem, who: Ints, seqs: Ints, rest: Ints, *, hopeless: bool
) -> tuple[Ints, Ints]:
    base = walk(problem, who, seqs)
    ready = np.array([s.ready_s for s in problem.slots], dtype=np.int64)[who]
    frozen = np.array([len(s.frozen) for s in problem.slots], dtype=np.int64)[who]
    ends = np.array([s.end_task for s in problem.slots], dtype=np.int64)[who]
    length = (seqs != ends[:, None]).sum(axis=1)
    free = np.concatenate([ready[:, None], base.leave], axis=1)
    columns: Ints = np.arange(free.shape[1], dtype=np.int64)[None, :]
    allowed: Bools = (columns >= frozen[:, None]) & (columns <= length[:, None])
    opens, closes = problem.opens[rest][:, None], problem.closes[rest][:, None]
    inside: Bools = allowed & (free > opens) & (free <= closes)
    early: Bools = allowed & (free <= opens)
    last: Ints = np.where(early, columns, -1).max(axis=1)
    inside |= (columns == last[:, None]) & early
    lost: Bools = np.logical_not(inside.any(axis=1))
    if not hopeless:
        lost |= base.past_mending
    inside[lost] = columns[0] == frozen[lost][:, None]
    inside[rest < 0] = columns[0] == 0
    rows, places = np.nonzero(inside)
    return rows, np.where(rest[rows] < 0, -1, places)


def take(walked: Walk, rows: Ints | slice) -> Walk:
    """Return the chosen rows."""
    return Walk(*(getattr(walked, name)[rows] for name in Walk.__slots__))


def of_slot(problem: Problem, slot: int, rows: Sequence[Sequence[int]]) -> Walk:
    """Walk candidate orders of the movable part of one slot, rest placed, frozen part in front.

    One row alone is walked once: much asks again and again for the routes as they are. Nobody
    changes what a walk says.
    """
    if len(rows) != 1:
        return _of_slot(problem, slot, rows)
    known, row = _ALONE.setdefault(problem, {}), (slot, tuple(rows[0]))
    found = known.get(row)
    if found is None:
        if len(known) >= _MOST_ALONE:
            known.clear()
        found = known[row] = _of_slot(problem, slot, rows)
    return found


def _of_slot(problem: Problem, slot: int, rows: Sequence[Sequence[int]]) -> Walk:
    frozen = problem.slots[slot].frozen
    seqs = padded(problem, slot, [(*frozen, *row) for row in rows])
    return with_rest(problem, np.full(len(rows), slot, dtype=np.int64), seqs)[0]


def of_slots(
    problem: Problem, rows: Sequence[tuple[int, Sequence[int]]], *, hopeless: bool = True
) -> Walk:
    """Like `of_slot`, for candidates of several slots in one go; `hopeless` as in `with_rest`."""
    slots = problem.slots
    full = [(*slots[s].frozen, *row) for s, row in rows]
    width = max(len(r) for r in full) + 1
    seqs = np.empty((len(full), width), dtype=np.int64)
    for i, (row, (slot, _)) in enumerate(zip(full, rows, strict=True)):
        seqs[i, : len(row)] = row
        seqs[i, len(row) :] = slots[slot].end_task
    who = np.array([s for s, _ in rows], dtype=np.int64)
    return with_rest(problem, who, seqs, hopeless=hopeless)[0]


def tasks_of_row(problem: Problem, walked: Walk, row: int) -> tuple[int, ...]:
    """Return the tasks of one row, rest included, end left out."""
    end = problem.slots[int(walked.who[row])].end_task
    return tuple(int(t) for t in walked.seqs[row] if t != end)
