"""The mid-day search where not all fit: stopped at any moment it is no worse than insertion."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.ids import OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import StopKind
from core.routing.engine_midday import ROOM_SHARE, MiddaySearch
from core.routing.problem import NONE, Problem, Slot, Task
from core.routing.search import Search
from core.routing.walk import IMPOSSIBLE, of_slot
from tests.builders import minute
from tests.routing.test_midday import MOVED_MC, ORPHANS, a_problem


def a_full_day(seed: int, spare_s: int) -> Problem:
    """Four vehicles that have to be back so soon after their plan that few orders more fit."""
    problem = a_problem(seed, soft=False, rests=False)
    slots = [
        replace(s, latest_return_s=int(of_slot(problem, i, [s.sequence]).end_s[0]) + spare_s)
        for i, s in enumerate(problem.slots)
    ]
    return replace(problem, slots=tuple(slots))


def full_at_first() -> list[int]:
    """Return the seeds of days that hold and where insertion leaves somebody out."""
    begun = {n: MiddaySearch(a_full_day(n, 0), ORPHANS, seed=1) for n in range(40)}
    return [n for n, s in begun.items() if s.held and s.lost > 0]


def test_full_days_leave_orders_out_at_first():
    assert len(full_at_first()) >= 5


@given(
    st.integers(0, 10_000),
    st.sampled_from((0, 120, 400)),
    st.sampled_from((0, MOVED_MC)),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_whenever_it_is_stopped_the_rows_hold_and_are_no_worse_than_before(
    seed: int, spare_s: int, moved_mc: int, alike: bool
):
    problem = a_full_day(seed, spare_s)
    search = MiddaySearch(problem, ORPHANS, moved_mc, seed=seed, drop_alike=alike)
    exact = Search(problem, ORPHANS, moved_mc)
    frozen = {t for s in problem.slots for t in s.frozen}
    seen = [(search.lost, search.cost_mc)]
    for k in range(6):
        search.run(70, k / 6, (k + 1) / 6)
        seen.append((search.lost, search.cost_mc))
        rows = search.rows()
        served = [t for row in rows for t in row if problem.tasks[t].order_id is not None]
        assert len(served) == len(set(served))
        assert {*served, *search.left(), *frozen} == set(range(27))
        if search.held:
            assert exact.total(rows) == search.cost_mc < IMPOSSIBLE
    assert seen == sorted(seen, reverse=True)


def test_a_search_in_one_go_leaves_the_dear_seconds_behind_in_time():
    assert ROOM_SHARE < 1.0
    for seed in full_at_first()[:3]:
        problem = a_full_day(seed, 0)
        search = MiddaySearch(problem, ORPHANS, seed=3)
        search.run(1200, 0.0, 1.0)
        assert search.rounds == 1200
        assert Search(problem, ORPHANS, 0).total(search.rows()) == search.cost_mc


def test_who_nobody_may_serve_makes_no_seconds_dear():
    problem = a_problem(4)
    tasks = list(problem.tasks)
    for t in ORPHANS:
        tasks[t] = replace(tasks[t], needs=frozenset({"crane"}))
    hopeless = replace(problem, tasks=tuple(tasks))
    search = MiddaySearch(hopeless, ORPHANS, seed=1)
    search.run(200, 0.0, 1.0)
    assert set(ORPHANS) <= set(search.left())
    assert Search(hopeless, ORPHANS, 0).total(search.rows()) == search.cost_mc


def two_streets(planned: int, waiting: int, latest_return_s: int) -> Problem:
    """One vehicle with goods on board for a street in the east; whoever is waiting lives in one in
    the west, and the vehicle has to come back to the depot for them first. Each street is half an
    hour from the depot, half a minute from door to door."""
    doors = [1800 + 30 * i for i in range(planned)] + [-1800 - 30 * i for i in range(waiting)]
    at = np.array([0, *doors], dtype=np.int64)
    ways = np.abs(at[:, None] - at[None, :])
    tasks = [
        Task(StopKind.DELIVER, 1 + i, 30, load=(1, 0, 0), order_id=OrderId(f"o{i}"))
        for i in range(planned + waiting)
    ]
    tasks += [Task(None, 0, 0), Task(StopKind.RELOAD, 0, 0)]
    slot = Slot(
        vehicle_id=VehicleId("V1"),
        start_node=0,
        end_task=planned + waiting,
        ready_s=0,
        latest_return_s=latest_return_s,
        capacity=(100, 0, 0),
        features=frozenset(),
        metre_mc=1,
        on_board=(planned, 0, 0),
        departed=True,
        sequence=tuple(range(planned)),
    )
    points = tuple(Point(0, 1000 * i) for i in range(len(at)))
    pickup = np.full((1, len(tasks)), NONE, dtype=np.int64)
    pickup[0, planned : planned + waiting] = planned + waiting + 1
    return Problem(minute(0), points, ways, ways, tuple(tasks), (slot,), pickup, 375)


def test_a_route_is_emptied_for_many_who_pay_only_together():
    """There is time for one street: the last of fifteen doors is 1800 + 14 x 30 s away."""
    problem = two_streets(planned=10, waiting=15, latest_return_s=2 * 2220 + 15 * 30)
    search = MiddaySearch(problem, tuple(range(10, 25)), seed=1, drop_alike=True)
    assert search.lost == 15
    search.run(4000, 0.0, 1.0)
    assert search.lost == 10
    assert sorted(t for t in search.rows()[0] if t < 25) == list(range(10, 25))


def test_no_route_is_emptied_where_those_who_had_their_place_weigh_more():
    problem = two_streets(planned=10, waiting=15, latest_return_s=2 * 2220 + 15 * 30)
    search = MiddaySearch(problem, tuple(range(10, 25)), seed=1)
    search.run(4000, 0.0, 1.0)
    assert sorted(search.rows()[0]) == list(range(10))
