"""Goods change hands between two riders who both drive: who gives what to whom, where and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from core.domain.day import Day, GoodsAt
from core.domain.ids import MeetingId, OrderId, StopId, VehicleId
from core.domain.option import Meeting, NewRoute
from core.domain.plan import Stop, StopKind
from core.domain.time import seconds_between
from core.routing.build import rest_of_day
from core.routing.materialise import stops_of
from core.routing.meet import LONGEST_WAIT_S, Rendezvous, rendezvous, with_tasks
from core.routing.moved import disturbed, moved_stops
from core.routing.pool import SolverPool
from core.routing.problem import Problem, Sequences, Task
from core.routing.repair import Repaired
from core.routing.search import Search
from core.routing.timetable import retimed
from core.routing.walk import IMPOSSIBLE, of_slot
from core.travel.protocol import TravelTimes

ENGINE = "exchange-1"
# How many consecutive stops may change hands.
LENGTHS = (1, 2, 3, 4, 5, 6, 8, 10)
# Blocks of stops whose absence helps the giver most are tried at every place of the taker.
BLOCKS = 8
# Exchanges that are searched on from: the cheapest of all meetings with all takers.
MOST_FOUND = 2


@dataclass(frozen=True, slots=True)
class _Trial:
    """One exchange before search: the problem with its meeting, and both tails after it."""

    problem: Problem
    giver: int
    taker: int
    meeting: int
    rows: Sequences
    cost_mc: int


def exchanges(
    day: Day,
    travel: TravelTimes,
    now: datetime,
    giver: VehicleId,
    takers: Sequence[VehicleId],
    *,
    moved_stop_cents: int,
    seed: int,
    iterations: int = 0,
    longest_wait_s: int = LONGEST_WAIT_S,
    pool: SolverPool | None = None,
) -> tuple[Repaired, ...]:
    """Return ways for one rider to hand goods on board to one of others, the cheapest first.

    Both drive to a meeting after their frozen stops; what comes before it stays as it is, what
    comes after is searched on both routes. None costs more than keeping both routes. The work is
    bounded by counts, so equal inputs give equal answers.
    """
    trials = [
        trial
        for taker in takers
        for trial in _trials(day, travel, now, giver, taker, moved_stop_cents, longest_wait_s)
    ]
    trials.sort(key=lambda t: t.cost_mc)
    found: list[Repaired] = []
    for trial in trials[:MOST_FOUND]:
        args = (trial.problem, trial.rows, moved_stop_cents * 1000, seed, iterations)
        rows = tails(*args) if pool is None else pool.run(tails, *args)
        made = _made(day, travel, now, trial, rows, longest_wait_s)
        if made is not None:
            found.append(made)
    return tuple(sorted(found, key=lambda r: (r.cost_cents, r.moved)))


def tails(
    problem: Problem, rows: Sequences, moved_mc: int, seed: int, iterations: int
) -> Sequences:
    """Search both routes after their meeting. Runs in any process."""
    return Search(problem, (), moved_mc).run(rows, seed=seed, iterations=iterations)


def _trials(
    day: Day,
    travel: TravelTimes,
    now: datetime,
    giver: VehicleId,
    taker: VehicleId,
    moved_stop_cents: int,
    longest_wait_s: int,
) -> list[_Trial]:
    """Return the best exchange at each of the few best meetings with one taker, as a gain over
    keeping both routes."""
    problem = rest_of_day(day, travel, now, vehicle_ids=(giver, taker))
    if len(problem.slots) != 2:
        return []
    slot, other = problem.slot_of(giver), problem.slot_of(taker)
    goods = _on_board(day, problem, slot, other)
    if not goods:
        return []
    duration_s = day.rules.thresholds.meeting_s
    keeping = sum(int(of_slot(problem, s, [problem.slots[s].sequence]).key[0]) for s in (0, 1))
    found: list[_Trial] = []
    for meeting in rendezvous(problem, slot, other, duration_s, longest_wait_s):
        met = _with_meeting(problem, slot, other, meeting, goods, duration_s)
        best = _best_block(met, slot, other, goods, moved_stop_cents * 1000)
        if best is not None and best[0] < keeping:
            rows, cost = best[1], best[0] - keeping
            found.append(_Trial(met, slot, other, len(met.tasks) - 2, rows, cost))
    return found


def _on_board(day: Day, problem: Problem, giver: int, taker: int) -> frozenset[int]:
    """Return the deliveries whose goods the giver carries and the taker could bring."""
    vehicle_id = problem.slots[giver].vehicle_id
    return frozenset(
        t
        for t in problem.slots[giver].sequence
        if (order_id := problem.tasks[t].order_id) is not None
        and day.orders[order_id].open
        and day.orders[order_id].goods is GoodsAt.VEHICLE
        and day.orders[order_id].vehicle_id == vehicle_id
        and problem.fits_features(taker, t)
    )


def _with_meeting(
    problem: Problem,
    giver: int,
    taker: int,
    meeting: Rendezvous,
    goods: frozenset[int],
    duration_s: int,
) -> Problem:
    """Return the problem with the meeting in both routes, everything up to it frozen.

    Its two tasks come last, the giver's first; the taker gets at the goods there.
    """
    task = Task(StopKind.MEET, meeting.node, duration_s, opens_s=meeting.at_s)
    made = with_tasks(problem, [task, task])
    at_giver, at_taker = len(problem.tasks), len(problem.tasks) + 1
    pickup = made.pickup.copy()
    slots = list(made.slots)
    for slot, place, number in (
        (giver, meeting.giver_place, at_giver),
        (taker, meeting.taker_place, at_taker),
    ):
        row = slots[slot].sequence
        frozen = (*slots[slot].frozen, *row[:place], number)
        slots[slot] = replace(slots[slot], frozen=frozen, sequence=row[place:])
    for order in goods:
        pickup[taker, order] = at_taker
    return replace(made, slots=tuple(slots), pickup=pickup)


def _best_block(
    problem: Problem, giver: int, taker: int, goods: frozenset[int], moved_mc: int
) -> tuple[int, Sequences] | None:
    """Return the cost of both routes with the best block of consecutive stops handed over, and
    their tails; None where no block fits."""
    row, tail = problem.slots[giver].sequence, problem.slots[taker].sequence
    blocks = [
        (first, size)
        for size in LENGTHS
        for first in range(len(row) - size + 1)
        if all(t in goods for t in row[first : first + size])
    ]
    if not blocks:
        return None
    less = [(*row[:f], *row[f + n :]) for f, n in blocks]
    spared = of_slot(problem, giver, less).key + np.array([n * moved_mc for _, n in blocks])
    chosen = [int(b) for b in np.argsort(spared, kind="stable")[:BLOCKS]]
    asked = [(b, place) for b in chosen for place in range(len(tail) + 1)]
    handed = [row[first : first + size] for first, size in blocks]
    more = [(*tail[:place], *handed[b], *tail[place:]) for b, place in asked]
    total = of_slot(problem, taker, more).key + spared[[b for b, _ in asked]]
    at = int(np.argmin(total))
    if int(total[at]) >= IMPOSSIBLE // 2:
        return None
    rows: list[tuple[int, ...]] = [(), ()]
    rows[giver], rows[taker] = less[asked[at][0]], more[at]
    return int(total[at]), tuple(rows)


def _made(
    day: Day,
    travel: TravelTimes,
    now: datetime,
    trial: _Trial,
    rows: Sequences,
    longest_wait_s: int,
) -> Repaired | None:
    """Return both routes with expected times and the meeting that couples them.

    None where search gave everything back, or where expected times let one wait too long.
    """
    problem = trial.problem
    giver, taker = (problem.slots[s].vehicle_id for s in (trial.giver, trial.taker))
    meeting_id = MeetingId(f"{giver}-{taker}-{now:%H%M%S}")
    given = _given(problem, trial, rows[trial.taker])
    if not given:
        return None
    sides = {
        giver: _side(day, problem, trial.giver, rows, meeting_id, taker, gives=given),
        taker: _side(day, problem, trial.taker, rows, meeting_id, giver, takes=given),
    }
    alone = {v: retimed(day, v, s, travel, now, None, {meeting_id: now}) for v, s in sides.items()}
    there = [_at(change, meeting_id).arrive_at for change in alone.values()]
    if seconds_between(min(there), max(there)) > longest_wait_s:
        return None
    together = {meeting_id: max(there)}
    changes = tuple(
        _agreed(retimed(day, v, s, travel, now, None, together), meeting_id, max(there))
        for v, s in sides.items()
    )
    stop = _at(changes[0], meeting_id)
    meeting = Meeting(meeting_id, stop.point, max(there), giver, taker, given, stop.service_s)
    cost = sum(int(of_slot(problem, s, [r]).cost_mc[0]) for s, r in enumerate(rows))
    return Repaired(
        changes=changes,
        meetings=(meeting,),
        moved=len(moved_stops(day, changes)),
        drivers=disturbed(day, changes),
        unserved=(),
        cost_cents=round(cost / 1000),
        engine=ENGINE,
    )


def _given(problem: Problem, trial: _Trial, row: Sequence[int]) -> tuple[OrderId, ...]:
    """Return the orders that the taker's tail brings from the meeting."""
    return tuple(
        order_id
        for t in row
        if int(problem.pickup[trial.taker, t]) == trial.meeting + 1
        and (order_id := problem.tasks[t].order_id) is not None
    )


def _side(
    day: Day,
    problem: Problem,
    slot: int,
    rows: Sequences,
    meeting_id: MeetingId,
    other: VehicleId,
    *,
    gives: tuple[OrderId, ...] = (),
    takes: tuple[OrderId, ...] = (),
) -> tuple[Stop, ...]:
    """Return one side's stops, the meeting among them with what it gives or takes there."""
    new = {
        number: (meeting_id, other)
        for number in problem.slots[slot].frozen
        if problem.tasks[number].kind is StopKind.MEET and problem.tasks[number].stop is None
    }
    vehicle_id = problem.slots[slot].vehicle_id
    return tuple(
        replace(
            s,
            stop_id=StopId(f"meet:{meeting_id}:{vehicle_id}"),
            meets=other,
            gives=gives,
            takes=takes,
        )
        if s.meeting_id == meeting_id
        else s
        for s in stops_of(day, problem, slot, rows[slot], new)
    )


def _at(change: NewRoute, meeting_id: MeetingId) -> Stop:
    return next(s for s in change.stops if s.meeting_id == meeting_id)


def _agreed(change: NewRoute, meeting_id: MeetingId, at: datetime) -> NewRoute:
    """Return the route with the agreed time on its meeting: whoever is first waits until then."""
    stops = tuple(
        replace(s, arrive_at=at) if s.meeting_id == meeting_id else s for s in change.stops
    )
    return replace(change, stops=stops)
