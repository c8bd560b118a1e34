"""Why a vehicle does not take an order, with the figures and the nearest thing that would help."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.plan import Refusal
from core.routing.access import ACCESS
from core.routing.depots import DEPOT, other_depot
from core.routing.explain_access import beyond_hours, no_access
from core.routing.explain_pairs import late_at_sender
from core.routing.explain_prize import not_worth
from core.routing.explain_release import not_released
from core.routing.pairs import sender_of
from core.routing.problem import NONE, Ints, Problem
from core.routing.walk import Bools, Walk, of_slot

DIMENSIONS = (("parcels", 1, ""), ("kg", 1000, ""), ("litres", 1000, ""))


def no_address(order_id: OrderId) -> Refusal:
    return Refusal(None, "no_address", f"{order_id} has no place on the map; locate it first")


def vehicle_down(day: Day, vehicle_id: VehicleId) -> Refusal:
    state = day.vehicles.get(vehicle_id)
    if state is None or state.down_since is None:
        return Refusal(vehicle_id, "no_driver", f"{vehicle_id} has no route today")
    since = day.clock(state.down_since)
    return Refusal(
        vehicle_id, "vehicle_down", f"{vehicle_id} is down since {since} ({state.down_cause})"
    )


def not_here(day: Day, problem: Problem, slot: int, order_id: OrderId) -> Refusal:
    vehicle_id, holder = problem.slots[slot].vehicle_id, day.orders[order_id].vehicle_id
    return Refusal(
        vehicle_id,
        "frozen",
        f"the goods of {order_id} are on board {holder}; {vehicle_id} would have to meet it",
    )


def explain(
    day: Day, problem: Problem, slot: int, task: int, rows: Sequence[Sequence[int]]
) -> Refusal:
    """Return why none of the tried rows (routes with the task in them) holds."""
    barred = never(day, problem, slot, task) or not_worth(problem, slot, task, rows)
    if barred is not None:
        return barred
    return broken(day, problem, slot, task, of_slot(problem, slot, rows))


def never(day: Day, problem: Problem, slot: int, task: int) -> Refusal | None:
    """Return why a vehicle is none for a task, whatever its route; None where it is one."""
    vehicle = problem.slots[slot]
    missing = sorted(problem.tasks[task].needs - vehicle.features)
    if any(m.startswith(ACCESS) for m in missing):
        return no_access(day, problem, slot, task)
    order_id = problem.tasks[task].order_id
    if order_id is not None and any(m.startswith(DEPOT) for m in missing):
        return other_depot(day, vehicle.vehicle_id, order_id)
    if not problem.released_for(slot, task):
        return not_released(day, problem, slot, task)
    return _missing(day, vehicle.vehicle_id, missing) if missing else None


def broken(day: Day, problem: Problem, slot: int, task: int, walked: Walk) -> Refusal:
    """Return which limit stands in the way of a task in these rows of one slot."""
    limits: tuple[tuple[str, Bools], ...] = (
        ("capacity", walked.load_over.max(axis=1) > 0),
        ("range", walked.range_over_m > 0),
        ("access", walked.hours_over_s > 0),
        ("release", walked.release_over_s > 0),
        ("driving", walked.driving_over_s > 0),
        ("duty", walked.duty_over_s > 0),
        ("window", _window_over(problem, slot, walked, task) > 0),
        ("rest", walked.rest_over_s > 0),
        ("shift", walked.shift_over_s > 0),
    )
    # The limit that stands in the way everywhere; where none does, the row with fewest.
    for code, over in limits:
        if bool(np.all(over)):
            return _sentence(day, problem, slot, task, walked, code)
    counts: Ints = np.stack([over for _, over in limits]).sum(axis=0)
    row = int(np.argmin(counts))
    code = next((c for c, over in limits if bool(over[row])), "window")
    return _sentence(day, problem, slot, task, walked, code)


def _window_over(problem: Problem, slot: int, walked: Walk, task: int) -> Ints:
    over = walked.window_over_s
    for door in {task, sender_of(problem, slot, task)} - {NONE}:
        own = walked.seqs == door
        late = np.where(own, walked.start - problem.closes[door], 0).sum(axis=1)
        over = np.maximum(np.maximum(late, 0), over)
    return over


def _missing(day: Day, vehicle_id: VehicleId, missing: Sequence[str]) -> Refusal:
    gear = {e for v in day.vehicles.values() for e in v.vehicle.equipment}
    what = " and ".join(missing)
    if any(m in gear for m in missing):
        return Refusal(vehicle_id, "equipment", f"{vehicle_id} has no {what}")
    return Refusal(vehicle_id, "skill", f"the driver of {vehicle_id} has no {what}")


def _sentence(day: Day, problem: Problem, slot: int, task: int, walked: Walk, code: str) -> Refusal:
    name = problem.slots[slot].vehicle_id
    if code == "capacity":
        over = walked.load_over.max(axis=1)
        row = walked.load_over[int(np.argmin(over))]
        worst = int(np.argmax(row))
        unit, per, _ = DIMENSIONS[worst]
        room = problem.slots[slot].capacity[worst] / per
        by = int(row[worst]) / per
        text = f"{name} would carry {by:g} {unit} over its {room:g}; fits with {by:g} less"
    elif code == "range":
        by = int(walked.range_over_m.min()) / 1000
        text = f"{name} would drive {by:.1f} km beyond its range; fits with that much charged"
    elif code == "access":
        text = beyond_hours(day, problem, slot, task, walked)
    elif code == "window":
        collected = late_at_sender(day, problem, slot, task, walked)
        if collected is not None:
            return collected
        text = _window_sentence(day, problem, slot, task, walked)
    elif code == "release":
        return not_released(day, problem, slot, task)
    elif code in ("driving", "duty"):
        over = walked.driving_over_s if code == "driving" else walked.duty_over_s
        by = -(-int(over.min()) // 60)
        what = "drive" if code == "driving" else "be on duty"
        text = f"the driver of {name} would {what} {by} min too long; fits with {by} min less"
    elif code == "rest":
        by = -(-int(walked.rest_over_s.min()) // 60)
        text = f"the rest on {name} would miss its window by {by} min"
    else:
        by = -(-int(walked.shift_over_s.min()) // 60)
        shift = day.clock(problem.instant(problem.slots[slot].latest_return_s))
        text = f"{name} would be back {by} min after {shift}; fits with {by} min more shift"
    return Refusal(name, code, text)


def _window_sentence(day: Day, problem: Problem, slot: int, task: int, walked: Walk) -> str:
    name = problem.slots[slot].vehicle_id
    own = walked.seqs == task
    starts = np.where(own, walked.start, 0).sum(axis=1)
    late = starts - problem.closes[task]
    others = walked.window_over_s - np.where(problem.hard[task], np.maximum(late, 0), 0)
    usable = np.nonzero((others <= 0) & (late > 0))[0]
    if len(usable):
        row = int(usable[np.argmin(late[usable])])
        closes = day.clock(problem.instant(int(problem.closes[task])))
        due = day.clock(problem.instant(int(starts[row])))
        until = day.clock(problem.instant(-(-int(starts[row]) // 300) * 300))
        early = _leaving_earlier(day, problem, slot, task, walked.seqs[row], int(late[row]))
        return (
            f"its window closes {closes}, {name} arrives {due}; fits if the window goes to {until}"
            f"{early}"
        )
    by = -(-int(walked.window_over_s.min()) // 60)
    return f"{name} would reach another promised window {by} min after it closes"


def _leaving_earlier(
    day: Day, problem: Problem, slot: int, task: int, row: Ints, late_s: int
) -> str:
    """Return by how many minutes a vehicle that still stands at the depot would have to leave
    earlier; nothing where that does not help, or nobody is at work by then."""
    who = problem.slots[slot]
    route = day.routes.get(who.vehicle_id)
    if who.departed or route is None or route.driver_id not in day.drivers:
        return ""
    shift = day.drivers[route.driver_id].shift
    by_min = -(-late_s // 60)
    ready_s = who.ready_s - 60 * by_min
    if ready_s < 0 or problem.instant(ready_s) < shift.opens:
        return ""
    slots = list(problem.slots)
    slots[slot] = replace(who, ready_s=ready_s)
    tasks = [t for t in row.tolist() if t not in (who.end_task, who.rest, *who.frozen)]
    sooner = of_slot(replace(problem, slots=tuple(slots)), slot, [tasks])
    begins = int(np.where(sooner.seqs == task, sooner.start, 0).sum())
    if not bool(sooner.feasible[0]) or begins > int(problem.closes[task]):
        return ""
    return f", or if {who.vehicle_id} leaves {by_min} min earlier"
