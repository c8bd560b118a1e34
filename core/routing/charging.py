"""Charging on the way: which stops a vehicle may make for it, and where they go into a row."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from core.domain.charging import can_charge, charging_s, gained_m
from core.domain.day import Day
from core.domain.fleet import Vehicle
from core.domain.place import Point
from core.domain.plan import Progress, RouteState, Stop, StopKind
from core.routing.problem import NEVER, Ints, Problem, Sequences, Task
from core.routing.walk import IMPOSSIBLE, of_slot, of_slots
from core.travel.protocol import TravelTimes

Row = tuple[int, ...]

LEVELS_PCT = (25, 50, 80)
"""How much of a full battery is charged in one stop; what is beyond the last of them is slow."""

MOST_TRIED = 400
"""Rows with a charging stop in them that are walked at most, the shortest detours first."""


TRIED = 3
"""Places for one more order that are tried with a charging stop."""


def stop_gain_m(day: Day, vehicle: Vehicle, stop: Stop) -> int:
    """Return for how many metres more a stop charges; none where it is no charging stop."""
    if stop.kind is not StopKind.CHARGE:
        return 0
    here = (c for c in day.chargers.values() if c.point == stop.point)
    return max((gained_m(vehicle, c, stop.service_s) for c in here), default=0)


def begins_m(vehicle: Vehicle) -> int:
    """Return how far a vehicle goes in the morning; NEVER where nobody has to think of it."""
    return full_m(vehicle) if vehicle.start_range_m is None else vehicle.start_range_m


def full_m(vehicle: Vehicle) -> int:
    return NEVER if vehicle.range_m is None else vehicle.range_m


def range_left(day: Day, travel: TravelTimes, now: datetime, route: RouteState, here: Point) -> int:
    """Return how far a vehicle still goes, by its own latest word or by what it began with, less
    what it drove and with what it charged since.

    The way to `here`, where it is free, and a charging stop where it stands count for vehicles that
    may charge; for others what their stops prove.
    """
    state = day.vehicles[route.vehicle_id]
    vehicle, charge = state.vehicle, state.charge
    reach, since, done = begins_m(vehicle), route.start, 0
    if charge is not None:
        reach, since, done = charge.range_m, charge.point, charge.done
    if reach >= NEVER:
        return NEVER
    behind = route.stops[done : route.done]
    places = [(s.point, stop_gain_m(day, vehicle, s)) for s in behind]
    if can_charge(vehicle) and day.chargers:
        stands = route.progress is Progress.AT_STOP and route.remaining
        places.append((here, stop_gain_m(day, vehicle, route.remaining[0]) if stands else 0))
    metres = travel.slowed(()).matrix([since, *(p for p, _ in places)], now).metres
    for leg, (_, gained) in enumerate(places):
        reach -= int(metres[leg, leg + 1])
        reach = max(reach, min(reach + gained, full_m(vehicle)))
    return reach


def charge_tasks(day: Day, vehicle: Vehicle, node: Callable[[Point], int]) -> list[Task]:
    """Return the charging stops that a vehicle may make."""
    if not can_charge(vehicle) or not day.chargers:
        return []
    full = vehicle.range_m or 0
    made: list[Task] = []
    for charger in sorted(day.chargers.values(), key=lambda c: c.charger_id):
        for pct in LEVELS_PCT:
            metres = full * pct // 100
            lasts_s = charging_s(vehicle, charger, metres)
            at = node(charger.point)
            made.append(Task(StopKind.CHARGE, at, lasts_s, charge_m=metres))
    return made


def is_charge(problem: Problem, task: int) -> bool:
    return problem.tasks[task].charge_m > 0


def charged(problem: Problem, slot: int, row: Row) -> Row | None:
    """Return the row with the cheapest charging stop in it that keeps every limit; None where there
    is none, or none is due."""
    who = problem.slots[slot]
    if not who.charges or int(of_slot(problem, slot, [row]).range_over_m[0]) <= 0:
        return None
    trials = _trials(problem, slot, row)
    walked = of_slot(problem, slot, trials)
    best = int(np.argmin(walked.key))
    return trials[best] if int(walked.key[best]) < IMPOSSIBLE // 2 else None


def _trials(problem: Problem, slot: int, row: Row) -> list[Row]:
    """Return the row with each charging stop at each place, the shortest detours of them."""
    who = problem.slots[slot]
    held = [int(problem.node[t]) for t in who.frozen if int(problem.node[t]) >= 0]
    at = held[-1] if held else who.start_node
    stops = [int(problem.node[t]) for t in row]
    nodes: Ints = np.array([at, *stops, problem.node[who.end_task]], dtype=np.int64)
    tasks = np.array(who.charges, dtype=np.int64)
    to = problem.node[tasks]
    metres = problem.metres
    detour = metres[nodes[:-1][None, :], to[:, None]] + metres[to[:, None], nodes[1:][None, :]]
    detour = detour - metres[nodes[:-1], nodes[1:]][None, :]
    order = np.argsort(detour, axis=None, kind="stable")[:MOST_TRIED]
    width = len(row) + 1
    return [(*row[: i % width], int(tasks[i // width]), *row[i % width :]) for i in order.tolist()]


def with_charging(problem: Problem, trials: Sequence[tuple[int, Row]]) -> list[tuple[int, Row]]:
    """Return rows beside those that are tried, for vehicles that would have to charge: the cheapest
    few that are beyond a battery, each with a charging stop."""
    able = [(s, row) for s, row in trials if problem.slots[s].charges]
    if not able:
        return []
    walked = of_slots(problem, able)
    found: list[tuple[int, Row]] = []
    for slot in sorted({s for s, _ in able}):
        rows = [i for i, (s, _) in enumerate(able) if s == slot]
        far = sorted((int(walked.cost_mc[i]), i) for i in rows if walked.range_over_m[i] > 0)
        if len(far) == len(rows):
            mended = (charged(problem, slot, able[i][1]) for _, i in far[:TRIED])
            found += [(slot, row) for row in mended if row is not None]
    return found


def no_worse_than_present(problem: Problem) -> Problem:
    """Return the problem in which every vehicle may drive as far as its present route takes it."""
    slots = list(problem.slots)
    for number, who in enumerate(slots):
        over = int(of_slot(problem, number, [who.sequence]).range_over_m[0])
        slots[number] = replace(who, range_m=who.range_m + max(0, over))
    return replace(problem, slots=tuple(slots))


def spared(problem: Problem, rows: Sequences) -> Sequences:
    """Return the rows without charging stops that nobody needs any more."""
    now = list(rows)
    for slot, row in enumerate(now):
        for task in [t for t in row if is_charge(problem, t)]:
            without = tuple(t for t in now[slot] if t != task)
            if bool(of_slot(problem, slot, [without]).feasible[0]):
                now[slot] = without
    return tuple(now)


def recharged(problem: Problem, rows: Sequences) -> tuple[Sequences, tuple[int, ...]]:
    """Return rows that keep to their batteries, and the deliveries that had to be taken out for it.

    A charging stop goes in where one helps; else the deliveries whose absence saves most metres go,
    as few as found, and others may bring what is not on board.
    """
    now, out = list(rows), list[int]()
    for slot, who in enumerate(problem.slots):
        while who.charges and int(of_slot(problem, slot, [now[slot]]).range_over_m[0]) > 0:
            better = charged(problem, slot, now[slot])
            if better is not None:
                now[slot] = better
                break
            tasks = [t for t in now[slot] if problem.tasks[t].order_id is not None]
            if not tasks:
                break
            trials = [tuple(t for t in now[slot] if t != gone) for gone in tasks]
            best = int(np.argmin(of_slot(problem, slot, trials).range_over_m))
            out.append(tasks[best])
            now[slot] = trials[best]
    return tuple(now), tuple(out)


def stretched(problem: Problem) -> Problem:
    """Return the problem in which whoever may charge does so once: a longer range in a shorter
    shift, for engines that know no charging stops. What comes out is mended by `charged`."""
    slots = list(problem.slots)
    for number, who in enumerate(slots):
        if not who.charges:
            continue
        tasks = [problem.tasks[t] for t in who.charges]
        gain, lasts_s = min(((t.charge_m, t.service_s) for t in tasks), key=lambda x: x[1])
        slots[number] = replace(
            who,
            range_m=who.range_m + gain,
            latest_return_s=max(who.ready_s, who.latest_return_s - lasts_s - _detour_s(problem)),
        )
    return replace(problem, slots=tuple(slots))


def _detour_s(problem: Problem) -> int:
    """Return what it takes to come by a charger: the way to a near place, there and back."""
    near = np.sort(problem.seconds, axis=1)[:, min(10, len(problem.points) - 1)]
    return 2 * int(np.median(near))
