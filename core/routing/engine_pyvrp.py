"""PyVRP behind our problem: the first search of the morning's plan, for a number of iterations."""

import warnings
from collections.abc import Sequence

import numpy as np

from core.routing.problem import HERE, NEVER, Ints, Problem
from core.routing.runs import Run

NAME = "pyvrp-0.14.1"

_FAR = 2**28
_NOT_ABLE_S = 100_000
"""Added to the way to a door that a vehicle lacks something for: more than any shift."""

# Serving an order is worth more than any detour on one day; scarce vehicles are kept for whom
# only they can serve.
_PRIZE_MC = 3_000_000
_PENALTY = 3_000.0
_UPDATE_EVERY, _INCREASE = 50, 1.2
_NEIGHBOURS, _PERTURBATIONS, _HISTORY = 30, 5, 100


def solve(
    problem: Problem, runs: Sequence[Run], *, seed: int, iterations: int
) -> tuple[tuple[int, ...], ...]:
    """Return the best rows found, one for each run; orders that fit nowhere are in none.

    Same problem, runs, seed and iterations give the same answer in every process. The problem holds
    no rests (see `folding`). Of an order's ways at most one is served. Waiting costs nothing here,
    and a range counts where it binds: that makes a round several times faster; what a row breaks
    after all is mended by the planner.
    """
    from pyvrp import (
        Client,
        ClientGroup,
        Depot,
        Location,
        PenaltyManager,
        PenaltyParams,
        ProblemData,
        RandomNumberGenerator,
        Solution,
        VehicleType,
    )
    from pyvrp.exceptions import PenaltyBoundWarning
    from pyvrp.IteratedLocalSearch import IteratedLocalSearch, IteratedLocalSearchParams
    from pyvrp.search import (
        OPERATORS,
        LocalSearch,
        NeighbourhoodParams,
        PerturbationManager,
        PerturbationParams,
        compute_neighbours,
    )
    from pyvrp.stop import MaxIterations

    dearest_mc = max(s.fixed_mc for s in problem.slots)
    # A window that is over before anybody is at work is nothing that it may be asked about.
    orders = [
        i
        for i, t in enumerate(problem.tasks)
        if t.order_id is not None and t.closes_s >= 0 and able(problem, i)
    ]
    ends = [problem.tasks[s.end_task].node for s in problem.slots]
    depots = list(dict.fromkeys([*(s.start_node for s in problem.slots), *ends]))
    # One location for each point and set of needs: so a way can be closed to some vehicles.
    places: dict[tuple[int, frozenset[str]], int] = {
        (node, frozenset()): i for i, node in enumerate(depots)
    }
    clients: list[Client] = []
    asked = set(orders)
    groups = [g for ways in problem.ways.values() if len(g := [t for t in ways if t in asked]) > 1]
    group_of = {t: number for number, ways in enumerate(groups) for t in ways}
    for number in orders:
        t = problem.tasks[number]
        assert t.node != HERE
        who = max(_able(problem, way) for way in problem.ways_of(problem.first(number)))
        worth = min(t.prize_mc, (_PRIZE_MC + dearest_mc) * len(problem.slots) // who)
        clients.append(
            Client(
                places.setdefault((t.node, t.needs), len(places)),
                delivery=list(t.load),
                pickup=list(t.gain) if problem.gathers else [],
                service_duration=t.service_s,
                tw_early=max(0, t.opens_s),
                tw_late=t.closes_s,
                # One client of a group is served at most, for its prize less what its way costs.
                prize=max(0, worth - t.way_mc),
                required=False,
                group=group_of.get(number),
            )
        )
    profiles: dict[tuple[frozenset[str], int, int], int] = {}
    fleet: list[VehicleType] = []
    needs = frozenset(n for _, wanted in places for n in wanted)
    for run in runs:
        slot = problem.slots[run.slot]
        limited = _binds(problem, run)
        second = problem.second_price_mc(run.slot)
        key = (needs - slot.features, NEVER if limited else slot.metre_mc, second)
        fleet.append(
            VehicleType(
                1,
                list(slot.capacity),
                start_depot=depots.index(slot.start_node),
                end_depot=depots.index(_end(problem, run)),
                tw_early=run.ready_s,
                tw_late=run.latest_return_s,
                max_distance=run.range_m if limited else _FAR * 1000,
                unit_distance_cost=(
                    slot.metre_mc + _metre_time_mc(problem, second) if limited else second
                ),
                unit_duration_cost=0,
                fixed_cost=slot.fixed_mc if run.first else 0,
                profile=profiles.setdefault(key, len(profiles)),
            )
        )
    nodes = np.array([node for node, _ in places])
    seconds = np.minimum(problem.seconds[np.ix_(nodes, nodes)], _FAR)
    metres = np.minimum(problem.metres[np.ix_(nodes, nodes)], _FAR)
    lengths: list[Ints] = []
    durations: list[Ints] = []
    for lacking, price, second in profiles:
        closed = np.array([bool(lacking & wanted) for _, wanted in places])
        way = seconds + np.where(closed, _NOT_ABLE_S, 0)[None, :]
        np.fill_diagonal(way, 0)
        durations.append(way)
        worth = seconds + metres * price // max(1, second)
        lengths.append(metres if price == NEVER else worth)
    data = ProblemData(
        [Location(problem.points[n].lon, problem.points[n].lat) for n, _ in places],
        clients,
        [Depot(i) for i in range(len(depots))],
        fleet,
        # Its stubs call any matrix "ndarray[int]", which is no shape that numpy knows.
        lengths,  # pyright: ignore[reportArgumentType]
        durations,  # pyright: ignore[reportArgumentType]
        [ClientGroup([orders.index(t) for t in ways], required=False) for ways in groups],
    )
    rng = RandomNumberGenerator(seed=seed % 2**32)
    near = compute_neighbours(data, NeighbourhoodParams(num_neighbours=_NEIGHBOURS))
    shake = PerturbationManager(PerturbationParams(1, _PERTURBATIONS))
    local = LocalSearch(data, rng, near, shake)
    for operator in OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    # PyVRP's own start lies in the middle of the range, too high to move through what breaks a
    # limit for a moment.
    loads = [_PENALTY] * data.num_load_dimensions
    penalties = PenaltyManager(
        (loads, _PENALTY, _PENALTY / 10),
        PenaltyParams(solutions_between_updates=_UPDATE_EVERY, penalty_increase=_INCREASE),
    )
    first = local(Solution.make_random(data, rng), penalties.cost_evaluator(), exhaustive=True)
    params = IteratedLocalSearchParams(history_length=_HISTORY, exhaustive_on_best=False)
    with warnings.catch_warnings():
        # It tells when a penalty is at its bound, which a tight day now and then is.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = IteratedLocalSearch(data, penalties, local, first, params).run(
            MaxIterations(iterations), collect_stats=False, display=False
        )
    found: list[tuple[int, ...]] = [() for _ in runs]
    for route in result.best.routes():
        found[route.vehicle_type()] = tuple(orders[step.idx] for step in list(route)[1:-1])
    return tuple(found)


def _end(problem: Problem, run: Run) -> int:
    """Return the node where a run ends: where the vehicle loads again, unless it is the last."""
    slot = problem.slots[run.slot]
    return problem.tasks[slot.end_task].node if run.last else slot.start_node


def able(problem: Problem, task: int) -> bool:
    """Return whether any vehicle has what the task needs."""
    return _able(problem, task) > 0


def _able(problem: Problem, task: int) -> int:
    return sum(problem.fits_features(s, task) for s in range(len(problem.slots)))


def _metre_time_mc(problem: Problem, second_mc: int) -> int:
    """Return what a vehicle's time costs while it drives a metre, on average."""
    total_s, total_m = int(problem.seconds.sum()), int(problem.metres.sum())
    return second_mc * total_s // max(1, total_m)


def _binds(problem: Problem, run: Run) -> bool:
    """Return whether a range is short of driving half the time."""
    total_s, total_m = int(problem.seconds.sum()), int(problem.metres.sum())
    return 2 * run.range_m * total_s < total_m * (run.latest_return_s - run.ready_s)
