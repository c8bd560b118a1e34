"""The engines of the routing benchmark behind one call, each on one core of its own process."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from typing import Any

import numpy as np

from core.errors import Refused
from core.routing.public import engine_pyvrp, solve
from core.routing.public.budget import Seconds
from core.routing.public.instance import UNLIMITED, Instance, Plan

_BREAKER = 20
"""So many times the budget may pass on the wall before a search that counts CPU seconds is cut."""
_AGAIN = 4
_FLEET = 1.5
"""Vehicles offered where there is no limit, in multiples of what the loads need."""


@dataclass(frozen=True, slots=True)
class Run:
    """The plan of one engine, with the seconds of the processor that it took (all tries of it)."""

    routes: Plan
    cpu_s: float


def engines() -> dict[str, Callable[[Instance, float, int], Plan]]:
    """Return what can be measured, by name."""
    return {"tenfour": tenfour, "pyvrp": pyvrp, "ortools": ortools, "vroom": vroom}


def versions(names: list[str]) -> dict[str, str]:
    """Return the installed version of each engine, or refuse one that is not there."""
    packages = {"tenfour": "tenfour", "pyvrp": "pyvrp", "ortools": "ortools", "vroom": "pyvroom"}
    found: dict[str, str] = {}
    for name in names:
        if name not in packages:
            raise Refused(f"there is no engine {name!r}; there are {', '.join(packages)}")
        try:
            found[name] = version(packages[name])
        except PackageNotFoundError:
            why = f"{packages[name]} is not installed; it comes with the extra 'bench'"
            raise Refused(f"engine {name!r}: {why}") from None
    return found


def takes(engine: str, instance: Instance) -> bool:
    """Return whether an engine can be asked for a plan of this instance here."""
    return instance.plain or engine in ("tenfour", "pyvrp")


def timed(engine: str, instance: Instance, seconds: float, seed: int) -> Run:
    """Run one engine; what is compiled and imported once is loaded before the clock."""
    _load(engine, instance)
    began = time.process_time()
    routes = engines()[engine](instance, seconds, seed)
    return Run(routes, round(time.process_time() - began, 3))


def _load(engine: str, instance: Instance) -> None:
    if engine == "tenfour":
        solve.warm_up(instance)
    elif engine == "pyvrp":
        engine_pyvrp.problem(instance)
    else:
        import_module("vroom" if engine == "vroom" else "ortools.constraint_solver.pywrapcp")


def tenfour(instance: Instance, seconds: float, seed: int) -> Plan:
    budget = Seconds(seconds, time.process_time, time.process_time())
    return solve.solve(instance, budget, seed=seed).routes


def pyvrp(instance: Instance, seconds: float, seed: int) -> Plan:
    until = time.process_time() + seconds
    return engine_pyvrp.search(instance, seed=seed, stop=lambda: time.process_time() >= until)[0]


def ortools(instance: Instance, seconds: float, _seed: int) -> Plan:
    """Return the plan of guided local search; its routing search takes no seed."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    until = time.process_time() + seconds
    cp: Any = pywrapcp
    size = instance.size
    vehicles = _vehicles(instance)
    manager = cp.RoutingIndexManager(size, vehicles, 0)
    routing = cp.RoutingModel(manager)
    cost = routing.RegisterTransitMatrix(instance.cost.tolist())
    spent = routing.RegisterTransitMatrix((instance.time + instance.service[:, None]).tolist())
    load = routing.RegisterUnaryTransitVector(instance.load.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(cost)
    routing.AddDimension(load, 0, instance.capacity, True, "load")
    horizon = int(min(instance.closes.max() + instance.service.max(), UNLIMITED))
    routing.AddDimension(spent, horizon, horizon, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for c in range(1, size):
        window = clock.CumulVar(manager.NodeToIndex(c))
        window.SetRange(int(instance.opens[c]), int(min(instance.closes[c], horizon)))
    for v in range(vehicles):
        for end in (routing.Start(v), routing.End(v)):
            window = clock.CumulVar(end)
            window.SetRange(int(instance.opens[0]), int(min(instance.closes[0], horizon)))
    parameters = cp.DefaultRoutingSearchParameters()
    kinds = routing_enums_pb2
    parameters.first_solution_strategy = kinds.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    guided = kinds.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.local_search_metaheuristic = guided
    parameters.time_limit.FromTimedelta(timedelta(seconds=_BREAKER * seconds))
    limit = routing.solver().CustomLimit(lambda: time.process_time() >= until)
    routing.AddSearchMonitor(limit)
    found = routing.SolveWithParameters(parameters)
    if found is None:
        return ()
    plan: list[tuple[int, ...]] = []
    for v in range(vehicles):
        at, row = routing.Start(v), list[int]()
        while not routing.IsEnd(at):
            at = found.Value(routing.NextVar(at))
            row.append(manager.IndexToNode(at))
        plan.append(tuple(row[:-1]))
    return tuple(r for r in plan if r)


def vroom(instance: Instance, seconds: float, _seed: int) -> Plan:
    """Return VROOM's plan at its highest level.

    Its limit is one of the wall. Where other work kept the core busy, so that it got less than its
    CPU seconds before the limit, it begins again with a longer one.
    """
    limit_s, plan = seconds, Plan()
    for _ in range(_AGAIN):
        wall, cpu = time.perf_counter(), time.process_time()
        plan = _vroom(instance, limit_s)
        spent_s = time.process_time() - cpu
        if time.perf_counter() - wall < limit_s or spent_s >= 0.9 * seconds:
            break
        limit_s *= seconds / max(0.05 * seconds, spent_s)
    return plan


def _vroom(instance: Instance, limit_s: float) -> Plan:
    api: Any = import_module("vroom")
    task = api.Input()
    task.set_durations_matrix("car", instance.time.astype(np.uint32))
    task.set_costs_matrix("car", instance.cost.astype(np.uint32))
    day = api.TimeWindow(int(instance.opens[0]), int(instance.closes[0]))
    for v in range(_vehicles(instance)):
        task.add_vehicle(
            api.Vehicle(v, start=0, end=0, capacity=[instance.capacity], time_window=day)
        )
    for c in range(1, instance.size):
        task.add_job(
            api.Job(
                c,
                location=c,
                delivery=[int(instance.load[c])],
                default_service=int(instance.service[c]),
                time_windows=[api.TimeWindow(int(instance.opens[c]), int(instance.closes[c]))],
            )
        )
    found = task.solve(exploration_level=5, nb_threads=1, timeout=timedelta(seconds=limit_s))
    rows: dict[int, list[int]] = {}
    for step in found.routes.itertuples():
        if step.type == "job":
            rows.setdefault(int(step.vehicle_id), []).append(int(step.id))
    return tuple(tuple(row) for row in rows.values())


def _vehicles(instance: Instance) -> int:
    """Return how many vehicles to offer to engines that want a number."""
    if instance.vehicles is not None:
        return min(instance.vehicles, instance.size - 1)
    return min(instance.size - 1, 10 + ceil(_FLEET * instance.load.sum() / instance.capacity))
