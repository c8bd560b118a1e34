"""PyVRP behind our problem: the morning's plan, searched for a number of iterations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.routing.problem import HERE, NONE, Problem, Sequences, Task

if TYPE_CHECKING:
    from pyvrp import Client

NAME = "pyvrp-0.14.1"

_FAR = 2**31
# Serving an order is worth more than any detour on one day: 60 euro. Far above it, the penalties
# of the search cannot hold, and it never comes back to feasible plans.
_PRIZE_MC = 6_000_000
# A need that is broken has to cost the search more than an order left out.
_NEED = 10_000
_MAX_PENALTY = 1_000_000.0


def solve(problem: Problem, start: Sequences, *, seed: int, iterations: int) -> Sequences:
    """Return the best sequences found from `start`; orders that fit nowhere are in none.

    Same problem, start, seed and iterations give the same answer in every process.
    The problem holds no rests (see `folding`).
    """
    from pyvrp import (
        Activity,
        ActivityType,
        Depot,
        Location,
        PenaltyParams,
        ProblemData,
        Route,
        Solution,
        SolveParams,
        VehicleType,
        solve,
    )
    from pyvrp.stop import MaxIterations

    orders = [i for i, t in enumerate(problem.tasks) if t.order_id is not None and able(problem, i)]
    index = {task: i for i, task in enumerate(orders)}
    needs = _needs(problem, orders)
    clients = [_client(problem.tasks[t], needs) for t in orders]
    depots = [
        Depot(problem.slots[0].start_node),
        *(
            Depot(problem.tasks[s.trip].node, service_duration=problem.tasks[s.trip].service_s)
            for s in problem.slots
            if s.trip != NONE
        ),
    ]
    reload_at = {s.trip: i + 1 for i, s in enumerate(x for x in problem.slots if x.trip != NONE)}
    fleet = [
        VehicleType(
            1,
            [*slot.capacity, *(_FAR if n in slot.features else 0 for n in needs)],
            0,
            0,
            tw_early=slot.ready_s,
            tw_late=slot.latest_return_s,
            max_distance=min(slot.range_m, _FAR),
            unit_distance_cost=slot.metre_mc,
            unit_duration_cost=problem.driver_mc_per_s,
            reload_depots=[] if slot.trip == NONE else [reload_at[slot.trip]],
            max_reloads=0 if slot.trip == NONE else 40,
        )
        for slot in problem.slots
    ]
    places = [Location(p.lon, p.lat) for p in problem.points]
    # Its stubs call any matrix "ndarray[int]", which is no shape that numpy knows.
    matrices = [problem.metres], [problem.seconds]
    data = ProblemData(places, clients, depots, fleet, *matrices)  # pyright: ignore[reportArgumentType]

    def activities(sequence: Sequence[int]) -> list[Activity]:
        return [
            Activity(ActivityType.DEPOT, reload_at[t])
            if problem.tasks[t].trip
            else Activity(ActivityType.CLIENT, index[t])
            for t in sequence
        ]

    first = Solution(
        data,
        [
            Route(data, activities(sequence), number)
            for number, sequence in enumerate(start)
            if sequence
        ],
    )
    result = solve(
        data,
        MaxIterations(iterations),
        seed=seed % 2**32,
        collect_stats=False,
        display=False,
        params=SolveParams(penalty=PenaltyParams(max_penalty=_MAX_PENALTY)),
        initial_solution=first,
    )
    found: list[tuple[int, ...]] = [() for _ in problem.slots]
    for route in result.best.routes():
        slot = problem.slots[route.vehicle_type()]
        steps = list(route)[1:-1]
        found[route.vehicle_type()] = tuple(
            slot.trip if step.is_depot() else orders[step.idx] for step in steps
        )
    return tuple(found)


def able(problem: Problem, task: int) -> bool:
    """Return whether any vehicle has what the task needs."""
    return any(problem.fits_features(s, task) for s in range(len(problem.slots)))


def _needs(problem: Problem, orders: Sequence[int]) -> list[str]:
    return sorted({need for t in orders for need in problem.tasks[t].needs})


def _client(task: Task, needs: Sequence[str]) -> "Client":
    from pyvrp import Client

    assert task.node != HERE
    return Client(
        task.node,
        delivery=[*task.load, *(_NEED if n in task.needs else 0 for n in needs)],
        service_duration=task.service_s,
        tw_early=max(0, task.opens_s),
        tw_late=task.closes_s,
        prize=_PRIZE_MC,
        required=False,
    )
