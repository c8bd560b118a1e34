"""Puts into a problem which vehicle may come to which door, and when.

Who may never come lacks something that the task needs: so every engine keeps to it. Hours become
openings; an engine that knows one window for each task gets the most useful of them.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.domain.access import Zone, begin_spans, fits_under
from core.domain.day import Day
from core.domain.fleet import Vehicle
from core.domain.order import Order
from core.domain.time import seconds_between
from core.routing.opening import Seconds, openings
from core.routing.problem import Problem, Slot, Task
from core.routing.slowest import at_slowest
from core.routing.ways import order_of

ACCESS = "access:"
"""Begins what a task needs for the way to its door. Depots name skills and gear in words."""


def with_access(day: Day, problem: Problem, first: int = 0) -> Problem:
    """Return the problem with the rules of its doors and zones, those of tasks from `first` on;
    itself where there are none."""
    doors = _doors(day, problem, first)
    if not doors:
        return problem
    vehicles = [day.vehicles[s.vehicle_id].vehicle for s in problem.slots]
    needs = {t: set(problem.tasks[t].needs) for t in doors}
    features = [set(s.features) for s in problem.slots]
    hours: dict[tuple[int, int], tuple[Seconds, ...]] = {}
    for task, (order, zones) in doors.items():
        for number, vehicle in enumerate(vehicles):
            for name, passed in _gates(order, zones, vehicle):
                needs[task].add(name)
                if passed:
                    features[number].add(name)
        closed: list[int] = []
        for number, vehicle in enumerate(vehicles):
            spans = _spans(problem, task, order, zones, vehicle)
            if spans:
                hours[number, task] = spans
            elif spans is not None:
                closed.append(number)
        if closed:
            name = f"{ACCESS}hours:{order.order_id}{order.way and f':{order.way}'}"
            needs[task].add(name)
            for number in range(len(vehicles)):
                if number not in closed:
                    features[number].add(name)
    tasks = list(problem.tasks)
    for task, wanted in needs.items():
        tasks[task] = replace(tasks[task], needs=frozenset(wanted))
    slots = tuple(
        replace(s, features=frozenset(f)) for s, f in zip(problem.slots, features, strict=True)
    )
    made = openings(len(slots), len(tasks), hours)
    if made is not None and problem.openings is not None:
        made = problem.openings.and_also(made)
    return replace(problem, tasks=tuple(tasks), slots=slots, openings=made or problem.openings)


def _doors(day: Day, problem: Problem, first: int) -> Mapping[int, tuple[Order, tuple[Zone, ...]]]:
    """Return the deliveries whose door has rules."""
    found: dict[int, tuple[Order, tuple[Zone, ...]]] = {}
    for number, task in enumerate(problem.tasks):
        if task.order_id is None or number < first:
            continue
        order = order_of(day, task)
        zones = day.zones_at(problem.points[task.node]) if day.zones else ()
        if zones or order.hours or order.max_height_cm is not None:
            found[number] = (order, zones)
    return found


def _gates(order: Order, zones: tuple[Zone, ...], vehicle: Vehicle) -> list[tuple[str, bool]]:
    """Return what stands on the way to a door, and whether the vehicle gets past it."""
    gates = [(f"{ACCESS}zone:{z.zone_id}", z.lets_in(vehicle)) for z in zones]
    height = order.max_height_cm
    if height is not None:
        gates.append((f"{ACCESS}height:{height}", fits_under(vehicle, height)))
    return gates


def _spans(
    problem: Problem, task: int, order: Order, zones: tuple[Zone, ...], vehicle: Vehicle
) -> tuple[Seconds, ...] | None:
    """Return when the vehicle may begin there, inside the window where that is hard.

    None: at any time. Empty: never, though its zones let it in.
    """
    one = problem.tasks[task]
    let_in = tuple(z for z in zones if z.lets_in(vehicle))
    spans = begin_spans(order, let_in, vehicle, one.service_s)
    if spans is None:
        return None
    found: list[Seconds] = []
    for span in spans:
        opens, closes = (seconds_between(problem.base, at) for at in span)
        if not one.hard or (closes >= one.opens_s and opens <= one.closes_s):
            found.append((opens, closes))
    return tuple(found)


def no_later_than_present(problem: Problem, starts: Mapping[int, Mapping[int, int]]) -> Problem:
    """Let each slot begin its own tasks as late as it does now: `starts[slot][task]`."""
    made = problem.openings
    if made is None:
        return problem
    for slot, known in starts.items():
        tasks = np.array(list(known), dtype=np.int64)
        made = made.no_later_than(slot, tasks, np.array(list(known.values()), dtype=np.int64))
    return replace(problem, openings=made)


def narrowed(problem: Problem) -> Problem:
    """Return the problem with one window for each task, no openings and one pace, for engines that
    know no others: whatever keeps to it keeps to the hours.

    Of a task's spans the one counts in which most vehicles may come for longest; who may not come
    then may not come at all.
    """
    problem = at_slowest(problem)
    made = problem.openings
    if made is None:
        return problem
    tasks, features = list(problem.tasks), [set(s.features) for s in problem.slots]
    for number, task in enumerate(problem.tasks):
        if task.order_id is None:
            continue
        able = [s for s in range(len(problem.slots)) if problem.fits_features(s, number)]
        spans = {s: _inside(task, made.spans(s, number)) for s in able}
        window = _best(spans)
        if window is None or window == (task.opens_s, task.closes_s):
            continue
        fits = [s for s in able if any(_within(window, span) for span in spans[s])]
        needs = task.needs
        if len(fits) < len(able):
            name = f"{ACCESS}window:{number}"
            needs = needs | {name}
            for slot in fits:
                features[slot].add(name)
        tasks[number] = replace(task, opens_s=window[0], closes_s=window[1], needs=needs)
    slots: list[Slot] = [
        replace(s, features=frozenset(f)) for s, f in zip(problem.slots, features, strict=True)
    ]
    return replace(problem, tasks=tuple(tasks), slots=tuple(slots), openings=None)


def _inside(task: Task, spans: tuple[Seconds, ...]) -> list[Seconds]:
    cut = [(max(o, task.opens_s), min(c, task.closes_s)) for o, c in spans]
    return [(o, c) for o, c in cut if o <= c]


def _within(window: Seconds, span: Seconds) -> bool:
    return span[0] <= window[0] and window[1] <= span[1]


def _best(spans: Mapping[int, list[Seconds]]) -> Seconds | None:
    """Return the span with most time in it, that of all vehicles that have it taken together."""
    worth: dict[Seconds, int] = {}
    for span in sorted({span for own in spans.values() for span in own}):
        who = sum(any(_within(span, other) for other in own) for own in spans.values())
        worth[span] = who * (span[1] - span[0] + 1)
    return max(worth, key=lambda s: (worth[s], -s[0]), default=None)
