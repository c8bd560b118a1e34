"""One more order on a route that has to be driven in another order for it: room is made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.position import Positions
from core.routing.build import rest_of_day
from core.routing.cost import RAMP_S
from core.routing.insertion import Candidate
from core.routing.materialise import stops_of
from core.routing.problem import ELSEWHERE, NEVER, Ints, Problem
from core.routing.search import Row, Search
from core.routing.timetable import retimed
from core.routing.walk import Walk, of_slot
from core.travel.protocol import TravelTimes

# While room is looked for, being late at this door or back too late costs this much a ramp (10,000
# euros): no saving stands in the way of either.
BEYOND_MC = 1_000_000_000
# The search aims at being back so much before the last moment: a change has to hold at slower hours
# of the day than this one, too.
SPARE_S = 180
# Where a search stops depends on where it begins: so many of the best places are searched from.
STARTS = 3


@dataclass(frozen=True, slots=True)
class _Begun:
    """One vehicle with the few places from which room is looked for."""

    vehicle_id: VehicleId
    problem: Problem
    task: int
    starts: tuple[Row, ...]
    over_s: int
    """By how much the best of them is back too late; the least is the likeliest to find room."""


def squeezed(
    day: Day,
    order_id: OrderId,
    travel: TravelTimes,
    now: datetime,
    vehicle_ids: Sequence[VehicleId],
    *,
    moved_stop_cents: int,
    most: int,
    positions: Positions | None = None,
) -> tuple[Candidate, ...]:
    """Return for the `most` likeliest vehicles the best route found that reaches the order in its
    promise, its other stops in another order, the cheapest first; those without one are left out.

    Limits are those of an insertion: shift with its overtime, load, range, rest, what is frozen. A
    reload that is planned for later may come sooner.
    """
    begun = [_begun(day, order_id, travel, now, v, positions) for v in sorted(set(vehicle_ids))]
    likely = sorted((b for b in begun if b is not None), key=lambda b: (b.over_s, b.vehicle_id))
    found: list[Candidate] = []
    for one in likely[:most]:
        made = one.problem
        row = _room(one, moved_stop_cents * 1000)
        if row is None:
            continue
        stops = stops_of(day, made, 0, row)
        route = retimed(day, one.vehicle_id, stops, travel, now, positions)
        before, after = (of_slot(made, 0, [r]) for r in (made.slots[0].sequence, row))
        found.append(
            Candidate(
                vehicle_id=one.vehicle_id,
                position=[s.order_id for s in route.stops].index(order_id),
                new_route=route,
                delta_cents=round(int(after.cost_mc[0] - before.cost_mc[0]) / 1000),
                delta_drive_s=int(after.end_s[0] - before.end_s[0]),
                added_late_s=max(0, int(after.late_s[0] - before.late_s[0])),
            )
        )
    return tuple(sorted(found, key=lambda c: (c.delta_cents, c.vehicle_id)))


def _begun(
    day: Day,
    order_id: OrderId,
    travel: TravelTimes,
    now: datetime,
    vehicle_id: VehicleId,
    positions: Positions | None,
) -> _Begun | None:
    """Return where to begin on one vehicle; None where it cannot be there in time or at all."""
    if (
        vehicle_id not in day.routes
        or day.vehicles[vehicle_id].down_since is not None
        or day.orders[order_id].order.point is None
    ):
        return None
    made = rest_of_day(
        day, travel, now, positions, vehicle_ids=(vehicle_id,), orphan_ids=(order_id,)
    )
    task = made.task_of(order_id)
    if int(made.pickup[0, task]) == ELSEWHERE or not made.fits_features(0, task):
        return None
    starts = _starts(made, task)
    if not starts:
        return None
    over_s = max(0, int(of_slot(made, 0, starts[:1]).shift_over_s[0]))
    return _Begun(vehicle_id, made, task, starts, over_s)


def _room(one: _Begun, moved_mc: int) -> Row | None:
    """Return the cheapest row found that keeps every limit and the order's own window."""
    made, task = one.problem, one.task
    eager = Search(_eager(made, task), (task,), moved_mc)
    best: list[tuple[int, Row]] = []
    for start in one.starts:
        (row,) = eager.descend((start,))
        walked = of_slot(made, 0, [row])
        if bool(walked.feasible[0]) and int(_own_over_s(made, walked, task)[0]) <= 0:
            best.append((int(walked.cost_mc[0]) + moved_mc * eager.moved(0, row), row))
    return min(best, default=(0, None))[1]


def _starts(made: Problem, task: int) -> tuple[Row, ...]:
    """Return the few places in the order's own window after which the vehicle is back soonest, the
    goods fetched at any place before it."""
    pickup = int(made.pickup[0, task])
    present = made.slots[0].sequence
    less = tuple(t for t in present if t != pickup)
    if pickup < 0 or pickup in made.slots[0].frozen:
        rows = [(*present[:at], task, *present[at:]) for at in range(len(present) + 1)]
    else:
        latest = present.index(pickup) if pickup in present else len(less)
        rows = [
            (*less[:place], pickup, *less[place:at], task, *less[at:])
            for place in range(latest + 1)
            for at in range(place, len(less) + 1)
        ]
    walked = of_slot(made, 0, rows)
    in_time: Ints = np.nonzero((_own_over_s(made, walked, task) <= 0) & walked.pickups_ok)[0]
    order = np.lexsort((walked.cost_mc[in_time], walked.shift_over_s[in_time]))
    chosen: list[int] = in_time[order][:STARTS].tolist()
    return tuple(rows[i] for i in chosen)


def _own_over_s(made: Problem, walked: Walk, task: int) -> Ints:
    """Return for each row how long after its window the order is reached; negative before."""
    over: Ints = (walked.start - made.closes[task]) * (walked.seqs == task)
    return over.sum(axis=1)


def _eager(made: Problem, task: int) -> Problem:
    """Return the problem with the end of the shift soft and dear, and so the order's lateness.

    A search that starts beyond a limit then sees which step leads back to it. The door is aimed at
    twice the ramp before its window closes: what is just in time is late on many a path.
    """
    slot, tasks = made.slots[0], list(made.tasks)
    tasks[task] = replace(tasks[task], closes_s=tasks[task].closes_s - RAMP_S, late_mc=BEYOND_MC)
    closes_s = slot.latest_return_s + RAMP_S - SPARE_S
    end = replace(tasks[slot.end_task], closes_s=closes_s, late_mc=BEYOND_MC)
    tasks[slot.end_task] = end
    free = replace(slot, latest_return_s=NEVER)
    return replace(made, tasks=tuple(tasks), slots=(free,))
