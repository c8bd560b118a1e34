"""A day in progress in the numbers of the mid-day search."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.context import key_seed
from core.domain.plan import StopKind
from core.routing.cost import lateness_mc
from core.routing.midday.model import (
    AT_START,
    CUSTOMER,
    ELSEWHERE,
    FAR,
    FETCH,
    FIXED,
    I32,
    I64,
    ON_BOARD,
    PLACE,
    REST,
    VEHICLE,
    Model,
    Records,
    Routes,
    empty_routes,
)
from core.routing.problem import ELSEWHERE as NOWHERE
from core.routing.problem import NEVER, NONE, Problem, Sequences

_NEAR = 250
KEPT = 1000
"""What a stop that has its place weighs against one that has to find one."""


@dataclass(frozen=True)
class Numbered:
    """A problem in the search's numbers."""

    problem: Problem
    model: Model
    tasks: tuple[int, ...]
    """The task of each place."""
    frozen_mc: int
    """What the frozen parts cost."""

    def width(self, rows: Sequences) -> int:
        """Return how many columns routes that begin with such rows may need."""
        count = len(self.tasks)
        spread = 3 * count // len(rows) + 40
        return min(count, max(spread, max(len(r) for r in rows) + 40)) + 8

    def routes(self, rows: Sequences, width: int = 0) -> Routes:
        """Return rows of tasks, rests among them, as routes; their times are not worked out yet."""
        number = {t: i for i, t in enumerate(self.tasks)}
        made = empty_routes(self.model, width or self.width(rows))
        for r, row in enumerate(rows):
            made.stop["place"][r, 1 : len(row) + 1] = [number[t] for t in row]
            made.route["size"][r] = len(row)
        return made


def numbered(
    problem: Problem, orphans: Sequence[int], moved_mc: int = 0, *, kept: int = KEPT
) -> Numbered:
    """Return the search's view of a problem; `orphans` are tasks that no route has to keep."""
    slots = problem.slots
    frozen = {t for s in slots for t in s.frozen}
    customers = [i for i, t in enumerate(problem.tasks) if t.order_id is not None]
    customers = [t for t in customers if t not in frozen]
    own = [_extras(problem, s, customers) for s in range(len(slots))]
    tasks = (*customers, *(t for extras in own for t in extras))
    number = {t: i for i, t in enumerate(tasks)}
    place = np.zeros(len(tasks), PLACE)
    free = frozenset(orphans)
    home = {t: (s, i) for s, x in enumerate(slots) for i, t in enumerate(x.sequence)}
    for i, t in enumerate(tasks):
        _fill(problem, place[i], t, CUSTOMER if i < len(customers) else FIXED)
        place["home"][i], place["rank"][i] = home.get(t, NOT_HOME) if t not in free else NOT_HOME
        place["prize"][i] = 1 if t in free or t not in home else kept
    vehicle = np.zeros(len(slots), VEHICLE)
    at, frozen_mc = len(customers), 0
    for s, extras in enumerate(own):
        frozen_mc += _free_at(problem, s, vehicle[s])
        vehicle["extras"][s], vehicle["extras_end"][s] = at, at + len(extras)
        at += len(extras)
        for t in extras:
            fetches = bool((problem.pickup[s, customers] == t).any())
            place["kind"][number[t]] = FETCH if fetches else FIXED
        if slots[s].rest != NONE:
            rest = place[number[slots[s].rest]]
            rest["kind"] = REST
            rest["closes"] = problem.tasks[slots[s].rest].closes_s + slots[s].rest_over_s
    seconds = np.minimum(problem.seconds, FAR // 64).astype(np.int32)
    metres = seconds
    if problem.metres is not problem.seconds:
        metres = np.minimum(problem.metres, FAR // 64).astype(np.int32)
    seconds_to = np.ascontiguousarray(seconds.T)
    metres_to = seconds_to if metres is seconds else np.ascontiguousarray(metres.T)
    source = _sources(problem, customers, number, home)
    model = Model(
        len(customers),
        moved_mc,
        place,
        vehicle,
        seconds,
        seconds_to,
        metres,
        metres_to,
        source,
        _near(problem, customers),
        _ranks(place[: len(customers)], source),
    )
    return Numbered(problem, model, tasks, frozen_mc)


def takes(problem: Problem) -> bool:
    """Return whether the search knows everything that the problem asks.

    Hours of doors and zones, limits of driving, what it costs to use a vehicle at all, orders that
    may wait, territories, uneven work, charging, goods that are collected, ways that take longer at
    their own hour, several ways to serve an order, loads of a plan that has not begun and a route's
    end that is open at times only are not among it; whoever searches such a day here has to walk
    the rows that come out. A test names every field of a problem with what is done about it.
    """
    plain = all(s.limits is None and s.fixed_mc == 0 and s.trip == NONE for s in problem.slots)
    ends = (problem.tasks[s.end_task] for s in problem.slots)
    plain &= all((t.opens_s, t.closes_s, t.service_s) == (-NEVER, NEVER, 0) for t in ends)
    optional = any(problem.optional(t) for t in range(len(problem.tasks)))
    unpriced = problem.toll_mc is None and problem.even is None
    plain &= problem.openings is None and problem.pace is None and not bool(problem.is_trip.any())
    charging = any(s.charges for s in problem.slots) or bool(problem.charge_m.any())
    collects = problem.gathers or any(t.kind is StopKind.COLLECT for t in problem.tasks)
    plain &= not problem.has_ways and not problem.prices_ways
    return plain and unpriced and not optional and not charging and not collects


NOT_HOME = (-1, -1)


def _extras(problem: Problem, slot: int, customers: Sequence[int]) -> list[int]:
    """Return what is a vehicle's own: its rest, where it may fetch goods, other stops of its."""
    who = problem.slots[slot]
    sources = {int(t) for t in problem.pickup[slot, customers] if t >= 0} - set(who.frozen)
    others = {t for t in who.sequence if problem.tasks[t].order_id is None} - sources
    rest = [who.rest] if who.rest != NONE else []
    return [*rest, *sorted(sources), *sorted(others)]


def _fill(problem: Problem, place: Records, number: int, kind: int) -> None:
    task = problem.tasks[number]
    name = key_seed(0, "midday", number) >> 2
    closes = min(task.closes_s, FAR)
    place["node"], place["service"], place["kind"] = task.node, task.service_s, kind
    place["opens"] = max(task.opens_s, -FAR)
    place["closes"], place["promise"] = closes if task.hard else FAR, closes
    place["late_mc"], place["name"] = task.late_mc, name
    place["load_0"], place["load_1"], place["load_2"] = task.load


def _free_at(problem: Problem, slot: int, vehicle: Records) -> int:
    """Say where and when a vehicle is free behind its frozen part; return what that part costs."""
    who = problem.slots[slot]
    clock, at, metres, late = who.ready_s, who.start_node, 0, 0
    on = np.array(who.on_board, dtype=np.int64)
    for t in who.frozen:
        task = problem.tasks[t]
        to = at if task.node < 0 else task.node
        metres += int(problem.metres[at, to])
        clock = max(clock + int(problem.seconds[at, to]), task.opens_s)
        over, price = np.array([clock - task.closes_s]), np.array([task.late_mc])
        late += int(lateness_mc(over, price)[0])
        clock, at = clock + task.service_s, to
        if who.departed and int(problem.pickup[slot, t]) == NONE:
            on -= np.array(task.load)
    vehicle["start"], vehicle["end"] = at, problem.tasks[who.end_task].node
    vehicle["ready"], vehicle["latest"] = clock, min(who.latest_return_s, FAR)
    vehicle["room_0"], vehicle["room_1"], vehicle["room_2"] = who.capacity
    vehicle["on_0"], vehicle["on_1"], vehicle["on_2"] = on.tolist()
    vehicle["range_m"] = min(who.range_m - metres, FAR)
    second_mc = problem.second_price_mc(slot)
    vehicle["second_mc"], vehicle["metre_mc"] = second_mc, who.metre_mc
    return (clock - who.ready_s) * second_mc + metres * who.metre_mc + late


def _sources(
    problem: Problem,
    customers: Sequence[int],
    number: dict[int, int],
    home: dict[int, tuple[int, int]],
) -> I32:
    """Return where each vehicle gets each customer's goods."""
    table = np.full((len(customers), len(problem.slots)), ELSEWHERE, np.int32)
    for s, slot in enumerate(problem.slots):
        loaded = ON_BOARD if slot.departed else AT_START
        for c, t in enumerate(customers):
            pickup = int(problem.pickup[s, t])
            fits = problem.fits_features(s, t) or home.get(t, NOT_HOME)[0] == s
            if pickup == NOWHERE or not fits:
                continue
            if pickup == NONE:
                table[c, s] = loaded
            else:
                table[c, s] = AT_START if pickup in slot.frozen else number[pickup]
    return table


def _near(problem: Problem, customers: Sequence[int]) -> I32:
    nodes = problem.node[list(customers)]
    there_and_back: I64 = problem.seconds[np.ix_(nodes, nodes)]
    there_and_back = there_and_back + there_and_back.T
    np.fill_diagonal(there_and_back, -1)
    return np.argsort(there_and_back, axis=1, kind="stable")[:, :_NEAR].astype(np.int32)


def _ranks(place: Records, source: I32) -> I64:
    """Return what to sort by when customers go in, lowest first; some are drawn more often."""
    opens: I64 = place["opens"].astype(np.int64)
    closes: I64 = np.minimum(place["closes"], place["promise"]).astype(np.int64)
    width, none = closes - opens, np.zeros(len(place), np.int64)
    bulk: I64 = -(place["load_0"] + place["load_1"] + place["load_2"]).astype(np.int64)
    scarce: I64 = (source != ELSEWHERE).sum(axis=1, dtype=np.int64) * FAR + width
    service: I64 = -place["service"].astype(np.int64)
    return np.stack([none, none, none, width, width, opens, closes, -closes, scarce, bulk, service])


__all__ = ["KEPT", "NOT_HOME", "Numbered", "numbered", "takes"]
