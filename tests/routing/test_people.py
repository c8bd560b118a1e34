"""Prices for people: stops outside a driver's own territory, and working longer than the others."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import DriverId, OrderId, PlanId, VehicleId
from core.domain.place import Area
from core.domain.plan import PricePart, Progress, Route
from core.domain.rules import Costs, Rules, Thresholds, eur
from core.ledger.canonical import plain
from core.ledger.codec import structure
from core.routing.build import morning, rest_of_day
from core.routing.check import Code, prices_broken
from core.routing.check.prices import counted
from core.routing.evenness import evened, uneven
from core.routing.insertion import Candidate, insertions
from core.routing.planner import plan_day
from core.routing.portfolio import cost_mc
from core.routing.problem import Even
from core.routing.quote import Quoter
from core.routing.start import insert_all
from core.routing.walk import of_slot
from core.routing.working import uneven_mc
from core.travel.estimate import EstimateTravel
from tests.builders import (
    DEPOT,
    a_day,
    a_driver,
    a_route,
    a_stop,
    a_vehicle,
    a_window,
    an_order,
    east,
    minute,
)

ROADS = EstimateTravel("UTC")
WEST, EAST = Area(east(-2000), 2000), Area(east(2000), 2000)
NEW = OrderId("new")


def priced(*, outside: float = 0, uneven_eur: float = 0, spread_min: int = 0) -> Rules:
    costs = replace(
        Costs(),
        outside_territory=eur(outside, "stop", "test"),
        uneven_minute=eur(uneven_eur, "minute", "test"),
    )
    return Rules(costs, thresholds=Thresholds(even_spread_s=spread_min * 60))


def two_drivers(day: Day) -> Day:
    """V1 knows the west, V2 the east."""
    known = {DriverId("d-V1"): (WEST,), DriverId("d-V2"): (EAST,)}
    drivers = {d: replace(day.drivers[d], territory=known[d]) for d in known}
    return replace(day, drivers=drivers)


def a_town(seed: int, rules: Rules, orders: int = 16) -> Day:
    rng = random.Random(seed)
    owed = [
        an_order(f"o{n:02}", east(rng.randrange(-3500, 3500), rng.randrange(-800, 800)))
        for n in range(orders)
    ]
    fleet = [a_vehicle("V1"), a_vehicle("V2")]
    return two_drivers(a_day(owed, fleet, [a_driver("V1"), a_driver("V2")], rules=rules))


def a_plan(lasts_min: list[int], east_m: list[int]) -> list[Route]:
    """One stop for each van; V1 knows the west only."""
    return [
        Route(
            VehicleId(f"V{n + 1}"), DriverId(f"d-V{n + 1}"), minute(0), DEPOT,
            (a_stop(an_order(f"o{n}", east(far)), 5),), DEPOT, minute(lasts), (),
        )
        for n, (lasts, far) in enumerate(zip(lasts_min, east_m, strict=True))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lasts", "spread", "count", "cents"),
    [
        # Mean 100: 20 min above it at 0.50.
        ([120, 80], 0, 20, 1000),
        ([120, 80], 15, 5, 250),
        ([120, 80], 20, 0, 0),
        # Mean 150: 150 min above; 60 count once and 90 twice.
        ([300, 0], 0, 150, (60 + 2 * 90) * 50),
    ],
)
def test_working_longer_than_the_mean_costs_by_the_minute_and_twice_beyond_an_hour(
    lasts: list[int], spread: int, count: int, cents: int
):
    day = a_town(1, priced(uneven_eur=0.5, spread_min=spread))
    assert counted(day, a_plan(lasts, [-500, 500])) == {"evenness": (count, cents)}
    even = Even(50_000, spread * 60)
    work = np.array([lasts]) * 60
    assert uneven_mc(even, work, sum(lasts) * 30).sum() == cents * 1000


def test_a_stop_on_somebody_elses_side_costs_its_price():
    day = a_town(1, priced(outside=1.5))
    assert counted(day, a_plan([60, 60], [-500, 500])) == {"territory": (0, 0)}
    assert counted(day, a_plan([60, 60], [500, 500])) == {"territory": (1, 150)}
    assert counted(day, a_plan([60, 60], [500, 9000])) == {"territory": (2, 300)}


def test_a_plan_that_states_another_price_is_told_the_cents():
    day = a_town(1, priced(outside=1.5))
    (found,) = prices_broken(day, a_plan([60, 60], [500, 500]), [PricePart("territory", 0, 0)])
    assert (found.code, found.amount) == (Code.PRICE, 150)
    assert found.sentence == (
        "the plan states 0 and 0 cents for territory; its routes make it 1 and 150 cents"
    )
    (found,) = prices_broken(a_town(1, priced()), [], [PricePart("evenness", 3, 40)])
    assert found.sentence == "the plan states 40 cents for evenness, which nobody asks for"


@pytest.mark.parametrize("iterations", [0, 10])
def test_who_knows_the_streets_gets_the_stops_when_it_costs_enough(iterations: int):
    cheap, dear = (
        plan_day(a_town(3, rules), ROADS, seed=1, iterations=iterations, plan_id=PlanId("p"))
        for rules in (priced(outside=0.01), priced(outside=30))
    )
    (part,) = dear.prices
    assert (part.name, part.count, part.cents) == ("territory", 0, 0)
    assert cheap.prices[0].count > 0
    assert cheap.cost_cents <= dear.cost_cents


def test_uneven_work_is_evened_where_that_costs_less():
    day = a_town(5, priced(uneven_eur=5))
    problem = morning(day, ROADS)
    tasks = [i for i, t in enumerate(problem.tasks) if t.order_id is not None]
    (row, _), left = insert_all(problem, [() for _ in problem.slots], tasks)
    assert (len(row), left) == (16, ())
    rows = (row[:12], row[12:])
    after = evened(problem, rows)
    assert sorted(t for row in after for t in row) == sorted(t for row in rows for t in row)
    assert uneven(problem, after).over_s < uneven(problem, rows).over_s
    assert cost_mc(problem, after) < cost_mc(problem, rows)
    assert all(bool(of_slot(problem, s, [row]).feasible[0]) for s, row in enumerate(after))


def test_on_the_day_a_stop_on_the_other_side_is_dearer_by_its_price():
    own = [an_order("a", east(-1000)), an_order("b", east(1000))]
    new = an_order("new", east(1500))
    routes = [
        a_route("V1", own[:1], progress=Progress.DRIVING),
        a_route("V2", own[1:], progress=Progress.DRIVING),
    ]
    fleet, drivers = [a_vehicle("V1"), a_vehicle("V2")], [a_driver("V1"), a_driver("V2")]
    free, dear = (
        two_drivers(a_day([*own, new], fleet, drivers, routes, now_min=1, rules=rules))
        for rules in (priced(), priced(outside=4))
    )
    before, after = (
        {
            a.vehicle_id: a.delta_cents
            for a in insertions(day, NEW, ROADS, day.now)
            if isinstance(a, Candidate)
        }
        for day in (free, dear)
    )
    assert after == {
        VehicleId("V1"): before[VehicleId("V1")] + 400,
        VehicleId("V2"): before[VehicleId("V2")],
    }
    alone = replace(dear, orders={o: s for o, s in dear.orders.items() if o != NEW})
    only_v1 = replace(alone, routes={VehicleId("V1"): alone.routes[VehicleId("V1")]})
    (quoted,) = Quoter(only_v1, ROADS, dear.now).quote(new, [a_window(0, 300)]).windows
    assert quoted.added_cents == after[VehicleId("V1")]


def test_on_the_day_a_longer_route_pays_for_being_longer():
    own = [an_order(f"o{n}", east(600 * n)) for n in range(1, 5)]
    new = an_order("new", east(-1500))
    routes = [a_route("V1", own[:3], progress=Progress.DRIVING), a_route("V2", own[3:])]
    fleet, drivers = [a_vehicle("V1"), a_vehicle("V2")], [a_driver("V1"), a_driver("V2")]
    day = a_day([*own, new], fleet, drivers, routes, now_min=1, rules=priced(uneven_eur=1))
    problem = rest_of_day(day, ROADS, day.now, orphan_ids=(NEW,))
    assert problem.even is not None
    # 40 and 20 minutes as planned.
    assert problem.even.mean_s == 1800
    plain_problem = replace(problem, even=None)
    row = problem.slots[0].sequence
    cost, without = (int(of_slot(p, 0, [row]).cost_mc[0]) for p in (problem, plain_problem))
    # Under way since 08:00, a minute before the problem begins.
    work = int(of_slot(problem, 0, [row]).end_s[0]) + 60
    assert cost - without == 100_000 * (max(0, work - 1800) + max(0, work - 5400)) // 60


def test_rules_without_these_prices_are_written_as_ever():
    said = plain(Rules())
    assert "outside_territory" not in str(said)
    assert "even_spread_s" not in str(said)
    mine = priced(outside=2, uneven_eur=1, spread_min=30)
    assert structure(plain(mine), Rules) == mine


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    outside=st.sampled_from([0, 0.5, 5]),
    uneven_eur=st.sampled_from([0, 0.2, 3]),
    spread=st.sampled_from([0, 20]),
)
def test_what_a_plan_states_is_what_its_routes_make_of_it(
    seed: int, outside: float, uneven_eur: float, spread: int
):
    rules = priced(outside=outside, uneven_eur=uneven_eur, spread_min=spread)
    day = a_town(seed, rules, orders=8)
    plan = plan_day(day, ROADS, seed=seed, iterations=1, plan_id=PlanId("p"))
    assert prices_broken(day, plan.routes, plan.prices) == []
    assert {p.name for p in plan.prices} == set(counted(day, plan.routes))
