"""Other solvers on a day in progress, each on one core and from the present plan."""

import time
import warnings
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import numpy as np

from core.routing.problem import Ints
from evals.bench.repair_judge import DROPPED_S, Plan, judge
from evals.bench.repair_model import LATEST, Offer

_FORBIDDEN = 1_000_000
"""Driving seconds to a stop that a vehicle may not serve."""
_BREAKER = 20
Steps = list[list[tuple[str, int]]]


def pyvrp(offer: Offer, seconds: float, seed: int) -> Plan:
    """Return PyVRP's plan with every order required; with prizes if that finds none that holds."""
    found = _pyvrp(offer, seconds, seed, required=True)
    if judge(offer.problem, found, offer.orphans).problem is None:
        return found
    return _pyvrp(offer, seconds, seed, required=False)


def _pyvrp(offer: Offer, seconds: float, seed: int, *, required: bool) -> Plan:
    from pyvrp import Activity, ActivityType, Route, Solution, solve
    from pyvrp.exceptions import PenaltyBoundWarning

    until = time.process_time() + seconds
    data, numbers = _pyvrp_data(offer, required=required)
    kinds: dict[str, Any] = {"fetch": ActivityType.PICKUP, "serve": ActivityType.DELIVERY}
    routes: list[Route] = []
    for slot in range(len(offer.problem.slots)):
        steps = offer.steps(slot)
        acts = [
            Activity(ActivityType.CLIENT if offer.source(t) < 0 else kinds[what], numbers[t])
            for what, t in steps
        ]
        if acts:
            routes.append(Route(data, acts, slot))

    def asked(best_cost: int) -> bool:  # noqa: ARG001  PyVRP names it in its protocol
        return time.process_time() >= until

    with warnings.catch_warnings():
        # It tells when a penalty is at its bound, which a full day now and then is.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        found = solve(
            data,
            asked,
            seed,
            collect_stats=False,
            display=False,
            initial_solution=Solution(data, routes),
        )
    direct = {numbers[t]: t for t in offer.orders if offer.source(t) < 0}
    fetched = {numbers[t]: t for t in offer.orders if offer.source(t) >= 0}
    rows: Steps = [[] for _ in offer.problem.slots]
    for route in found.best.routes():
        row = rows[route.vehicle_type()]
        for step in route.schedule()[1:-1]:
            if step.is_client():
                row.append(("serve", direct[step.idx]))
            else:
                row.append(("fetch" if step.is_pickup() else "serve", fetched[step.idx]))
    return offer.rows(rows)


def _pyvrp_data(offer: Offer, *, required: bool) -> tuple[Any, dict[int, int]]:
    from pyvrp import Client, Depot, Location, ProblemData, Shipment, VehicleType

    problem, prize = offer.problem, 0 if required else DROPPED_S
    clients: list[Client] = []
    shipments: list[Shipment] = []
    numbers: dict[int, int] = {}
    for t in offer.orders:
        task, source = problem.tasks[t], offer.source(t)
        opens, closes = offer.window(t)
        if source < 0:
            numbers[t] = len(clients)
            clients.append(
                Client(
                    task.node,
                    [task.load[0]],
                    service_duration=task.service_s,
                    tw_early=opens,
                    tw_late=closes,
                    prize=prize,
                    required=required,
                )
            )
            continue
        numbers[t] = len(shipments)
        from_s = offer.ready(source) + offer.sources[source].service_s
        shipments.append(
            Shipment(
                offer.place(source), task.node, from_s, LATEST, 0, opens, closes, task.service_s,
                [task.load[0]], prize, required,
            )
        )  # fmt: skip
    slots = problem.slots
    depots = [Depot(s.start_node) for s in slots]
    ends = sorted({problem.tasks[s.end_task].node for s in slots})
    depots += [Depot(e) for e in ends]
    profiles: dict[tuple[int, ...], int] = {}
    ways: list[Ints] = []
    times: list[Ints] = []
    fleet: list[VehicleType] = []
    for s, slot in enumerate(slots):
        barred = tuple(problem.tasks[t].node for t in offer.orders if s not in offer.able(t))
        if barred not in profiles:
            profiles[barred] = len(ways)
            way, spent = offer.ways.copy(), offer.times.copy()
            for table in (way, spent):
                table[:, list(barred)] = _FORBIDDEN
                np.fill_diagonal(table, 0)
            ways.append(way)
            times.append(spent)
        fleet.append(
            VehicleType(
                1,
                [offer.room(s)],
                start_depot=s,
                end_depot=len(slots) + ends.index(problem.tasks[slot.end_task].node),
                tw_early=slot.ready_s,
                tw_late=slot.latest_return_s,
                profile=profiles[barred],
                max_distance=min(slot.range_m, LATEST),
            )
        )
    places: list[Any] = [Location(0, 0) for _ in range(len(offer.ways))]
    # Its stubs call any matrix "ndarray[int]", which is no shape that numpy knows.
    driving: Any = ways
    spending: Any = times
    data = ProblemData(places, clients, depots, fleet, driving, spending, [], shipments)
    return data, numbers


def ortools(offer: Offer, seconds: float, _seed: int) -> Plan:
    """Return the plan of OR-Tools' guided local search; its routing search takes no seed."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    until = time.process_time() + seconds
    cp: Any = pywrapcp
    problem, slots = offer.problem, offer.problem.slots
    fetched = [t for t in offer.orders if offer.source(t) >= 0]
    # Nodes: starts, orders, one fetching for each order that needs it, the ends.
    places = [s.start_node for s in slots] + [problem.tasks[t].node for t in offer.orders]
    places += [offer.place(offer.source(t)) for t in fetched]
    places += [problem.tasks[s.end_task].node for s in slots]
    count, size = len(slots), len(places)
    node = {t: count + i for i, t in enumerate(offer.orders)}
    fetch = {t: count + len(offer.orders) + i for i, t in enumerate(fetched)}
    ends = list(range(size - count, size))
    manager = cp.RoutingIndexManager(size, count, list(range(count)), ends)
    routing = cp.RoutingModel(manager)
    grid = np.ix_(places, places)
    service, change = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for t in offer.orders:
        service[node[t]], change[node[t]] = problem.tasks[t].service_s, -problem.tasks[t].load[0]
    for t in fetched:
        change[fetch[t]] = problem.tasks[t].load[0]
    cost = routing.RegisterTransitMatrix(offer.ways[grid].tolist())
    spent = routing.RegisterTransitMatrix((offer.times[grid] + service[:, None]).tolist())
    load = routing.RegisterUnaryTransitVector(change.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(cost)
    horizon = max(s.latest_return_s for s in slots)
    routing.AddDimension(spent, horizon, horizon, False, "time")
    ranges = [min(s.range_m, LATEST) for s in slots]
    if min(ranges) < LATEST:
        routing.AddDimensionWithVehicleCapacity(cost, 0, ranges, True, "range")
    rooms = [s.capacity[0] for s in slots]
    routing.AddDimensionWithVehicleCapacity(load, 0, rooms, False, "load")
    clock, freight = routing.GetDimensionOrDie("time"), routing.GetDimensionOrDie("load")
    for s, slot in enumerate(slots):
        clock.CumulVar(routing.Start(s)).SetRange(slot.ready_s, slot.ready_s)
        clock.CumulVar(routing.End(s)).SetRange(slot.ready_s, slot.latest_return_s)
        freight.CumulVar(routing.Start(s)).SetRange(slot.on_board[0], slot.on_board[0])
    solver = routing.solver()
    for t in offer.orders:
        index, (opens, closes) = manager.NodeToIndex(node[t]), offer.window(t)
        clock.CumulVar(index).SetRange(opens, min(closes, horizon))
        able = offer.able(t)
        if len(able) < count:
            routing.VehicleVar(index).SetValues([-1, *able])
        if t not in fetch:
            routing.AddDisjunction([index], DROPPED_S)
            continue
        first, source = manager.NodeToIndex(fetch[t]), offer.source(t)
        ready = offer.ready(source) + offer.sources[source].service_s
        clock.CumulVar(first).SetRange(min(ready, horizon), horizon)
        routing.AddDisjunction([index], DROPPED_S // 2)
        routing.AddDisjunction([first], DROPPED_S // 2)
        routing.AddPickupAndDelivery(first, index)
        solver.Add(routing.VehicleVar(first) == routing.VehicleVar(index))
        solver.Add(clock.CumulVar(first) <= clock.CumulVar(index))
    parameters = cp.DefaultRoutingSearchParameters()
    guided = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.local_search_metaheuristic = guided
    parameters.time_limit.FromTimedelta(timedelta(seconds=_BREAKER * seconds))
    routing.AddSearchMonitor(solver.CustomLimit(lambda: time.process_time() >= until))
    routing.CloseModelWithParameters(parameters)
    start: list[list[int]] = []
    for s in range(count):
        taken = offer.steps(s)
        start.append(
            [manager.NodeToIndex((fetch if what == "fetch" else node)[t]) for what, t in taken]
        )
    first = routing.ReadAssignmentFromRoutes(start, True)
    found = routing.SolveFromAssignmentWithParameters(first, parameters) if first else None
    if found is None:
        return offer.start
    named = {n: ("serve", t) for t, n in node.items()} | {n: ("fetch", t) for t, n in fetch.items()}
    rows: Steps = []
    for s in range(count):
        at, row = routing.Start(s), list[tuple[str, int]]()
        while not routing.IsEnd(at := found.Value(routing.NextVar(at))):
            row.append(named[manager.IndexToNode(at)])
        rows.append(row)
    return offer.rows(rows)


def vroom(offer: Offer, seconds: float, _seed: int) -> Plan:
    """Return VROOM's plan at its highest level, from the present one; its limit is the wall's.

    Now and then it holds a present route with goods to fetch for one over capacity, and refuses all
    of it; then it begins without a plan.
    """
    api: Any = import_module("vroom")
    try:
        return _vroom(api, offer, seconds, begun=True)
    except api._vroom.VroomInputException:
        return _vroom(api, offer, seconds, begun=False)


def _vroom(api: Any, offer: Offer, seconds: float, *, begun: bool) -> Plan:
    problem = offer.problem
    task_in = api.Input()
    ways = offer.ways.astype(np.uint32)
    task_in.set_durations_matrix("car", ways)
    for s, slot in enumerate(problem.slots):
        steps = [api.VehicleStep("start")]
        for what, t in offer.steps(s) if begun else ():
            kind = "single" if offer.source(t) < 0 else "pickup" if what == "fetch" else "delivery"
            steps.append(api.VehicleStep(kind, t))
        task_in.add_vehicle(
            api.Vehicle(
                s,
                start=slot.start_node,
                end=problem.tasks[slot.end_task].node,
                capacity=[offer.room(s)],
                skills={t for t in offer.orders if s in offer.able(t)},
                time_window=api.TimeWindow(slot.ready_s, slot.latest_return_s),
                max_travel_time=min(slot.range_m, LATEST),
                steps=[*steps, api.VehicleStep("end")] if begun else [],
            )
        )
    for t in offer.orders:
        task, source = problem.tasks[t], offer.source(t)
        able = len(offer.able(t)) < len(problem.slots)
        skills = {t} if able else set[int]()
        window = [api.TimeWindow(*offer.window(t))]
        if source < 0:
            job = api.Job(t, task.node, 0, task.service_s, [task.load[0]], [0], skills, 0, window)
            task_in.add_job(job)
            continue
        at = offer.sources[source]
        from_it = [api.TimeWindow(offer.ready(source), LATEST)]
        pickup = api.ShipmentStep(t, offer.place(source), at.service_s, 0, from_it)
        delivery = api.ShipmentStep(t, task.node, 0, task.service_s, window)
        task_in.add_shipment(pickup, delivery, api.Amount([task.load[0]]), skills, 0)
    found = task_in.solve(
        exploration_level=5, nb_threads=1, timeout=timedelta(seconds=max(0.05, seconds))
    )
    rows: Steps = [[] for _ in problem.slots]
    for step in found.routes.itertuples():
        if step.type in ("job", "single", "pickup", "delivery"):
            what = "fetch" if step.type == "pickup" else "serve"
            rows[int(step.vehicle_id)].append((what, int(step.id)))
    return offer.rows(rows)


Other = Callable[[Offer, float, int], Plan]
OTHERS: dict[str, Other] = {"pyvrp": pyvrp, "ortools": ortools, "vroom": vroom}

__all__ = ["OTHERS", "Other"]
