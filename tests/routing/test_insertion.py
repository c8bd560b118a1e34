"""Where one more order fits, what it costs, and why not elsewhere."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.order import Load, Order
from core.domain.plan import Progress, Refusal, RouteState, StopKind
from core.routing.build import rest_of_day
from core.routing.insertion import Candidate, insertions
from core.routing.walk import of_slot
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east, minute

ROADS = EstimateTravel("UTC")
NEW = OrderId("new")


def a_running_day(
    new_order: Order, *, departed: bool = True, vehicles: int = 2, per: int = 4, seed: int = 0
) -> Day:
    rng = random.Random(seed)
    orders, routes = list[Order](), list[RouteState]()
    for v in range(vehicles):
        own = [
            an_order(f"o{v}{i}", east(rng.randint(-3000, 3000), rng.randint(-3000, 3000)))
            for i in range(per)
        ]
        orders += own
        progress = Progress.DRIVING if departed else Progress.AT_DEPOT
        routes.append(a_route(f"V{v}", own, progress=progress))
    names = [f"V{v}" for v in range(vehicles)]
    return a_day(
        [*orders, new_order],
        [a_vehicle(n) for n in names],
        [a_driver(n) for n in names],
        routes,
        now_min=1,
    )


def test_a_vehicle_at_the_depot_just_takes_it_along():
    day = a_running_day(an_order("new", east(400)), departed=False)
    best = insertions(day, NEW, ROADS, minute(1))[0]
    assert isinstance(best, Candidate)
    assert all(s.kind is StopKind.DELIVER for s in best.new_route.stops)
    assert best.delta_cents > 0


def test_a_vehicle_on_the_road_loads_it_at_the_depot_first():
    day = a_running_day(an_order("new", east(400)))
    best = insertions(day, NEW, ROADS, minute(1))[0]
    assert isinstance(best, Candidate)
    kinds = [s.kind for s in best.new_route.stops]
    reload = kinds.index(StopKind.RELOAD)
    assert best.new_route.stops[reload].loads == ("new",)
    assert reload < [s.order_id for s in best.new_route.stops].index(NEW)
    assert best.new_route.stops[0] == day.routes[best.vehicle_id].stops[0]


def test_a_window_that_is_too_early_is_refused_with_the_time_that_would_do():
    day = a_running_day(an_order("new", east(9000), closes_min=5))
    answer = insertions(day, NEW, ROADS, minute(1))[0]
    assert isinstance(answer, Refusal)
    assert answer.code == "window"
    assert "its window closes 08:05" in answer.sentence
    assert "fits if the window goes to" in answer.sentence


def test_a_full_van_is_refused_with_what_is_too_much():
    big = an_order("new", east(400), load=Load(1, 950_000, 0))
    answer = insertions(a_running_day(big), NEW, ROADS, minute(1))[0]
    assert isinstance(answer, Refusal)
    assert answer.code == "capacity"
    assert "kg over its 900" in answer.sentence


def test_a_missing_skill_names_the_skill():
    day = a_running_day(an_order("new", needs=["id-check"]))
    answer = insertions(day, NEW, ROADS, minute(1))[0]
    assert answer == Refusal(VehicleId("V0"), "skill", "the driver of V0 has no id-check")


def test_a_vehicle_that_is_down_takes_nothing():
    day = a_running_day(an_order("new"))
    down = replace(day.vehicles[VehicleId("V1")], down_since=minute(0), down_cause="engine")
    day = replace(day, vehicles={**day.vehicles, VehicleId("V1"): down})
    codes = {
        a.vehicle_id: a.code
        for a in insertions(day, NEW, ROADS, minute(1))
        if isinstance(a, Refusal)
    }
    assert codes == {"V1": "vehicle_down"}


def test_an_order_without_a_place_is_not_planned():
    day = a_running_day(replace(an_order("new"), point=None))
    (answer,) = insertions(day, NEW, ROADS, minute(1))
    assert isinstance(answer, Refusal)
    assert answer.code == "no_address"


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), departed=st.booleans(), per=st.integers(1, 7))
def test_the_price_of_an_insertion_is_the_difference_of_both_routes(
    seed: int, departed: bool, per: int
):
    day = a_running_day(an_order("new", east(700, 300)), departed=departed, per=per, seed=seed)
    problem = rest_of_day(day, ROADS, minute(1), orphan_ids=(NEW,))
    for answer in insertions(day, NEW, ROADS, minute(1), problem=problem):
        if not isinstance(answer, Candidate):
            continue
        slot = problem.slot_of(answer.vehicle_id)
        by_order = {t.order_id: i for i, t in enumerate(problem.tasks) if t.order_id}
        pickup = int(problem.pickup[slot, by_order[NEW]])
        row = [
            pickup if s.order_id is None else by_order[s.order_id] for s in answer.new_route.stops
        ][len(problem.slots[slot].frozen) :]
        before = of_slot(problem, slot, [problem.slots[slot].sequence])
        after = of_slot(problem, slot, [row])
        assert after.feasible[0]
        assert answer.delta_cents == round((after.cost_mc[0] - before.cost_mc[0]) / 1000)
        orders = [s.order_id for s in answer.new_route.stops if s.order_id]
        assert sorted(orders) == sorted([*[f"o{slot}{i}" for i in range(per)], "new"])
