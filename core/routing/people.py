"""Puts into a problem what stops outside a driver's own territory cost, and uneven work."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from core.domain.day import Day
from core.domain.fleet import Driver
from core.domain.ids import VehicleId
from core.domain.option import NewRoute
from core.domain.place import Point
from core.domain.time import seconds_between
from core.routing.crews import crew
from core.routing.problem import Even, Ints, Problem


def with_prices(day: Day, problem: Problem, *, under_way: bool) -> Problem:
    """Return the problem with both prices; itself where nothing is asked."""
    tolled = with_tolls(day, problem, under_way=under_way)
    return _with_evenness(day, tolled, under_way=under_way)


def with_tolls(day: Day, problem: Problem, first: int = 0, *, under_way: bool) -> Problem:
    """Return the problem with its tolls, those of tasks from `first` on beside the ones that it
    has; itself where nobody has a territory or nothing is asked for leaving it."""
    price_mc = day.rules.costs.outside_territory.cents_milli
    if not price_mc or not any(d.territory for d in day.drivers.values()):
        return problem
    who = _drivers(day, under_way=under_way)
    tolls: Ints = np.zeros((len(problem.slots), len(problem.tasks) - first), dtype=np.int64)
    for slot, vehicle in enumerate(problem.slots):
        driver = who(vehicle.vehicle_id)
        for task, one in enumerate(problem.tasks[first:]):
            if one.order_id is not None and not at_home(driver, problem.points[one.node]):
                tolls[slot, task] = price_mc
    if first and problem.toll_mc is not None:
        tolls = np.concatenate([problem.toll_mc[:, :first], tolls], axis=1)
    return replace(problem, toll_mc=tolls)


def _drivers(day: Day, *, under_way: bool) -> Callable[[VehicleId], Driver | None]:
    if not under_way:
        return crew(day).get
    return lambda v: day.drivers.get(day.routes[v].driver_id)


def at_home(driver: Driver | None, point: Point) -> bool:
    """Return whether a place is in a driver's own territory; without one every place is."""
    if driver is None or not driver.territory:
        return True
    return any(area.holds(point) for area in driver.territory)


def more_outside(day: Day, changes: Sequence[NewRoute]) -> int:
    """Return how many more stops lie outside their driver's territory than now; negative: fewer."""
    more = 0
    for change in changes:
        route = day.routes[change.vehicle_id]
        driver = day.drivers.get(route.driver_id)
        for stops, sign in ((change.stops, 1), (route.remaining, -1)):
            doors = [s.point for s in stops if s.order_id is not None]
            more += sign * sum(not at_home(driver, p) for p in doors)
    return more


def _with_evenness(day: Day, problem: Problem, *, under_way: bool) -> Problem:
    """Return the problem with the price of uneven work; itself where nothing is asked for it.

    On a day that is under way the mean is that of the present routes.
    """
    minute_mc = day.rules.costs.uneven_minute.cents_milli
    if not minute_mc:
        return problem
    spread_s = day.rules.thresholds.even_spread_s
    if not under_way:
        return replace(problem, even=Even(minute_mc, spread_s))
    begun = tuple(
        replace(s, begun_s=seconds_between(problem.base, day.routes[s.vehicle_id].depart_at))
        if s.departed
        else s
        for s in problem.slots
    )
    lasts = [seconds_between(r.depart_at, r.return_at) for r in day.routes.values() if r.stops]
    mean_s = sum(lasts) // len(lasts) if lasts else 0
    return replace(problem, slots=begun, even=Even(minute_mc, spread_s, mean_s))
