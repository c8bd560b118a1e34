"""Puts into a morning's problem at which depot goods lie, where a day has several."""

from dataclasses import replace

from core.domain.day import Day
from core.domain.depots import home_of, source_of
from core.domain.ids import DepotId, OrderId, VehicleId
from core.domain.plan import Refusal
from core.routing.problem import Problem

DEPOT = "depot:"
"""Begins what a task needs of a vehicle to load its goods before it leaves, or when it reloads."""


def word_for(depot_id: DepotId) -> str:
    return f"{DEPOT}{depot_id}"


def with_depots(day: Day, problem: Problem) -> Problem:
    """Return the problem in which goods that lie at one depot go with its own vehicles; itself
    where there is one depot, or where every depot has everything.

    A need is something that every engine knows.
    """
    named = {
        number: order.depot_id
        for number, task in enumerate(problem.tasks)
        if task.order_id is not None
        and (order := day.orders[task.order_id].order).depot_id is not None
    }
    if len(day.opened.depots) < 2 or not named:
        return problem
    tasks = list(problem.tasks)
    for number, depot_id in named.items():
        needs = tasks[number].needs | {word_for(depot_id)}
        tasks[number] = replace(tasks[number], needs=needs)
    slots = tuple(
        replace(s, features=s.features | {word_for(home_of(day, vehicle).depot_id)})
        for s in problem.slots
        for vehicle in (day.vehicles[s.vehicle_id].vehicle,)
    )
    return replace(problem, tasks=tuple(tasks), slots=slots)


def other_depot(day: Day, vehicle_id: VehicleId, order_id: OrderId) -> Refusal:
    """Return why a vehicle does not bring what lies at a depot that is not its own."""
    vehicle, order = day.vehicles[vehicle_id].vehicle, day.orders[order_id].order
    home, source = home_of(day, vehicle), source_of(day, order, vehicle)
    away = home.point.crow_m(source.point) / 1000
    others = sorted(
        v
        for v, state in day.vehicles.items()
        if home_of(day, state.vehicle) == source and not state.down_since
    )
    who = f", or if one of its own brings it ({', '.join(others[:3])})" if others else ""
    text = (
        f"the goods of {order_id} lie at depot {source.depot_id}, {vehicle_id} loads at "
        f"{home.depot_id}; fits if they are taken there, {away:.1f} km away{who}"
    )
    return Refusal(vehicle_id, "depot", text)
