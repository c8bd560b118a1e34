"""The morning's plan: a first plan by insertion, improved by the engine, judged by the checker."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from core.domain.day import Day
from core.domain.depots import home_of
from core.domain.ids import OrderId, PlanId, StopId
from core.domain.plan import LeftOut, Plan, PricePart, Route, Stop, StopKind
from core.errors import CopilotError
from core.routing.access import narrowed
from core.routing.build import crew, morning
from core.routing.check import check_plan, hard_ones, plan_points, prices_broken
from core.routing.departure import departs_s
from core.routing.evenness import evened, parts_of
from core.routing.folding import folded
from core.routing.left_out import left_out
from core.routing.materialise import fetched_at
from core.routing.pairs import has_pairs, one_door, two_doors
from core.routing.plan_times import plan_lookup
from core.routing.pool import SolverPool
from core.routing.portfolio import cost_mc, improve, is_full, mended
from core.routing.precedence import by_rank, ranks_of
from core.routing.problem import NONE, Problem, Sequences
from core.routing.reseat import in_any_way
from core.routing.start import insert_all
from core.routing.walk import of_slot
from core.routing.ways import absent, first_ways
from core.travel.protocol import TravelTimes

Progress = Callable[[str], None]

_PASSES = 5
"""On a full day so many times over those who matter more are given a place by force; its search
has weighed them already."""

_AT_DOORS = (StopKind.DELIVER, StopKind.COLLECT)
"""Stops for whose window it is worth leaving later."""


class UncheckedPlan(CopilotError):
    """The checker found something in our own plan; it is not handed out."""

    code = "unchecked_plan"
    status = 500


def plan_day(
    day: Day,
    travel: TravelTimes,
    *,
    seed: int,
    iterations: int,
    plan_id: PlanId,
    pool: SolverPool | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return a plan that the checker finds nothing in; what fits nowhere is left out, with reasons.

    Same day, travel, seed and iterations give the same plan.
    """
    tell = progress or _silent
    problem = morning(day, travel)
    tasks, ranks = problem.owed, ranks_of(day, problem)
    tell(f"placing {len(tasks)} orders on {len(problem.slots)} vehicles")
    engine = "insertion"
    if iterations > 0 and problem.slots and tasks:
        tell(f"searching for {iterations} iterations with {len(tasks)} orders")
        run = improve if pool is None else partial(pool.run, improve)
        weights = ranks if is_full(problem) else None
        found = run(problem, seed=seed, iterations=iterations, weights=weights)
        best, left, engine = found.rows, found.left, found.engine
    else:
        best, left = _first(problem, ranks)
    if left:
        tell(f"looking after those who matter more among {len(left)} orders that do not fit")
        passes = _PASSES if is_full(problem) else None
        best, left = by_rank(problem, ranks, best, left, passes=passes)
        if is_full(problem):
            best, left = insert_all(problem, best, left)
    tell("checking" if not left else f"giving reasons for {len(left)} orders left out")
    routes = tuple(_route(day, problem, i, sequence) for i, sequence in enumerate(best) if sequence)
    out = left_out(day, problem, best, left, tell)
    prices = parts_of(problem, best)
    _judge(day, routes, out, travel, prices)
    return Plan(
        plan_id=plan_id,
        version=day.plan_version + 1,
        routes=routes,
        left_out=tuple(sorted(out, key=lambda o: o.order_id)),
        provider=travel.stamp,
        engine=engine,
        seed=seed,
        iterations=iterations,
        cost_cents=round(cost_mc(problem, best) / 1000),
        prices=prices,
    )


def _silent(_: str) -> None:
    """Tell nobody."""


def _first(problem: Problem, ranks: Mapping[int, int]) -> tuple[Sequences, tuple[int, ...]]:
    """Return a plan by insertion alone; on a full day those who matter more go in first."""
    if not problem.slots:
        return (), problem.owed
    plain = first_ways(one_door(narrowed(problem)))
    known = [t for t in problem.owed if plain.tasks[t].order_id is not None]
    clock = folded(plain)
    start: Sequences = tuple(() for _ in problem.slots)
    of_rank = {t: ranks[t] if is_full(problem) else 0 for t in known}
    for rank in sorted(set(of_rank.values()), reverse=True):
        start, _ = insert_all(clock, start, [t for t in known if of_rank[t] == rank])
    whole = two_doors(problem, start)
    kept = tuple(mended(problem, slot, row) for slot, row in enumerate(whole))
    left = tuple(absent(problem, kept))
    if has_pairs(problem) or problem.has_ways:
        kept, left = insert_all(problem, kept, left)
    return evened(problem, in_any_way(problem, kept)), left


def _route(day: Day, problem: Problem, slot: int, sequence: tuple[int, ...]) -> Route:
    """Return the route with its times, leaving as late as its first stop allows."""
    vehicle = problem.slots[slot]
    driver = crew(day)[vehicle.vehicle_id]
    walked = of_slot(problem, slot, [sequence])
    row = [int(t) for t in walked.seqs[0] if int(t) != vehicle.end_task]
    here = problem.points[vehicle.start_node]
    load_out_s = home_of(day, day.vehicles[vehicle.vehicle_id].vehicle).load_out_s
    depart = vehicle.ready_s
    first = problem.tasks[row[0]]
    if first.kind in _AT_DOORS:
        depart = int(departs_s(problem, walked.who, walked.seqs, walked.arrive, walked.start)[0])
    stops: list[Stop] = []
    trips, charged = 0, 0
    for column, number in enumerate(row):
        task = problem.tasks[number]
        arrive_s = int(walked.arrive[0, column])
        if column == 0 and task.kind in _AT_DOORS:
            arrive_s = int(walked.start[0, 0])
        arrive, leave = problem.instant(arrive_s), problem.instant(int(walked.leave[0, column]))
        point = here if task.node < 0 else problem.points[task.node]
        assert task.kind is not None
        if task.kind is StopKind.REST:
            stop_id, loads = f"rest:{driver.driver_id}", ()
        elif task.kind is StopKind.CHARGE:
            charged += 1
            stop_id, loads = f"charge:{vehicle.vehicle_id}:{charged}", ()
        elif task.trip:
            trips += 1
            loads = _trip(problem, slot, row, column)
            stop_id = f"reload:{vehicle.vehicle_id}:{trips}"
        elif task.order_id is None:
            loads = fetched_at(problem, slot, row, number)
            stop_id = f"collect:{loads[0]}"
        else:
            stop_id, loads = f"{task.kind.value}:{task.order_id}", ()
        stops.append(
            Stop(
                StopId(stop_id),
                task.kind,
                point,
                task.service_s,
                arrive,
                leave,
                task.order_id,
                loads,
                way=task.way,
            )
        )
        here = point
    return Route(
        vehicle_id=vehicle.vehicle_id,
        driver_id=driver.driver_id,
        depart_at=problem.instant(depart),
        start=problem.points[vehicle.start_node],
        stops=tuple(stops),
        end=problem.points[problem.tasks[vehicle.end_task].node],
        return_at=problem.instant(int(walked.end_s[0])),
        loads=_trip(problem, slot, row, -1),
        loads_from=problem.instant(vehicle.loads_s) if load_out_s else None,
    )


def _trip(problem: Problem, slot: int, row: Sequence[int], after: int) -> tuple[OrderId, ...]:
    """Return what is loaded at the depot for the tasks up to the next reload."""
    loads: list[OrderId] = []
    for number in row[after + 1 :]:
        if problem.tasks[number].trip:
            break
        order_id, brings = problem.tasks[number].order_id, problem.tasks[number].kind
        at_depot = int(problem.pickup[slot, number]) == NONE and brings is StopKind.DELIVER
        if order_id is not None and at_depot:
            loads.append(order_id)
    return tuple(loads)


def _judge(
    day: Day,
    routes: Sequence[Route],
    out: Sequence[LeftOut],
    travel: TravelTimes,
    prices: Sequence[PricePart],
) -> None:
    lookup = plan_lookup(day, travel, plan_points(routes))
    found = hard_ones(check_plan(day, routes, [o.order_id for o in out], lookup))
    found += tuple(prices_broken(day, routes, prices))
    if found:
        words = "; ".join(v.sentence for v in found[:3])
        raise UncheckedPlan(f"the plan breaks {len(found)} rules and is not handed out: {words}")
