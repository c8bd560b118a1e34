"""Orders with several ways on a day in progress: insertion and repair try them all."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.decision import RouteChanged
from core.domain.ids import OrderId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import Order
from core.domain.plan import Progress, Refusal
from core.domain.rules import Costs, Rules, eur
from core.ledger.fold_decisions import route_changed
from core.routing.build import rest_of_day
from core.routing.check import change_points, check_change, hard_ones
from core.routing.expected import expected_lookup
from core.routing.insertion import Candidate, insertions
from core.routing.repair import ENGINE, RepairRequest, repair
from core.routing.walk import of_slot
from core.routing.wide import WIDE, is_wide
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east, minute
from tests.routing.collecting import ROADS
from tests.routing.otherways import by, or_else

NEW, V1 = OrderId("new"), VehicleId("V1")
NOW = minute(1)


def on_the_road(new: Order, *, vehicles: int = 1, redirect_eur: float = 9.28) -> Day:
    """Each van drives to its first of two stops, one kilometre apart, further north each."""
    orders = [
        an_order(f"{o}{v}", east(1000 * n, 300 * v))
        for v in range(vehicles)
        for n, o in enumerate("ab", 1)
    ]
    routes = [
        a_route(f"V{v + 1}", orders[2 * v : 2 * v + 2], progress=Progress.DRIVING)
        for v in range(vehicles)
    ]
    names = [f"V{v + 1}" for v in range(vehicles)]
    rules = Rules(costs=replace(Costs(), redirect=eur(redirect_eur, "order", "a test")))
    return a_day(
        [*orders, new],
        [a_vehicle(n) for n in names],
        [a_driver(n) for n in names],
        routes,
        now_min=1,
        rules=rules,
    )


def best(day: Day) -> Candidate | Refusal:
    return insertions(day, NEW, ROADS, NOW)[0]


def hard(day: Day, *changes: NewRoute) -> list[str]:
    lookup = expected_lookup(day, ROADS, change_points(day, changes), NOW)
    return [v.sentence for v in hard_ones(check_change(day, changes, [], lookup, NOW))]


def test_who_cannot_be_met_at_the_door_any_more_goes_to_the_locker():
    order = or_else(an_order("new", east(3000), closes_min=5), by("locker", east(1500), cents=50))
    day = on_the_road(order)
    found = best(day)
    assert isinstance(found, Candidate)
    assert found.way == "locker"
    assert [s.way for s in found.new_route.stops if s.order_id == NEW] == ["locker"]
    assert hard(day, found.new_route) == []


def test_a_redirect_costs_what_the_way_and_the_redirect_cost():
    """9.28 for the redirect and 0.50 for the locker, beside what the way there adds."""
    order = or_else(an_order("new", east(3000), closes_min=5), by("locker", east(1500), cents=50))
    free = or_else(order, by("locker", east(1500)))
    dear, cheap = best(on_the_road(order)), best(on_the_road(free, redirect_eur=0))
    assert isinstance(dear, Candidate)
    assert isinstance(cheap, Candidate)
    assert dear.delta_cents - cheap.delta_cents == 978


def test_a_door_that_can_be_reached_is_not_left_for_a_few_cents():
    order = or_else(an_order("new", east(1500, 400)), by("locker", east(1500)))
    found = best(on_the_road(order))
    assert isinstance(found, Candidate)
    assert found.way == ""
    found = best(on_the_road(order, redirect_eur=0))
    assert isinstance(found, Candidate)
    assert found.way == "locker"


def test_a_refusal_gives_the_reason_of_every_way():
    order = or_else(
        an_order("new", east(3000), closes_min=5), by("locker", east(2500), closes_min=6)
    )
    found = best(on_the_road(order))
    assert isinstance(found, Refusal)
    home, locker = found.sentence.split("; by locker: ")
    assert home.startswith("its window closes 08:05, V1 arrives 08:")
    assert locker.startswith("its window closes 08:06, V1 arrives 08:")
    assert "fits if the window goes to" in locker


def test_orders_that_have_a_stop_are_asked_for_by_no_other_way():
    day = on_the_road(an_order("new", east(1500)))
    held = day.orders[OrderId("b0")]
    order = or_else(held.order, by("locker", east(900)))
    day = replace(day, orders={**day.orders, OrderId("b0"): replace(held, order=order)})
    assert not rest_of_day(day, ROADS, NOW).has_ways


def test_the_present_way_is_the_first_and_its_price_is_in_the_walk():
    """A stop at the locker: 0.50 beside what the same stop costs where using it is free."""
    order = or_else(an_order("new", east(1500)), by("locker", east(1500), cents=50))
    day = on_the_road(order, redirect_eur=0)
    there = best(on_the_road(or_else(order, by("locker", east(1500))), redirect_eur=0))
    assert isinstance(there, Candidate)
    there_way = replace(there.new_route.stops[-1], way="locker")
    stops = tuple(
        replace(s, way="locker", service_s=60) if s.order_id == NEW else s
        for s in there.new_route.stops
    )
    assert there_way.way == "locker"
    changed = route_changed(RouteChanged(replace(there.new_route, stops=stops), None), day, NOW)
    assert changed.orders[NEW].order.way == "locker"
    problem = rest_of_day(changed, ROADS, NOW)
    (row,) = (s.sequence for s in problem.slots)
    free = replace(problem, tasks=tuple(replace(t, way_mc=0) for t in problem.tasks))
    costs = [int(of_slot(p, 0, [row]).cost_mc[0]) for p in (problem, free)]
    assert costs[0] - costs[1] == 50_000


@pytest.mark.parametrize("vehicles", [2, WIDE + 1])
def test_a_repair_tries_every_way_of_who_needs_a_place(vehicles: int):
    """Nobody comes to the door in time: without the locker it would be late by much."""
    order = or_else(an_order("new", east(5000), closes_min=5), by("locker", east(1500), cents=50))
    day = on_the_road(order, vehicles=vehicles)
    request = RepairRequest(tuple(sorted(day.routes)), (NEW,))
    problem = rest_of_day(day, ROADS, NOW, orphan_ids=(NEW,))
    assert is_wide(problem) == (vehicles > 2)
    for found in repair(day, ROADS, NOW, request, seed=1, iterations=1):
        assert found.unserved == ()
        ways = [s.way for c in found.changes for s in c.stops if s.order_id == NEW]
        assert ways == ["locker"]
        assert (found.engine == ENGINE) == (vehicles == 2)
        assert hard(day, *found.changes) == []


def test_who_is_left_out_of_a_repair_has_the_reasons_of_every_way():
    order = replace(an_order("new", east(1500)), needs=frozenset({"crane"}))
    day = on_the_road(or_else(order, by("locker", east(1500))))
    (found,) = repair(day, ROADS, NOW, RepairRequest((V1,), (NEW,)), seed=1, iterations=1)
    ((home, locker),) = [o.refusals for o in found.unserved]
    assert (home.way, locker.way) == ("", "locker")
    assert locker.sentence == "by locker: the driver of V1 has no crane"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(-4000, 4000),
    st.integers(-4000, 4000),
    st.integers(3, 300),
    st.lists(
        st.tuples(
            st.sampled_from(["locker", "shop", "evening"]),
            st.integers(-4000, 4000),
            st.integers(0, 200),
            st.integers(10, 120),
            st.sampled_from([0, 80]),
        ),
        max_size=3,
        unique_by=lambda x: x[0],
    ),
)
def test_whatever_the_ways_every_candidate_is_right_and_every_repair_serves_once(
    there: int, north: int, closes: int, ways: list[tuple[str, int, int, int, int]]
):
    others = [
        by(name, east(m), opens_min=opens, closes_min=opens + wide, cents=cents)
        for name, m, opens, wide, cents in ways
    ]
    order = or_else(an_order("new", east(there, north), closes_min=closes), *others)
    day = on_the_road(order, vehicles=2, redirect_eur=1)
    for answer in insertions(day, NEW, ROADS, NOW):
        if isinstance(answer, Candidate):
            assert hard(day, answer.new_route) == []
            assert [s.way for s in answer.new_route.stops if s.order_id == NEW] == [answer.way]
    request = RepairRequest(tuple(sorted(day.routes)), (NEW,))
    for found in repair(day, ROADS, NOW, request, seed=1, iterations=1):
        visits = [s.order_id for c in found.changes for s in c.stops if s.order_id == NEW]
        assert len(visits) + len(found.unserved) == 1
        assert hard(day, *found.changes) == []
