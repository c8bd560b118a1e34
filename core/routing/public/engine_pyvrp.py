"""PyVRP behind a public instance: reloads, releases, prizes, pickups with deliveries."""

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from core.routing.public.instance import UNLIMITED, Instance, Plan

if TYPE_CHECKING:
    from pyvrp import ProblemData, Route, Solution

NAME = "pyvrp-0.14.1"

_VEHICLE = 50
"""What a vehicle costs where vehicles count first, in longest ways: no detour saves one."""


def search(instance: Instance, *, seed: int, stop: Callable[[], bool]) -> tuple[Plan, int]:
    """Return the best plan found until `stop` says so, with how many iterations that took.

    The same instance and seed give the same plan after the same number of iterations. A plan
    that breaks a rule is returned where none was found that holds: the caller judges.
    """
    from pyvrp import solve
    from pyvrp.exceptions import PenaltyBoundWarning

    data = problem(instance)

    def asked(best_cost: int) -> bool:  # noqa: ARG001  PyVRP names it in its protocol
        return stop()

    with warnings.catch_warnings():
        # It tells when a penalty is at its bound, which a tight file now and then is.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        found = solve(data, asked, seed % 2**32, collect_stats=False, display=False)
    return plan(instance, found.best), found.num_iterations


def load() -> None:
    """Import PyVRP, so that no clock is running when it is needed."""
    import_module("pyvrp")


def problem(instance: Instance) -> "ProblemData":
    """Return PyVRP's view of an instance."""
    from pyvrp import Client, Depot, Location, ProblemData, Shipment, VehicleType

    size = instance.size
    cost = np.minimum(instance.cost, UNLIMITED)
    time = np.minimum(instance.time, UNLIMITED)
    np.fill_diagonal(cost, 0)
    np.fill_diagonal(time, 0)
    opens, closes = instance.opens.tolist(), instance.closes.tolist()
    service, load = instance.service.tolist(), instance.load.tolist()
    clients: list[Client] = []
    shipments: list[Shipment] = []
    for c in range(1, size):
        if instance.partner is None:
            prize = int(instance.prize[c]) if instance.prize is not None else 0
            clients.append(
                Client(
                    c,
                    delivery=[load[c]],
                    service_duration=service[c],
                    tw_early=opens[c],
                    tw_late=closes[c],
                    release_time=int(instance.release[c]) if instance.release is not None else 0,
                    prize=prize,
                    required=prize == 0,
                )
            )
        elif (to := int(instance.partner[c])) > 0:
            shipments.append(
                Shipment(
                    c, to,
                    pickup_tw_early=opens[c], pickup_tw_late=closes[c],
                    pickup_service_duration=service[c],
                    delivery_tw_early=opens[to], delivery_tw_late=closes[to],
                    delivery_service_duration=service[to],
                    amount=[load[c]],
                )
            )  # fmt: skip
    fleet = VehicleType(
        min(size - 1, instance.vehicles or size),
        [instance.capacity],
        tw_early=opens[0],
        tw_late=closes[0],
        fixed_cost=_VEHICLE * int(cost.max()) if instance.vehicles_first else 0,
        reload_depots=[0] if instance.reloads else [],
    )
    return ProblemData(
        [Location(0, 0) for _ in range(size)],
        clients,
        [Depot(0)],
        [fleet],
        # Its stubs call any matrix "ndarray[int]", which is no shape that numpy knows.
        [cost],  # pyright: ignore[reportArgumentType]
        [time],  # pyright: ignore[reportArgumentType]
        [],
        shipments,
    )


def plan(instance: Instance, solution: "Solution") -> Plan:
    """Return the routes of a solution in the file's numbers."""
    pairs = [
        (c, int(instance.partner[c]))
        for c in range(1, instance.size)
        if instance.partner is not None and instance.partner[c] > 0
    ]
    return tuple(_row(pairs, route) for route in solution.routes())


def _row(pairs: list[tuple[int, int]], route: "Route") -> tuple[int, ...]:
    row: list[int] = []
    for step in route.schedule()[1:-1]:
        if step.is_client():
            row.append(step.idx + 1)
        elif step.is_depot():
            row.append(0)
        else:
            row.append(pairs[step.idx][0 if step.is_pickup() else 1])
    return tuple(row)
