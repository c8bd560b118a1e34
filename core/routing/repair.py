"""Mends the rest of a day in progress: frozen parts kept, orphans inserted, little moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product

from core.domain.day import Day, GoodsAt
from core.domain.ids import MeetingId, OrderId, StopId, VehicleId
from core.domain.option import Meeting, NewRoute
from core.domain.plan import LeftOut, Refusal, Stop, StopKind
from core.domain.position import Positions
from core.routing.build import rest_of_day
from core.routing.charging import no_worse_than_present, recharged
from core.routing.explain import explain, no_address, not_here
from core.routing.insertion import placements
from core.routing.materialise import stops_of
from core.routing.moved import disturbed, moved_stops
from core.routing.pool import SolverPool
from core.routing.problem import ELSEWHERE, Problem, Sequences
from core.routing.search import Search, insert_soft, reseated
from core.routing.timetable import retimed
from core.routing.walk import of_slot
from core.routing.ways import day_of, in_this_way
from core.routing.wide import NAME, is_wide, mended
from core.travel.protocol import TravelTimes

ENGINE = "local-search-1"

HIGH_PRICE = 6
"""Times the price of a moved stop, for a plan that hardly moves any."""


@dataclass(frozen=True, slots=True)
class RepairRequest:
    """Which vehicles may change, and what needs a place."""

    vehicle_ids: tuple[VehicleId, ...]
    orphan_ids: tuple[OrderId, ...] = ()
    moved_stop_cents: int = 40
    meetings: bool = True
    """Whether goods may be fetched from a vehicle that is down."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """One way to go on, with how it differs from the present routes."""

    changes: tuple[NewRoute, ...]
    meetings: tuple[Meeting, ...]
    moved: int
    drivers: tuple[VehicleId, ...]
    unserved: tuple[LeftOut, ...]
    cost_cents: int
    """Of the rest of these routes: driving, kilometres, lateness."""
    engine: str


def repair(
    day: Day,
    travel: TravelTimes,
    now: datetime,
    request: RepairRequest,
    *,
    seed: int,
    iterations: int,
    pool: SolverPool | None = None,
    positions: Positions | None = None,
) -> tuple[Repaired, ...]:
    """Return repairs, cheapest first: searched freely, and with a price for each moved stop; where
    many vehicles take part, also with a high one.

    None costs more than inserting the orphans alone. Equal ones are returned once.
    """
    problem = rest_of_day(
        day,
        travel,
        now,
        positions,
        vehicle_ids=request.vehicle_ids,
        orphan_ids=request.orphan_ids,
    )
    if not request.meetings:
        problem = _without_meetings(day, problem, request.orphan_ids)
    found: list[Repaired] = []
    price = request.moved_stop_cents * 1000
    prices = (price, HIGH_PRICE * price, 0) if is_wide(problem) else (price, 0)
    for moved_mc in dict.fromkeys(prices):
        args = (problem, request.orphan_ids, moved_mc, seed, iterations)
        rows, left = searched(*args) if pool is None else pool.run(searched, *args)
        out = _result(day, problem, rows, left, travel, now, positions, request.orphan_ids)
        if out not in found:
            found.append(out)
    return tuple(sorted(found, key=lambda r: (len(r.unserved), r.cost_cents, r.moved)))


def searched(
    problem: Problem, orphan_ids: Sequence[OrderId], moved_mc: int, seed: int, iterations: int
) -> tuple[Sequences, tuple[int, ...]]:
    """Insert the orphans, then search from there. Runs in any process."""
    named = {problem.tasks[i].order_id: i for i in problem.owed}
    orphans = [named[o] for o in orphan_ids if o in named]
    frozen = {t for s in problem.slots for t in s.frozen}
    orphans = [t for t in orphans if t not in frozen]
    if is_wide(problem):
        return mended(problem, orphans, moved_mc, seed=seed, iterations=iterations)
    present = tuple(s.sequence for s in problem.slots)
    if any(s.charges for s in problem.slots):
        kept, out = recharged(problem, present)
        search = Search(problem, (*orphans, *out), moved_mc)
        start, left = insert_soft(search, kept, (*orphans, *out))
        if not set(out) & set(left):
            rows = search.run(start, seed=seed, iterations=iterations)
            return reseated(search, rows), left
        problem = no_worse_than_present(problem)
    search = Search(problem, orphans, moved_mc)
    start, left = insert_soft(search, present, orphans)
    return reseated(search, search.run(start, seed=seed, iterations=iterations)), left


def resequence(
    day: Day,
    vehicle_id: VehicleId,
    travel: TravelTimes,
    now: datetime,
    *,
    seed: int = 0,
    iterations: int = 20,
    positions: Positions | None = None,
    moved_stop_cents: int = 0,
) -> Repaired:
    """Return the best order of one vehicle's own stops; the present one where none is better."""
    request = RepairRequest((vehicle_id,), (), moved_stop_cents, meetings=False)
    problem = rest_of_day(day, travel, now, positions, vehicle_ids=(vehicle_id,))
    rows, left = searched(problem, (), request.moved_stop_cents * 1000, seed, iterations)
    return _result(day, problem, rows, left, travel, now, positions, ())


def _without_meetings(day: Day, problem: Problem, orphan_ids: Sequence[OrderId]) -> Problem:
    table = problem.pickup.copy()
    for number, task in enumerate(problem.tasks):
        if task.order_id in orphan_ids and task.order_id is not None:
            state = day.orders[task.order_id]
            if state.goods is GoodsAt.VEHICLE:
                for slot, vehicle in enumerate(problem.slots):
                    if vehicle.vehicle_id != state.vehicle_id:
                        table[slot, number] = ELSEWHERE
    return replace(problem, pickup=table)


def _result(
    day: Day,
    problem: Problem,
    rows: Sequences,
    left: Sequence[int],
    travel: TravelTimes,
    now: datetime,
    positions: Positions | None,
    orphan_ids: Sequence[OrderId],
) -> Repaired:
    changes: list[NewRoute] = []
    meetings: list[Meeting] = []
    cost = 0
    for slot, row in enumerate(rows):
        vehicle = problem.slots[slot]
        walked = of_slot(problem, slot, [row])
        cost += int(walked.cost_mc[0])
        if row == vehicle.sequence:
            continue
        names = _meeting_names(day, problem, slot, row, now)
        stops = stops_of(day, problem, slot, row, names)
        change = retimed(day, vehicle.vehicle_id, stops, travel, now, positions)
        changes.append(change)
        meetings += [
            _meeting(s, vehicle.vehicle_id) for s in change.stops if _new_meeting(s, names)
        ]
    changes += _givers(day, meetings, now)
    unserved = tuple(_unserved(day, problem, rows, t) for t in left)
    placed = {t.order_id for t in problem.tasks}
    unserved += tuple(
        LeftOut(o, (no_address(o),)) for o in dict.fromkeys(orphan_ids) if o not in placed
    )
    return Repaired(
        changes=tuple(changes),
        meetings=tuple(meetings),
        moved=len(moved_stops(day, changes)),
        drivers=disturbed(day, changes),
        unserved=unserved,
        cost_cents=round(cost / 1000),
        engine=NAME if is_wide(problem) else ENGINE,
    )


def _meeting_names(
    day: Day, problem: Problem, slot: int, row: Sequence[int], now: datetime
) -> dict[int, tuple[MeetingId, VehicleId]]:
    """Name each meeting by who meets whom, and when it was thought of."""
    names: dict[int, tuple[MeetingId, VehicleId]] = {}
    taker = problem.slots[slot].vehicle_id
    for task in row:
        pickup = int(problem.pickup[slot, task])
        order_id = problem.tasks[task].order_id
        if pickup < 0 or order_id is None or problem.tasks[pickup].kind is not StopKind.MEET:
            continue
        giver = day.orders[order_id].vehicle_id
        if giver is not None and problem.tasks[pickup].stop is None:
            names[pickup] = (MeetingId(f"{giver}-{taker}-{now:%H%M%S}"), giver)
    return names


def _new_meeting(stop: Stop, names: dict[int, tuple[MeetingId, VehicleId]]) -> bool:
    return stop.meeting_id is not None and stop.meeting_id in {m for m, _ in names.values()}


def _meeting(stop: Stop, taker: VehicleId) -> Meeting:
    assert stop.meeting_id is not None
    assert stop.meets is not None
    return Meeting(
        stop.meeting_id,
        stop.point,
        stop.arrive_at,
        stop.meets,
        taker,
        stop.takes,
        stop.service_s,
    )


def _givers(day: Day, meetings: Sequence[Meeting], now: datetime) -> list[NewRoute]:
    """Return the routes of vehicles that stand still and hand their goods over, in time order."""
    out: list[NewRoute] = []
    for giver in sorted({m.giver for m in meetings}):
        route = day.routes[giver]
        own = sorted((m for m in meetings if m.giver == giver), key=lambda m: (m.at, m.taker))
        stops = tuple(
            Stop(
                stop_id=StopId(f"meet:{m.meeting_id}:{giver}"),
                kind=StopKind.MEET,
                point=m.point,
                service_s=m.duration_s,
                arrive_at=m.at,
                leave_at=_leaves(m),
                meeting_id=m.meeting_id,
                meets=m.taker,
                gives=m.order_ids,
            )
            for m in own
        )
        given = {o for m in own for o in m.order_ids}
        kept = tuple(
            s
            for s in route.remaining
            if s.order_id is not None and s.order_id not in given and day.orders[s.order_id].open
        )
        back = max([now, *(s.leave_at for s in stops)])
        down = day.vehicles[giver].down_since is not None
        out.append(NewRoute(giver, route.revision, stops if down else (*stops, *kept), back))
    return out


def _leaves(meeting: Meeting) -> datetime:
    return meeting.at + timedelta(seconds=meeting.duration_s)


def _unserved(day: Day, problem: Problem, rows: Sequences, task: int) -> LeftOut:
    order_id = problem.tasks[task].order_id
    assert order_id is not None
    refusals: list[Refusal] = []
    for way, slot in product(problem.ways_of(task), range(len(problem.slots))):
        if int(problem.pickup[slot, way]) == ELSEWHERE:
            if way == task:
                refusals.append(not_here(day, problem, slot, order_id))
            continue
        fits = problem.fits_features(slot, way)
        trials = placements(problem, slot, rows[slot], way) if fits else []
        why = explain(day_of(day, problem, way), problem, slot, way, trials)
        refusals.append(in_this_way(why, problem.tasks[way], problem.tasks[task]))
    return LeftOut(order_id, tuple(refusals))
