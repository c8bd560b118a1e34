"""Turns task sequences back into stops of a route."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import MeetingId, OrderId, StopId, VehicleId
from core.domain.plan import Stop, StopKind
from core.routing.problem import Problem
from core.routing.timetable import new_rest
from core.routing.walk import of_slot, tasks_of_row


def stops_of(
    day: Day,
    problem: Problem,
    slot: int,
    sequence: Sequence[int],
    meeting_of: Mapping[int, tuple[MeetingId, VehicleId]] | None = None,
) -> tuple[Stop, ...]:
    """Return all remaining stops of a slot that drives `sequence`: standing and frozen ones first.

    `meeting_of` names the meeting behind each task that fetches goods from another vehicle.
    """
    vehicle = problem.slots[slot]
    walked = of_slot(problem, slot, [tuple(sequence)])
    row = tasks_of_row(problem, walked, 0)
    route = day.routes[vehicle.vehicle_id]
    out: list[Stop] = [] if vehicle.standing is None else [vehicle.standing]
    here, loaded = problem.points[vehicle.start_node], 0
    charging = 1
    for column, number in enumerate(row):
        task = problem.tasks[number]
        arrive = problem.instant(int(walked.arrive[0, column]))
        leave = problem.instant(int(walked.leave[0, column]))
        if task.kind is StopKind.REST:
            stop = task.stop or new_rest(day, route)
            stop = Stop(
                stop.stop_id,
                stop.kind,
                stop.point if task.stop else here,
                stop.service_s,
                arrive,
                leave,
            )
        else:
            fetched = fetched_at(problem, slot, row, number)
            stop = _stop(day, problem, slot, number, arrive, leave, fetched, meeting_of or {})
            if task.kind is StopKind.CHARGE and task.stop is None:
                name = f"charge:{vehicle.vehicle_id}:{charging + _last(day, vehicle.vehicle_id)}"
                stop, charging = replace(stop, stop_id=StopId(name)), charging + 1
            if task.kind is StopKind.RELOAD and task.stop is None:
                name = f"reload:{vehicle.vehicle_id}:{reloads(day, vehicle.vehicle_id) + loaded}"
                stop, loaded = replace(stop, stop_id=StopId(name)), loaded + 1
        out.append(stop)
        here = stop.point
    return tuple(out)


def fetched_at(problem: Problem, slot: int, row: Sequence[int], number: int) -> tuple[OrderId, ...]:
    """Return the orders of a row whose goods come on board at a task."""
    return tuple(
        o
        for t in row
        if int(problem.pickup[slot, t]) == number and (o := problem.tasks[t].order_id) is not None
    )


def _stop(
    day: Day,
    problem: Problem,
    slot: int,
    number: int,
    arrive: datetime,
    leave: datetime,
    fetched: tuple[OrderId, ...],
    meeting_of: Mapping[int, tuple[MeetingId, VehicleId]],
) -> Stop:
    task, vehicle_id = problem.tasks[number], problem.slots[slot].vehicle_id
    if task.stop is not None and number in problem.slots[slot].frozen:
        return task.stop
    point = problem.points[task.node]
    if task.kind is StopKind.DELIVER or task.order_id is not None:
        if task.stop is not None:
            return Stop(
                task.stop.stop_id,
                task.stop.kind,
                point,
                task.service_s,
                arrive,
                leave,
                task.order_id,
                way=task.stop.way,
            )
        return Stop(
            StopId(f"{task.kind}:{task.order_id}"),
            task.kind or StopKind.DELIVER,
            point,
            task.service_s,
            arrive,
            leave,
            task.order_id,
            way=task.way,
        )
    if task.kind is StopKind.COLLECT:
        stop_id = StopId(f"collect:{fetched[0]}")
        return Stop(stop_id, task.kind, point, task.service_s, arrive, leave, loads=fetched)
    if task.kind is StopKind.RELOAD:
        kept = task.stop
        stop_id = (
            kept.stop_id if kept else StopId(f"reload:{vehicle_id}:{reloads(day, vehicle_id)}")
        )
        return Stop(stop_id, StopKind.RELOAD, point, task.service_s, arrive, leave, loads=fetched)
    if task.stop is not None:
        return task.stop
    if task.kind is StopKind.CHARGE:
        stop_id = StopId(f"charge:{vehicle_id}:{number}")
        return Stop(stop_id, StopKind.CHARGE, point, task.service_s, arrive, leave)
    meeting_id, giver = meeting_of[number]
    return Stop(
        StopId(f"meet:{meeting_id}:{vehicle_id}"),
        StopKind.MEET,
        point,
        task.service_s,
        arrive,
        leave,
        meeting_id=meeting_id,
        meets=giver,
        takes=fetched,
    )


def _last(day: Day, vehicle_id: VehicleId) -> int:
    """Return the highest number of a charging stop that the vehicle has had."""
    stops = [s for s in day.routes[vehicle_id].stops if s.kind is StopKind.CHARGE]
    return max((int(s.stop_id.rsplit(":", 1)[1]) for s in stops), default=0)


def reloads(day: Day, vehicle_id: VehicleId) -> int:
    """Return the number of the vehicle's next reload: one more than any it has had."""
    taken = [
        int(s.stop_id.rsplit(":", 1)[1])
        for s in day.routes[vehicle_id].stops
        if s.kind is StopKind.RELOAD and s.stop_id.rsplit(":", 1)[1].isdigit()
    ]
    return max(taken, default=0) + 1
