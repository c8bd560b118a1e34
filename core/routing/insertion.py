"""Every vehicle and every place for one order: what it would cost, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from core.domain.alternative import FIRST
from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.option import NewRoute
from core.domain.plan import Refusal
from core.domain.position import Positions
from core.routing.build import rest_of_day
from core.routing.charging import with_charging
from core.routing.explain import explain, no_address, not_here, vehicle_down
from core.routing.materialise import stops_of
from core.routing.pairs import pair_rows, sender_of
from core.routing.problem import ELSEWHERE, NONE, Ints, Problem
from core.routing.timetable import retimed
from core.routing.walk import IMPOSSIBLE, Bools, of_slot, of_slots
from core.routing.ways import day_of, in_this_way
from core.travel.protocol import TravelTimes


@dataclass(frozen=True, slots=True)
class Candidate:
    """The cheapest place for the order on one vehicle."""

    vehicle_id: VehicleId
    position: int
    """Of the delivery among the remaining stops."""
    new_route: NewRoute
    delta_cents: int
    delta_drive_s: int
    """Seconds by which the vehicle returns later."""
    added_late_s: int
    """Seconds of lateness that other promises of the route gain."""
    way: str = FIRST
    """In which of its ways the order is served."""


def insertions(
    day: Day,
    order_id: OrderId,
    travel: TravelTimes,
    now: datetime,
    *,
    vehicle_ids: Sequence[VehicleId] | None = None,
    positions: Positions | None = None,
    problem: Problem | None = None,
    late_ok: bool = False,
    way: str | None = None,
) -> tuple[Candidate | Refusal, ...]:
    """Return one answer for each vehicle with a route: candidates first, cheapest first; each by
    the cheapest way of the order.

    The order's own window is hard unless `late_ok`; lateness of others is priced and reported. A
    vehicle on the road fetches goods from the depot first. `problem` may be one prepared by
    `build.rest_of_day` with this order among its orphans. `way` asks for one of its ways alone.
    """
    state = day.orders[order_id]
    chosen = sorted(day.routes) if vehicle_ids is None else sorted(set(vehicle_ids))
    if state.order.point is None:
        return (no_address(order_id),)
    made = problem or rest_of_day(
        day, travel, now, positions, vehicle_ids=chosen, orphan_ids=(order_id,)
    )
    slots = {s.vehicle_id: i for i, s in enumerate(made.slots)}
    answers: list[Candidate | Refusal] = [vehicle_down(day, v) for v in chosen if v not in slots]
    ways = made.ways_of(made.task_of(order_id))
    if way is not None:
        ways = tuple(t for t in ways if made.tasks[t].way == way)
    if not ways:
        return (no_address(order_id),)
    trials: list[tuple[int, tuple[int, ...]]] = []
    for slot in (slots[v] for v in chosen if v in slots):
        able = [way for way in ways if made.fits_features(slot, way)]
        if int(made.pickup[slot, ways[0]]) == ELSEWHERE:
            answers.append(not_here(day, made, slot, order_id))
        elif not able:
            answers.append(_refused(day, made, slot, ways, ()))
        else:
            present = made.slots[slot].sequence
            trials += [(slot, row) for way in able for row in placements(made, slot, present, way)]
    trials += with_charging(made, trials)
    found = _choose(made, ways, trials, late_ok=late_ok) if trials else []
    for slot, row, delta_mc, back_s, late_s in found:
        if row is None:
            rows = [r for s, r in trials if s == slot]
            answers.append(_refused(day, made, slot, ways, rows))
            continue
        vehicle_id = made.slots[slot].vehicle_id
        route = retimed(day, vehicle_id, stops_of(day, made, slot, row), travel, now, positions)
        place = [s.order_id for s in route.stops].index(order_id)
        way = route.stops[place].way
        cents = round(delta_mc / 1000)
        answers.append(Candidate(vehicle_id, place, route, cents, back_s, late_s, way))
    return tuple(sorted(answers, key=_rank))


def _refused(
    day: Day, made: Problem, slot: int, ways: Sequence[int], rows: Sequence[tuple[int, ...]]
) -> Refusal:
    """Return why a vehicle takes an order in none of its ways, the first way's reason first."""
    found: list[Refusal] = []
    for way in ways:
        tried = [row for row in rows if way in row]
        why = explain(day_of(day, made, way), made, slot, way, tried)
        found.append(in_this_way(why, made.tasks[way], made.tasks[ways[0]]))
    return replace(found[0], sentence="; ".join(r.sentence for r in found))


PICKUP_PLACES = 6
"""Places of a long route that are tried for fetching goods: the shortest detours."""


def placements(
    problem: Problem, slot: int, route: tuple[int, ...], task: int, near: int | None = None
) -> list[tuple[int, ...]]:
    """Return the route with the delivery at every place, its pickup before it where one is due.

    Goods are fetched where that is a short detour; every place is tried on a short route. `near`
    limits the places of the delivery to so many short detours.
    """
    pickup = int(problem.pickup[slot, task])
    if pickup not in problem.slots[slot].frozen and sender_of(problem, slot, task) != NONE:
        return pair_rows(problem, slot, route, task)
    every = _by_detour(problem, slot, route, task, near)
    if pickup < 0 or pickup in problem.slots[slot].frozen:
        return [(*route[:i], task, *route[i:]) for i in every]
    if pickup in route:
        first = route.index(pickup) + 1
        places = [i for i in every if i >= first] or [first]
        return [(*route[:i], task, *route[i:]) for i in places]
    trials: list[tuple[int, ...]] = []
    for i in _by_detour(problem, slot, route, pickup, PICKUP_PLACES):
        places = dict.fromkeys([i, *(j for j in every if j >= i)])
        trials += [(*route[:i], pickup, *route[i:j], task, *route[j:]) for j in places]
    return trials


def _by_detour(
    problem: Problem, slot: int, route: tuple[int, ...], task: int, most: int | None
) -> list[int]:
    """Return the places for a task in a route, in order; only the shortest detours if limited."""
    if most is None or len(route) < most:
        return list(range(len(route) + 1))
    who = problem.slots[slot]
    held = [int(problem.node[t]) for t in who.frozen if int(problem.node[t]) >= 0]
    stops = [int(problem.node[t]) for t in route]
    free = held[-1] if held else who.start_node
    nodes: Ints = np.array([free, *stops, problem.node[who.end_task]], dtype=np.int64)
    at = int(problem.node[task])
    seconds = problem.seconds
    detour: Ints = seconds[nodes[:-1], at] + seconds[at, nodes[1:]] - seconds[nodes[:-1], nodes[1:]]
    return sorted(int(i) for i in np.argsort(detour, kind="stable")[:most])


def _choose(
    problem: Problem,
    ways: Sequence[int],
    trials: Sequence[tuple[int, tuple[int, ...]]],
    *,
    late_ok: bool,
) -> list[tuple[int, tuple[int, ...] | None, int, int, int]]:
    walked = of_slots(problem, trials)
    slots = dict.fromkeys(s for s, _ in trials)
    own_late = np.zeros(len(trials), dtype=np.int64)
    for door in {*ways, *(sender_of(problem, s, ways[0]) for s in slots)} - {NONE}:
        own: Bools = walked.seqs == door
        late = np.where(own, walked.start - problem.closes[door], 0).sum(axis=1)
        own_late += np.maximum(late, 0)
    key = walked.key
    if not late_ok:
        key = np.where(own_late > 0, key + IMPOSSIBLE, key)
    found: list[tuple[int, tuple[int, ...] | None, int, int, int]] = []
    for slot in sorted({s for s, _ in trials}):
        rows = [i for i, (s, _) in enumerate(trials) if s == slot]
        best = rows[int(np.argmin(key[rows]))]
        if int(key[best]) >= IMPOSSIBLE // 2:
            found.append((slot, None, 0, 0, 0))
            continue
        before = of_slot(problem, slot, [problem.slots[slot].sequence])
        added = int(walked.late_s[best] - own_late[best] - before.late_s[0])
        delta = int(walked.cost_mc[best] - before.cost_mc[0])
        back = int(walked.end_s[best] - before.end_s[0])
        found.append((slot, trials[best][1], delta, back, max(0, added)))
    return found


def _rank(answer: Candidate | Refusal) -> tuple[bool, int, str]:
    if isinstance(answer, Candidate):
        return (False, answer.delta_cents, answer.vehicle_id)
    return (True, 0, answer.vehicle_id or "")


__all__ = ["Candidate", "insertions", "placements"]
